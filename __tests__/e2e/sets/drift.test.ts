import { describe, expect, test } from '@jest/globals';
import { annotationsAt, outcome, requestLines, writeLines } from '../publish/reading.ts';
import { asBase, asNewBase, publishing, setOf } from './publishing.ts';

const check = { ...asBase, 'expect-no-changes': 'true' };

describe('a drift check', () => {
  test('succeeds if everything is as published, and reads all sets once', async () => {
    const { terraform, run } = await publishing();
    await run(asNewBase);
    terraform.reset();
    expect(outcome(await run(check))).toMatchObject({ exitCode: 0, changed: 'false', unchanged: 1 });
    expect(requestLines(terraform)).toHaveLength(1);
  });

  test('reports sets that this owner published and the input does not list, without failing', async () => {
    const { terraform, run } = await publishing();
    await run({ ...asNewBase, 'versioned-policy-sets': 'base: policies\nold: policies' });
    await run({ ...asNewBase, 'versioned-policy-sets': 'others: policies', owner: 'acme/other' });
    terraform.reset();
    const result = await run(check);
    expect(outcome(result)).toMatchObject({ exitCode: 0, changed: 'false' });
    const warnings = annotationsAt(result, 'warning').map(({ message }) => message);
    expect(warnings.filter((message) => message.includes('still enforced'))).toEqual([
      expect.stringContaining('"old"'),
    ]);
    expect(warnings.join('\n')).not.toContain('"others"');
    expect(writeLines(terraform)).toEqual([]);
  });

  test('fails if somebody else uploaded a version, and names the set', async () => {
    const { terraform, run } = await publishing();
    await run(asNewBase);
    terraform.publishVersion('base', { files: { 'sentinel.hcl': '' } });
    const result = await run(check);
    expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'true', updated: 1 });
    expect(result.outputs['summary']).toContain('`base`');
    expect(result.outputs['summary']).toContain('drifted from the repository');
  });

  test('fails if a setting differs from the input', async () => {
    const { terraform, run } = await publishing();
    await run({ ...asNewBase, 'policy-tool-version': '0.40.0' });
    terraform.changePolicySet('base', { 'policy-tool-version': '0.30.0' });
    const result = await run({ ...check, 'policy-tool-version': '0.40.0' });
    expect(outcome(result)).toMatchObject({ exitCode: 1, updated: 1 });
    expect(setOf(terraform).toolVersion).toBe('0.30.0');
  });

  test('fails if the set was deleted', async () => {
    const { run } = await publishing();
    const result = await run({ ...check, 'create-policy-sets': 'true' });
    expect(outcome(result)).toMatchObject({ exitCode: 1, created: 1 });
  });
});
