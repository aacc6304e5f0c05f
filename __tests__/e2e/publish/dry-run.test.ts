import { describe, expect, test } from '@jest/globals';
import {
  annotationsAt,
  errors,
  lines,
  members,
  nothing,
  outcome,
  policyStates,
  published,
  requestLines,
} from './reading.ts';
import { rego, scenario, sentinel } from './scenario.ts';

const files = {
  'cost.sentinel': sentinel('newer'),
  'same.sentinel': sentinel('same'),
  'tags.rego': rego('tags'),
};

describe('a dry run', () => {
  test('reads everything, writes nothing, and reports what would happen', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicySet({ name: 'base-opa', kind: 'opa' });
    terraform.seedPolicy({ name: 'cost', code: sentinel('older'), enforcementLevel: 'hard-mandatory' });
    terraform.seedPolicy({ name: 'same', code: files['same.sentinel'], enforcementLevel: 'advisory' });
    const before = policyStates(terraform);
    const inputs = { 'dry-run': 'true', 'enforcement-level': 'advisory', 'policy-sets': 'base-opa' };
    const result = await run(inputs);

    expect(outcome(result)).toEqual({
      ...nothing,
      exitCode: 0,
      changed: 'true',
      created: 1,
      updated: 1,
      unchanged: 1,
    });
    expect(requestLines(terraform)).toEqual([
      lines.listWithSets(),
      lines.findSet('base-opa'),
      lines.download('cost'),
      lines.object,
      lines.download('same'),
      lines.object,
    ]);
    expect(policyStates(terraform)).toEqual(before);
    expect(members(terraform)).toEqual({ 'base-opa': [] });
    expect(published(result)).toMatchObject([
      {
        name: 'cost',
        action: 'update',
        changes: ['code', 'enforcement-level'],
        enforcementLevel: 'advisory',
        status: 'planned',
      },
      { name: 'same', action: 'unchanged', changes: [], status: 'planned' },
      {
        name: 'tags',
        id: null,
        action: 'create',
        changes: ['code', 'enforcement-level', 'query', 'policy-sets'],
        enforcementLevel: 'advisory',
        status: 'planned',
      },
    ]);
    expect(result.summary).toMatch(
      /^## Terraform policies: 1 would be created, 1 would be updated, 1 unchanged, 1 warning\n/,
    );
    expect(result.summary).toContain('**Dry run**');
    expect(result.summary).toContain('**Enforcement would get looser**: `cost`');
    expect(result.summary).toMatch(/\| would\u00a0create +\|/);
    expect(result.summary).toMatch(/\| would\u00a0update +\|/);
    expect(result.lines.at(-1)).toContain('would be created');
  });

  test('of what is there already has nothing to do', async () => {
    const { run } = await scenario({ files });
    await run();
    const result = await run({ 'dry-run': 'TRUE' });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 0, unchanged: 3 });
    expect(result.summary).toContain('nothing to do, 3 unchanged');
  });

  test('plans what the run then does', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicy({ name: 'cost', code: null });
    terraform.seedPolicySet({ name: 'base' });
    const inputs = { 'policy-sets': 'base', 'enforcement-level': 'advisory' };
    const planned = await run({ ...inputs, 'dry-run': 'true' });
    const applied = await run(inputs);
    const facts = (result: typeof planned) =>
      published(result).map(({ name, action, changes, enforcementLevel }) => [
        name,
        action,
        changes,
        enforcementLevel,
      ]);
    expect(facts(planned)).toEqual(facts(applied));
    expect({ ...outcome(planned) }).toEqual(outcome(applied));
  });

  test('fails like the run would, for what is wrong in the organization', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicy({ name: 'cost', kind: 'opa', code: rego('cost') });
    const result = await run({ 'dry-run': 'true' });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual([{ at: 'cost.sentinel', message: expect.stringContaining('kind opa') }]);
  });

  test('without a token checks the files only, and says why', async () => {
    const { terraform, run } = await scenario({ files });
    const result = await run({ 'dry-run': 'true', token: undefined, organization: undefined });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 0 });
    expect(requestLines(terraform)).toEqual([]);
    expect(published(result).map(({ status }) => status)).toEqual(['skipped', 'skipped', 'skipped']);
    expect(annotationsAt(result, 'notice')).toEqual([
      { level: 'notice', message: expect.stringContaining('there is no token') },
    ]);
    expect(result.summary).toContain('3 files checked');
  });

  test('without a token still fails for a file that is not sound', async () => {
    const { run } = await scenario({ files: { ...files, 'empty.sentinel': '' } });
    const result = await run({ 'dry-run': 'true', token: undefined });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toMatchObject([{ at: 'empty.sentinel' }]);
  });
});
