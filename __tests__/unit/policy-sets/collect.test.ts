/** What is packed of a folder on disk, and what is an error. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { describeProblem } from '../../../src/model/problem.ts';
import { archive } from '../../../src/policy-sets/archive.ts';
import { collect } from '../../../src/policy-sets/collect.ts';
import type { PackingRules } from '../../../src/policy-sets/exclusions.ts';
import { isNeverPacked, nameProblem } from '../../../src/policy-sets/names.ts';
import { growth, LINEAR } from '../cpu-time.ts';
import { type Content, locationOf, patterns, someRules, workspaceWith } from './folder.ts';

const collected = (files: Readonly<Record<string, Content>>, rules: Partial<PackingRules> = {}) =>
  collect(workspaceWith(files), someRules(rules));

/** Paths that are packed, or what is wrong. */
function outcome(files: Readonly<Record<string, Content>>, rules: Partial<PackingRules> = {}) {
  const { files: packed, problems } = collected(files, rules);
  return problems.length > 0 ? problems.map(describeProblem) : packed.map(({ path }) => path);
}

const MAIN = { 'set/sentinel.hcl': 'x' };

test('every regular file is packed byte for byte, hidden ones and tests too, in byte order', () => {
  const { files, ignored, problems } = collected({
    ...MAIN,
    'set/b/test/a.json': '{}',
    'set/b.md': '',
    'set/.hidden': 'h',
    'set/\u{1f600}': 'astral',
    'set/\uffee': 'behind the surrogates by code unit',
    'set/é.sentinel': 'main = rule { true }\r\n',
    'elsewhere.md': 'not in the folder',
  });
  expect(problems).toEqual([]);
  expect(ignored).toEqual([]);
  expect(files.map(({ path }) => path)).toEqual([
    '.hidden',
    'b.md',
    'b/test/a.json',
    'sentinel.hcl',
    'é.sentinel',
    '\uffee',
    '\u{1f600}',
  ]);
  expect(files[2]).toMatchObject({ file: 'set/b/test/a.json', size: 2, mode: 0o644 });
});

test('the ID of the content is its Git ID', () => {
  const { files } = collected({ 'set/a': 'some text\r\nwith both ends\n', 'set/b': '' });
  const git = (file: string) =>
    execFileSync('git', ['hash-object', '--no-filters', file], { encoding: 'utf8' }).trim();
  expect(files.map(({ blob }) => blob)).toEqual(files.map((file) => git(locationOf(file))));
});

test.each([
  '.git',
  '.terraform',
  '.github',
  '.DS_Store',
  '._a.hcl',
  '.env',
  '.env.local',
  '.npmrc',
  '.netrc',
  '.terraformrc',
  'gha-creds-0123.json',
  'a.tfstate',
  'a.tfstate.backup',
  'terraform.tfstate',
  '.Env',
  '.GIT',
  '.Terraform',
  'A.TFSTATE',
])('never packed: %s, as a file and as a folder', (name) => {
  expect(isNeverPacked(name)).toBe(true);
  expect(outcome({ ...MAIN, [`set/x/${name}`]: 's', [`set/y/${name}/z`]: 's' })).toEqual(['sentinel.hcl']);
});

test.each([
  '.envrc',
  '.gitignore',
  'env',
  'tfstate',
  'gha-creds.json',
  '.terraform.lock.hcl',
  '.terraformignore',
  'a._b',
])('packed all the same: %s', (name) => expect(isNeverPacked(name)).toBe(false));

test('files that `exclude` and the ignore file match are left out, and listed with the reason', () => {
  const { files, ignored } = collected(
    {
      ...MAIN,
      'set/.terraformignore': '*.md\ndocs\n',
      'set/a.md': '',
      'set/docs/x': '',
      'set/own/x.txt': '',
      'set/test/x': '',
      'set/.env': '',
    },
    { exclude: patterns(/^set\/own\//), builtIn: patterns(/\/test\//) },
  );
  expect(files.map(({ path }) => path)).toEqual(['.terraformignore', 'sentinel.hcl']);
  expect(Object.fromEntries(ignored.map(({ path, why }) => [path, why]))).toEqual({
    'set/.env': 'is never packed',
    'set/a.md': 'is matched by `.terraformignore`, line 1',
    'set/docs/': 'is matched by `.terraformignore`',
    'set/own/x.txt': 'is matched by `exclude`',
    'set/test/x': 'is excluded by default',
  });
});

const line = { file: 'set/sentinel.hcl', line: 3 };
const named = (...paths: readonly string[]) => new Map(paths.map((path) => [path, line]));

test('a source in the configuration is packed even if it is excluded by default', () => {
  const rules = { named: named('test/x'), builtIn: { matches: () => true, prunes: () => true } };
  expect(outcome({ 'set/test/x': '', 'set/test/y': '', 'set/testdata/y': '' }, rules)).toEqual(['test/x']);
});

test.each<[string, Readonly<Record<string, Content>>, Partial<PackingRules>, string, string]>([
  [
    '`exclude`',
    { 'set/a/x': '' },
    { exclude: patterns(/x$/) },
    'set/a/x is matched by `exclude`',
    'Change `exclude` so',
  ],
  [
    'the ignore file',
    { 'set/a/x': '', 'set/.terraformignore': '!y\na\n' },
    {},
    'set/a/ is matched by `.terraformignore`',
    'Change `.terraformignore` so',
  ],
  [
    'what is never packed',
    { 'set/a/x': { link: '../.terraform/x' }, 'set/.terraform/x': '' },
    {},
    'set/a/x is never packed',
    'to a file with another name',
  ],
])(
  'a source that the configuration names and %s leaves out is an error on its line',
  (_, files, rules, why, advice) => {
    const [problem] = collected({ ...MAIN, ...files }, { named: named('a/x'), ...rules }).problems;
    expect(problem).toMatchObject({
      place: line,
      message: `The configuration uses a/x, but it is not packed: ${why}.`,
      advice: expect.stringContaining(advice),
    });
  },
);

test('the source of a plugin is executable, whatever the file system says', () => {
  const { files } = collected({ 'set/bin/p': '', 'set/q': '' }, { executables: new Set(['bin/p']) });
  expect(files.map(({ mode }) => mode)).toEqual([0o755, 0o644]);
});

test('a link is replaced by its target, a file or folder anywhere in the workspace', () => {
  const { files, problems } = collected({
    'set/file': { link: '../shared/a' },
    'set/folder': { link: '../shared' },
    'set/sub/again': { link: '../folder/deep' },
    'shared/a': 'a',
    'shared/deep/b': 'b',
    'shared/deep/c': { link: '../a' },
  });
  expect(problems).toEqual([]);
  expect(files.map(({ path, file }) => [path, file])).toEqual(
    ['file', 'folder/a', 'folder/deep/b', 'folder/deep/c', 'sub/again/b', 'sub/again/c'].map((path) => [
      path,
      `set/${path}`,
    ]),
  );
});

test.each<[string, Readonly<Record<string, Content>>, Partial<PackingRules>]>([
  ['`exclude`, by the link', { 'set/l': { link: '../a' } }, { exclude: patterns(/^set\/l$/) }],
  ['`exclude`, by what it leads to', { 'set/l': { link: '../a' } }, { exclude: patterns(/^a$/) }],
  [
    '`exclude`, by what is in a folder that it leads to',
    { 'set/l': { link: '../x' } },
    { exclude: patterns(/^x\/y$/) },
  ],
  [
    'the ignore file, by what it leads to',
    { 'set/l': { link: 'd/a' }, 'set/d/a': '', 'set/.terraformignore': 'd\n.terraformignore' },
    {},
  ],
  ['never', { 'set/l': { link: '../.env' }, '.env': 'x' }, {}],
])('exclusions are asked of both paths: %s', (_, files, rules) => {
  expect(outcome({ ...MAIN, a: '', 'x/y': '', ...files }, rules)).toEqual(['sentinel.hcl']);
});

test.each<[string, Content, string]>([
  ['nowhere', { link: 'missing' }, 'Broken symbolic link.'],
  ['to itself', { link: 'l' }, 'Broken symbolic link.'],
  ['to its own folder', { link: '.' }, 'The link is circular.'],
  ['to a folder above', { link: '..' }, 'The link is circular.'],
  ['out of the workspace', { link: process.cwd() }, 'The target of the link is outside the workspace.'],
  [
    'into Git’s data',
    { link: '../.git/config' },
    'The target of the link is in Git’s own data, which may contain credentials.',
  ],
  ['through another one', { link: '../through/back' }, 'The link is circular.'],
])('a link that leads %s is an error on the link', (_, link, message) => {
  const files = { '.git/config': '', 'through/back': { link: '../set' }, 'set/l': link };
  expect(collected(files).problems).toMatchObject([{ message, place: { file: 'set/l' } }]);
});

test('a circle of two links is reported on the link that closes it', () => {
  const files = { 'set/a/l': { link: '../../b' }, 'b/m': { link: '../set/a' } };
  expect(collected(files).problems).toMatchObject([
    { message: 'The link is circular.', place: { file: 'set/a/l/m' } },
  ]);
});

test('a broken link that is left out is not an error', () => {
  expect(outcome({ ...MAIN, 'set/l': { link: 'missing' } }, { exclude: patterns(/\/l$/) })).toEqual([
    'sentinel.hcl',
  ]);
});

test('links that multiply endlessly are an error', () => {
  const doubling = Array.from({ length: 24 }, (_, at) => [
    [`d${at}/a`, { link: `../d${at + 1}` }],
    [`d${at}/b`, { link: `../d${at + 1}` }],
  ]).flat();
  const [problem] = collected({
    ...Object.fromEntries(doubling),
    'd24/x': '',
    'set/l': { link: '../d0' },
  }).problems;
  expect(problem?.message).toMatch(/more than 100,000 files and folders/);
});

(process.platform === 'win32' ? test.skip : test)('a pipe is an error that names it', () => {
  const folder = workspaceWith(MAIN);
  execFileSync('mkfifo', [join(folder.root, 'pipe')]);
  expect(collect(folder, someRules()).problems).toMatchObject([
    { message: 'Not a regular file.', place: { file: 'set/pipe' } },
  ]);
});

(process.platform === 'linux' ? test : test.skip)(
  'a name that is not valid UTF-8 is an error that shows it',
  () => {
    const folder = workspaceWith(MAIN);
    writeFileSync(Buffer.concat([Buffer.from(`${folder.root}/a`), Buffer.from([0xff])]), '');
    expect(collect(folder, someRules()).problems).toMatchObject([
      {
        message: expect.stringContaining('bytes that are not valid UTF-8'),
        place: { file: 'set/a\ufffd' },
      },
    ]);
  },
);

test.each<[string, Content, string | undefined]>([
  ['any bytes', Buffer.from([0xff, 0xfe, 0, 10, 33, 10, 91, 10]), undefined],
  ['1 MiB', 'x'.repeat(2 ** 20), undefined],
  ['more than 1 MiB', 'x'.repeat(2 ** 20 + 1), 'The file is 1048577 bytes; the limit is 1048576 (1 MiB).'],
  ['a link', { link: '../ignored' }, undefined],
])('the ignore file may hold %s', (_, content, message) => {
  const { problems } = collected({ ...MAIN, ignored: 'a', 'set/.terraformignore': content });
  expect(problems.map((problem) => problem.message)).toEqual(message === undefined ? [] : [message]);
});

const SECRET = 'atlasv1-very-secret';

test.each([
  ['alone', SECRET],
  ['in the middle', `a = "${SECRET}"\n`],
  ['in a binary', Buffer.concat([Buffer.from([0, 255]), Buffer.from(SECRET), Buffer.from([0])])],
  ['where two pieces meet', 'x'.repeat(256 * 1024 - 5) + SECRET],
  ['at the end of many', 'x'.repeat(700_000) + SECRET],
])('a file that holds a secret of the run is an error that does not show it: %s', (_, content) => {
  const { problems } = collected(
    { 'set/a.md': content, 'set/b.md': SECRET.slice(1) },
    { secrets: ['', SECRET] },
  );
  expect(problems).toMatchObject([{ place: { file: 'set/a.md' } }]);
  expect(JSON.stringify(problems)).not.toContain(SECRET.slice(0, 8));
});

const POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n';

test('Git LFS pointers are one error, with the solution', () => {
  expect(outcome({ 'set/a': POINTER })).toEqual([
    'set/a: The file is a Git LFS pointer instead of the content. Set `lfs: true` for actions/checkout.',
  ]);
  expect(outcome({ 'set/a': POINTER, 'set/b': POINTER })).toEqual([
    'set/a: 2 files are Git LFS pointers instead of the content: set/a, set/b. Set `lfs: true` for actions/checkout.',
  ]);
});

// Other systems take the two for one.
(process.platform === 'linux' ? test : test.skip).each([
  ['letter case', 'A/x.md', 'a/X.md'],
  ['letter case beyond ASCII', 'É', 'é'],
  ['how accents are encoded', 'e\u0301', 'é'],
])('paths that differ only in %s are an error', (_, one, other) => {
  const { problems } = collected({ [`set/${one}`]: '', [`set/${other}`]: '' });
  expect(problems.map(({ message }) => message)).toEqual([
    'Some paths differ only in letter case or in the encoding of accents, and cannot be unpacked on every system:',
  ]);
});

test.each([
  ['é'.repeat(128), 'A name in the path is 256 bytes; the limit is 255, so that it can be unpacked.'],
  [
    `x/${'a'.repeat(256)}/y`,
    'A name in the path is 256 bytes; the limit is 255, so that it can be unpacked.',
  ],
  ['a\\b', 'The path contains a backslash,'],
  ['a\nb', 'The path contains a backslash, a control character'],
  ['\ufffd', 'bytes that are not valid UTF-8'],
  ['é'.repeat(127), undefined],
])('a name that not every system can unpack is an error: %j', (path, message) => {
  const found = nameProblem(path, `set/${path}`);
  expect(found?.message).toEqual(message === undefined ? undefined : expect.stringContaining(message));
});

function withHoles(sizes: Readonly<Record<string, number>>) {
  const folder = workspaceWith(Object.fromEntries(Object.keys(sizes).map((path) => [`set/${path}`, ''])));
  for (const [path, size] of Object.entries(sizes)) truncateSync(join(folder.root, path), size);
  return collect(folder, someRules());
}

const MIB = 2 ** 20;

test('over 50 MiB is an error that names the largest files, and nothing is read', () => {
  const { problems, warnings, files } = withHoles({ a: 30 * MIB, b: 20 * MIB, c: 1, d: 0 });
  expect(problems.map(describeProblem)).toEqual([
    'set/a: The files of the policy set are 50.0 MiB in total; the limit is 50.0 MiB. The largest are: set/a (30.0 MiB), set/b (20.0 MiB), set/c (0.0 MiB). Add files that no policy needs to `exclude` or `.terraformignore`.',
  ]);
  expect([warnings, files]).toEqual([[], []]);
});

test('over 5 MiB is a warning that names the largest files', () => {
  const { problems, warnings } = withHoles({ a: 3 * MIB, b: 2 * MIB, c: 1 });
  expect(problems).toEqual([]);
  expect(warnings).toMatchObject([
    { place: { file: 'set/a' }, items: [['set/a (3.0 MiB)'], ['set/b (2.0 MiB)'], ['set/c (0.0 MiB)']] },
  ]);
  expect(withHoles({ a: 5 * MIB }).warnings).toEqual([]);
});

test.each<[string, (size: number) => string]>([
  ['files', (at) => `set/d${at % 20}/f${at}`],
  ['folders', (at) => `set/d${at}/f`],
])('time grows with the number of %s', async (_, pathOf) => {
  const prepare = (size: number) => {
    const folder = workspaceWith(
      Object.fromEntries(Array.from({ length: size }, (_, at) => [pathOf(at), 'x'])),
    );
    return () => collect(folder, someRules({ secrets: [SECRET] }));
  };
  expect(await growth(500, prepare)).toBeLessThan(LINEAR);
});

test('deep folders are packed', () => {
  const folder = workspaceWith(MAIN);
  const deep = 'a/'.repeat(400);
  mkdirSync(join(folder.root, deep), { recursive: true });
  expect(collect(folder, someRules()).files).toHaveLength(1);
});

test('a configuration is moved to the root, rewritten, and replaces the one there', async () => {
  const content = Buffer.from('rebased');
  const move = { from: 'azure/sentinel.hcl', to: 'sentinel.hcl', insteadOf: ['sentinel.hcl'], content };
  const secrets = ['not here', 'the secret'];
  const files = { 'set/sentinel.hcl': 'the secret', 'set/azure/sentinel.hcl': 'the secret', 'set/z': '' };
  const { files: packed, ignored, problems } = collected(files, { move, secrets });
  expect(problems).toEqual([]);
  expect(packed).toMatchObject([
    { path: 'sentinel.hcl', file: 'set/azure/sentinel.hcl', bytes: { content }, size: 7, mode: 0o644 },
    { path: 'z' },
  ]);
  expect(ignored).toEqual([
    { path: 'set/sentinel.hcl', why: 'is replaced by azure/sentinel.hcl, which is packed at the root' },
  ]);
  const { pieces } = await archive(packed);
  expect(gunzipSync(Buffer.concat(pieces)).includes(content)).toBe(true);
  // As it is, it would hold a secret.
  expect(outcome(files, { move: { ...move, content: undefined }, secrets })).toEqual([
    expect.stringContaining('set/azure/sentinel.hcl'),
  ]);
});

test('paths in the archive are compared, not those in the folder', () => {
  const move = {
    from: 'azure/sentinel.hcl',
    to: 'sentinel.hcl',
    insteadOf: ['sentinel.hcl'],
    content: undefined,
  };
  const files = { 'set/Sentinel.hcl': '', 'set/azure/sentinel.hcl': '' };
  expect(outcome(files, { move })).toEqual([expect.stringContaining('differ only in letter case')]);
});
