import { expect, test } from '@jest/globals';
import { tooNewFor, usedFeatures } from '../../../src/policy-sets/check/sentinel-features.ts';
import { readConfiguration } from '../../../src/repository/configuration/configuration.ts';

const file = 'policies/sentinel.hcl';
const policy = 'policy "a" {\n  enforcement_level = "advisory"\n}\n';
const REMOTE = 'https://example.com/x';

/** Line and words of all that is said of this configuration with this version. */
async function saidOf(text: string, toolVersion: string, partial: readonly number[] = []): Promise<string[]> {
  const configuration = await readConfiguration(file, text);
  if (configuration.kind !== 'sentinel') throw new Error('That is not a configuration of Sentinel.');
  expect(configuration.problems).toEqual([]);
  const places = partial.map((line) => ({ file: 'policies/a.sentinel', line }));
  const problems = tooNewFor({ name: 'base', toolVersion }, usedFeatures(configuration, places));
  return problems.map(
    ({ place, message }) => `${place?.input ?? `${place?.file}:${place?.line}`} ${message}`,
  );
}

const rows = [
  ['a configuration file in HCL', policy, '0.15.6', '0.16.0', 1, /configuration files in HCL/],
  [
    'a remote policy',
    `policy "a" {\n  source = "${REMOTE}"\n}`,
    '0.15.6',
    '0.16.0',
    2,
    /remote sources of policies/,
  ],
  [
    'a remote module',
    `module "a" {\n  source = "${REMOTE}"\n}`,
    '0.15.6',
    '0.16.0',
    2,
    /policies and modules/,
  ],
  [
    'a policy without a level',
    `${policy}policy "b" {}`,
    '0.18.10',
    '0.18.11',
    4,
    /without `enforcement_level`/,
  ],
  [
    'a module',
    'import "module" "a" {\n  source = "./a"\n}',
    '0.18.13',
    '0.19.0',
    1,
    /`import "module"` blocks/,
  ],
  ['static data', 'import "static" "a" {\n  source = "./a"\n}', '0.18.13', '0.19.0', 1, /`import "static"`/],
  ['a plugin', 'import "plugin" "a" {\n  source = "./a"\n}', '0.18.13', '0.19.0', 1, /`import "plugin"`/],
  [
    'params',
    policy.replace('}', '  params = { b = 1 }\n}'),
    '0.20.0',
    '0.21.0',
    3,
    /support `params` of a policy/,
  ],
  [
    'params',
    policy.replace('}', '  params = { b = 1 }\n}'),
    '0.25.1',
    '0.26.0',
    3,
    /of one policy to the next/,
  ],
  ['a sentinel block', '\nsentinel {}', '0.21.9', '0.22.0', 2, /`sentinel` blocks/],
  ['apply-all', 'sentinel {\n  features = { apply-all = true }\n}', '0.22.9', '0.23.0', 2, /`apply-all`/],
  [
    'remote data',
    `import "static" "a" {\n  source = "${REMOTE}"\n}`,
    '0.23.1',
    '0.24.0',
    2,
    /static imports and plugins/,
  ],
  [
    'a remote plugin',
    `import "plugin" "a" {\n  source = "${REMOTE}"\n}`,
    '0.23.1',
    '0.24.0',
    2,
    /and plugins/,
  ],
] as const;

test.each(rows)('%s: %# not of %s', async (_, text, before, since, line, words) => {
  const old = await saidOf(text, before);
  const at = old.filter((said) => said.startsWith(`${file}:${line} `) && words.test(said));
  expect(at).toEqual([expect.stringContaining(`runs Sentinel ${before}`)]);
  expect(at[0]).toContain(since);
  expect((await saidOf(text, since)).filter((said) => words.test(said))).toEqual([]);
});

test('older forms of the same feature have no warning', async () => {
  const text = 'module "a" {\n  source = "./a"\n}\nimport "b" {\n  path = "./b"\n}\n';
  expect(await saidOf(text, '0.16.0')).toEqual([expect.stringMatching(/^policy-tool-version .*0\.23\.1/)]);
});

test('a part of static data is imported since 0.40, and the file is named', async () => {
  expect(await saidOf(policy, '0.30.0', [7])).toEqual([
    expect.stringMatching(
      /^policies\/a\.sentinel:7 .*which does not support imports of a part of static data/,
    ),
  ]);
  expect(await saidOf(policy, '0.40.0', [7])).toEqual([]);
});

test('agents run nothing older than 0.23.1', async () => {
  expect(await saidOf(policy, '0.23.0')).toEqual([
    'policy-tool-version Policy set "base" runs Sentinel 0.23.0, but agents require Sentinel 0.23.1 or later.',
  ]);
  expect(await saidOf(policy, '0.23.1')).toEqual([]);
});

test.each(['latest', '', 'none', '1', '1.0.0', '0.40', 'v0.40.1'])('%p knows everything', async (version) => {
  const text = `${policy}sentinel {}\nimport "static" "a" {\n  source = "${REMOTE}"\n}\n`;
  expect(await saidOf(text, version, [1])).toEqual([]);
});
