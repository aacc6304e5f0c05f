import { describe, expect, test } from '@jest/globals';
import type { HcpTerraform } from '../../../sandbox/hcp-terraform/server.ts';
import {
  bodies,
  errors,
  lines,
  members,
  nothing,
  outcome,
  policyStates,
  published,
  requestLines,
  writeLines,
} from './reading.ts';
import { rego, scenario, sentinel } from './scenario.ts';

const files = { 'cost.sentinel': sentinel('cost'), 'tags.rego': rego('tags') };

/** The levels that policies have whenever a policy set is about to get members. */
function levelsAtJoining(terraform: HcpTerraform): Record<string, string>[] {
  const seen: Record<string, string>[] = [];
  terraform.onRequest = ({ method, path }, phase) => {
    if (phase !== 'before-effect' || method !== 'POST' || !path.includes('/relationships/')) return;
    seen.push(
      Object.fromEntries(terraform.policies().map(({ name, enforcementLevel }) => [name, enforcementLevel])),
    );
  };
  return seen;
}

describe.each(['default', 'refused'] as const)(
  'v202303-1, which knows no enforcement-level, a missing one being %s',
  (missingLevel) => {
    const server = { dialect: 'v202303-1', missingLevel } as const;

    test.each([
      ['nothing states', {}, files, { cost: 'advisory', tags: 'advisory' }],
      [
        'soft-mandatory',
        { 'enforcement-level': 'soft-mandatory' },
        { 'cost.sentinel': files['cost.sentinel'] },
        { cost: 'soft-mandatory' },
      ],
      [
        'mandatory',
        { 'enforcement-level': 'mandatory' },
        { 'tags.rego': files['tags.rego'] },
        { tags: 'mandatory' },
      ],
    ])(
      'gets new policies with the right level before any policy set does: %s',
      async (_, inputs, given, levels) => {
        const { terraform, run } = await scenario({ files: given, server });
        terraform.seedPolicySet({ name: 'base' });
        terraform.seedPolicySet({ name: 'base-opa', kind: 'opa' });
        const seen = levelsAtJoining(terraform);
        const result = await run({ ...inputs, 'policy-sets': 'base,base-opa' });

        expect(outcome(result)).toEqual({
          ...nothing,
          exitCode: 0,
          changed: 'true',
          created: Object.keys(levels).length,
        });
        // One request a kind, each after all levels are right.
        expect(seen).toEqual(Object.keys(levels).map(() => levels));
        expect(
          Object.fromEntries(published(result).map(({ name, enforcementLevel }) => [name, enforcementLevel])),
        ).toEqual(levels);
      },
    );

    test('is sent `enforce` at once where the policies that are there show it', async () => {
      const { terraform, run } = await scenario({ files, server });
      terraform.seedPolicy({ name: 'other', code: sentinel() });
      expect(outcome(await run())).toMatchObject({ exitCode: 0, created: 2 });
      expect(writeLines(terraform)).toEqual([
        lines.create('cost'),
        lines.upload('cost'),
        lines.create('tags'),
        lines.upload('tags'),
      ]);
      expect(bodies(terraform, 'POST', /policies$/)).toMatchObject([
        { data: { attributes: { enforce: [{ path: 'cost.sentinel', mode: 'advisory' }] } } },
        { data: { attributes: { enforce: [{ path: 'tags.rego', mode: 'advisory' }] } } },
      ]);
      expect(policyStates(terraform)).toMatchObject({
        cost: { level: 'advisory' },
        tags: { level: 'advisory' },
      });
    });
  },
);

describe('v202303-1', () => {
  const server = { dialect: 'v202303-1' } as const;

  test('changes a level by `enforce`, with the description as it is', async () => {
    const { terraform, run } = await scenario({ files, server: { ...server, patchClearsDescription: true } });
    terraform.seedPolicy({ name: 'cost', code: files['cost.sentinel'], description: 'Kept' });
    terraform.seedPolicy({
      name: 'tags',
      kind: 'opa',
      code: files['tags.rego'],
      enforcementLevel: 'mandatory',
    });
    const result = await run({ 'enforcement-level': 'advisory' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 2 });
    expect(bodies(terraform, 'PATCH', /policies/)).toEqual([
      {
        data: {
          type: 'policies',
          attributes: { description: 'Kept', enforce: [{ path: 'cost.sentinel', mode: 'advisory' }] },
        },
      },
      {
        data: {
          type: 'policies',
          attributes: { description: null, enforce: [{ path: 'tags.rego', mode: 'advisory' }] },
        },
      },
    ]);
    expect(policyStates(terraform)).toMatchObject({
      cost: { level: 'advisory', description: 'Kept' },
      tags: { level: 'advisory' },
    });
    terraform.reset();
    expect(outcome(await run({ 'enforcement-level': 'advisory' }))).toMatchObject({ unchanged: 2 });
    expect(writeLines(terraform)).toEqual([]);
  });

  test('answers uploads with nothing: the level is read back, and set right before the policy set gets it', async () => {
    const { terraform, run } = await scenario({ files, server: { ...server, emptyUploadAnswer: true } });
    terraform.seedPolicySet({ name: 'base' });
    const seen = levelsAtJoining(terraform);
    expect(outcome(await run({ 'policy-sets': 'base', policies: '*.sentinel' }))).toMatchObject({
      exitCode: 0,
    });
    expect(seen).toEqual([{ cost: 'advisory' }]);
  });

  test('loses the answer to the first create: the level is right all the same', async () => {
    const { terraform, run } = await scenario({ files, server });
    terraform.seedPolicySet({ name: 'base' });
    terraform.faults.add({ when: { method: 'POST' }, fault: { type: 'lose', effect: 'after' } });
    const seen = levelsAtJoining(terraform);
    expect(outcome(await run({ 'policy-sets': 'base', policies: '*.sentinel' }))).toMatchObject({
      exitCode: 0,
      created: 1,
    });
    expect(seen).toEqual([{ cost: 'advisory' }]);
  });

  test('completes a policy without code at the level stated, or advisory', async () => {
    const { terraform, run } = await scenario({ files, server });
    terraform.seedPolicy({ name: 'cost', code: null });
    terraform.seedPolicy({ name: 'tags', kind: 'opa', code: null });
    terraform.seedPolicySet({ name: 'base' });
    const seen = levelsAtJoining(terraform);
    expect(outcome(await run({ 'policy-sets': 'base' }))).toMatchObject({ exitCode: 0, updated: 2 });
    expect(seen).toEqual([{ cost: 'advisory', tags: 'advisory' }]);
  });

  test('refuses the level: no policy set gets the policy', async () => {
    const { terraform, run } = await scenario({ files, server });
    terraform.seedPolicySet({ name: 'base' });
    terraform.faults.add({ when: { method: 'PATCH' }, fault: { type: 'status', status: 422 } });
    const result = await run({ 'policy-sets': 'base', policies: '*.sentinel' });
    expect(outcome(result)).toMatchObject({ exitCode: 1, failed: 1 });
    expect(members(terraform)).toEqual({ base: [] });
  });
});

describe('v202212-1, which knows no OPA', () => {
  const server = { dialect: 'v202212-1' } as const;
  const unknown = expect.stringContaining('v202303-1 or later');

  test('publishes Sentinel policies, and finds them unchanged', async () => {
    const { terraform, run } = await scenario({ files, server });
    terraform.seedPolicySet({ name: 'base' });
    const inputs = {
      policies: '**/*.sentinel',
      'policy-sets': 'base',
      'enforcement-level': 'soft-mandatory',
    };
    const seen = levelsAtJoining(terraform);
    expect(outcome(await run(inputs))).toMatchObject({ exitCode: 0, created: 1 });
    expect(seen).toEqual([{ cost: 'soft-mandatory' }]);
    terraform.reset();
    expect(outcome(await run(inputs))).toMatchObject({ exitCode: 0, unchanged: 1 });
    expect(writeLines(terraform)).toEqual([]);
  });

  test('refuses OPA before any write where its policies show the release', async () => {
    const { terraform, run } = await scenario({ files, server });
    terraform.seedPolicy({ name: 'other', code: sentinel() });
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual([{ at: 'tags.rego', message: unknown }]);
    expect(requestLines(terraform)).toEqual([lines.list()]);
  });

  test('gets back the Sentinel policy that it made of the first OPA policy, and no other one', async () => {
    const { terraform, run } = await scenario({
      files: { 'a.rego': rego('a'), 'b.rego': rego('b'), 'c.sentinel': sentinel('c') },
      server,
    });
    terraform.seedPolicySet({ name: 'base' });
    const result = await run({ parallelism: '10', 'policy-sets': 'base' });
    expect(outcome(result)).toMatchObject({ exitCode: 1, created: 1, failed: 2 });
    expect(errors(result)).toEqual([
      { at: 'a.rego', message: unknown },
      { at: 'b.rego', message: unknown },
    ]);
    expect(Object.keys(policyStates(terraform))).toEqual(['c']);
    expect(members(terraform)).toEqual({ base: ['c'] });
    const writes = terraform.requests.filter(({ method }) => method !== 'GET').map(({ method }) => method);
    expect(writes.slice(0, 2)).toEqual(['POST', 'DELETE']);
    expect(writes.filter((method) => method === 'DELETE')).toHaveLength(1);
    expect(
      bodies(terraform, 'POST', /policies$/).filter((body) => JSON.stringify(body).includes('"b"')),
    ).toEqual([]);
  });

  test('makes no OPA policy once a Sentinel policy of the run has shown the release', async () => {
    const { terraform, run } = await scenario({ files, server });
    const result = await run({ parallelism: '10' });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1, changed: 'true', created: 1, failed: 1 });
    expect(errors(result)).toEqual([{ at: 'tags.rego', message: unknown }]);
    expect(writeLines(terraform).some((line) => line.startsWith('DELETE') || line.includes('(tags)'))).toBe(
      false,
    );
  });

  test('takes a DELETE again that was lost or failed, and a 404 to it for done', async () => {
    const { terraform, run } = await scenario({ files: { 'tags.rego': files['tags.rego'] }, server });
    terraform.faults.add({ when: { method: 'DELETE' }, fault: { type: 'status', status: 502 } });
    terraform.faults.add({
      when: { method: 'DELETE', request: 2 },
      fault: { type: 'lose', effect: 'after' },
    });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 1, created: 0, failed: 1 });
    expect(errors(result)).toEqual([{ at: 'tags.rego', message: unknown }]);
    const deletes = terraform.requests.filter(({ method }) => method === 'DELETE');
    expect(deletes.map(({ status }) => status)).toEqual([502, 'lost', 404]);
    expect(terraform.policies()).toEqual([]);
  });

  test('loses the answer to the create of an OPA policy: what it made of it is taken back all the same', async () => {
    const { terraform, run } = await scenario({ files: { 'tags.rego': files['tags.rego'] }, server });
    terraform.faults.add({ when: { method: 'POST' }, fault: { type: 'lose', effect: 'after' } });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 1, failed: 1 });
    expect(errors(result)).toEqual([{ at: 'tags.rego', message: unknown }]);
    expect(terraform.policies()).toEqual([]);
  });
});
