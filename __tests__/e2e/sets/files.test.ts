import { createHash } from 'node:crypto';
import { readdir, readFile, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { PolicySetSeed } from '../../../sandbox/hcp-terraform/server.ts';
import type { RunResult } from '../../support/run-action.ts';
import { writeFiles } from '../../support/workspace.ts';
import { beforehand } from '../github/scenario.ts';
import { nothing, outcome, requestLines } from '../publish/reading.ts';
import { type Files, type GivenInputs, token } from '../publish/scenario.ts';
import {
  asBase,
  asks,
  asNewBase,
  contentOf,
  libraries,
  library,
  logged,
  publishedSets,
  publishing,
  regoLibrary,
  terraformLibrary,
} from './publishing.ts';

/** Where something is wrong, and words of what is said of it. */
type Expected = readonly [at: string, says: RegExp];

/** Each of them is said, and nothing else. */
function expectSaid(result: RunResult, level: 'error' | 'warning', expected: readonly Expected[]): void {
  const said = logged(result, level).filter((line) => !line.includes('not attached to anything'));
  const isOf = (line: string, [at, says]: Expected) => line.startsWith(`${at}: `) && says.test(line);
  expect({
    missing: expected.filter((each) => !said.some((line) => isOf(line, each))),
    surplus: said.filter((line) => !expected.some((each) => isOf(line, each))),
  }).toEqual({ missing: [], surplus: [] });
  expect(said).toHaveLength(expected.length);
}

type Row = {
  name: string;
  files: Files;
  /** Links, by what they lead to. */
  links?: Readonly<Record<string, string>>;
  inputs?: GivenInputs;
  seed?: PolicySetSeed;
  errors: readonly Expected[];
  warnings?: readonly Expected[];
};

const block = (name: string, lines: string) => `policy "${name}" {\n${lines}\n}\n`;

const sources: Row = {
  name: 'the sources of a configuration',
  inputs: { ...asNewBase, exclude: 'policies/secret/**' },
  files: {
    'policies/.terraformignore': 'ignored.sentinel\n',
    'policies/sentinel.hcl': [
      'import "module" "gone" { source = "./gone.sentinel" }', // 1
      'import "static" "list" {', // 2
      '  source = "./list.json"',
      '  format = "json"',
      '}',
      'import "plugin" "tool" { source = "/usr/bin/tool" }', // 6
      'policy "missing" { source = "./none.sentinel" }', // 7
      'policy "implied" {}', // 8
      'policy "outside" { source = "../outside.sentinel" }', // 9
      'policy "ignored" { source = "./ignored.sentinel" }', // 10
      'policy "excluded" { source = "./secret/x.sentinel" }', // 11
      'policy "env" { source = "./.env" }', // 12
      'policy "far" { source = "https://example.com/far.sentinel" }', // 13
      'policy "sure" { source = "https://example.com/sure.sentinel?checksum=sha256:00" }', // 14
      'policy "taken" { source = "./test/taken.sentinel" }', // 15
    ].join('\n'),
    'outside.sentinel': 'main = true\n',
    'policies/modules/gone.sentinel': 'main = true\n',
    'policies/old/gone.sentinel': 'main = true\n',
    'policies/ignored.sentinel': 'main = true\n',
    'policies/secret/x.sentinel': 'main = true\n',
    'policies/.env': 'main = true\n',
    'policies/test/taken.sentinel': 'main = true\n',
  },
  errors: [
    [
      'policies/sentinel.hcl:1',
      /Source "\.\/gone\.sentinel" of module "gone" does not exist\. Correct `source`, or add the file\. Files with this name: `policies\/modules\/gone\.sentinel`, `policies\/old\/gone\.sentinel`\./,
    ],
    ['policies/sentinel.hcl:3', /Source "\.\/list\.json" of static "list" does not exist\./],
    ['policies/sentinel.hcl:6', /of plugin "tool" is outside the published folder/],
    ['policies/sentinel.hcl:7', /Source "\.\/none\.sentinel" of policy "missing" does not exist\./],
    ['policies/sentinel.hcl:8', /Source "\.\/implied\.sentinel" of policy "implied" does not exist\./],
    ['policies/sentinel.hcl:9', /is outside the published folder/],
    [
      'policies/sentinel.hcl:10',
      /uses ignored\.sentinel, but it is not packed: .* is matched by `\.terraformignore`, line 1/,
    ],
    [
      'policies/sentinel.hcl:11',
      /uses secret\/x\.sentinel, but it is not packed: policies\/secret\/ is matched by `exclude`/,
    ],
    ['policies/sentinel.hcl:12', /uses \.env, but it is not packed: .* is never packed/],
  ],
  warnings: [['policies/sentinel.hcl:13', /The remote source of policy "far" has no checksum/]],
};

const sentinelFiles: Row = {
  name: 'Sentinel files that the configuration names',
  inputs: asNewBase,
  files: {
    'policies/sentinel.hcl': [
      'import "module" "known" { source = "./known.sentinel" }',
      block('level', '  source = "./level.sentinel"\n  enforcement_level = "mandatory"'), // 2
      ...['main', 'brackets', 'conflict', 'empty', 'latin', 'imports'].map(
        (name) => `policy "${name}" { source = "./${name}.sentinel" }`,
      ),
    ].join('\n'),
    'policies/level.sentinel': 'main = true\n',
    'policies/main.sentinel': 'ok = true\n',
    'policies/brackets.sentinel': '# a\nmain = rule { true\n',
    'policies/conflict.sentinel': 'main = true\n<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> b\n',
    'policies/empty.sentinel': '',
    'policies/latin.sentinel': Buffer.from('# caf\xe9\nmain = true\n', 'latin1'),
    'policies/imports.sentinel':
      'import "strings"\nimport "known"\nimport "forgotten"\nimport "nobody"\nimport "tfplan/v2" as p\nmain = true\n',
    'policies/forgotten.sentinel': 'a = 1\n',
    'policies/known.sentinel': 'import "tfplan-functions" as f\nb = {\n',
    'policies/notes.sentinel': 'nothing that { anybody names is judged\n',
  },
  errors: [
    ['policies/sentinel.hcl:4', /mandatory/],
    ['policies/main.sentinel', /has no `main` rule/],
    ['policies/brackets.sentinel:2', /./],
    ['policies/conflict.sentinel:2', /conflict/i],
    ['policies/empty.sentinel', /empty/],
    ['policies/latin.sentinel', /UTF-8/],
    [
      'policies/imports.sentinel:3',
      /imports "forgotten", but policies\/sentinel\.hcl does not declare it, so every run fails\. policies\/forgotten\.sentinel is packed/,
    ],
    ['policies/known.sentinel:2', /./],
  ],
  warnings: [['policies/imports.sentinel:4', /imports "nobody", which is not in Sentinel/]],
};

const regoFiles: Row = {
  name: 'Rego files by themselves',
  inputs: { 'versioned-policy-sets': 'rego', 'working-directory': 'rego', 'create-policy-sets': 'true' },
  files: {
    'rego/policies.hcl': block('a', '  query = "data.none.deny"\n  enforcement_level = "hard-mandatory"'),
    'rego/broken.rego': 'package a\n\ndeny contains "x" if {\n',
    'rego/conflict.rego': 'package a\n<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> b\n',
    'rego/empty.rego': '',
    'rego/metadata.rego': 'package a\n\n# METADATA\n# title: [\ny = 1\n',
    'rego/one.rego': 'package b\n\ndefault allow = false\n',
    'rego/two.rego': 'package b\n\n\ndefault allow = true\n',
    'rego/lib_test.rego': 'package a\n\ntest_x if {\n',
  },
  errors: [
    ['rego/policies.hcl:3', /hard-mandatory/],
    ['rego/broken.rego:3', /./],
    ['rego/conflict.rego:2', /conflict/i],
    ['rego/empty.rego', /empty/],
    ['rego/metadata.rego:4', /METADATA/],
    ['rego/two.rego:4', /data\.b\.allow has two default values, the first in rego\/one\.rego:3/],
  ],
};

const regoTogether: Row = {
  name: 'Rego files as OPA loads them together',
  inputs: { 'versioned-policy-sets': 'rego: rego' },
  seed: { name: 'rego', kind: 'opa', toolVersion: '1.4.2' },
  files: {
    'rego/policies.json': JSON.stringify({
      policy: [
        { none: { query: 'data.none.deny' } },
        { gone: { query: 'data.terraform.gone' } },
        { fine: { query: 'data.terraform.deny' } },
      ],
    }),
    'rego/a.rego':
      'package terraform\n\nimport rego.v1\n\nimport data.lib\nimport data.nothing\n\ndeny contains "a" if lib.gone(1)\n\ndeny contains "b" if lib.here(1)\n\ndeny contains data.limits.most if data.lists.names\n\ndeny contains "c" if nothing.x\n',
    'rego/lib/lib.rego': 'package lib\n\nimport rego.v1\n\nhere(x) if x\n',
    'rego/limits/data.json': '{"most": 5}',
    'rego/old.rego': 'package old\n\ndeny["x"] { input.a }\n',
  },
  errors: [
    ['rego/policies.json:1', /The query data\.none\.deny of policy "none" does not match a package/],
    [
      'rego/policies.json:1',
      /asks for `gone`, which package terraform does not declare\. It declares .*deny/,
    ],
    ['rego/a.rego:8', /calls function data\.lib\.gone, but no packed file defines it/],
    ['rego/old.rego:3', /1\.4\.2/],
  ],
  warnings: [
    ['rego/a.rego:12', /reads data\.lists\.names, but no packed file declares it/],
    ['rego/a.rego:14', /reads data\.nothing\.x, but no packed file declares it/],
  ],
};

const configurations: Row = {
  name: 'configurations that cannot be read, of which nobody says that they have no policy',
  inputs: { 'versioned-policy-sets': 'a: a\nb: b', 'create-policy-sets': 'true' },
  files: {
    'a/sentinel.hcl': 'policy "a" {\n  source =\n}\n',
    'b/policies.hcl': 'policy "b" {\n}\n',
  },
  errors: [
    ['a/sentinel.hcl:2', /Syntax error/],
    ['b/policies.hcl:1', /has no `query`/],
  ],
};

const regoOfBothVersions: Row = {
  name: 'Rego files that no version of OPA loads together',
  inputs: { 'versioned-policy-sets': 'rego: rego', 'create-policy-sets': 'true' },
  files: {
    'rego/policies.hcl': block('a', '  query = "data.old.deny"'),
    'rego/old.rego': 'package old\n\ndeny["x"] { input.a }\n',
    'rego/new.rego': 'package new\n\nx contains 1 if true\n',
  },
  errors: [['rego/policies.hcl', /No version of OPA accepts all Rego files of the policy set/]],
};

const links: Row = {
  name: 'links that lead nowhere good',
  inputs: asNewBase,
  files: { ...library, '.git/config': 'x', 'policies/sub/x.txt': 'x' },
  links: {
    'policies/broken': 'nowhere',
    'policies/out': '/etc/hostname',
    'policies/up': '/',
    'policies/git': '../.git',
    'policies/sub/circle': '..',
    'policies/itself': 'itself',
  },
  errors: [
    ['policies/broken', /Broken symbolic link\./],
    ['policies/out', /The target of the link is outside the workspace\./],
    ['policies/up', /The target of the link is outside the workspace\./],
    ['policies/git', /The target of the link is in Git’s own data/],
    ['policies/sub/circle', /The link is circular\./],
    ['policies/itself', /Broken symbolic link\./],
  ],
};

const contents: Row = {
  name: 'files that must not be packed',
  inputs: asNewBase,
  files: {
    ...library,
    'policies/notes.md': `token = ${token}\n`,
    'policies/wide.txt': Buffer.from(`\ufefftoken = ${token}\n`, 'utf16le'),
    'policies/wide-be.txt': Buffer.from(`\ufefftoken = ${token}\n`, 'utf16le').swap16(),
    'policies/size.sentinel': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n',
    'policies/big.bin': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n',
    'policies/cost.sentinel': `# ${token}\nmain = true\n`,
    'policies/Readme.md': 'a',
    'policies/README.md': 'b',
  },
  errors: [
    ['policies/notes.md', /contains a secret that this run uses/],
    ['policies/wide.txt', /contains a secret that this run uses/],
    ['policies/wide-be.txt', /contains a secret that this run uses/],
    ['policies/cost.sentinel', /contains a secret that this run uses/],
    ['policies/big.bin', /2 files are Git LFS pointers.*policies\/size\.sentinel.*`lfs: true`/],
    ['policies/Readme.md', /differ only in letter case.*policies\/README\.md and policies\/Readme\.md/],
  ],
};

const kinds: Row = {
  name: 'the kind of each folder',
  inputs: {
    'versioned-policy-sets':
      'none: none\nboth: both\nmixed: mixed\nnew: new\nmore: more\ngone: gone\nup: ../elsewhere\nlink: link\nfile: file\nroot: .',
  },
  files: {
    'none/a.sentinel': 'main = true\n',
    'both/policies.hcl': '',
    'both/policies.json': '{}',
    'mixed/sentinel.hcl': '',
    'mixed/policies.hcl': '',
    'new/a/a.policy.hcl': '',
    'new/b/c/a.policy.hcl': '',
    'more/sentinel.hcl': '',
    'more/b.policy.hcl': '',
    file: '',
  },
  links: { link: '/tmp' },
  errors: [
    [
      'input versioned-policy-sets',
      /Folder none is not a policy set: it contains none of sentinel\.hcl, policies\.hcl, policies\.json, and no \*\.policy\.hcl file/,
    ],
    ['input versioned-policy-sets', /Folder both contains policies\.hcl, policies\.json, but/],
    ['input versioned-policy-sets', /Folder mixed contains sentinel\.hcl, policies\.hcl, but/],
    [
      'input versioned-policy-sets',
      /Folder new contains no \*\.policy\.hcl files directly, only in folders below: a\/a\.policy\.hcl, b\/c\/a\.policy\.hcl\..*every run would pass.*`new: new\/\/a`, `new: new\/\/b\/c`/,
    ],
    ['input versioned-policy-sets', /Folder more contains sentinel\.hcl, b\.policy\.hcl, but/],
    ['input versioned-policy-sets', /Folder "gone" of policy set "gone" does not exist/],
    ['input versioned-policy-sets', /"\.\.\/elsewhere"/],
    ['input versioned-policy-sets', /Folder "link" of policy set "link" is outside the workspace/],
    ['input versioned-policy-sets', /Folder "file" of policy set "file" does not exist/],
    [
      'input versioned-policy-sets',
      /The root of the workspace contains no \*\.policy\.hcl files directly, only in folders below: more\/b.*`root: \.\/\/more`/,
    ],
  ],
};

const policyOf = (labels: string, lines = '', enforce = '  enforce {\n    condition = attrs.x\n  }\n') =>
  `resource_policy ${labels} {\n${lines}${enforce}}\n`;

const terraformPolicies: Row = {
  name: 'files of Terraform policies',
  inputs: {
    'versioned-policy-sets': 'tf: tf//p\nalone: alone',
    'create-policy-sets': 'true',
    'policy-tool-version': 'latest',
    exclude: '**/left-out.policy.hcl',
  },
  files: {
    'tf/p/levels.policy.hcl':
      policyOf('"a" "a"', '  enforcement_level = "mandatory-overridable"\n') +
      policyOf('"a" "b"', '  enforcement_level = "hard-mandatory"\n'),
    'tf/p/names.policy.hcl': `${policyOf('"a" "a"')}${policyOf('"a" "a"')}${policyOf('"a"')}`,
    'tf/p/operations.policy.hcl':
      policyOf('"a" "a"', '  operations = ["delete", "create"]\n') +
      policyOf('"a" "b"', '  filter = prior_attrs.x == 1\n'),
    'tf/p/enforce.policy.hcl': `${policyOf('"a" "a"', '', '')}${policyOf('"a" "b"', '', '  enforce {}\n')}`,
    'tf/p/inputs.policy.hcl':
      'input "a" {}\ninput "b" {\n  type = string\n}\ninput "b" {\n  type = string\n}\n',
    'tf/p/plugins.policy.hcl': [
      'policy {',
      '  required_providers {',
      '    aws = { source = "hashicorp/aws", version = "*" }',
      '  }',
      '  plugins {',
      '    gone  = { source = "../bin/gone" }',
      '    far   = { source = "../../far" }',
      '    other = { path = "x" }',
      '    text  = { source = "../bin/text" }',
      '    taken = { source = "../test/taken" }',
      '  }',
      '}',
      '',
    ].join('\n'),
    'tf/p/syntax.policy.hcl': 'policy {}\nresource_policy "a" "b" {\n  filter =\n}\n',
    'tf/p/latin.policy.hcl': Buffer.from('# caf\xe9\n', 'latin1'),
    'tf/p/conflict.policy.hcl': '<<<<<<< HEAD\npolicy {}\n=======\n>>>>>>> b\n',
    'tf/p/left-out.policy.hcl': 'this is nothing {',
    'tf/p/unknown.policy.hcl': `data "x" {}\n${policyOf('"a" "b"', '  source = "x"\n')}`,
    'tf/p/further/below.policy.hcl': 'this is nothing {',
    'tf/beside/of-another-set.policy.hcl': 'this is nothing {',
    'tf/bin/text': '#!/bin/sh\n',
    'tf/test/taken': '\x7fELF',
    'alone/a.policy.hcl': 'policy {\n  plugins {\n    a = { source = "../tf/bin/text" }\n  }\n}\n',
  },
  errors: [
    ['tf/p/levels.policy.hcl:2', /Write `mandatory_overridable`, with an underscore/],
    ['tf/p/levels.policy.hcl:8', /"hard-mandatory" is a level of Sentinel policies/],
    ['tf/p/names.policy.hcl:6', /The policy "a" is defined twice, first on line 1/],
    ['tf/p/names.policy.hcl:11', /has one label, but needs two/],
    ['tf/p/operations.policy.hcl:2', /both "delete" and "create"/],
    ['tf/p/operations.policy.hcl:7', /reads `prior_attrs`/],
    ['tf/p/enforce.policy.hcl:1', /has no `enforce` block/],
    ['tf/p/enforce.policy.hcl:4', /has no `condition`/],
    ['tf/p/inputs.policy.hcl:1', /The input "a" has no `type`/],
    ['tf/p/inputs.policy.hcl:5', /The input "b" is defined twice, first on line 2/],
    ['tf/p/plugins.policy.hcl:3', /version of provider "aws" is "\*"/],
    ['tf/p/plugins.policy.hcl:6', /Source "\.\.\/bin\/gone" of plugin "gone" does not exist/],
    ['tf/p/plugins.policy.hcl:7', /of plugin "far" is outside the published folder/],
    ['tf/p/plugins.policy.hcl:8', /The plugin "other" has no `source`/],
    ['tf/p/syntax.policy.hcl:3', /Syntax error at tf\/p\/syntax\.policy\.hcl:3:11: a value is missing/],
    ['tf/p/latin.policy.hcl', /not valid UTF-8/],
    ['tf/p/conflict.policy.hcl:1', /conflict/],
    ['alone/a.policy.hcl:3', /of plugin "a" is outside the published folder.*`name: folder\/\/policies`/],
  ],
  warnings: [
    ['tf/p/plugins.policy.hcl:9', /of plugin "text" is not a program for Linux/],
    ['tf/p/plugins.policy.hcl:10', /of plugin "taken" is not a program for Linux/],
    ['tf/p/unknown.policy.hcl:1', /has a block `data`, which is not supported/],
    ['tf/p/unknown.policy.hcl:3', /has an attribute `source`, which is not supported/],
    [
      'tf/p/further/below.policy.hcl',
      /never runs these in folders below: tf\/p\/further\/below\.policy\.hcl/,
    ],
    ['alone', /The files contain no policies, so the policy set enforces nothing/],
  ],
};

const inputRows: Row[] = [
  {
    name: 'inputs of individually managed policies',
    files: library,
    inputs: {
      ...asBase,
      'enforcement-level': 'advisory',
      query: 'data.a.deny',
      'policy-sets': 'a',
      'name-prefix': 'a-',
      prune: 'true',
      policies: 'x/*.sentinel',
      config: '',
    },
    errors: ['enforcement-level', 'query', 'policy-sets', 'name-prefix', 'prune', 'policies', 'config'].map(
      (name) => [`input ${name}`, /is for individually managed policies/] as const,
    ),
  },
  {
    name: 'inputs of versioned policy sets alone',
    files: { 'a.sentinel': 'main = true\n' },
    inputs: {
      'versioned-policy-sets': '',
      'create-policy-sets': 'true',
      'adopt-policy-sets': 'true',
      'policy-tool-version': '1.4.2',
    },
    errors: ['create-policy-sets', 'adopt-policy-sets', 'policy-tool-version'].map(
      (name) => [`input ${name}`, /requires `versioned-policy-sets`, which is empty/] as const,
    ),
  },
  {
    name: 'only comments',
    files: library,
    inputs: { 'versioned-policy-sets': '# base: policies\n  # none\n' },
    errors: [['input versioned-policy-sets', /contains only comments/]],
  },
  {
    name: 'lines that cannot be',
    files: library,
    inputs: {
      'versioned-policy-sets':
        'base: policies\nbase: other\nno name: policies\na: x//y//z\nb: //y\n@someone: x\nc: /etc\nd: c:\\x',
    },
    errors: [
      [
        'input versioned-policy-sets',
        /"no name: policies".*"a: x\/\/y\/\/z".*"b: \/\/y".*"@someone: x".*"c: \/etc".*"d: c:\\x".*"base" appears 2 times/,
      ],
    ],
  },
  {
    name: 'one version for tools of two kinds',
    files: libraries,
    inputs: {
      'versioned-policy-sets': 'base: policies\nrego: rego',
      'create-policy-sets': 'true',
      'policy-tool-version': '1.4.2',
    },
    errors: [['input policy-tool-version', /the policy sets are of different kinds/]],
  },
  {
    name: '`latest` for OPA',
    files: regoLibrary,
    inputs: {
      'versioned-policy-sets': 'rego: rego',
      'create-policy-sets': 'true',
      'policy-tool-version': 'latest',
    },
    errors: [['input policy-tool-version', /is "latest", which policy sets for OPA do not accept/]],
  },
  {
    name: '`latest` for Terraform policies',
    files: terraformLibrary,
    inputs: {
      'versioned-policy-sets': 'tf: tf//policies',
      'create-policy-sets': 'true',
      'policy-tool-version': 'latest',
    },
    errors: [['input policy-tool-version', /is "latest", which policy sets for Terraform do not accept/]],
  },
  {
    name: 'Terraform policies that are all left out',
    files: terraformLibrary,
    inputs: { 'versioned-policy-sets': 'tf: tf//policies', exclude: '**/*.policy.hcl' },
    errors: [
      [
        'input versioned-policy-sets',
        /tf\/policies contains no \*\.policy\.hcl files except modules.*`exclude`/,
      ],
    ],
  },
];

const rows = [
  ...[sources, configurations, sentinelFiles, regoFiles, regoTogether, regoOfBothVersions],
  ...[links, contents, kinds, terraformPolicies],
  ...inputRows,
];

describe('all problems are reported together, at their place, and nothing is written', () => {
  const outcomeOf = beforehand(rows, async ({ files, links: given = {}, inputs, seed }) => {
    const { folder, terraform, run } = await publishing(files);
    for (const [path, target] of Object.entries(given)) await symlink(target, join(folder, path));
    if (seed !== undefined) terraform.seedPolicySet(seed);
    return { terraform, result: await run(inputs) };
  });

  test.each(rows)('$name', (row) => {
    const { terraform, result } = outcomeOf(row);
    expectSaid(result, 'error', row.errors);
    expectSaid(result, 'warning', row.warnings ?? []);
    expect(outcome(result)).toEqual({ exitCode: 1, ...nothing });
    expect(result.summary).toContain('nothing was written');
    expect(publishedSets(result)).toEqual([]);
    // What needs the set's own version of OPA needs one look at it.
    expect(requestLines(terraform).filter((line) => !line.startsWith('GET'))).toEqual([]);
  });
});

describe('what is packed', () => {
  test('is every file that is not left out, and the targets of links', async () => {
    const { folder, terraform, run } = await publishing({
      ...library,
      'policies/sentinel.hcl': `${library['policies/sentinel.hcl']}
import "plugin" "tool" { source = "./bin/tool" }
policy "tried" { source = "./test/cost/named.sentinel" }
`,
      'policies/bin/tool': 'x',
      'policies/bin/other': 'x',
      'policies/test/cost/named.sentinel': 'main = true\n',
      'policies/.terraformignore': '# own\nnotes/\n!notes/keep.md\n',
      'policies/notes/long.md': 'x',
      'policies/notes/keep.md': 'x',
      'policies/.github/workflows/a.yml': 'x',
      'policies/.env.local': 'x',
      'policies/terraform.tfstate.backup': 'x',
      'policies/test/cost/pass.hcl': 'x',
      'policies/given.txt': 'x',
      'policies/ä b/ü.txt': 'x',
      'shared/common.sentinel': 'c = 1\n',
      'shared/test/x.sentinel': 'x',
      'shared/.netrc': 'x',
    });
    await symlink('../shared', join(folder, 'policies/linked'));
    await symlink('../shared/common.sentinel', join(folder, 'policies/common.sentinel'));
    await symlink('../shared/.netrc', join(folder, 'policies/innocent'));
    const result = await run({ ...asNewBase, exclude: '**/given.txt' });
    expect(outcome(result)).toMatchObject({ exitCode: 0 });
    expect(contentOf(terraform).map(([path]) => path)).toEqual([
      '.terraformignore',
      'bin/other',
      'bin/tool',
      'common.sentinel',
      'cost.sentinel',
      'linked/common.sentinel',
      'modules/tags.sentinel',
      'notes/keep.md',
      'sentinel.hcl',
      'size.sentinel',
      'test/cost/named.sentinel',
      'ä b/ü.txt',
    ]);
    const programs = contentOf(terraform).filter(([, mode]) => mode !== '644');
    expect(programs.map(([path, mode]) => [path, mode])).toEqual([['bin/tool', '755']]);
    expect(result.lines.filter((line) => line.startsWith('left out: '))).toEqual(
      expect.arrayContaining([
        'left out: policies/.github/ is never packed',
        'left out: policies/given.txt is matched by `exclude`',
        'left out: policies/notes/long.md is matched by `.terraformignore`, line 2',
        'left out: policies/innocent is never packed',
      ]),
    );
  });

  test('is more than 5 MiB: a warning; more than 50 MiB: an error', async () => {
    const { folder, terraform, run } = await publishing({ ...library, 'policies/a.bin': '' });
    await truncate(join(folder, 'policies/a.bin'), 6 * 2 ** 20);
    const large = await run(asNewBase);
    expect(outcome(large)).toMatchObject({ exitCode: 0, created: 1 });
    expectSaid(large, 'warning', [
      [
        'policies/a.bin',
        /The files of the policy set are 6\.0 MiB in total\. The largest are: policies\/a\.bin \(6\.0 MiB\)/,
      ],
    ]);
    terraform.reset();
    await truncate(join(folder, 'policies/a.bin'), 51 * 2 ** 20);
    const larger = await run(asBase);
    expectSaid(larger, 'error', [['policies/a.bin', /are 51\.0 MiB in total; the limit is 50\.0 MiB/]]);
    expect(requestLines(terraform)).toEqual([]);
  });
});

test('a configuration without policies is published, with a warning', async () => {
  const { run } = await publishing({ 'policies/sentinel.hcl': '# later\n' });
  const result = await run(asNewBase);
  expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
  expectSaid(result, 'warning', [['policies/sentinel.hcl', /so the policy set enforces nothing/]]);
});

test('a configuration that cannot be read has no other problems', async () => {
  const { run } = await publishing({ 'policies/sentinel.hcl': '<<<<<<< HEAD\n=======\n>>>>>>> b\n' });
  const result = await run(asNewBase);
  expectSaid(result, 'error', [['policies/sentinel.hcl:1', /conflict/]]);
  expectSaid(result, 'warning', []);
});

describe('parameters', () => {
  const files: Files = {
    'policies/sentinel.hcl': `param "shared" { value = 1 }\n${block('a', '  source = "./a.sentinel"\n  params = { own = 1 }')}`,
    'policies/a.sentinel':
      'param shared\nparam own\nparam set\nparam none\nparam given default 1\nmain = rule { own is set }\n',
  };

  test('without a value are a warning, and those of the set are read once', async () => {
    const { terraform, run } = await publishing(files);
    terraform.seedPolicySet({ name: 'base', global: true, parameters: [{ key: 'set', value: '1' }] });
    const result = await run(asBase);
    expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 1 });
    expectSaid(result, 'warning', [['policies/a.sentinel:4', /Parameter `none` has no default/]]);
    const asked = requestLines(terraform).filter((line) => line.includes('/parameters'));
    expect(asked).toEqual([asks.parameters('base')]);
  });

  test('of a new set can only be in the configuration', async () => {
    const { terraform, run } = await publishing(files);
    const result = await run(asNewBase);
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expectSaid(result, 'warning', [
      ['policies/a.sentinel:3', /Parameter `set`/],
      ['policies/a.sentinel:4', /Parameter `none`/],
    ]);
    expect(requestLines(terraform).filter((line) => line.includes('/parameters'))).toEqual([]);
  });
});

/** What is packed, in one number, as docs/policy-sets.md has it: without the code that is on trial. */
async function digestOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    const content = await readFile(file);
    const blob = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    hash.update(`100644 blob ${blob}\t${file.slice(folder.length + 1)}\0`);
  }
  return hash.digest('hex');
}

test('no finding locks anybody out: it is a warning for content that the set already has', async () => {
  const { folder, terraform, run } = await publishing({
    ...library,
    'policies/size.sentinel': 'param limit\n\nmain = rule { limit > 1\n',
  });
  const refused = await run(asNewBase);
  expectSaid(refused, 'error', [['policies/size.sentinel:3', /report this as an issue/]]);
  expect(requestLines(terraform).filter((line) => !line.startsWith('GET'))).toEqual([]);
  // As if an earlier release had published it, which could not read it.
  await writeFiles(folder, { 'policies/size.sentinel': library['policies/size.sentinel'] ?? '' });
  const [sound] = publishedSets(await run(asNewBase));
  expect(sound?.digest).toBe(await digestOf(join(folder, 'policies')));
  await writeFiles(folder, { 'policies/size.sentinel': 'param limit\n\nmain = rule { limit > 1\n' });
  const digest = await digestOf(join(folder, 'policies'));
  const { description } = terraform.policySet('base');
  terraform.changePolicySet('base', { description: description?.replace(sound?.digest ?? '', digest) });
  const result = await run(asBase);
  expect(outcome(result)).toMatchObject({ exitCode: 0, unchanged: 1 });
  expectSaid(result, 'warning', [['policies/size.sentinel:3', /The policy set already has this content/]]);
});

test('a version of OPA that cannot run the set’s content is refused, although the content is unchanged', async () => {
  const { terraform, run } = await publishing({
    'rego/policies.hcl': block('old', '  query = "data.old.deny"'),
    'rego/old.rego': 'package old\n\ndeny["x"] { input.a }\n',
  });
  const inputs = { 'versioned-policy-sets': 'rego: rego' };
  const asNew = await run({ ...inputs, 'create-policy-sets': 'true', 'dry-run': 'true' });
  expectSaid(asNew, 'warning', [['rego/policies.hcl', /A new policy set runs the newest OPA.*1 Rego file/]]);
  terraform.seedPolicySet({ name: 'rego', kind: 'opa', toolVersion: '0.70.0' });
  expect(outcome(await run(inputs))).toMatchObject({ exitCode: 0, updated: 1 });
  const refused = await run({ ...inputs, 'policy-tool-version': '1.4.2' });
  expectSaid(refused, 'error', [['rego/old.rego:3', /1\.4\.2/]]);
  expect(terraform.policySet('rego').toolVersion).toBe('0.70.0');
  // Somebody else chose it: then the set is as it is.
  terraform.changePolicySet('rego', { 'policy-tool-version': '1.4.2' });
  const kept = await run({ ...inputs, 'policy-tool-version': '1.4.2' });
  expect(outcome(kept)).toMatchObject({ exitCode: 0, unchanged: 1 });
  expectSaid(kept, 'warning', [['rego/old.rego:3', /The policy set already has this content/]]);
});

test('a feature that the set’s Sentinel version does not support is a warning at its line', async () => {
  const { terraform, run } = await publishing({
    ...library,
    'policies/sentinel.hcl': `${library['policies/sentinel.hcl']}\nimport "static" "people" {\n  source = "./people.json"\n}\n`,
    'policies/people.json': '{ "admins": [] }\n',
    'policies/cost.sentinel': 'import "people/admins"\n\nmain = rule { length(admins) is 0 }\n',
  });
  terraform.seedPolicySet({ name: 'base', toolVersion: '0.24.4', agentEnabled: true });
  const result = await run({ ...asBase, 'dry-run': 'true' });
  expectSaid(result, 'warning', [
    [
      'policies/sentinel.hcl:13',
      /runs Sentinel 0\.24\.4, which may also apply the `params` of one policy to the next/,
    ],
    ['policies/cost.sentinel:1', /does not support imports of a part of static data.*0\.40\.0 or later/],
  ]);
  const chosen = await run({ ...asBase, 'dry-run': 'true', 'policy-tool-version': '0.20.0' });
  expect(outcome(chosen)).toMatchObject({ exitCode: 0, updated: 1 });
  expectSaid(chosen, 'warning', [
    ['input policy-tool-version', /agents require Sentinel 0\.23\.1 or later/],
    ['policies/sentinel.hcl:13', /does not support `params` of a policy/],
    ['policies/cost.sentinel:1', /imports of a part of static data/],
  ]);
  // Without an agent the server runs a newer one, whatever version is stated.
  terraform.changePolicySet('base', { 'agent-enabled': false, 'policy-tool-version': '0.20.0' });
  expectSaid(await run({ ...asBase, 'dry-run': 'true' }), 'warning', []);
  const newest = await run({ ...asBase, 'policy-tool-version': 'latest' });
  expect(outcome(newest)).toMatchObject({ exitCode: 0, updated: 1 });
  expectSaid(newest, 'warning', []);
});
