import { mkdir, rename, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readCode } from '../../src/repository/read-file.ts';
import { expectRefused, type Finding } from '../e2e/config/reading.ts';
import { errors, nothing, outcome, writeLines } from '../e2e/publish/reading.ts';
import { type GivenInputs, scenario, sentinel } from '../e2e/publish/scenario.ts';
import { workspace } from '../support/workspace.ts';

const hidden = sentinel('"hidden-from-everybody"');

/** A repository beside which lies a folder that nobody may reach, with these links in it. */
async function repository(files: Record<string, string>, links: Record<string, string>) {
  const found = await scenario({ files });
  const outside = await workspace({
    'x.sentinel': hidden,
    'policies/x.sentinel': hidden,
    'sentinel.hcl': `x = "${hidden}`,
  });
  for (const [path, target] of Object.entries(links)) {
    await symlink(target.replace('<outside>', outside), join(found.folder, path));
  }
  return { ...found, outside };
}

async function expectNotLetIn(
  { terraform, run, outside }: Awaited<ReturnType<typeof repository>>,
  findings: readonly Finding[],
  inputs: GivenInputs = {},
) {
  const result = await run(inputs);
  expectRefused(result, terraform, findings);
  expect(`${result.stdout}${result.stderr}${result.summary}`).not.toMatch(/hidden-from-everybody/);
  expect(result.stdout).not.toContain(outside);
}

describe('nothing outside the workspace is read', () => {
  test('by links to files, to folders, in chains and in circles', async () => {
    const found = await repository(
      { 'ok.sentinel': sentinel() },
      {
        'chain.sentinel': 'chain-2.txt',
        'chain-2.txt': 'chain-3.txt',
        'chain-3.txt': '<outside>/x.sentinel',
        'device.sentinel': '/dev/zero',
        'environment.sentinel': '/proc/self/environ',
        'file.sentinel': '<outside>/x.sentinel',
        folder: '<outside>/policies',
        'folder.rego': '<outside>/policies',
        'round-1.sentinel': 'round-2.sentinel',
        'round-2.sentinel': 'round-1.sentinel',
        'self.sentinel': 'self.sentinel',
        'up.sentinel': '..',
      },
    );
    const out = 'out of the workspace';
    await expectNotLetIn(found, [
      ['chain.sentinel', out],
      ['device.sentinel', out],
      ['environment.sentinel', out],
      ['file.sentinel', out],
      ['folder.rego', out],
      ['round-1.sentinel', 'Broken symbolic link'],
      ['round-2.sentinel', 'Broken symbolic link'],
      ['self.sentinel', 'Broken symbolic link'],
      ['up.sentinel', out],
    ]);
  });

  test('by what configuration files name, nor configuration files themselves', async () => {
    const sources = [
      './folder/x.sentinel',
      '../x.sentinel',
      '/etc/passwd',
      '~/x.sentinel',
      'a/../../x.sentinel',
    ];
    const blocks = sources.map((source, index) => `policy "p${index}" {\n  source = "${source}"\n}\n`);
    const found = await repository(
      { 'sentinel.hcl': blocks.join(''), 'sub/.keep': '' },
      { folder: '<outside>/policies', 'sub/sentinel.hcl': '<outside>/sentinel.hcl' },
    );
    await expectNotLetIn(found, [
      ['sub/sentinel.hcl', 'out of the workspace'],
      ['sentinel.hcl:2', 'out of the workspace'],
      ['sentinel.hcl:5', 'outside'],
      ['sentinel.hcl:8', 'outside'],
      ['sentinel.hcl:11', 'does not exist'],
      ['sentinel.hcl:14', 'outside'],
    ]);
  });

  test.each([
    ['policies', '../**/*.sentinel'],
    ['policies', '/**/*.sentinel'],
    ['policies', '~/*.sentinel'],
    ['policies', 'a/../../*.sentinel'],
    ['policies', '!../x.sentinel\n**/*.sentinel'],
    ['policies', 'C:\\policies\\*.sentinel'],
    ['policies', '\\\\host\\share\\*.sentinel'],
    ['exclude', '../**'],
    ['config', '/etc/*.hcl'],
    ['config', '..'],
  ])('by patterns: %s %j', async (input, patterns) => {
    const found = await repository({ 'ok.sentinel': sentinel() }, {});
    await expectNotLetIn(found, [[`input ${input}`, /absolute, or have a "\." or "\.\." folder/]], {
      [input]: patterns,
    });
  });

  test.each([
    ['..', 'is outside the workspace'],
    ['/', 'is outside the workspace'],
    ['a/../..', 'is outside the workspace'],
    ['linked', 'is outside the workspace'],
    ['~', 'does not exist'],
    ['ok.sentinel', 'does not exist'],
  ])('by the working directory %j', async (folder, words) => {
    const found = await repository({ 'ok.sentinel': sentinel(), 'a/.keep': '' }, { linked: '<outside>' });
    await expectNotLetIn(found, [['input working-directory', words]], { 'working-directory': folder });
  });
});

describe("nothing of Git's own data is read, which may hold the credentials of the checkout", () => {
  const credentials =
    '[core]\n[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic hidden-from-everybody\n';

  test('by links and sources', async () => {
    const config =
      'policy "hook" {\n  source = "./.git/hook.sentinel"\n}\npolicy "linked" {\n  source = "./git/hook.sentinel"\n}\n';
    const files = {
      '.git/config': credentials,
      '.git/hook.sentinel': hidden,
      'sentinel.hcl': config,
      'sub/.keep': '',
    };
    const found = await repository(files, {
      git: '.git',
      'link.sentinel': '.git/hook.sentinel',
      'sub/sentinel.hcl': '../.git/config',
      'sub/policies.json': '../.git/config',
    });
    await expectNotLetIn(found, [
      ['link.sentinel', 'Git’s own data'],
      ['sub/policies.json', 'Git’s own data'],
      ['sub/sentinel.hcl', 'Git’s own data'],
      ['sentinel.hcl:2', 'Git’s own data'],
      ['sentinel.hcl:5', 'Git’s own data'],
    ]);
  });

  test('by patterns', async () => {
    const files = {
      '.git/hook.sentinel': hidden,
      '.git/modules/a/x.sentinel': hidden,
      'ok.sentinel': sentinel(),
    };
    const found = await repository(files, {});
    expect(outcome(await found.run({ policies: '**\n.git/**\n.git/hook.sentinel' }))).toMatchObject({
      created: 1,
    });
    expect(found.terraform.policies().map(({ name }) => name)).toEqual(['ok']);
  });

  test('as the working directory', async () => {
    const found = await repository({ '.git/hook.sentinel': hidden, 'ok.sentinel': sentinel() }, {});
    await expectNotLetIn(found, [['.git/hook.sentinel', 'Git’s own data']], { 'working-directory': '.git' });
  });
});

test('a socket is no policy, and is not waited for', async () => {
  const { terraform, folder, run } = await scenario({ files: { 'ok.sentinel': sentinel() } });
  const server = createServer().listen(join(folder, 'socket.sentinel'));
  try {
    expectRefused(await run(), terraform, [['socket.sentinel', 'Not a regular file']]);
  } finally {
    server.close();
  }
});

describe('a file that is swapped after it was found sound is not read', () => {
  test('through its folder, while the organization is read', async () => {
    const found = await repository({ 'a/cost.sentinel': sentinel() }, {});
    const outside = await workspace({ 'cost.sentinel': sentinel() });
    found.terraform.onRequest = async ({ method }, phase) => {
      if (method !== 'GET' || phase !== 'before-effect') return;
      await rename(join(found.folder, 'a'), join(found.folder, 'moved'));
      await symlink(outside, join(found.folder, 'a'));
    };
    const result = await found.run();
    expect(outcome(result)).toMatchObject({ ...nothing, exitCode: 1 });
    expect(errors(result)).toMatchObject([
      { at: 'a/cost.sentinel', message: expect.stringContaining('replaced during the run') },
    ]);
    expect(writeLines(found.terraform)).toEqual([]);
  });

  test('through a link in place of it, or of a folder above it', async () => {
    const folder = await workspace({ 'b/x.sentinel': hidden });
    await symlink('b', join(folder, 'a'));
    await mkdir(join(folder, 'c'));
    await symlink('../b/x.sentinel', join(folder, 'c/x.sentinel'));
    expect(() => readCode(join(folder, 'a/x.sentinel'))).toThrow('replaced during the run');
    expect(() => readCode(join(folder, 'c/x.sentinel'))).toThrow(/ELOOP|replaced during the run/);
    expect(() => readCode(join(folder, 'c'))).toThrow('replaced during the run');
    expect(readCode(join(folder, 'b/x.sentinel')).toString()).toBe(hidden);
  });
});

test('names that look like others, or like nothing, are each an error, and so are those that differ in case', async () => {
  const names = {
    'Cyrillic с': 'a/\u0441ost',
    fullwidth: 'b/\uff43ost',
    'combining accent': 'c/co\u0301st',
    'zero-width space': 'd/cost\u200b',
    'zero-width joiner': 'e/co\u200dst',
    'right-to-left override': 'f/\u202etsoc',
    'no-break space': 'g/co\u00a0st',
    'soft hyphen': 'h/co\u00adst',
    'Turkish dotless i': 'i/l\u0131mit',
    'long s': 'j/co\u017ft',
  };
  const files = Object.fromEntries(Object.values(names).map((name) => [`${name}.sentinel`, sentinel()]));
  const { terraform, run } = await scenario({
    files: { ...files, 'y/cost.sentinel': sentinel(), 'z/COST.sentinel': sentinel() },
  });
  const result = await run();
  expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
  expect(terraform.requests).toEqual([]);
  const said = result.lines.filter((line) => line.startsWith('error: '));
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(/^error: 10 policies have names with characters other than ASCII.*Rename/);
  for (const folder of 'abcdefghij') expect(said[0]).toContain(` ${folder}/`);
  expect(said[1]).toMatch(/y\/cost\.sentinel and z\/COST\.sentinel.*only in letter case/);
});

describe('a host name that may be meant to lead elsewhere is refused before anything is asked', () => {
  test.each([
    ['user:hidden-from-everybody@tfe.example.com', 'credentials'],
    ['https://app.terraform.io@evil.example', 'credentials'],
    ['https://app.terraform.io/@evil.example', 'path'],
    ['https://tfe.example.com\\@evil.example', 'path'],
    ['tfe.example.com/api/v2', 'path'],
    ['tfe.example.com?hidden-from-everybody', 'query'],
    ['tfe.example.com#@evil.example', 'query or a fragment'],
    ['tfe.example.com evil.example', 'is not a host name'],
    ['tfe.example.com\nevil.example', 'is not a host name'],
    ['http://tfe.example.com', 'uses http'],
    ['http://127.0.0.1.evil.example', 'uses http'],
    ['http://localhost@evil.example', 'credentials'],
    ['http://[::ffff:8.8.8.8]', 'uses http'],
    ['javascript://tfe.example.com', 'scheme javascript'],
    ['file:///etc/passwd', 'scheme file'],
  ])('%j', async (hostname, words) => {
    const found = await repository({ 'ok.sentinel': sentinel() }, {});
    await expectNotLetIn(found, [['input hostname', words]], { hostname });
  });
});

describe('a token that no header can carry is refused, and shown nowhere', () => {
  test.each([
    ['a line break', 'first-half-of-the-token\r\nx-injected: second-half'],
    ['a tab', 'first-half-of-the-token\tsecond-half'],
    ['a null', 'first-half-of-the-token\u007fsecond-half'],
    ['a letter of another script', 'first-half-of-the-token\u0441second-half'],
    ['a zero-width space', 'first-half-of-the-token\u200bsecond-half'],
  ])('%s', async (_, token) => {
    const found = await repository({ 'ok.sentinel': sentinel() }, {});
    await expectNotLetIn(found, [['input token', 'store the secret again as a single line']], { token });
  });
});

test('a file that cannot be read through is a problem of its own, beside those of others', async () => {
  const { terraform, run } = await scenario({
    files: {
      'ok.sentinel': sentinel(),
      'a/policies.json': `{"policy":${'['.repeat(200_000)}`,
      'b/sentinel.hcl': `# ${'x'.repeat(2 ** 20)}\n`,
      'c/sentinel.hcl': `a = ${'"${'.repeat(5_000)}`,
      'd/sentinel.hcl': `policy "p" {\n  source = ${'-'.repeat(20_000)}\n`,
      'e/sentinel.hcl': `a = ${' '.repeat(200_000)}\n`,
      'g.sentinel': 'x = 1\n',
    },
  });
  const result = await run();
  expectRefused(result, terraform, [
    ['a/policies.json', 'too deeply nested'],
    ['b/sentinel.hcl', 'the limit is 1048576 (1 MiB)'],
    ['c/sentinel.hcl:1', 'nested too deeply'],
    ['d/sentinel.hcl:1', 'never closed'],
    ['e/sentinel.hcl:2', 'the end is not expected here'],
    ['g.sentinel', 'No `main` rule'],
  ]);
});
