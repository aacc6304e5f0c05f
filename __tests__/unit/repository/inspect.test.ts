import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { FileInputs } from '../../../src/inputs/file-inputs.ts';
import { kindOfFile } from '../../../src/model/kinds.ts';
import { hasQuery } from '../../../src/model/policy.ts';
import { describeProblem } from '../../../src/model/problem.ts';
import { assumedFindings } from '../../../src/policies/findings.ts';
import {
  type Configuration,
  readConfiguration,
} from '../../../src/repository/configuration/configuration.ts';
import { inspect, wrongLevel } from '../../../src/repository/inspect.ts';
import type { Selected } from '../../../src/repository/selection.ts';
import { workspace } from '../../support/workspace.ts';

const someInputs = (overrides: Partial<FileInputs> = {}): FileInputs => ({
  workingDirectory: '.',
  policies: { include: ['**'], exclude: [] },
  hasDefaultPolicies: false,
  exclude: [],
  namePrefix: '',
  config: [],
  enforcementLevel: undefined,
  query: undefined,
  ...overrides,
});

/** The file as selected by its name, or by the only block of the configuration. */
async function selectedFrom(path: string, text: string, config?: [path: string, text: string]) {
  const folder = await workspace({ [path]: text });
  const file = { path, location: join(folder, path) };
  const configuration = config && (await readConfiguration(...config));
  return selectedBy(file, configuration);
}

function selectedBy(file: Selected['file'], configuration: Configuration | undefined): Selected {
  const nearest = configuration === undefined ? [] : [configuration];
  if (configuration?.kind === 'opa') {
    const [block] = configuration.policies;
    return { kind: 'opa', file, nearest, by: block && { block, configuration: configuration.path } };
  }
  const [block] = configuration?.policies ?? [];
  if (kindOfFile(file.path) === 'opa') return { kind: 'opa', file, nearest, by: undefined };
  const by = block && configuration && { block, configuration: configuration.path };
  return { kind: 'sentinel', file, nearest, by };
}

async function problemsOf(selected: Selected, inputs = someInputs()): Promise<string[]> {
  const inspection = await inspect(selected, inputs);
  const problems = 'problems' in inspection ? inspection.problems : assumedFindings(inspection.file);
  return problems.map(describeProblem);
}

const MAIN = 'main = rule { true }\n';
const DENY = 'package a.b\n\ndeny := []\n';

describe('a file that goes by its name', () => {
  test('states nothing but its code', async () => {
    const sentinel = await inspect(await selectedFrom('x/cost.sentinel', MAIN), someInputs());
    expect(sentinel).toEqual({
      file: {
        kind: 'sentinel',
        name: 'cost',
        path: 'x/cost.sentinel',
        location: expect.stringMatching(/cost\.sentinel$/),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      warnings: [],
      renamed: false,
    });
    expect(await inspect(await selectedFrom('tags.rego', DENY), someInputs())).toMatchObject({
      file: { kind: 'opa', name: 'tags', derivedQuery: 'data.a.b.deny' },
      renamed: false,
    });
  });

  test('has what the inputs state', async () => {
    const inputs = someInputs({
      enforcementLevel: 'advisory',
      query: 'data.{package}.deny[{package}]',
      namePrefix: 'p.',
    });
    expect(await inspect(await selectedFrom('tags.rego', DENY), inputs)).toMatchObject({
      file: {
        name: 'p-tags',
        enforcementLevel: { value: 'advisory', source: 'input' },
        query: { value: 'data.a.b.deny[a.b]', source: 'input' },
      },
      renamed: true,
    });
    const level = someInputs({ enforcementLevel: 'hard-mandatory' });
    expect(await inspect(await selectedFrom('a.sentinel', MAIN), level)).toMatchObject({
      file: { enforcementLevel: { value: 'hard-mandatory', source: 'input' } },
    });
  });

  test('has the description of the file', async () => {
    const selected = await selectedFrom('a.sentinel', `# Words\n${MAIN}`);
    expect(await inspect(selected, someInputs())).toMatchObject({
      file: { description: { value: 'Words', source: 'file' } },
    });
    const rego = await selectedFrom('a.rego', `# METADATA\n# title: Title\n${DENY}`);
    expect(await inspect(rego, someInputs())).toMatchObject({
      file: { description: { value: 'Title', source: 'file' } },
    });
  });
});

describe('a file that a block names', () => {
  test('has what the block states, with its lines, before input and file', async () => {
    const inputs = someInputs({ enforcementLevel: 'advisory', query: 'data.x', namePrefix: 'p-' });
    const text =
      'policy "my.tags" {\n  query = "data.a.b.other"\n  enforcement_level = "mandatory"\n  description = "Mine"\n}';
    const selected = await selectedFrom('tags.rego', `# Words\n${DENY}`, ['x/policies.hcl', text]);
    expect(await inspect(selected, inputs)).toMatchObject({
      file: {
        name: 'p-my-tags',
        path: 'tags.rego',
        query: { value: 'data.a.b.other', source: 'x/policies.hcl:2' },
        enforcementLevel: { value: 'mandatory', source: 'x/policies.hcl:3' },
        description: { value: 'Mine', source: 'x/policies.hcl:4' },
        derivedQuery: 'data.a.b.deny',
      },
      renamed: true,
    });
  });

  test('has the input where the block states nothing', async () => {
    const selected = await selectedFrom('x.sentinel', `// Words\n${MAIN}`, [
      'sentinel.hcl',
      'policy "cost" { source = "x.sentinel" }',
    ]);
    const inspection = await inspect(selected, someInputs({ enforcementLevel: 'soft-mandatory' }));
    expect(inspection).toMatchObject({
      file: {
        name: 'cost',
        enforcementLevel: { value: 'soft-mandatory', source: 'input' },
        description: { value: 'Words', source: 'file' },
      },
    });
  });
});

describe('problems', () => {
  test.each<[string, [string, string], [string, string] | undefined, Partial<FileInputs>, RegExp[]]>([
    ['a name', ['größe.sentinel', MAIN], undefined, {}, [/^größe\.sentinel: "größe" .* Rename the file\.$/]],
    [
      'no name',
      ['.sentinel', MAIN],
      undefined,
      { namePrefix: 'p-' },
      [/^\.sentinel: "p-" is not a valid policy name/],
    ],
    [
      "a block's name",
      ['a.sentinel', MAIN],
      ['sentinel.hcl', '\npolicy "é" {}'],
      {},
      [/^sentinel\.hcl:2: "é" .* Rename the policy\.$/],
    ],
    ['an empty file', ['a.sentinel', ' \n'], undefined, {}, [/^a\.sentinel: The file is empty/]],
    ['no main', ['a.sentinel', 'x = 1'], undefined, {}, [/^a\.sentinel: .*`main`/]],
    [
      'no main, params and a module, at once',
      ['a.sentinel', 'import "m"\nx = 1'],
      ['sentinel.hcl', 'module "m" {}\npolicy "a" {\n  params = {}\n}'],
      {},
      [/^a\.sentinel: .*`main`/, /^a\.sentinel:1: .*module "m"/, /^sentinel\.hcl:3: .*`params`/],
    ],
    ['no rule', ['a.rego', 'package a\nx := 1'], undefined, {}, [/^a\.rego: .*`deny`.*data\.a\.deny/]],
    [
      "no rule of the input's query",
      ['a.rego', DENY],
      undefined,
      { query: 'data.{package}.bad' },
      [/^a\.rego: .*`bad`.*data\.a\.b\.bad/],
    ],
    ['no package, told once', ['a.rego', 'x := 1'], undefined, {}, [/^a\.rego: .*package/]],
  ])('%s', async (_, [path, text], config, inputs, messages) => {
    const problems = await problemsOf(await selectedFrom(path, text, config), someInputs(inputs));
    expect(problems).toEqual(messages.map((message) => expect.stringMatching(message)));
  });

  test('there is one for a rule that only a block asks for, on its line', async () => {
    const text = 'policy "p" {\n  query = "data.a.b.c.d"\n}';
    const [problem, ...others] = await problemsOf(await selectedFrom('a.rego', DENY, ['policies.hcl', text]));
    expect(problem).toMatch(
      /^policies\.hcl:2: The query data\.a\.b\.c\.d of policy "p" refers to the rule `c\.d`, which a\.rego \(package a\.b\) does not have\. Its rules are: deny\./,
    );
    expect(others).toEqual([]);
  });
});

describe('the level of the input', () => {
  const file = (path: string) => ({ path, location: `/w/${path}` });
  const byName = (path: string): Selected => selectedBy(file(path), undefined);

  test('may be of one kind where all policies of the other state theirs', async () => {
    const config = await readConfiguration(
      'policies.hcl',
      'policy "p" {\n  query = "data.a.deny"\n  enforcement_level = "advisory"\n}',
    );
    const selected = [byName('a.sentinel'), selectedBy(file('a.rego'), config)];
    expect(wrongLevel(selected, someInputs({ enforcementLevel: 'hard-mandatory' }))).toEqual([]);
  });

  test('is a problem once for each kind that does not have it', () => {
    const selected = ['a.sentinel', 'b.rego', 'c.rego'].map(byName);
    const level = (enforcementLevel: FileInputs['enforcementLevel']) =>
      wrongLevel(selected, someInputs({ enforcementLevel })).map(describeProblem);
    expect(level('soft-mandatory')).toEqual([
      'input enforcement-level: `enforcement-level` is "soft-mandatory", which OPA policies do not have: b.rego and 1 more. Use one of advisory, mandatory, or publish the two kinds in separate steps.',
    ]);
    expect(level('mandatory')).toEqual([
      expect.stringMatching(/Sentinel policies do not have: a\.sentinel\./),
    ]);
    expect(level('advisory')).toEqual([]);
    expect(level(undefined)).toEqual([]);
  });
});

test('the query that a policy has is not judged by code that nobody can read', async () => {
  for (const text of ['package a\n\nx := "', 'x := 1\n']) {
    const inspection = await inspect(await selectedFrom('a.rego', text), someInputs());
    const file = 'file' in inspection ? inspection.file : undefined;
    expect(file && hasQuery(file) && file.unstatedQuery?.judge('data.a.violation')).toBeUndefined();
    expect(file?.findings).toHaveLength(1);
  }
});
