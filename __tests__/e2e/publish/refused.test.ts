import { describe, expect, test } from '@jest/globals';
import {
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

const files = { 'a.sentinel': sentinel('a'), 'b.sentinel': sentinel('b'), 'c.sentinel': sentinel('c') };
const requestId = /\(request [0-9a-f-]{36}\)/;

describe('a refused list ends the run before any write, with the cause and what to do', () => {
  test('401: the token is wrong', async () => {
    const { terraform, run } = await scenario({ files, server: { tokens: ['another-token'] } });
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(requestLines(terraform)).toEqual([`${lines.list()} → 401`]);
    const [error, ...others] = errors(result);
    expect(others).toEqual([]);
    expect(error?.message).toMatch(
      /^GET \/api\/v2\/organizations\/acme\/policies\?page\[number\]=1&page\[size\]=100 returned 401: unauthorized/,
    );
    expect(error?.message).toMatch(requestId);
    expect(error?.message).toContain('`token`');
    expect(result.summary).toContain('nothing was written');
    expect(
      result.lines.some((line) => line.startsWith('error: GET /api/v2/organizations/acme/policies')),
    ).toBe(true);
  });

  test('403: a permission is missing', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.faults.add({ fault: { type: 'status', status: 403 } });
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(requestLines(terraform)).toEqual([`${lines.list()} → 403`]);
    expect(errors(result)).toEqual([{ at: '', message: expect.stringContaining('Manage Policies') }]);
  });

  test.each([
    [
      'the organization is unknown',
      { organizations: [{ name: 'globex' }] },
      ['Organization "acme" was not found', '`hostname`'],
    ],
    [
      'the token may not manage policies',
      { organizations: [{ name: 'acme', managePolicies: false }] },
      ['"acme" exists', 'Manage Policies'],
    ],
    [
      'the plan has no policies',
      { organizations: [{ name: 'acme', policyEnforcement: false }] },
      ['Policy enforcement is not included', 'edition'],
    ],
  ])('404: %s', async (_, server, words) => {
    const { terraform, run } = await scenario({ files, server });
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(writeLines(terraform)).toEqual([]);
    const [error] = errors(result);
    for (const each of ['returned 404', ...words]) expect(error?.message).toContain(each);
  });

  test('a refused download does too', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicy({ name: 'b', code: sentinel('older') });
    terraform.faults.add({ when: { path: /download/ }, fault: { type: 'status', status: 403 } });
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(writeLines(terraform)).toEqual([]);
  });

  test('nobody listens there', async () => {
    const { run } = await scenario({ files });
    const result = await run({ hostname: 'https://tfe.invalid' });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toMatchObject([{ message: expect.stringContaining('`hostname`') }]);
  });
});

describe('a policy of the other kind with that name', () => {
  test('is an error on each such file before any write', async () => {
    const { terraform, run } = await scenario({ files: { ...files, 'd.rego': rego('d') } });
    terraform.seedPolicy({ name: 'b', kind: 'opa', code: rego('b') });
    terraform.seedPolicy({ name: 'd', code: sentinel() });
    const before = policyStates(terraform);
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual([
      { at: 'b.sentinel', message: expect.stringMatching(/"b" already exists with kind opa.*kind sentinel/) },
      { at: 'd.rego', message: expect.stringMatching(/"d" already exists with kind sentinel.*kind opa/) },
    ]);
    expect(requestLines(terraform)).toEqual([lines.list()]);
    expect(policyStates(terraform)).toEqual(before);
  });
});

describe('what fails for one policy does not stop the others, and the next run completes it', () => {
  test('422 on a create', async () => {
    const { terraform, run } = await scenario({
      files,
      server: { organizations: [{ name: 'acme', policyLimit: 2 }] },
    });
    terraform.seedPolicySet({ name: 'base' });
    const result = await run({ 'policy-sets': 'base' });

    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1, changed: 'true', created: 2, failed: 1 });
    expect(errors(result)).toEqual([
      {
        at: 'c.sentinel',
        message: expect.stringMatching(
          /^POST \/api\/v2\/organizations\/acme\/policies returned 422: This organization has reached its limit/,
        ),
      },
    ]);
    expect(errors(result)[0]?.message).toMatch(requestId);
    expect(published(result)).toMatchObject([
      { name: 'a', status: 'applied', error: null },
      { name: 'b', status: 'applied', error: null },
      { name: 'c', id: null, status: 'failed', error: expect.stringContaining('limit of policies') },
    ]);
    expect(writeLines(terraform).filter((line) => line.includes('(c)'))).toEqual([
      `${lines.create('c')} → 422`,
    ]);
    expect(members(terraform)).toEqual({ base: ['a', 'b'] });
    expect(result.summary).toMatch(/^## Terraform policies: 1 failed, 2 created, 1 warning\n/);
    expect(result.summary).toMatch(/\| create\u00a0failed +\|.*`c`/);

    terraform.organization('acme').policyLimit = null;
    terraform.reset();
    expect(outcome(await run({ 'policy-sets': 'base' }))).toMatchObject({
      exitCode: 0,
      created: 1,
      unchanged: 2,
    });
    expect(writeLines(terraform)).toEqual([lines.create('c'), lines.upload('c'), lines.addMembers('base')]);
    expect(members(terraform)).toEqual({ base: ['a', 'b', 'c'] });
  });

  test('413 on an upload: the policy is left without code, and in no policy set', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicySet({ name: 'base' });
    terraform.faults.add({ when: { method: 'PUT', request: 2 }, fault: { type: 'status', status: 413 } });
    const result = await run({ 'policy-sets': 'base' });

    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1, changed: 'true', created: 2, failed: 1 });
    expect(errors(result)).toEqual([
      { at: 'b.sentinel', message: expect.stringMatching(/413.*the next run completes it/) },
    ]);
    expect(published(result)[1]).toMatchObject({
      name: 'b',
      id: expect.stringMatching(/^pol-/),
      status: 'failed',
    });
    expect(policyStates(terraform)['b']).toMatchObject({ code: undefined, sets: [] });
    expect(members(terraform)).toEqual({ base: ['a', 'c'] });

    terraform.reset();
    expect(outcome(await run({ 'policy-sets': 'base' }))).toMatchObject({
      exitCode: 0,
      updated: 1,
      unchanged: 2,
    });
    expect(writeLines(terraform)).toEqual([lines.upload('b'), lines.addMembers('base')]);
  });

  test('422 on a change of settings: the code has arrived, the level is what it was', async () => {
    const { terraform, run } = await scenario({ files });
    for (const name of ['a', 'b', 'c']) terraform.seedPolicy({ name, code: sentinel('older') });
    terraform.seedPolicySet({ name: 'base' });
    terraform.faults.add({ when: { method: 'PATCH' }, fault: { type: 'status', status: 422 } });
    const inputs = { 'enforcement-level': 'advisory', 'policy-sets': 'base' };
    const result = await run(inputs);

    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1, changed: 'true', updated: 2, failed: 1 });
    expect(policyStates(terraform)).toMatchObject({
      a: { code: sentinel('a'), level: 'hard-mandatory', sets: [] },
      b: { level: 'advisory', sets: ['base'] },
      c: { level: 'advisory', sets: ['base'] },
    });
    expect(errors(result)).toEqual([
      { at: 'a.sentinel', message: expect.stringContaining('partly changed') },
    ]);
    terraform.reset();
    expect(outcome(await run(inputs))).toMatchObject({ exitCode: 0, updated: 1, unchanged: 2 });
    expect(writeLines(terraform)).toEqual([lines.update('a'), lines.addMembers('base')]);
  });

  test('422 on adding members: it fails for each, the other policy set gets them', async () => {
    const { terraform, run } = await scenario({ files });
    const { id } = terraform.seedPolicySet({ name: 'base' });
    terraform.seedPolicySet({ name: 'second' });
    terraform.faults.add({
      when: { path: new RegExp(`${id}/relationships`) },
      // All three at once, then by halves.
      times: 5,
      fault: { type: 'status', status: 422 },
    });
    const inputs = { 'policy-sets': 'base,second' };
    const result = await run(inputs);

    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1, changed: 'true', failed: 3 });
    expect(errors(result).map(({ at }) => at)).toEqual(Object.keys(files));
    expect(errors(result)[0]?.message).toMatch(/policy set "base".*422/);
    expect(members(terraform)).toEqual({ base: [], second: ['a', 'b', 'c'] });
    terraform.reset();
    expect(outcome(await run(inputs))).toMatchObject({ exitCode: 0, updated: 3 });
    expect(writeLines(terraform)).toEqual([lines.addMembers('base')]);
    expect(members(terraform)).toEqual({ base: ['a', 'b', 'c'], second: ['a', 'b', 'c'] });
  });

  test('nothing is repeated that the server refused', async () => {
    const { terraform, run } = await scenario({ files: { 'a.sentinel': sentinel('a') } });
    terraform.seedPolicy({ name: 'a', code: sentinel('older') });
    terraform.faults.add({ when: { method: 'PUT' }, times: 9, fault: { type: 'status', status: 403 } });
    expect(outcome(await run())).toEqual({ ...nothing, exitCode: 1, failed: 1 });
    expect(writeLines(terraform)).toEqual([`${lines.upload('a')} → 403`]);
  });
});
