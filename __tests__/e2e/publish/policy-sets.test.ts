import { describe, expect, test } from '@jest/globals';
import { rightBefore } from '../sync/syncing.ts';
import {
  annotationsAt,
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

describe('policy-sets', () => {
  test('are named by name or id, by comma or line, each policy joining those of its own kind', async () => {
    const { terraform, run } = await scenario({ files });
    const [a, b, c] = [
      terraform.seedPolicySet({ name: 'sentinel-a' }),
      terraform.seedPolicySet({ name: 'sentinel-b' }),
      terraform.seedPolicySet({ name: 'opa-c', kind: 'opa' }),
    ];
    terraform.seedPolicySet({ name: 'sentinel-aa' });
    const result = await run({ 'policy-sets': `sentinel-a, ${b.id}\n\n ${c.id} \nsentinel-a,` });

    expect(outcome(result)).toEqual({ ...nothing, exitCode: 0, changed: 'true', created: 2 });
    expect(requestLines(terraform).slice(0, 4)).toEqual([
      lines.listWithSets(),
      lines.findSet('sentinel-a'),
      lines.showSet('sentinel-b'),
      lines.showSet('opa-c'),
    ]);
    expect(writeLines(terraform).slice(4)).toEqual([
      lines.addMembers('sentinel-a'),
      lines.addMembers('sentinel-b'),
      lines.addMembers('opa-c'),
    ]);
    expect(members(terraform)).toEqual({
      'sentinel-a': ['cost'],
      'sentinel-aa': [],
      'sentinel-b': ['cost'],
      'opa-c': ['tags'],
    });
    const ids = terraform.policies().map(({ id }) => id);
    expect(bodies(terraform, 'POST', new RegExp(`${a.id}|${c.id}`))).toEqual([
      { data: [{ type: 'policies', id: ids[0] }] },
      { data: [{ type: 'policies', id: ids[1] }] },
    ]);
  });

  test('named twice, by name and by id, are one', async () => {
    const { terraform, run } = await scenario({ files });
    const { id } = terraform.seedPolicySet({ name: 'base' });
    expect(outcome(await run({ 'policy-sets': `base,${id}`, exclude: '*.rego' }))).toMatchObject({
      exitCode: 0,
    });
    expect(writeLines(terraform).filter((line) => line.includes('relationships'))).toHaveLength(1);
  });

  test('are found by exact name among more than a page of similar ones', async () => {
    const { terraform, run } = await scenario({ files });
    for (let index = 0; index < 120; index += 1) terraform.seedPolicySet({ name: `base-${index}` });
    terraform.seedPolicySet({ name: 'BASE' });
    terraform.seedPolicySet({ name: 'base' });
    expect(outcome(await run({ 'policy-sets': 'base' }))).toMatchObject({ exitCode: 0, created: 2 });
    expect(requestLines(terraform)).toEqual(
      expect.arrayContaining([lines.findSet('base', 1), lines.findSet('base', 2)]),
    );
    const joined = Object.entries(members(terraform)).filter(([, policies]) => policies.length > 0);
    expect(joined).toEqual([['base', ['cost']]]);
  });

  test('take no request where the policies are members, and keep members of other hands', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicy({ name: 'cost', code: files['cost.sentinel'] });
    terraform.seedPolicy({ name: 'other', code: sentinel() });
    terraform.seedPolicySet({ name: 'base', policies: ['cost', 'other'] });
    terraform.seedPolicySet({ name: 'second', policies: ['other'] });
    const result = await run({ 'policy-sets': 'base,second' });

    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1, updated: 1 });
    expect(writeLines(terraform)).toEqual([
      lines.create('tags'),
      lines.upload('tags'),
      lines.addMembers('second'),
    ]);
    expect(members(terraform)).toEqual({ base: ['cost', 'other'], second: ['cost', 'other'] });
    expect(published(result)).toMatchObject([{ name: 'cost', changes: ['policy-sets'] }, { name: 'tags' }]);
  });

  test.each([true, false])('are known of a policy, lists telling of membership: %s', async (told) => {
    const { terraform, run } = await scenario({ files, server: { includeMembershipInLists: told } });
    terraform.seedPolicySet({ name: 'base' });
    await run({ 'policy-sets': 'base' });
    terraform.reset();
    const result = await run({ 'policy-sets': 'base' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, unchanged: 2 });
    expect(writeLines(terraform)).toEqual([]);
  });

  test('are known from the policy set alone where the server has no include for policies', async () => {
    const { terraform, run } = await scenario({ files, server: { includeMembershipInLists: false } });
    terraform.seedPolicySet({ name: 'base' });
    await run({ 'policy-sets': 'base' });
    terraform.reset();
    terraform.faults.add({ when: { path: /include=/ }, fault: { type: 'status', status: 400 } });
    const result = await run({ 'policy-sets': 'base' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, unchanged: 2 });
    expect(requestLines(terraform)[0]).toBe(`${lines.listWithSets()} → 400`);
    expect(writeLines(terraform)).toEqual([]);
  });

  test('lose no members when the input names them no more', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicySet({ name: 'base' });
    await run({ 'policy-sets': 'base' });
    terraform.reset();
    await run();
    expect(writeLines(terraform)).toEqual([]);
    expect(members(terraform)).toEqual({ base: ['cost'] });
  });

  test('of another kind only are a warning that names the policies which join none', async () => {
    const { terraform, run } = await scenario({ files: { ...files, 'size.rego': rego('size') } });
    terraform.seedPolicySet({ name: 'base' });
    const result = await run({ 'policy-sets': 'base' });

    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 3 });
    expect(annotationsAt(result, 'warning')).toEqual([
      {
        level: 'warning',
        title: 'input policy-sets',
        message: expect.stringMatching(/for OPA.*size, tags/),
      },
    ]);
    expect(result.summary).toMatch(/\*\*1 warning:\*\*\n+- .*policy-sets/);
    expect(members(terraform)).toEqual({ base: ['cost'] });
  });

  test('of kind tfpolicy take neither Sentinel nor OPA policies', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicySet({ name: 'modern', kind: 'tfpolicy' });
    const result = await run({ 'policy-sets': 'modern' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 2 });
    expect(annotationsAt(result, 'warning')).toHaveLength(2);
    expect(members(terraform)).toEqual({ modern: [] });
  });

  test('are found in lists without page numbers', async () => {
    const { terraform, run } = await scenario({ files, server: { plainLists: true } });
    terraform.seedPolicySet({ name: 'base' });
    expect(outcome(await run({ 'policy-sets': 'base' }))).toMatchObject({ exitCode: 0, created: 2 });
    expect(members(terraform)).toEqual({ base: ['cost'] });
  });
});

test('a policy set that is deleted after the plan was made has an advice of its own, and no promise', async () => {
  const { terraform, run } = await scenario({ files });
  const { id } = terraform.seedPolicySet({ name: 'base' });
  terraform.onRequest = rightBefore('POST', /relationships/, () => terraform.removePolicySet(id));
  const result = await run({ 'policy-sets': 'base' });
  expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'true', failed: 1 });
  for (const { message } of errors(result)) {
    expect(message).toContain('The policy set was deleted during the run');
    expect(message).not.toMatch(/next run completes|name in `organization`/);
  }
  expect(result.summary).toMatch(/created, incomplete/);
});

describe('a policy set that cannot take members', () => {
  test.each(['false', 'true'])(
    'is an error before any write, and all are told at once: dry-run %s',
    async (dryRun) => {
      const { terraform, run } = await scenario({
        files,
        server: { organizations: [{ name: 'acme' }, { name: 'globex' }] },
      });
      terraform.seedPolicySet({ name: 'base' });
      terraform.seedPolicySet({ name: 'from-vcs', source: 'vcs' });
      terraform.seedPolicySet({ name: 'versioned', source: 'upload' });
      const { id } = terraform.seedPolicySet({ name: 'theirs', organization: 'globex' });
      const named = [
        'base',
        'bass',
        'BASE',
        'polset-0000000000000000',
        'from-vcs',
        'versioned',
        'theirs',
        id,
      ];
      const result = await run({ 'policy-sets': named.join('\n'), 'dry-run': dryRun });

      expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
      expect(errors(result)).toEqual(
        [
          'There is no policy set "bass" in organization acme',
          'There is no policy set "BASE" in organization acme',
          'There is no policy set "polset-0000000000000000" in organization acme',
          '"from-vcs" is connected to a VCS repository',
          '"versioned" contains uploaded versions',
          'There is no policy set "theirs" in organization acme',
          `There is no policy set "${id}" in organization acme`,
        ].map((words) => ({ at: 'input policy-sets', message: expect.stringContaining(words) })),
      );
      expect(writeLines(terraform)).toEqual([]);
      expect(policyStates(terraform)).toEqual({});
      expect(result.summary).toContain('nothing was written');
    },
  );
});
