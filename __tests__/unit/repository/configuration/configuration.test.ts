// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL has templates, too
import { describe, expect, test } from '@jest/globals';
import { describeProblem } from '../../../../src/model/problem.ts';
import {
  type Configuration,
  readConfiguration,
} from '../../../../src/repository/configuration/configuration.ts';

/** Reads a text that nothing is wrong with. */
async function readSound(path: string, text: string): Promise<Configuration> {
  const configuration = await readConfiguration(path, text);
  expect([...configuration.problems, ...configuration.warnings].map(describeProblem)).toEqual([]);
  return configuration;
}

test.each([
  ['policies.hcl', 'opa'],
  ['opa/policies.hcl', 'opa'],
  ['policies.json', 'opa'],
  ['sentinel.hcl', 'sentinel'],
  ['my-policies.hcl', 'sentinel'],
  ['policies.hcl/sentinel.hcl', 'sentinel'],
])('%s is for %s', async (path, kind) => {
  const text = path.endsWith('.json') ? '{}' : '';
  expect(await readSound(path, text)).toMatchObject({ path, kind, policies: [], provided: [] });
});

test('reads a Sentinel configuration with blocks of all kinds', async () => {
  const text = `# Modules
module "tfplan-functions" {
  source = "../common-functions/tfplan-functions.sentinel"
}
import "module" "report" { source = "./report.sentinel" }
import "static" "prices" {
  source = "./prices.json"
  format = "json"
}
import "plugin" "time" {
  source = "./time"
  config = { timezone = "UTC" }
}
import "old" { path = "./old" }
/* policy "not" {
   } */
policy "limit-cost" {
  source            = "./limit-cost.sentinel" // beside it
  enforcement_level = "soft-mandatory"
  description       = "Stay below \\"the limit\\"."
  params = {
    limit = 100, regions = ["a", "b"]
    nested = { x = { y = null } }
  }
}
policy "bare" {}
param "p" { value = { a = 1 } }
global "g" { value = timestamp() }
mock "tfplan/v2" {
  module { source = "mock-tfplan.sentinel" }
}
test {
  rules = { main = true }
}
sentinel {
  features = { apply-all = true }
}
`;
  const { policies, provided, params, ...rest } = await readSound('sentinel.hcl', text);
  const file = 'sentinel.hcl';
  expect(provided).toMatchObject([
    {
      name: 'tfplan-functions',
      form: 'module',
      hasSource: true,
      file,
      line: 2,
      source: { value: '../common-functions/tfplan-functions.sentinel', line: 3 },
    },
    {
      name: 'report',
      form: 'module',
      hasSource: true,
      file,
      line: 5,
      source: { value: './report.sentinel', line: 5 },
    },
    {
      name: 'prices',
      form: 'static',
      hasSource: true,
      file,
      line: 6,
      source: { value: './prices.json', line: 7 },
    },
    { name: 'time', form: 'plugin', hasSource: true, file, line: 10, source: { value: './time', line: 11 } },
    { name: 'old', form: 'plugin', hasSource: true, file, line: 14, source: { value: './old', line: 14 } },
  ]);
  expect(provided.map(({ isOlderForm }) => isOlderForm)).toEqual([true, false, false, false, true]);
  expect(rest).toMatchObject({ tool: [{ line: 35, features: { line: 36, names: ['apply-all'] } }] });
  expect(params).toEqual([{ name: 'p', written: 'value = { a = 1 }', file, line: 27 }]);
  expect(policies).toEqual([
    {
      kind: 'sentinel',
      name: 'limit-cost',
      line: 17,
      source: { value: './limit-cost.sentinel', line: 18 },
      enforcementLevel: { value: 'soft-mandatory', line: 19 },
      description: { value: 'Stay below "the limit".', line: 20 },
      params: {
        line: 21,
        names: ['limit', 'regions', 'nested'],
        written: expect.stringMatching(/^\{.*nested = .*\}$/),
      },
    },
    { kind: 'sentinel', name: 'bare', line: 26 },
  ]);
});

const OPA = [
  {
    kind: 'opa',
    name: 'a',
    line: 2,
    query: { value: 'data.terraform.a.deny', line: 3 },
    enforcementLevel: { value: 'mandatory', line: 4 },
  },
  { kind: 'opa', name: './b.rego', line: 6, query: { value: 'data.b["c-d"].deny', line: 6 } },
];

test.each([
  [
    'policies.hcl',
    '\npolicy "a" {\n  query = "data.terraform.a.deny"\n  enforcement_level = "mandatory"\n}\npolicy "./b.rego" { query = "data.b[\\"c-d\\"].deny" }\n',
  ],
  [
    'policies.json',
    '{ "//": "comment", "policy": {\n "a": {\n  "query": "data.terraform.a.deny",\n  "enforcement_level": "mandatory"\n },\n "./b.rego": { "query": "data.b[\\"c-d\\"].deny", "//": "", "description": null } } }',
  ],
  [
    'policies.json',
    '[{ "policy": [{\n "a": {\n  "query": "data.terraform.a.deny",\n  "enforcement_level": "mandatory"\n } }] },\n { "policy": { "./b.rego": [{ "query": "data.b[\\"c-d\\"].deny" }] } }]',
  ],
])('reads an OPA configuration: %s', async (path, text) => {
  expect((await readSound(path, text)).policies).toEqual(OPA);
});

test('reads a Sentinel configuration in JSON', async () => {
  const text = JSON.stringify({
    policy: { a: { source: './a.sentinel' } },
    module: { m: {} },
    import: { static: { s: {} }, p: { path: './p' } },
    mock: { m: {} },
    param: { limit: { value: 3 }, days: {} },
  });
  const { policies, provided, params } = await readSound('sentinel.json', text);
  expect(policies).toEqual([
    { kind: 'sentinel', name: 'a', line: 1, source: { value: './a.sentinel', line: 1 } },
  ]);
  expect(provided.map(({ name, form }) => `${form} ${name}`)).toEqual(['module m', 'static s', 'plugin p']);
  expect(params).toMatchObject([{ name: 'limit', file: 'sentinel.json', line: 1 }]);
});

describe('knows what a string says', () => {
  test.each([
    ['"plain"', 'plain'],
    ['""', ''],
    ['"\\n\\r\\t\\"\\\\."', '"\\.'],
    ['"a\\tb\\u00e9\\U0001F600"', 'a\tbé😀'],
    ['"$${a} %%{b} $ % $$ 5%"', '${a} %{b} $ % $$ 5%'],
    ['"\\u0024{a}"', '${a}'],
    ['"# no // comment /* here */"', '# no // comment /* here */'],
    ['<<EOT\n  a \\n $${b}\n c\nEOT', 'a \\n ${b}\n c'],
    ['<<EOT\na\n  EOT', 'a'],
    ['<<-EOT\n    a\n\n      b\n    EOT', 'a\n\n  b'],
    ['<<-EOT\n\t\ta\n\tb\n  EOT', 'a\nb'],
    ['<<-EOT\n  EOT', ''],
    ['<<EOT\npolicy "b" {\n}\nEOT', 'policy "b" {\n}'],
    ['<<EOT\r\na\r\nb\r\nEOT', 'a\nb'],
    ['("a")', 'a'],
  ])('%s', async (source, value) => {
    const { policies } = await readSound('sentinel.hcl', `policy "a" {\n  description = ${source}\n}\n`);
    expect(policies[0]?.description).toEqual({ value, line: 2 });
  });

  test('null is nothing', async () => {
    const { policies } = await readSound(
      'sentinel.hcl',
      'policy "a" {\n  source = null\n  description = null\n}',
    );
    expect(policies).toEqual([{ kind: 'sentinel', name: 'a', line: 1 }]);
  });
});

test('names the path, line and column of a fault, and shows the line', async () => {
  const { problems } = await readConfiguration('aws/sentinel.hcl', 'policy "a" {\n  source = "x",\n}\n');
  expect(problems.map(describeProblem)).toEqual([
    'aws/sentinel.hcl:2: Syntax error at aws/sentinel.hcl:2:15: "," is not expected here. The line is `source = "x",`. End an argument with a new line.',
  ]);
});

test('what is in heredocs and comments is no block, faults elsewhere or not', async () => {
  const text = [
    'policy "a" {',
    '  description = <<EOT',
    'policy "b" {',
    'EOT',
    '}',
    '/*',
    'policy "c" {',
    '*/',
    'policy "d" {',
    '  source = = "x"',
    '}',
  ].join('\n');
  const { policies, problems } = await readConfiguration('sentinel.hcl', text);
  expect(policies.map(({ name }) => name)).toEqual(['a']);
  expect(problems.map(({ place }) => place?.line)).toEqual([10]);
});

test.each([
  [
    'sentinel.hcl',
    'policy "a" {\n  query = "x"\n  rules {}\n  params {}\n}\nplugin "x" {}\nname = 1\nimport "wasm" "x" {}\n',
    [
      'sentinel.hcl:2: The policy "a" has an attribute `query`, which is not supported and is ignored. Supported names are source, enforcement_level, params, description.',
      'sentinel.hcl:3: The policy "a" has a block `rules`, which is not supported and is ignored. Supported names are source, enforcement_level, params, description.',
      'sentinel.hcl:6: The block `plugin` is not supported in a configuration for Sentinel and is ignored. Supported blocks are policy, module, import, param, mock, global, test, sentinel.',
      'sentinel.hcl:7: The attribute `name` is not supported in a configuration for Sentinel and is ignored. Supported blocks are policy, module, import, param, mock, global, test, sentinel.',
      'sentinel.hcl:8: `import "wasm"` is not supported and is ignored. Supported types are module, static, plugin.',
    ],
  ],
  [
    'policies.hcl',
    'policy "a" {\n  query = "x"\n  source = 1\n}\nmodule "m" {}\n',
    [
      'policies.hcl:3: The policy "a" has an attribute `source`, which is not supported and is ignored. Supported names are query, enforcement_level, description.',
      'policies.hcl:5: The block `module` is not supported in a configuration for OPA and is ignored. Supported blocks are policy.',
    ],
  ],
  [
    'policies.json',
    '{\n  "policies": [1]\n}',
    [
      'policies.json:2: The attribute `policies` is not supported in a configuration for OPA and is ignored. Supported blocks are policy.',
    ],
  ],
])('warns of what it does not know: %s', async (path, text, messages) => {
  const { problems, warnings } = await readConfiguration(path, text);
  expect(problems).toEqual([]);
  expect(warnings.map(describeProblem)).toEqual(messages);
});
