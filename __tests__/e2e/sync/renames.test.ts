import { describe, expect, test } from '@jest/globals';
import type { HcpTerraform } from '../../../sandbox/hcp-terraform/server.ts';
import { lines, members, outcome, policyStates, writeLines } from '../publish/reading.ts';
import { rego, scenario, sentinel } from '../publish/scenario.ts';
import { digest, seedStamped, stampOf, textOf } from './syncing.ts';

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
