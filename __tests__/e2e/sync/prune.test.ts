import { describe, expect, test } from '@jest/globals';
import type { HcpTerraform } from '../../../sandbox/hcp-terraform/server.ts';
import type { PlannedFault } from '../../../sandbox/http/faults.ts';
import {
  annotationsAt,
  errors,
  lines,
  nothing,
  outcome,
  policyStates,
  published,
  requestLines,
  writeLines,
} from '../publish/reading.ts';
import { type Files, type GivenInputs, repository, scenario, sentinel } from '../publish/scenario.ts';
import { change, rightBefore, seedStamped, stampOf } from './syncing.ts';

const pruning = { prune: 'true' };

const deletions = (terraform: HcpTerraform) =>
  writeLines(terraform).filter((line) => line.startsWith('DELETE'));

/** The organization's policies, by name. */
const names = (terraform: HcpTerraform) => Object.keys(policyStates(terraform));

test('deletes what this owner and prefix published and the selection no longer has, and nothing else', async () => {
  const { terraform, run } = await scenario({ files: { 'policies/kept.sentinel': sentinel('kept') } });
  terraform.seedPolicySet({ name: 'base' });
  const code = sentinel('another');
  const at = (path: string, more = {}) => ({ code, stamp: { path, ...more } });
  seedStamped(terraform, { ...at('policies/gone.sentinel'), name: 'gone', policySets: ['base'] });
  seedStamped(terraform, {
    code: sentinel('kept'),
    stamp: { path: 'policies/kept.sentinel' },
    name: 'kept',
  });
  seedStamped(terraform, { ...at('policies/x.sentinel', { owner: 'acme/other' }), name: 'other-owner' });
  seedStamped(terraform, {
    ...at('policies/x.sentinel', { owner: 'acme/policies//x' }),
    name: 'other-folder',
  });
  seedStamped(terraform, { ...at('policies/x.sentinel', { owner: 'Acme/policies' }), name: 'other-case' });
  seedStamped(terraform, { ...at('policies/x.sentinel', { prefix: 'prod-' }), name: 'prod-x' });
  seedStamped(terraform, { ...at('elsewhere/x.sentinel'), name: 'not-selected' });
  seedStamped(terraform, { ...at('policies/test/x.sentinel'), name: 'excluded' });
  seedStamped(terraform, { ...at('policies/old/x.sentinel'), name: 'excluded-by-a-pattern' });
  seedStamped(terraform, { ...at('policies/x.rego'), name: 'of-another-step' });
  seedStamped(terraform, { ...at('policies/../policies/x.sentinel'), name: 'strange-path' });
  seedStamped(terraform, { ...at('/policies/x.sentinel'), name: 'absolute-path' });
  terraform.seedPolicy({ name: 'by-hand', code, description: 'Published from gone.sentinel' });
  terraform.seedPolicy({ name: 'bare', code });
  const before = policyStates(terraform);
  const inputs = { ...pruning, policies: 'policies/**/*.sentinel\n!policies/old/**' };

  const planned = await run({ ...inputs, 'dry-run': 'true' });
  expect(outcome(planned)).toEqual({ ...nothing, exitCode: 0, changed: 'true', unchanged: 1, deleted: 1 });
  expect(writeLines(terraform)).toEqual([]);
  expect(published(planned)).toMatchObject([
    { name: 'kept' },
    { name: 'gone', action: 'delete', path: 'policies/gone.sentinel', status: 'planned', error: null },
  ]);
  expect(planned.summary).toMatch(/would.delete.*`gone`.*`base`.*`policies\/gone\.sentinel`/);

  const result = await run(inputs);
  expect(outcome(result)).toEqual({ ...nothing, exitCode: 0, changed: 'true', unchanged: 1, deleted: 1 });
  expect(writeLines(terraform)).toEqual([expect.stringMatching(/^DELETE /)]);
  const { gone, ...rest } = before;
  expect(gone).toBeDefined();
  expect(policyStates(terraform)).toEqual(rest);
  expect(published(result)).toMatchObject([{ name: 'kept' }, { name: 'gone', status: 'applied' }]);

  expect(outcome(await run(inputs))).toEqual({ ...nothing, exitCode: 0, unchanged: 1 });
});

test('stamps what it publishes, and deletes nothing while it is off', async () => {
  const { terraform, folder, run } = await scenario({
    files: { 'a.sentinel': sentinel('a'), 'b.sentinel': sentinel('b') },
  });
  await run(pruning);
  await change(folder, { 'b.sentinel': null });
  expect(outcome(await run())).toMatchObject({ exitCode: 0, unchanged: 1, deleted: 0 });
  expect(names(terraform)).toEqual(['a', 'b']);
  expect(outcome(await run(pruning))).toMatchObject({ exitCode: 0, deleted: 1 });
  expect(names(terraform)).toEqual(['a']);
});

test('deletions come last', async () => {
  const { terraform, run } = await scenario({
    files: { 'new.sentinel': sentinel('new'), 'newer.sentinel': sentinel('newer') },
  });
  terraform.seedPolicySet({ name: 'base' });
  seedStamped(terraform, { name: 'newer', code: sentinel('older') });
  seedStamped(terraform, { name: 'gone-1', code: sentinel('gone-1') });
  seedStamped(terraform, { name: 'gone-2', code: sentinel('gone-2') });
  const gone = new Map(terraform.policies().map(({ id, name }) => [id, name]));
  const result = await run({ ...pruning, 'policy-sets': 'base' });
  expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1, updated: 1, deleted: 2 });
  const writes = writeLines(terraform).map((line) => line.replace(/pol-\w+/, (id) => gone.get(id) ?? id));
  // Which of those goes first is nobody's concern.
  expect([...writes.slice(0, -2), ...writes.slice(-2).sort()]).toEqual([
    lines.create('new'),
    lines.upload('new'),
    lines.update('new'),
    lines.upload('newer'),
    lines.update('newer'),
    lines.addMembers('base'),
    lines.delete('gone-1'),
    lines.delete('gone-2'),
  ]);
});

describe('nothing is deleted', () => {
  const sound = { 'a.sentinel': sentinel('a'), 'b.sentinel': sentinel('b') };
  type Case = { files?: Files; inputs?: GivenInputs; fault?: PlannedFault; writes?: boolean };
  const refused: PlannedFault['fault'] = { type: 'status', status: 403 };
  const cases: [string, Case][] = [
    ['when nothing is matched', { files: { 'readme.md': '' } }],
    ['when a configuration is broken', { files: { ...sound, 'sentinel.hcl': 'policy "a" {' } }],
    ['when a block names no file', { files: { ...sound, 'sentinel.hcl': 'policy "missing" {}' } }],
    ['when a file is not sound', { files: { ...sound, 'empty.sentinel': '' } }],
    ['when an input is wrong', { inputs: { parallelism: 'x' } }],
    ['when a policy set is unknown', { inputs: { 'policy-sets': 'missing' } }],
    ['when the list cannot be read', { fault: { when: { path: /policies\?/ }, fault: refused } }],
    ['when code cannot be downloaded', { fault: { when: { path: /download/ }, fault: refused } }],
    ['when the policy sets cannot be listed', { fault: { when: { path: /policy-sets\?/ }, fault: refused } }],
    ['when a create fails', { fault: { when: { method: 'POST' }, fault: refused }, writes: true }],
    ['when an upload fails', { fault: { when: { method: 'PUT' }, fault: refused }, writes: true }],
    [
      'when a stamp cannot be written',
      { fault: { when: { method: 'PATCH' }, fault: refused }, writes: true },
    ],
    [
      'when a policy does not join its set',
      {
        inputs: { 'policy-sets': 'base' },
        fault: { when: { path: /relationships/ }, fault: refused },
        writes: true,
      },
    ],
  ];

  test.each(cases)('%s', async (_name, { files = sound, inputs = {}, fault, writes = false }) => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicySet({ name: 'base' });
    seedStamped(terraform, { name: 'gone', code: sentinel('gone') });
    terraform.seedPolicy({ name: 'b', code: sentinel('b') });
    if (fault !== undefined) terraform.faults.add(fault);
    const result = await run({ ...pruning, ...inputs });
    expect(result.exitCode).toBe(1);
    expect(outcome(result).deleted).toBe(0);
    expect(deletions(terraform)).toEqual([]);
    expect(names(terraform)).toContain('gone');
    if (writes) {
      expect(published(result).find(({ name }) => name === 'gone')).toMatchObject({
        action: 'delete',
        status: 'skipped',
      });
      const { created, updated, unchanged, failed } = outcome(result);
      expect(created + updated + unchanged + failed).toBe(2);
    } else {
      expect(writeLines(terraform)).toEqual([]);
    }
  });

  test.each([{}, { 'dry-run': 'true' }])(
    'when a policy is another owner’s, nor would it be: %j',
    async (inputs) => {
      const { terraform, run } = await scenario({ files: sound });
      seedStamped(terraform, { name: 'gone', code: sentinel('gone') });
      seedStamped(terraform, { name: 'a', code: sentinel('theirs'), stamp: { owner: 'other/repository' } });
      const result = await run({ ...pruning, ...inputs });
      expect(outcome(result)).toMatchObject({ exitCode: 1, created: 1, deleted: 0, failed: 1 });
      expect(published(result).find(({ name }) => name === 'gone')).toMatchObject({ status: 'skipped' });
      expect(deletions(terraform)).toEqual([]);
    },
  );
});

describe('more than `max-deletes`', () => {
  const orphans = Array.from({ length: 11 }, (_, index) => `gone-${index + 10}`);

  test('would go: the run is refused before it writes anything, in a dry run too, and says which and how', async () => {
    const { terraform, folder, run } = await scenario({ files: { 'new.sentinel': sentinel('new') } });
    for (const name of orphans) seedStamped(terraform, { name, code: sentinel(name) });
    for (const inputs of [{ 'dry-run': 'true' }, {}]) {
      const result = await run({ ...pruning, ...inputs });
      expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
      const [error, ...others] = errors(result);
      expect(others).toEqual([]);
      expect(error?.at).toBe('input max-deletes');
      for (const words of [...orphans.map((name) => `${name}.sentinel`), '(10)', '`max-deletes` to 11']) {
        expect(error?.message).toContain(words);
      }
      expect(writeLines(terraform)).toEqual([]);
    }
    expect(outcome(await run({ ...pruning, 'max-deletes': '11' }))).toMatchObject({
      exitCode: 0,
      created: 1,
      deleted: 11,
    });
    expect(names(terraform)).toEqual(['new']);

    await change(folder, { 'new.sentinel': null, 'other.sentinel': sentinel('other') });
    expect(outcome(await run({ ...pruning, 'max-deletes': '0' }))).toEqual({ ...nothing, exitCode: 1 });
    expect(names(terraform)).toEqual(['new']);
  });
});

describe('a policy whose file is still there', () => {
  test('stays where only a configuration in another folder leaves it out; the warning says what to do', async () => {
    const { terraform, run } = await scenario({
      files: {
        'sentinel.hcl': 'policy "named" {}\n',
        'named.sentinel': sentinel('named'),
        'beside.sentinel': sentinel('beside'),
        'team/left.sentinel': sentinel('left'),
        'team/too.sentinel': sentinel('too'),
        'own/sentinel.hcl': 'policy "in-own" {}\n',
        'own/in-own.sentinel': sentinel('in_own'),
        'own/dropped.sentinel': sentinel('dropped'),
      },
    });
    const at = (name: string, path: string) =>
      seedStamped(terraform, { name, code: sentinel(name), stamp: { path } });
    at('beside', 'beside.sentinel');
    at('left', 'team/left.sentinel');
    at('too', 'team/too.sentinel');
    at('dropped', 'own/dropped.sentinel');
    at('gone', 'team/gone.sentinel');
    for (const inputs of [{ 'dry-run': 'true' }, {}]) {
      const result = await run({ ...pruning, 'max-deletes': '3', ...inputs });
      expect(outcome(result)).toMatchObject({ exitCode: 0, created: 2, deleted: 3 });
      const warnings = annotationsAt(result, 'warning');
      expect(warnings).toMatchObject([{ file: 'sentinel.hcl' }]);
      const words = ['left (team/left.sentinel), too (team/too.sentinel)', 'not deleted', 'remove the files'];
      for (const each of words) expect(warnings[0]?.message).toContain(each);
    }
    expect(names(terraform)).toEqual(['in-own', 'left', 'named', 'too']);
    expect(annotationsAt(await run(), 'warning')).toEqual([]);
  });
});

test('a prefix is what it makes of names, however it is spelt', async () => {
  const { terraform, folder, run } = await scenario({
    files: { 'a.sentinel': sentinel('a'), 'b.sentinel': sentinel('b') },
  });
  const prefix = { prefix: 'team.a.' };
  for (const name of ['a', 'b']) {
    const stamp = { ...prefix, path: `${name}.sentinel` };
    seedStamped(terraform, { name: `team-a-${name}`, code: sentinel(name), stamp });
  }
  for (const spelling of ['team.a.', 'team-a-', 'team a.']) {
    const result = await run({ ...pruning, 'name-prefix': spelling });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 0, unchanged: 2 });
  }
  await change(folder, { 'a.sentinel': sentinel('newer'), 'b.sentinel': null });
  const result = await run({ ...pruning, 'name-prefix': 'team.a.' });
  expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 1, deleted: 1 });
  expect(stampOf(policyStates(terraform)['team-a-a']?.description)).toMatchObject({ prefix: 'team-a-' });
});

describe('between plan and deletion somebody else', () => {
  const acts: [string, (terraform: HcpTerraform) => void][] = [
    [
      'takes the policy over',
      (terraform) =>
        seedStamped(terraform, {
          name: 'gone',
          code: sentinel('gone'),
          stamp: { owner: 'other/repository' },
        }),
    ],
    ['takes the stamp away', (terraform) => terraform.seedPolicy({ name: 'gone', description: 'Mine now.' })],
    ['uploads other code', (terraform) => terraform.seedPolicy({ name: 'gone', code: sentinel('theirs') })],
  ];

  test.each(acts)('%s: it stays, the run fails and says so', async (_name, act) => {
    const { terraform, run } = await scenario({ files: { 'a.sentinel': sentinel('a') } });
    seedStamped(terraform, { name: 'gone', code: sentinel('gone') });
    seedStamped(terraform, { name: 'gone-too', code: sentinel('gone-too') });
    terraform.onRequest = rightBefore('POST', /policies$/, () => act(terraform));
    const result = await run(pruning);
    expect(outcome(result)).toMatchObject({ exitCode: 1, created: 1, deleted: 1, failed: 1 });
    expect(errors(result)).toMatchObject([
      { message: expect.stringMatching(/by someone else during this run/) },
    ]);
    expect(names(terraform)).toEqual(['a', 'gone']);
  });

  test('deletes the policy: it is gone, as it should be', async () => {
    const { terraform, run } = await scenario({ files: { 'a.sentinel': sentinel('a') } });
    seedStamped(terraform, { name: 'gone', code: sentinel('gone') });
    terraform.onRequest = rightBefore('POST', /policies$/, () => terraform.removePolicy('gone'));
    expect(outcome(await run(pruning))).toMatchObject({ exitCode: 0, created: 1, failed: 0 });
  });
});

test('a deletion that fails is told, and does not stop the others; one whose answer is lost is done', async () => {
  const { terraform, run } = await scenario({ files: { 'a.sentinel': sentinel('a') } });
  for (const name of ['gone-1', 'gone-2', 'gone-3']) seedStamped(terraform, { name, code: sentinel(name) });
  terraform.faults.add({ when: { method: 'DELETE' }, fault: { type: 'status', status: 403 } });
  terraform.faults.add({
    when: { method: 'DELETE', request: 2 },
    fault: { type: 'lose', effect: 'after' },
  });
  const result = await run(pruning);
  expect(outcome(result)).toMatchObject({ exitCode: 1, created: 1, deleted: 2, failed: 1 });
  expect(errors(result)).toMatchObject([{ message: expect.stringContaining('403') }]);
  expect(names(terraform)).toHaveLength(2);
  expect(outcome(await run(pruning))).toMatchObject({ exitCode: 0, deleted: 1 });
  expect(names(terraform)).toEqual(['a']);
});

describe('side by side in one organization, with `prune` everywhere', () => {
  test('two owners delete their own only', async () => {
    const { terraform, folder, run } = await scenario({
      files: { 'a.sentinel': sentinel('a'), 'b.sentinel': sentinel('b') },
    });
    const other = await repository(terraform, { 'c.sentinel': sentinel('c'), 'd.sentinel': sentinel('d') });
    const theirs = { env: { GITHUB_REPOSITORY: 'acme/other' } };
    await run(pruning);
    expect(outcome(await other.run(pruning, theirs))).toMatchObject({ created: 2, deleted: 0 });
    expect(outcome(await run(pruning))).toEqual({ ...nothing, exitCode: 0, unchanged: 2 });
    await change(folder, { 'a.sentinel': null });
    await change(other.folder, { 'd.sentinel': null });
    expect(outcome(await run(pruning))).toMatchObject({ exitCode: 0, deleted: 1 });
    expect(names(terraform)).toEqual(['b', 'c', 'd']);
    expect(outcome(await other.run(pruning, theirs))).toMatchObject({ exitCode: 0, deleted: 1 });
    expect(names(terraform)).toEqual(['b', 'c']);
  });

  test('stages by name prefix each delete their own copies only', async () => {
    const { terraform, folder, run } = await scenario({
      files: { 'a.sentinel': sentinel('a'), 'b.sentinel': sentinel('b') },
    });
    const [staging, production] = [
      { ...pruning, 'name-prefix': 'staging-' },
      { ...pruning, 'name-prefix': 'prod-' },
    ];
    await run(staging);
    expect(outcome(await run(production))).toMatchObject({ created: 2, deleted: 0 });
    await change(folder, { 'a.sentinel': null });
    expect(outcome(await run(staging))).toMatchObject({ exitCode: 0, deleted: 1, unchanged: 1 });
    expect(names(terraform)).toEqual(['prod-a', 'prod-b', 'staging-b']);
    expect(outcome(await run(pruning))).toMatchObject({ exitCode: 0, created: 1, deleted: 0 });
    expect(outcome(await run(production))).toMatchObject({ exitCode: 0, deleted: 1, unchanged: 1 });
    expect(names(terraform)).toEqual(['b', 'prod-b', 'staging-b']);
  });

  test('a step for Sentinel, one for OPA and one for a folder each delete their own only', async () => {
    const { terraform, folder, run } = await scenario({
      files: {
        'a.sentinel': sentinel('a'),
        'b.sentinel': sentinel('b'),
        'c.rego': 'package c\n\ndeny := []\n',
        'team/d.sentinel': sentinel('d'),
      },
    });
    const steps = [
      { ...pruning, policies: '*.sentinel' },
      { ...pruning, policies: '**/*.rego' },
      { ...pruning, policies: 'team/**' },
    ];
    for (const step of steps) expect(outcome(await run(step))).toMatchObject({ exitCode: 0, deleted: 0 });
    expect(names(terraform)).toEqual(['a', 'b', 'c', 'd']);
    await change(folder, { 'b.sentinel': null });
    for (const step of steps.toReversed()) await run(step);
    expect(names(terraform)).toEqual(['a', 'c', 'd']);
  });
});

test('the organization is asked for no more than a list, where nothing goes', async () => {
  const { terraform, run } = await scenario({ files: { 'a.sentinel': sentinel('a') } });
  await run(pruning);
  terraform.reset();
  expect(outcome(await run(pruning))).toEqual({ ...nothing, exitCode: 0, unchanged: 1 });
  expect(requestLines(terraform)).toEqual([lines.listWithSets()]);
});
