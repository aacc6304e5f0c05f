import { describe, expect, test } from '@jest/globals';
import type { HcpTerraform } from '../../../sandbox/hcp-terraform/server.ts';
import type { RunResult } from '../../support/run-action.ts';
import {
  annotationsAt,
  errors,
  lines,
  members,
  outcome,
  policyStates,
  writeLines,
} from '../publish/reading.ts';
import { rego, scenario, sentinel } from '../publish/scenario.ts';
import { change, digest, seedStamped, stampOf, textOf } from './syncing.ts';

const pruning = { prune: 'true' };

/** An organization with `old`, as far from what a new policy gets as can be. */
function seedOld(terraform: HcpTerraform): void {
  for (const name of ['base', 'more', 'others']) terraform.seedPolicySet({ name });
  seedStamped(terraform, {
    name: 'old',
    code: sentinel('kept'),
    text: 'Said by hand.',
    enforcementLevel: 'hard-mandatory',
    policySets: ['base', 'more'],
  });
}

describe('a renamed policy', () => {
  test('takes over sets, level and description before the old one is deleted', async () => {
    const { terraform, run } = await scenario({ files: { 'new.sentinel': sentinel('kept') } });
    seedOld(terraform);
    const [old] = terraform.policies();
    const enforced: string[][] = [];
    terraform.onRequest = () => {
      enforced.push(
        members(terraform)['base']?.filter((name) => policyStates(terraform)[name]?.code !== undefined) ?? [],
      );
    };
    const result = await run(pruning);

    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1, deleted: 1 });
    const writes = writeLines(terraform).map((line) => line.replace(old?.id ?? '', 'old'));
    expect(writes).toEqual([
      lines.create('new'),
      lines.upload('new'),
      lines.addMembers('base'),
      lines.addMembers('more'),
      lines.update('new'),
      lines.delete('old'),
    ]);
    const { new: renamed, ...others } = policyStates(terraform);
    expect(others).toEqual({});
    expect(renamed).toMatchObject({
      level: 'hard-mandatory',
      sets: ['base', 'more'],
      code: sentinel('kept'),
    });
    expect(textOf(renamed?.description)).toBe('Said by hand.');
    expect(stampOf(renamed?.description)).toMatchObject({
      path: 'new.sentinel',
      sha256: digest(sentinel('kept')),
      'updated-at': terraform.policies()[0]?.updatedAt,
    });
    expect(enforced.filter((names) => names.length === 0)).toEqual([]);
    expect(result.summary).toMatch(/renamed/);
    expect(outcome(await run(pruning))).toMatchObject({ exitCode: 0, changed: 'false', unchanged: 1 });
  });

  test('of OPA keeps its query, too', async () => {
    const code = rego('tags');
    const { terraform, run } = await scenario({ files: { 'new.rego': code } });
    terraform.seedPolicySet({ name: 'base', kind: 'opa' });
    seedStamped(terraform, {
      name: 'old',
      kind: 'opa',
      code,
      query: 'data.tags.warn',
      enforcementLevel: 'mandatory',
      policySets: ['base'],
    });
    await run(pruning);
    expect(policyStates(terraform)).toMatchObject({
      new: { level: 'mandatory', query: 'data.tags.warn', sets: ['base'] },
    });
    expect(Object.keys(policyStates(terraform))).toEqual(['new']);
  });

  test('gets what is stated', async () => {
    const { terraform, run } = await scenario({
      files: {
        'sentinel.hcl':
          'policy "new" {\n  description = "Stated."\n  enforcement_level = "soft-mandatory"\n}\n',
        'new.sentinel': sentinel('kept'),
      },
    });
    seedOld(terraform);
    await run({ ...pruning, 'policy-sets': 'others' });
    const { new: renamed } = policyStates(terraform);
    expect(renamed).toMatchObject({ level: 'soft-mandatory', sets: ['base', 'more', 'others'] });
    expect(textOf(renamed?.description)).toBe('Stated.');
  });

  test('is told in a dry run, which writes nothing', async () => {
    const { terraform, run } = await scenario({ files: { 'new.sentinel': sentinel('kept') } });
    seedOld(terraform);
    const result = await run({ ...pruning, 'dry-run': 'true' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1, deleted: 1, changed: 'true' });
    expect(writeLines(terraform)).toEqual([]);
    expect(result.summary).toMatch(/renamed/);
    expect(result.summary).toContain('base');
  });

  test('on a release without enforcement levels keeps its level, even when a run was killed before the upload', async () => {
    const { terraform, run } = await scenario({
      files: { 'new.sentinel': sentinel('kept') },
      server: { dialect: 'v202303-1' },
    });
    seedOld(terraform);
    terraform.seedPolicy({ name: 'new', code: null, enforcementLevel: 'hard-mandatory' });
    expect(outcome(await run(pruning))).toMatchObject({ exitCode: 0, updated: 1, deleted: 1 });
    expect(policyStates(terraform)).toMatchObject({
      new: { level: 'hard-mandatory', sets: ['base', 'more'] },
    });
  });
});

test('renames are no deletions, however many: only what goes counts for `max-deletes`', async () => {
  const numbers = Array.from({ length: 11 }, (_, index) => index + 10);
  const { terraform, run } = await scenario({
    files: Object.fromEntries(numbers.map((each) => [`new-${each}.sentinel`, sentinel(`rule_${each}`)])),
  });
  for (const each of numbers) seedStamped(terraform, { name: `old-${each}`, code: sentinel(`rule_${each}`) });
  seedStamped(terraform, { name: 'gone', code: sentinel('gone') });
  const refused = await run({ ...pruning, 'max-deletes': '0' });
  expect(errors(refused)).toMatchObject([{ message: expect.stringMatching(/^1 policy .*: gone \(/) }]);
  expect(writeLines(terraform)).toEqual([]);
  expect(outcome(await run({ ...pruning, 'max-deletes': '1' }))).toMatchObject({
    exitCode: 0,
    created: 11,
    deleted: 12,
  });
  expect(Object.keys(policyStates(terraform))).toEqual(numbers.map((each) => `new-${each}`));
});

describe('a policy that was renamed in the organization', () => {
  const files = { 'cost.sentinel': sentinel('cost'), 'tags.sentinel': sentinel('tags') };
  const renamed = { name: 'cost-control', code: sentinel('cost'), stamp: { path: 'cost.sentinel' } };
  const warnings = (result: RunResult) => annotationsAt(result, 'warning').map(({ message }) => message);

  test('is told, with both names and the ways out, when its file is published under the old one', async () => {
    const { terraform, folder, run } = await scenario({ files });
    seedStamped(terraform, renamed);
    seedStamped(terraform, { name: 'tags', code: sentinel('tags') });
    seedStamped(terraform, {
      name: 'theirs',
      code: sentinel('x'),
      stamp: { ...renamed.stamp, owner: 'a/b' },
    });
    const stage = { ...renamed.stamp, prefix: 'prod-' };
    seedStamped(terraform, { name: 'prod-x', code: sentinel('x'), stamp: stage });
    for (const inputs of [{ 'dry-run': 'true' }, {}]) {
      const result = await run(inputs);
      expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1, unchanged: 1 });
      const [warning, ...others] = warnings(result);
      expect(others).toEqual([]);
      for (const words of ['`cost-control`', 'cost.sentinel', '`cost`', 'rename it back', 'configuration']) {
        expect(warning).toContain(words);
      }
    }
    // Both are there now: that there are two is nothing new.
    expect(warnings(await run())).toEqual([]);

    terraform.removePolicy('cost');
    const block = 'policy "cost-control" {\n  source = "./cost.sentinel"\n}\npolicy "tags" {}\n';
    await change(folder, { 'sentinel.hcl': block });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 0, unchanged: 2 });
    expect(warnings(result)).toEqual([]);
  });

  test('is told while pruning, unless it is carried over', async () => {
    const { terraform, folder, run } = await scenario({ files });
    seedStamped(terraform, renamed);
    await change(folder, { 'cost.sentinel': sentinel('newer') });
    expect(warnings(await run({ ...pruning, 'dry-run': 'true' }))).toEqual([
      expect.stringMatching(/`cost-control`.*`cost`/),
    ]);
    await change(folder, { 'cost.sentinel': sentinel('cost') });
    const result = await run(pruning);
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 2, deleted: 1 });
    expect(result.summary).toMatch(/renamed from.*cost-control/);
    expect(warnings(result)).toEqual([]);
  });
});

describe('nothing is taken over', () => {
  test('where two that go have the code, or where the stamp lies about it', async () => {
    const { terraform, run } = await scenario({
      files: { 'new.sentinel': sentinel('kept'), 'newer.sentinel': sentinel('newer') },
    });
    seedOld(terraform);
    seedStamped(terraform, { name: 'twin', code: sentinel('kept'), policySets: ['others'] });
    seedStamped(terraform, {
      name: 'liar',
      code: sentinel('other'),
      stamp: { sha256: digest(sentinel('newer')) },
    });
    terraform.seedPolicy({ name: 'liar', code: sentinel('other'), policySets: ['others'] });
    expect(outcome(await run(pruning))).toMatchObject({ exitCode: 0, created: 2, deleted: 3 });
    const fresh = { level: 'advisory', sets: [] };
    expect(policyStates(terraform)).toMatchObject({ new: fresh, newer: fresh });
  });

  test('from a policy that stays, of another owner, or of another kind', async () => {
    const { terraform, run } = await scenario({
      files: { 'copy.sentinel': sentinel('kept'), 'old.sentinel': sentinel('kept') },
    });
    seedOld(terraform);
    seedStamped(terraform, {
      name: 'theirs',
      code: sentinel('kept'),
      policySets: ['others'],
      stamp: { owner: 'other/repository' },
    });
    expect(outcome(await run(pruning))).toMatchObject({ exitCode: 0, created: 1, unchanged: 1, deleted: 0 });
    expect(policyStates(terraform)).toMatchObject({
      copy: { level: 'advisory', sets: [] },
      theirs: { sets: ['others'] },
    });
  });
});
