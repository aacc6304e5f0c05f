import { describe, expect, test } from '@jest/globals';
import type { HcpTerraform } from '../../../sandbox/hcp-terraform/server.ts';
import {
  annotationsAt,
  errors,
  lines,
  nothing,
  outcome,
  policyStates,
  published,
  writeLines,
} from '../publish/reading.ts';
import { type GivenInputs, scenario, sentinel } from '../publish/scenario.ts';
import { change, ofThisRun, rightBefore, type StampedSeed, seedStamped, stampOf } from './syncing.ts';

/** What the runner tells a run. */
const numbered = (id: number, attempt = 1, sha = String(id).padStart(40, 'c')) => ({
  env: { GITHUB_RUN_ID: String(id), GITHUB_RUN_ATTEMPT: String(attempt), GITHUB_SHA: sha },
});

/** A policy as a run of this repository left it. */
function seedBy(terraform: HcpTerraform, id: number, { stamp, ...seed }: StampedSeed, attempt = 1): void {
  const run = { ...ofThisRun, run: String(id), attempt: String(attempt) };
  seedStamped(terraform, { ...seed, stamp: { ...run, ...stamp } });
}

const warnings = (result: Parameters<typeof errors>[0]) =>
  annotationsAt(result, 'warning').map(({ message }) => message);

describe('the stamp names the run', () => {
  test('that wrote code or settings last, and links to the commit of the last upload', async () => {
    const { terraform, folder, run } = await scenario({ files: { 'cost.sentinel': sentinel('old') } });
    terraform.seedPolicySet({ name: 'base' });
    const stamp = { stamp: 'true' };
    const hard = { ...stamp, 'enforcement-level': 'hard-mandatory' };
    const described = () => policyStates(terraform)['cost']?.description ?? '';
    const written = () => [stampOf(described())?.['run'], /blob\/c*(\d+)\//.exec(described())?.[1]];

    await run(stamp, numbered(100));
    expect(written()).toEqual(['100', '100']);
    await run(hard, numbered(200, 3));
    expect(written()).toEqual(['200', '100']);
    expect(stampOf(described())).toMatchObject({ ...ofThisRun, run: '200', attempt: '3' });
    expect(outcome(await run(hard, numbered(300)))).toMatchObject({ exitCode: 0, unchanged: 1 });
    expect(published(await run({ ...hard, 'policy-sets': 'base' }, numbered(400)))).toMatchObject([
      { changes: ['policy-sets'], status: 'applied' },
    ]);
    expect(written()).toEqual(['200', '100']);
    await change(folder, { 'cost.sentinel': sentinel('new') });
    await run(hard, numbered(500));
    expect(written()).toEqual(['500', '500']);
    await change(folder, { 'cost.sentinel': null, 'team/cost.sentinel': sentinel('new') });
    await run(hard, numbered(600));
    expect(written()).toEqual(['600', '600']);
    expect(described()).toContain('/team/cost.sentinel');
    await run(
      { ...hard, 'enforcement-level': 'advisory' },
      { env: { GITHUB_RUN_ID: undefined, GITHUB_SHA: undefined } },
    );
    expect(stampOf(described())).not.toHaveProperty('run');
    expect(described()).toContain(`blob/${'600'.padStart(40, 'c')}/team/`);
  });
});

describe('a run that is older than the one in the stamp', () => {
  /** The repository as run 100 has it, in an organization where run 200 was since. */
  async function rolledBack() {
    const names = ['changed', 'equal', 'first-attempt', 'joining', 'other', 'stale', 'unnumbered'];
    const made = await scenario({
      files: Object.fromEntries(names.map((name) => [`${name}.sentinel`, sentinel(`${name}_old`)])),
    });
    const { terraform } = made;
    terraform.seedPolicySet({ name: 'base' });
    const sets = { policySets: ['base'] };
    const newer = (name: string) => ({ ...sets, name, code: sentinel(`${name}_new`) });
    const hard = { enforcementLevel: 'hard-mandatory' };
    seedBy(terraform, 200, { ...newer('changed'), ...hard });
    seedBy(terraform, 200, { ...sets, name: 'equal', code: sentinel('equal_old') });
    seedBy(terraform, 100, newer('first-attempt'));
    seedBy(terraform, 200, { name: 'joining', code: sentinel('joining_old') });
    seedBy(terraform, 200, { ...newer('other'), stamp: { repository: 'acme/moved' } });
    seedBy(terraform, 50, newer('stale'));
    seedStamped(terraform, newer('unnumbered'));
    seedBy(terraform, 200, { name: 'added-since', code: sentinel('added') });
    seedBy(terraform, 50, { name: 'gone', code: sentinel('gone') });
    return made;
  }
  const inputs: GivenInputs = { prune: 'true', 'policy-sets': 'base' };
  const later = 'run 200, attempt 1 (`https://github.com/acme/policies/actions/runs/200`)';
  const mine = 'run 100, attempt 2 (`https://github.com/acme/policies/actions/runs/100`)';

  test('leaves what later runs wrote, fails for it, and deletes nothing', async () => {
    const { terraform, run } = await rolledBack();
    const before = policyStates(terraform);
    const result = await run(inputs, numbered(100, 2));
    expect(outcome(result)).toEqual({
      ...nothing,
      exitCode: 1,
      changed: 'true',
      updated: 4,
      unchanged: 1,
      failed: 3,
    });
    expect(published(result).map(({ name, action, status }) => `${name}: ${action}, ${status}`)).toEqual([
      'changed: update, failed',
      'equal: unchanged, applied',
      'first-attempt: update, applied',
      'joining: update, failed',
      'other: update, applied',
      'stale: update, applied',
      'unnumbered: update, applied',
      'added-since: delete, failed',
      'gone: delete, skipped',
    ]);
    for (const name of ['changed', 'equal', 'joining', 'added-since', 'gone']) {
      expect(policyStates(terraform)[name]).toEqual(before[name]);
    }
    expect(errors(result).map(({ at }) => at)).toEqual([
      'changed.sentinel',
      'joining.sentinel',
      'added-since.sentinel',
    ]);
    for (const { message } of errors(result)) {
      for (const words of [later, mine, 'revert the commit', 'tag']) expect(message).toContain(words);
    }
    expect(result.summary).toContain('https://github.com/acme/policies/actions/runs/200');

    // The run that is the latest by now takes it from there.
    terraform.reset();
    expect(outcome(await run(inputs, numbered(300)))).toMatchObject({
      exitCode: 0,
      updated: 2,
      deleted: 2,
    });
  });

  test('is no error where it only looks; the report says that publishing would be one', async () => {
    const { terraform, run } = await rolledBack();
    for (const looking of [{ 'dry-run': 'true' }, { 'expect-no-changes': 'true' }]) {
      const result = await run({ ...inputs, ...looking }, numbered(100, 2));
      expect(outcome(result)).toMatchObject({ updated: 6, deleted: 2, unchanged: 1, failed: 0 });
      expect(result.exitCode).toBe('dry-run' in looking ? 0 : 1);
      expect(warnings(result)).toEqual([
        expect.stringContaining(`changed, joining, added-since (${later}). This is ${mine}`),
      ]);
      expect(warnings(result)[0]).toMatch(/A publishing run would not change/);
    }
    expect(writeLines(terraform)).toEqual([]);
  });

  test('is not recognized without a number: nothing is compared', async () => {
    const { terraform, run } = await rolledBack();
    const result = await run({ 'policy-sets': 'base' }, { env: { GITHUB_RUN_ID: undefined } });
    expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 6, failed: 0 });
    expect(stampOf(policyStates(terraform)['changed']?.description)).not.toHaveProperty('run');
  });

  test('of another server neither', async () => {
    const { run } = await rolledBack();
    const { env } = numbered(100, 2);
    const result = await run(inputs, { env: { ...env, GITHUB_SERVER_URL: 'https://ghe.example:8443' } });
    expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 6, deleted: 2, failed: 0 });
  });

  test('does not bring back an old name', async () => {
    const { terraform, run } = await scenario({ files: { 'old.sentinel': sentinel('same') } });
    terraform.seedPolicySet({ name: 'base' });
    seedBy(terraform, 200, { name: 'new', code: sentinel('same'), policySets: ['base'] });
    const result = await run({ prune: 'true' }, numbered(100));
    expect(outcome(result)).toMatchObject({ exitCode: 1, created: 0, deleted: 0, failed: 2 });
    expect(published(result)).toMatchObject([
      { name: 'old', action: 'create', status: 'failed', id: null },
      { name: 'new', action: 'delete', status: 'failed' },
    ]);
    expect(writeLines(terraform)).toEqual([]);
    const planned = await run({ prune: 'true', 'dry-run': 'true' }, numbered(100));
    expect(outcome(planned)).toMatchObject({ exitCode: 0, created: 1, deleted: 1, failed: 0 });
    expect(warnings(planned)).toHaveLength(1);
  });

  test('finds that out as late as when it creates a policy', async () => {
    const { terraform, run } = await scenario({ files: { 'cost.sentinel': sentinel('old') } });
    terraform.onRequest = rightBefore('POST', /policies$/, () =>
      seedBy(terraform, 200, { name: 'cost', code: sentinel('new') }),
    );
    const result = await run({ stamp: 'true' }, numbered(100));
    expect(outcome(result)).toMatchObject({ exitCode: 1, failed: 1, changed: 'false' });
    expect(errors(result)).toMatchObject([{ at: 'cost.sentinel', message: expect.stringContaining(later) }]);
    expect(new Set(writeLines(terraform))).toEqual(new Set([`${lines.create('cost')} → 422`]));
    expect(policyStates(terraform)['cost']?.code).toBe(sentinel('new'));
  });
});

test('without `stamp` a policy taken over while it is created has its own stamp kept up to date', async () => {
  const { terraform, run } = await scenario({ files: { 'cost.sentinel': sentinel('new') } });
  terraform.onRequest = rightBefore('POST', /policies$/, () =>
    seedBy(terraform, 100, { name: 'cost', code: sentinel('old') }),
  );
  expect(outcome(await run({}, numbered(200)))).toMatchObject({ exitCode: 0, created: 1 });
  const [cost] = terraform.policies();
  expect(stampOf(cost?.description)).toMatchObject({ run: '200', 'updated-at': cost?.updatedAt });
});
