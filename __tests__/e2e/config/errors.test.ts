import { execFileSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { workspace } from '../../support/workspace.ts';
import { outcome } from '../publish/reading.ts';
import { type Files, rego, scenario, sentinel } from '../publish/scenario.ts';
import { expectFindings, expectRefused, type Finding, leftOut } from './reading.ts';

/** What a configuration says, in the order of its blocks: the text, and what is found on which of its lines. */
type Wrong = [block: string, line?: number, ...words: (string | RegExp)[]];

/** The blocks as one text, and the findings with their lines in it. */
function configuration(path: string, blocks: readonly Wrong[]): { text: string; findings: Finding[] } {
  let text = '';
  const findings: Finding[] = [];
  for (const [block, line, ...words] of blocks) {
    if (line !== undefined) findings.push([`${path}:${text.split('\n').length - 1 + line}`, ...words]);
    text += `${block}\n`;
  }
  return { text, findings };
}

const byPlace = (findings: readonly Finding[]) =>
  new Map(findings.map((finding) => [firstOf(finding), finding]));

const firstOf = ([place]: Finding) => place.split(' + ')[0] ?? '';

/** As `expectRefused`, whatever the order. */
async function expectAll(files: Files, findings: readonly Finding[], prepare?: (folder: string) => unknown) {
  const { terraform, folder, run } = await scenario({ files });
  await prepare?.(folder);
  const result = await run();
  const expected = byPlace(findings);
  const order = result.annotations
    .filter(({ level }) => level === 'error')
    .map(({ file, line }) => (line === undefined ? (file ?? '') : `${file}:${line}`));
  const known = order.map((place) => expected.get(place)).filter((finding) => finding !== undefined);
  const missing = findings.filter((finding) => !order.includes(firstOf(finding)));
  expectRefused(result, terraform, [...known, ...missing]);
  return result;
}

describe('a sentinel.hcl whose blocks are wrong: all are told at once, each on its line', () => {
  test('sources that are missing, folders, or lead out of the workspace', async () => {
    const { text, findings } = configuration('team/sentinel.hcl', [
      ['policy "sound" {}'],
      ['policy "missing" {\n  source = "./missing.sentinel"\n}', 2, '"missing"', './missing.sentinel'],
      ['policy "inferred" {}', 1, '"inferred"', './inferred.sentinel'],
      ['policy "folder" {\n  source = "./folder"\n}', 2, '"folder"', 'Not a regular file'],
      ['policy "above" {\n  source = "../../out.sentinel"\n}', 2, '../../out.sentinel', 'workspace'],
      ['policy "absolute" {\n  source = "/etc/hostname"\n}', 2, '/etc/hostname', 'workspace'],
      ['policy "linked" {\n  source = "./link.txt"\n}', 2, '"linked"', 'out of the workspace'],
      ['policy "broken" {\n  source = "./broken.txt"\n}', 2, '"broken"', 'Broken symbolic link'],
      ['policy "empty" {\n  source = ""\n}', 2, '`source` is empty'],
    ]);
    const outside = await workspace({ 'secret.sentinel': sentinel('"a-secret"') });
    const result = await expectAll(
      { 'team/sentinel.hcl': text, 'team/sound.sentinel': sentinel() },
      findings,
      async (folder) => {
        await mkdir(join(folder, 'team/folder'));
        await symlink(join(outside, 'secret.sentinel'), join(folder, 'team/link.txt'));
        await symlink('nowhere', join(folder, 'team/broken.txt'));
      },
    );
    expect(result.stdout).not.toContain('a-secret');
  });

  test('levels, params, and names that cannot be', async () => {
    const { text, findings } = configuration('sentinel.hcl', [
      [
        'policy "opa-level" {\n  enforcement_level = "mandatory"\n}',
        2,
        '"mandatory"',
        'OPA',
        'soft-mandatory',
      ],
      ['policy "no-level" {\n\n  enforcement_level = "strict"\n}', 3, '"strict"'],
      ['policy "number" {\n  enforcement_level = 3\n}', 2, 'a number'],
      ['policy "given" {\n  params = {\n    limit = 3\n  }\n}', 2, '`params`', 'versioned policy set'],
      ['policy "größe" {\n  source = "./given.sentinel"\n}', 1, '"größe"', 'Rename the policy'],
      ['policy "no-level" {\n  source = "./given.sentinel"\n}', 1, '"no-level"', 'first on line'],
      ['policy {\n}', 1, 'no name'],
      ['policy "template" {\n  source = "$' + '{x}.sentinel"\n}', 2, 'a template'],
    ]);
    const names = ['opa-level', 'no-level', 'number', 'given', 'template'];
    const files = Object.fromEntries(names.map((name) => [`${name}.sentinel`, sentinel()]));
    await expectAll({ 'sentinel.hcl': text, ...files }, findings);
  });

  test('what their files lack: main, modules; and an empty one', async () => {
    const { text } = configuration('sentinel.hcl', [
      ['module "helper" {\n  source = "./helper.sentinel"\n}'],
      ['policy "no-main" {}'],
      ['policy "needing" {\n  params = { x = 1 }\n}'],
      ['policy "empty" {}'],
      ['policy "strange" {}'],
    ]);
    const files = {
      'sentinel.hcl': text,
      'helper.sentinel': 'x = 1\n',
      'no-main.sentinel': 'x = 1\n',
      'needing.sentinel': `import "helper"\n${sentinel()}`,
      'empty.sentinel': '\n',
      'strange.sentinel': `import "strange"\n${sentinel()}`,
    };
    await expectAll(files, [
      ['no-main.sentinel', '`main`', '`exclude`'],
      ['needing.sentinel:1', 'module "helper"', 'sentinel.hcl:1'],
      ['sentinel.hcl:6', '`params`'],
      ['empty.sentinel', 'empty'],
    ]);
  });

  test('what only a configuration has: modules, declared or not, and values of parameters', async () => {
    const { text } = configuration('aws/sentinel.hcl', [
      ['import "module" "tfresources" {\n  source = "../lib/tfresources.sentinel"\n}'],
      ['module "time" {\n  source = "../lib/clock.sentinel"\n}'],
      ['import "plugin" "http" {\n  config = { retries = 1 }\n}'],
      ['param "limit" {\n  value = 100\n}'],
      ['policy "cost" {}'],
      ['policy "tags" {}'],
    ]);
    const cost = 'import "time"\nimport "http"\nimport "report" as r\nimport "missing"\n';
    const files = {
      'aws/sentinel.hcl': text,
      'aws/cost.sentinel': `${cost}param limit\nparam days\n${sentinel()}`,
      'aws/tags.sentinel': `import "tfresources" as tf\nparam limit default 10\n${sentinel()}`,
      'lib/tfresources.sentinel': 'x = 1\n',
      'lib/clock.sentinel': 'x = 1\n',
      'modules/report/report.sentinel': `x = 1\n${sentinel()}`,
      'test/missing.sentinel': 'x = 1\n',
    };
    const { terraform, run } = await scenario({ files });
    const result = await run();
    expectRefused(result, terraform, [
      ['aws/cost.sentinel:1', 'module "time"', 'aws/sentinel.hcl:4', 'versioned policy set'],
      ['aws/cost.sentinel:3', 'modules/report/report.sentinel', 'versioned policy set'],
      ['aws/sentinel.hcl:10', '"limit"', 'aws/cost.sentinel:5', 'versioned policy set'],
      ['aws/tags.sentinel:1', 'module "tfresources"', 'aws/sentinel.hcl:1'],
      ['aws/sentinel.hcl:10', '"limit"', 'aws/tags.sentinel:2'],
    ]);
    expectFindings(result, 'warning', [
      ['aws/cost.sentinel:4', '"missing"'],
      ['aws/cost.sentinel:6', '"days"', 'no default', 'versioned policy set'],
    ]);
  });

  test('a policy twice: both places are named and marked, and how to tell the sets apart', async () => {
    const files = {
      'aws/sentinel.hcl': '# AWS\npolicy "cost" {\n  source = "./x.sentinel"\n}\n',
      'aws/x.sentinel': sentinel(),
      'azure/sentinel.hcl': 'policy "cost" {\n  source = "./y.sentinel"\n}\n',
      'azure/y.sentinel': sentinel(),
    };
    await expectAll(files, [
      ['aws/sentinel.hcl:2 + azure/sentinel.hcl:1', 'azure/sentinel.hcl:1', 'cost', '`name-prefix`'],
    ]);
  });

  test('a policy twice after dashes took the place of punctuation, or in another letter case', async () => {
    const text =
      'policy "a.b" {\n  source = "./x.sentinel"\n}\npolicy "a-b" {\n  source = "./x.sentinel"\n}\npolicy "A b" {\n  source = "./x.sentinel"\n}\n';
    await expectAll({ 'sentinel.hcl': text, 'x.sentinel': sentinel() }, [
      ['sentinel.hcl:1 + sentinel.hcl:4 + sentinel.hcl:7', 'sentinel.hcl:4', 'sentinel.hcl:7', 'a-b, A-b'],
    ]);
  });

  test('a policy twice, told together with what else is wrong with one of its files', async () => {
    const { terraform, run } = await scenario({
      files: {
        'aws/sentinel.hcl': 'policy "cost" {}\n',
        'aws/cost.sentinel': 'x = 1\n',
        'azure/sentinel.hcl': 'policy "cost" {}\n',
        'azure/cost.sentinel': sentinel(),
      },
    });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 1, created: 0 });
    expect(terraform.requests).toEqual([]);
    expect(result.annotations.map(({ file }) => file).toSorted()).toEqual([
      'aws/cost.sentinel',
      'aws/sentinel.hcl',
      'azure/sentinel.hcl',
    ]);
  });

  test('a block and a file that goes by its name', async () => {
    const files = {
      'aws/sentinel.hcl': 'policy "cost" {\n  source = "./x.sentinel"\n}\n',
      'aws/x.sentinel': sentinel(),
      'cost.sentinel': sentinel(),
    };
    const { terraform, run } = await scenario({ files });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 1, created: 0 });
    expect(terraform.requests).toEqual([]);
    const said = result.annotations.map(({ message, file, line }) => `${file}:${line} ${message}`).join('\n');
    for (const place of ['aws/sentinel.hcl:1', 'cost.sentinel']) expect(said).toContain(place);
  });

  test('where no policy file is found, too', async () => {
    const { terraform, run } = await scenario({
      files: { 'sentinel.hcl': '# One\npolicy "cost" {}\n' },
    });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 1 });
    expect(terraform.requests).toEqual([]);
    expect(result.lines.filter((line) => line.startsWith('error: '))).toContainEqual(
      expect.stringMatching(/^error: sentinel\.hcl:2: .*\.\/cost\.sentinel/),
    );
  });
});

describe('a policies.hcl whose blocks are wrong', () => {
  test('no or several files, queries that name no package, levels of Sentinel', async () => {
    const { text, findings } = configuration('policies.hcl', [
      ['policy "sound" {\n  query = "data.sound.deny"\n}'],
      ['policy "none" {\n\n  query = "data.none.deny"\n}', 3, 'data.none.deny', '"none"'],
      ['policy "several" {\n  query = "data.twice.deny"\n}', 2, 'one.rego', 'two.rego'],
      ['policy "input" {\n  query = "input.x"\n}', 2, 'input.x', 'data.<package>.<rule>'],
      ['policy "missing" {\n}', 1, '"missing"', '`query`'],
      [
        'policy "level" {\n  query = "data.sound.deny"\n  enforcement_level = "soft-mandatory"\n}',
        3,
        '"soft-mandatory"',
        'Sentinel',
      ],
      ['policy "blank" {\n  query = " "\n}', 2, '`query`'],
      // A package that only looks like the beginning of the query's.
      ['policy "longer" {\n  query = "data.soundless.deny"\n}', 2, 'data.soundless.deny'],
    ]);
    const files = {
      'policies.hcl': text,
      'sound.rego': rego('sound'),
      'one.rego': rego('twice'),
      'sub/two.rego': rego('twice'),
    };
    await expectAll(files, findings);
  });

  test('the rule is not looked for where a block states the query, but the package is', async () => {
    const { terraform, run } = await scenario({
      files: {
        'policies.hcl': 'policy "odd" {\n  query = "data.odd.made[\\"of\\"].rules"\n}\n',
        'odd.rego': 'package odd\n\nmade := {"of": {"rules": []}}\n',
      },
    });
    expect(outcome(await run())).toMatchObject({ exitCode: 0, created: 1 });
    expect(terraform.policies()[0]?.query).toBe('data.odd.made["of"].rules');
  });

  test('both spellings of the configuration name one policy', async () => {
    const files = {
      'policies.hcl': 'policy "tags" {\n  query = "data.tags.deny"\n}\n',
      'policies.json': '{"policy": {\n  "tags": {"query": "data.tags.deny"}\n}}\n',
      'tags.rego': rego('tags'),
    };
    await expectAll(files, [['policies.hcl:1 + policies.json:2', 'policies.hcl:1', 'tags']]);
  });

  test('libraries are no errors beside a block that is one', async () => {
    const files = {
      'policies.hcl': 'policy "tags" {\n  description = "No query"\n}\n',
      'tags.rego': rego('tags'),
      'lib.rego': 'package lib\n\nx := 1\n',
    };
    await expectAll(files, [['policies.hcl:1', '"tags"', '`query`']]);
  });
});

describe('a configuration that cannot be read', () => {
  test('has its syntax errors told with line and column, and the line shown, in every file', async () => {
    const files = {
      'aws/sentinel.hcl':
        'policy "a" {\n  enforcement_level = \'advisory\'\n}\n\npolicy "b" {\n  source =\n}\n',
      'aws/a.sentinel': sentinel(),
      'aws/b.sentinel': sentinel(),
      'gcp/sentinel.hcl': 'policy "c" {\n  source = "c.sentinel"\n',
      'gcp/c.sentinel': sentinel(),
      'opa/policies.json': '{\n  "policy": {\n    "tags": { "query" "data.tags.deny" }\n  }\n}\n',
      'opa/tags.rego': rego('tags'),
    };
    await expectAll(files, [
      ['aws/sentinel.hcl:2', 'aws/sentinel.hcl:2:23', "The line is `enforcement_level = 'advisory'`"],
      ['aws/sentinel.hcl:6', 'aws/sentinel.hcl:6:11', 'a value is missing', 'The line is `source =`'],
      ['gcp/sentinel.hcl:1', 'gcp/sentinel.hcl:1:12', 'never closed', 'The line is `policy "c" {`'],
      ['opa/policies.json:3', 'opa/policies.json:3:23', '":" is expected here'],
    ]);
  });

  test('is no reason to take modules and libraries for policies', async () => {
    const files = {
      'sentinel.hcl':
        'module "m" {\n  source = "./lib/m.sentinel"\n}\npolicy "cost" {\n  source = "./cost.sentinel" +\n}\n',
      'cost.sentinel': sentinel(),
      'lib/m.sentinel': 'x = 1\n',
    };
    const { terraform, run } = await scenario({ files });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 1 });
    expect(terraform.requests).toEqual([]);
    const errors = result.lines.filter((line) => line.startsWith('error: '));
    expect(errors.filter((line) => !line.startsWith('error: sentinel.hcl:'))).toEqual([]);
    expect(errors).not.toEqual([]);
  });

  test('as it is no text, too large, a pipe, or a link that leads nowhere or out of the workspace', async () => {
    const outside = await workspace({ 'sentinel.hcl': '# a-secret\npolicy "cost" {{\n' });
    const files = {
      'latin/sentinel.hcl': Buffer.from('# Gr\xf6\xdfe\npolicy "cost" {}\n', 'latin1'),
      'latin/cost.sentinel': sentinel(),
      'latin/lib.sentinel': 'x = 1\n',
      'utf-16/policies.hcl': Buffer.from('\uFEFFpolicy "x" {}\n', 'utf16le'),
      'utf-16/x.rego': rego('x'),
      'large/sentinel.hcl': Buffer.alloc(10 * 2 ** 20 + 1, '#'),
      'large/big.sentinel': sentinel(),
      'out/a.sentinel': sentinel(),
      'broken/b.sentinel': sentinel(),
      'pipe/c.sentinel': sentinel(),
    };
    const findings: Finding[] = [
      ['latin/sentinel.hcl', 'UTF-8'],
      ['utf-16/policies.hcl', 'UTF-8'],
      ['large/sentinel.hcl', `${10 * 2 ** 20 + 1} bytes`],
      ['out/sentinel.hcl', 'out of the workspace'],
      ['broken/policies.json', 'Broken symbolic link'],
      ['pipe/sentinel.hcl', 'Not a regular file'],
    ];
    const result = await expectAll(files, findings, async (folder) => {
      await symlink(join(outside, 'sentinel.hcl'), join(folder, 'out/sentinel.hcl'));
      await symlink('nowhere.json', join(folder, 'broken/policies.json'));
      execFileSync('mkfifo', [join(folder, 'pipe/sentinel.hcl')]);
    });
    expect(result.stdout).not.toContain('a-secret');
  });
});

describe('what is only a warning', () => {
  test('attributes and blocks that are not known', async () => {
    const text =
      'policy "cost" {\n  owner = "me"\n  nested {\n  }\n}\nsettings {\n}\nimport "wasm" "x" {\n}\nparam "p" {\n  value = 1\n}\nglobal "g" {\n  value = 1\n}\ntest {\n}\nsentinel {\n  features = {\n    terraform = true\n  }\n}\n';
    const { run } = await scenario({ files: { 'sentinel.hcl': text, 'cost.sentinel': sentinel() } });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expectFindings(result, 'warning', [
      ['sentinel.hcl:2', '`owner`'],
      ['sentinel.hcl:3', '`nested`'],
      ['sentinel.hcl:6', '`settings`'],
      ['sentinel.hcl:8', '"wasm"'],
    ]);
  });

  test('an import that nothing provides; those of the standard are fine', async () => {
    const standard = ['base64', 'decimal', 'http', 'json', 'runtime', 'sockaddr', 'strings', 'time', 'types'];
    const terraform = ['tfplan', 'tfplan/v2', 'tfconfig', 'tfconfig/v2', 'tfstate', 'tfstate/v2', 'tfrun'];
    const imports = [...standard, 'units', 'version', ...terraform];
    const code = [
      ...imports.map((name) => `import "${name}" as x_${name.replace('/', '_')}`),
      'import "odd"',
    ];
    const { run } = await scenario({
      files: {
        'sentinel.hcl': 'policy "cost" {}\n',
        'cost.sentinel': `${code.join('\n')}\n${sentinel()}`,
        'left.sentinel': sentinel(),
      },
    });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expectFindings(result, 'warning', [[`cost.sentinel:${code.length}`, '"odd"']]);
    expect(leftOut(result.summary)).toEqual({ 'left.sentinel': 'is not named by sentinel.hcl' });
    expect(
      result.annotations.filter(({ level }) => level === 'notice').map(({ message }) => message),
    ).toEqual([
      expect.stringContaining(
        'which HashiCorp has deprecated and planned to remove in August 2025: cost.sentinel.',
      ),
    ]);
  });
});
