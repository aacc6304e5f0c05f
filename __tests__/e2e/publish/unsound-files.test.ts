import { execFileSync } from 'node:child_process';
import { link, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { workspace } from '../../support/workspace.ts';
import { annotationsAt, errors, nothing, outcome, policyStates, published, requestLines } from './reading.ts';
import { type Files, rego, scenario, sentinel } from './scenario.ts';

const tooLarge = (size: number) =>
  Buffer.concat([Buffer.from(sentinel()), Buffer.alloc(size - sentinel().length, '#')]);
const limit = 10 * 2 ** 20;

/** By file: its content, and what is said of it. */
type Unsound = Record<string, [string | Buffer, string]>;

const groups: Record<string, Unsound> = {
  'files that hold no text of a policy': {
    'empty.sentinel': ['', 'empty'],
    'blank.rego': [' \n\t\r\n', 'empty'],
    'latin-1.sentinel': [Buffer.from('# Gr\xf6\xdfe\nmain = rule { true }\n', 'latin1'), 'UTF-8'],
    'utf-16.rego': [Buffer.from(`\uFEFF${rego('a')}`, 'utf16le'), 'UTF-8'],
    'large.sentinel': [tooLarge(limit + 1), `${limit + 1} bytes`],
  },
  'Sentinel files that are no policies': {
    'module.sentinel': ['helper = func(x) { return x }\n', '`main`'],
    'in-comments.sentinel': [
      '# main = rule { true }\n// main = rule { true }\n/*\nmain = rule { true }\n*/\n',
      '`main`',
    ],
    'in-text.sentinel': ['x = "\\"main = rule { true }"\n', '`main`'],
    'in-function.sentinel': ['f = func() {\n  main = true\n  return main\n}\n', '`main`'],
    'compared.sentinel': ['x = rule {\nmain == true }\nmain == true\n', '`main`'],
    'similar.sentinel': ['domain = rule { true }\nmain_rule = rule { true }\n', '`main`'],
  },
  'Sentinel files that Sentinel cannot parse, and that are no policies': {
    'nothing-behind.sentinel': ['main =\n\nx = 1\n', 'nothing follows `main =`'],
    'open-bracket.sentinel': ['main = rule { length(\n', '`)` is missing'],
    'open-string.sentinel': ['main = rule { x is "a }\n', 'This string is never closed'],
    'open-comment.sentinel': ['main = rule { true }\n/* a\n', 'This comment is never closed'],
    'prose.sentinel': ['This is a policy.\nmain = rule { true }\n', 'is expected before `policy`'],
  },
  'what a merge left behind': {
    'both.sentinel': [`<<<<<<< HEAD\n${sentinel()}=======\n${sentinel('b')}>>>>>>> b\n`, 'merge conflict'],
    'sides.rego': [`${rego('a')}<<<<<<< HEAD\n=======\nx := 1\n>>>>>>> b\n`, 'merge conflict'],
    'set/sentinel.hcl': ['<<<<<<< HEAD\n=======\npolicy "a" {\n>>>>>>> b\n', 'merge conflict'],
  },
  'Rego files that are no policies': {
    'no-package.rego': ['deny contains "x" if true\n', 'package'],
    'package-in-comment.rego': ['# package a\ndeny contains "x" if true\n', 'package'],
    'no-deny.rego': ['package a\n\nallow := true\n', 'data.a.deny'],
    'deny-in-comment.rego': ['package a\n\n# deny contains "x" if true\nx := "deny = 1"\n', 'data.a.deny'],
    'deny-in-raw-text.rego': ['package a\n\nx := `\ndeny = 1\n`\n', 'data.a.deny'],
    'deny-function.rego': ['package a\n\ndeny(x) = true { x }\n', 'data.a.deny'],
    'deny-all.rego': ['package a\n\ndeny_all := true\n', 'data.a.deny'],
    'denying.rego': ['package a.b\n\nviolations := {x | x := data.a.deny}\n', 'data.a.b.deny'],
  },
  'names that no policy can have': {
    'größe.sentinel': [sentinel(), '"größe"'],
    '価格.rego': [rego('a'), '"価格"'],
    'dir/.rego': [sentinel(), '""'],
    'tab\there.sentinel': [sentinel(), 'policy name'],
  },
};

describe('each is an error on its file, and nothing is written to Terraform', () => {
  test.each(Object.entries(groups))('%s', async (group, files) => {
    const sound: Files = { 'sound.sentinel': sentinel() };
    const contents = Object.entries(files).map(([file, [content]]) => [file, content]);
    const { terraform, run } = await scenario({ files: { ...sound, ...Object.fromEntries(contents) } });
    const result = await run();

    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    const expected = Object.entries(files).map(([at, [, words]]) => ({
      at,
      message: expect.stringContaining(words),
    }));
    expect(errors(result)).toHaveLength(expected.length);
    expect(errors(result)).toEqual(expect.arrayContaining(expected));
    expect(published(result)).toEqual([]);
    // Whether the organization has such code already is asked only where that counts.
    const reads = /that are no policies$/.test(group) ? [expect.stringMatching(/^GET /)] : [];
    expect(requestLines(terraform)).toEqual(reads);
    expect(result.summary).toMatch(
      new RegExp(`failed with ${expected.length} problems( and \\d+ warnings?)?, nothing was written`),
    );
    expect(result.summary).not.toContain('sound.sentinel');
  });
});

describe('what looks unsound and is not', () => {
  test('is published', async () => {
    const files = {
      'just-fits.sentinel': tooLarge(limit),
      'main-later.sentinel': 'import "tfplan/v2" as tfplan\n\nx = rule { true }; main = rule { x }\n',
      'main-in-lines.sentinel': 'main =\n  rule {\n    true\n  }\n',
      'array.rego': 'package a\n\ndeny[msg] { msg := "x" }\n',
      'default.rego': 'package a.b\n\ndefault deny = false\n',
      'assigned.rego': '# Licensed\n\npackage a\n\ndeny := {"x" | true}\n',
      'if.rego': 'package a\nimport rego.v1\ndeny if { true }\n',
    };
    const { terraform, run } = await scenario({ files });
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 0, changed: 'true', created: 7 });
    expect(result.annotations.map(({ level, file }) => `${level} ${file}`)).toEqual([
      'warning default.rego',
      'warning if.rego',
      'notice undefined',
    ]);
    expect(terraform.policies().find(({ name }) => name === 'just-fits')?.code).toHaveLength(limit);
  });
});

describe('names', () => {
  test('get "-" for dots, spaces and punctuation, and one notice lists them', async () => {
    const { terraform, run } = await scenario({
      files: {
        'aws-cis-4.1-ssh.sentinel': sentinel(),
        "it's (a) test.rego": rego('a'),
        'fine_Name-1.sentinel': sentinel(),
      },
    });
    const result = await run({ 'name-prefix': 'team a.' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 3 });
    expect(terraform.policies().map(({ name }) => name)).toEqual([
      'team-a-aws-cis-4-1-ssh',
      'team-a-fine_Name-1',
      'team-a-it-s--a--test',
    ]);
    const [notice, ...others] = annotationsAt(result, 'notice');
    expect(others).toEqual([]);
    expect(notice?.message).toContain('aws-cis-4.1-ssh.sentinel → team-a-aws-cis-4-1-ssh');
    expect(notice?.message).toContain("it's (a) test.rego → team-a-it-s--a--test");
  });

  test('that two files end with are an error that names both places', async () => {
    const { terraform, run } = await scenario({
      files: {
        'a/cost.sentinel': sentinel(),
        'b/cost.sentinel': sentinel(),
        'c/kind.sentinel': sentinel(),
        'd/kind.rego': rego('kind'),
        'e/Case.sentinel': sentinel(),
        'f/case.sentinel': sentinel(),
        'g/x.y.sentinel': sentinel(),
        'h/x y.sentinel': sentinel(),
      },
    });
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual(
      [
        ['b/cost.sentinel', 'a/cost.sentinel and b/cost.sentinel'],
        ['d/kind.rego', 'c/kind.sentinel and d/kind.rego'],
        ['f/case.sentinel', 'e/Case.sentinel and f/case.sentinel'],
        ['h/x y.sentinel', 'g/x.y.sentinel and h/x y.sentinel'],
      ].flatMap(([at = '', words = '']) =>
        [words.split(' and ')[0] ?? '', at].map((place) => ({
          at: place,
          message: expect.stringContaining(words),
        })),
      ),
    );
    expect(errors(result)[4]?.message).toContain('letter case');
    expect(requestLines(terraform)).toEqual([]);
  });
});

describe('links and special files', () => {
  test('inside the workspace are followed: the link gives the name, its target the code', async () => {
    const { terraform, folder, run } = await scenario({
      files: { 'shared/cost.txt': sentinel('shared'), 'policies/a.sentinel': sentinel('a') },
    });
    await symlink('../shared/cost.txt', join(folder, 'policies/cost.sentinel'));
    await symlink('a.sentinel', join(folder, 'policies/b.sentinel'));
    await mkdir(join(folder, 'policies/folder.sentinel'));
    const result = await run({ 'working-directory': 'policies' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 3 });
    expect(policyStates(terraform)).toMatchObject({
      a: { code: sentinel('a') },
      b: { code: sentinel('a') },
      cost: { code: sentinel('shared') },
    });
    expect(published(result).map(({ path }) => path)).toEqual([
      'policies/a.sentinel',
      'policies/b.sentinel',
      'policies/cost.sentinel',
    ]);
  });

  test('to folders are not searched', async () => {
    const { folder, run } = await scenario({ files: { 'a/x.sentinel': sentinel() } });
    await symlink('a', join(folder, 'b'));
    await symlink('..', join(folder, 'a/up'));
    await symlink(await workspace({ 'secret.sentinel': sentinel() }), join(folder, 'c'));
    const result = await run({ 'dry-run': 'true' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
  });

  test('that lead nowhere, in a circle or out of the workspace, and pipes, are errors; nothing of them is read', async () => {
    const secret = 'a-secret-of-the-machine';
    const outside = await workspace({ 'secret.sentinel': sentinel(`"${secret}"`) });
    const { terraform, folder, run } = await scenario({ files: { 'sound.sentinel': sentinel() } });
    await symlink(join(outside, 'secret.sentinel'), join(folder, 'out.sentinel'));
    await symlink('nowhere.sentinel', join(folder, 'broken.sentinel'));
    await symlink('circle.rego', join(folder, 'circle.rego'));
    execFileSync('mkfifo', [join(folder, 'pipe.sentinel')]);
    await symlink('pipe.sentinel', join(folder, 'to-pipe.sentinel'));
    const result = await run({}, { timeout: 180_000 });

    expect(result.signal).toBeNull();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual(
      [
        ['broken.sentinel', 'Broken symbolic link'],
        ['circle.rego', 'Broken symbolic link'],
        ['out.sentinel', 'out of the workspace'],
        ['pipe.sentinel', 'Not a regular file'],
        ['to-pipe.sentinel', 'Not a regular file'],
      ].map(([at, words]) => ({ at, message: expect.stringContaining(words ?? '') })),
    );
    expect(result.stdout).not.toContain(secret);
    expect(requestLines(terraform)).toEqual([]);
  });

  test('of the hard sort are files like any other', async () => {
    const { folder, run } = await scenario({ files: { 'a.sentinel': sentinel() } });
    await link(join(folder, 'a.sentinel'), join(folder, 'b.sentinel'));
    expect(outcome(await run({ 'dry-run': 'true' }))).toMatchObject({ exitCode: 0, created: 2 });
  });
});

test('many errors are ten annotations at most, and all of them in summary and log', async () => {
  const names = Array.from({ length: 15 }, (_, index) => `empty-${index}.sentinel`);
  const { run } = await scenario({ files: Object.fromEntries(names.map((name) => [name, ''])) });
  const result = await run();
  expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
  expect(annotationsAt(result, 'error')).toHaveLength(10);
  expect(annotationsAt(result, 'error').at(-1)?.message).toMatch(/^6 more/);
  for (const name of names) {
    expect(result.summary).toContain(`\`${name}\``);
    expect(result.lines.find((line) => line.startsWith('error: '))).toContain(` ${name}`);
  }
});
