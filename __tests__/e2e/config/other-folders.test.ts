import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { outcome, policyStates, writeLines } from '../publish/reading.ts';
import { type Files, scenario, sentinel } from '../publish/scenario.ts';
import { expectFindings, leftOut, logged, named } from './reading.ts';

/** A library beside sets that name what they need of it. */
const library: Files = {
  'policies/a.sentinel': sentinel('a'),
  'policies/b.sentinel': sentinel('b'),
  'policies/net/c.sentinel': sentinel('c'),
  'policies/net/d.sentinel': sentinel('d'),
  'policies/test/a/mock.sentinel': 'x = 1\n',
  'policies/tags.rego': 'package tags\n\nimport rego.v1\n\ndeny contains "x" if input.x\n',
  'sets/prod/sentinel.hcl':
    'policy "a" {\n  source = "../../policies/a.sentinel"\n}\npolicy "net" {\n  source = "../../policies/net/c.sentinel"\n}\n# policy "b" {\n#   source = "../../policies/b.sentinel"\n# }\n',
};
const elsewhere: Files = { 'loose/e.sentinel': sentinel('e'), 'f.sentinel': sentinel('f') };

describe('a set that names policies of a folder beside it', () => {
  test('publishes them from the set as working directory, and lists the others of that folder', async () => {
    const { terraform, run } = await scenario({ files: { ...library, ...elsewhere } });
    const result = await run({ 'working-directory': 'sets/prod' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 2 });
    expect(named(result)).toEqual({ a: 'policies/a.sentinel', net: 'policies/net/c.sentinel' });
    expect(Object.keys(policyStates(terraform))).toEqual(['a', 'net']);
    const why = 'is not named by sets/prod/sentinel.hcl';
    expect(leftOut(result.summary)).toEqual({ 'policies/b.sentinel': why, 'policies/net/d.sentinel': why });
    expect(result.annotations).toEqual([]);
  });

  test('leaves the others out when the root is the working directory; other folders go by file names', async () => {
    const { run } = await scenario({ files: { ...library, ...elsewhere } });
    const result = await run();
    expect(Object.keys(named(result)).toSorted()).toEqual(['a', 'e', 'f', 'net', 'tags']);
    expect(Object.keys(leftOut(result.summary))).toEqual(['policies/b.sentinel', 'policies/net/d.sentinel']);
  });

  test('does not decide over folders that it lies in itself', async () => {
    const { run } = await scenario({
      files: { 'sets/prod/sentinel.hcl': 'policy "f" {\n  source = "../../f.sentinel"\n}\n', ...elsewhere },
    });
    expect(named(await run({ 'dry-run': 'true' }))).toEqual({
      e: 'loose/e.sentinel',
      f: 'f.sentinel',
    });
    const own = await run({ 'working-directory': 'sets/prod' });
    expect(named(own)).toEqual({ f: 'f.sentinel' });
    expect(leftOut(own.summary)).toEqual({});
  });

  test('is not followed where `policies` says what is published', async () => {
    const { run } = await scenario({ files: { ...library, 'sets/prod/own.sentinel': sentinel() } });
    const result = await run({ 'working-directory': 'sets/prod', policies: '*.sentinel\n**/*.sentinel' });
    expect(outcome(result)).toMatchObject({ exitCode: 1, created: 0 });
    expectFindings(result, 'notice', [
      ['sets/prod/sentinel.hcl:2', '"a"'],
      ['sets/prod/sentinel.hcl:5', '"net"'],
    ]);
    expect(logged(result, 'error')).toEqual([expect.stringContaining('No policies found')]);
  });

  test('still obeys `exclude`, which is relative to the workspace there', async () => {
    const { run } = await scenario({ files: library });
    const result = await run({ 'working-directory': 'sets/prod', exclude: 'policies/net/**' });
    expect(named(result)).toEqual({ a: 'policies/a.sentinel' });
    expectFindings(result, 'notice', [['sets/prod/sentinel.hcl:5', '"net"', 'policies/net/c.sentinel']]);
    expect(Object.keys(leftOut(result.summary))).toEqual(['policies/b.sentinel']);
  });

  test('gives way to a configuration that stands nearer to a file, and to other sets', async () => {
    const { run } = await scenario({
      files: {
        ...library,
        'policies/net/sentinel.hcl': 'policy "d" {}\n',
        'sets/dev/sentinel.hcl': 'policy "b" {\n  source = "../../policies/b.sentinel"\n}\n',
      },
    });
    const result = await run({ policies: '**/*.sentinel' });
    expect(named(result)).toEqual({
      a: 'policies/a.sentinel',
      b: 'policies/b.sentinel',
      d: 'policies/net/d.sentinel',
      net: 'policies/net/c.sentinel',
    });
    expect(leftOut(result.summary)).toEqual({});
  });

  test.each([['.'], ['sets/prod']])(
    'never deletes a policy whose block is gone while its file is there, from %s',
    async (folder) => {
      const { terraform, folder: workspace, run } = await scenario({ files: library });
      const both = `${library['sets/prod/sentinel.hcl']}policy "b" {\n  source = "../../policies/b.sentinel"\n}\n`;
      await writeFile(join(workspace, 'sets/prod/sentinel.hcl'), both);
      const inputs = { 'working-directory': folder, prune: 'true' };
      expect(named(await run(inputs))).toMatchObject({ b: 'policies/b.sentinel' });
      await writeFile(join(workspace, 'sets/prod/sentinel.hcl'), library['sets/prod/sentinel.hcl'] ?? '');
      const before = writeLines(terraform).length;
      const result = await run(inputs);
      expect(outcome(result)).toMatchObject({ exitCode: 0, deleted: 0 });
      expect(writeLines(terraform)).toHaveLength(before);
      expectFindings(result, 'warning', [['sets/prod/sentinel.hcl', 'b (policies/b.sentinel)', 'remove']]);
    },
  );
});
