/** The search finds what @actions/glob finds, and looks into less. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { create } from '@actions/glob';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Patterns } from '../../src/inputs/patterns.ts';
import { matcherOf } from '../../src/repository/matcher.ts';
import { list, search } from '../../src/repository/search.ts';
import { walk } from '../../src/repository/walk.ts';
import { plant, type Tree } from './trees.ts';

// @actions/glob tells each of its steps to the runner.
beforeAll(() => void jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterAll(() => void jest.restoreAllMocks());

const USUAL = ['a', 'b', 'ab', 'policies', 'cost.sentinel', 'tags.rego'];
const FOLDERS = [
  ...USUAL,
  '.a',
  'A',
  'node_modules',
  'test',
  '.git',
  '.github',
  'x.sentinel',
  'sentinel.hcl',
];
const STRANGE = [
  ...[
    '[a]',
    '[',
    ']',
    '*',
    '**',
    '?',
    'a b',
    'é',
    'e\u0301',
    '!a',
    '#a',
    '(a)',
    '+(a)',
    '@(a|b)',
    '{a,b}',
    'a\\b',
  ],
  ...['~', '-', '$a', 'a.', '..a', '...', '^a', '\u{1f600}', 'a\u2028b', '__proto__', '%41', "'a'", 'a|b'],
];

const mostly = <T>(usual: fc.Arbitrary<T>, strange: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: strange });
const path = (part: fc.Arbitrary<string>, most: number) =>
  fc.array(part, { minLength: 1, maxLength: most }).map((parts) => parts.join('/'));

const name = mostly(fc.constantFrom(...FOLDERS), fc.constantFrom(...STRANGE));
const target = fc.oneof(
  fc.constantFrom('.', '..', 'nowhere', '/etc/hostname', '../a', 'a', 'policies', 'a/b', '../../a'),
  path(name, 2),
);
const anyTree: fc.Arbitrary<Tree> = fc
  .array(
    fc.tuple(
      path(name, 4),
      mostly<Tree[string]>(
        fc.constant({ text: Buffer.from('x') }),
        target.map((link) => ({ link })),
      ),
    ),
    { minLength: 1, maxLength: 14 },
  )
  .map((entries) => Object.fromEntries(entries));

const WILD = [
  '**',
  '**',
  '*',
  '*.sentinel',
  '*.rego',
  'a*',
  '*b',
  '?',
  '??',
  'p*s',
  '*.*',
  '.*',
  '***',
  'a**b',
  '*a*b',
];
const SPECIAL = ['[ab]', '[!a]', '[a-b]*', '[[]a]', '[a', '[a]b', '\\a', '\\*', 'a\\', '[[:alpha:]]', '[a]'];
const segment = fc.oneof(
  { weight: 5, arbitrary: name },
  { weight: 5, arbitrary: fc.constantFrom(...WILD) },
  { weight: 1, arbitrary: fc.constantFrom(...SPECIAL) },
);
const pattern = fc
  .tuple(path(segment, 4), mostly(fc.constant(''), fc.constantFrom('/', '//')), fc.nat(9))
  .map(([text, end, double]) => (double === 0 ? text.replace('/', '//') : text) + end);
const anyPatterns: fc.Arbitrary<Patterns> = fc.record({
  include: fc.array(pattern, { minLength: 1, maxLength: 3 }),
  exclude: fc.array(pattern, { maxLength: 3 }),
});

const escaped = (text: string) => text.replace(/[[?*]/g, '[$&]');

async function glob(root: string, patterns: Patterns, implicitDescendants = true): Promise<Set<string>> {
  const lines = [
    ...patterns.include.map((each) => `${escaped(root)}/${each}`),
    ...patterns.exclude.map((each) => `!${escaped(root)}/${each}`),
  ];
  const options = { followSymbolicLinks: false, matchDirectories: false, implicitDescendants };
  const found = await (await create(lines.join('\n'), options)).glob().catch(nowhere);
  return new Set(
    found.map((file) => relative(root, file)).filter((file) => !/(^|\/)\.git(\/|$)/i.test(file)),
  );
}

/** @actions/glob throws where a pattern begins below a file, or below a link that leads in a circle. */
function nowhere(error: NodeJS.ErrnoException): string[] {
  expect(error.code).toMatch(/^(ENOTDIR|ELOOP)$/);
  return [];
}

/** The exception: a folder is meant by a `/` at the end, or by a last part that is plain and no file's name. */
function meansFolder(each: string): boolean {
  const last = each.replace(/\/+$/, '').split('/').at(-1) ?? '';
  return each.endsWith('/') || !(/[*?[]/.test(last) || /\.(sentinel|rego|hcl|json)$/.test(last));
}

/** What @actions/glob finds for each of the patterns. */
async function expected(root: string, { include, exclude }: Patterns): Promise<string[]> {
  const all = new Set<string>();
  for (const each of include) {
    const left = await glob(root, { include: [each], exclude });
    const meant = await glob(root, { include: [each], exclude: [] }, meansFolder(each));
    for (const file of left) if (meant.has(file)) all.add(file);
  }
  return [...all].sort();
}

async function planted(tree: Tree, check: (root: string) => Promise<void>) {
  const above = await realpath(await mkdtemp(join(tmpdir(), 'search-')));
  const root = join(above, '[x]*');
  try {
    await plant(above, { 'a/cost.sentinel': { text: Buffer.from('x') } });
    await plant(root, { 'a/b/cost.sentinel': { text: Buffer.from('x') }, ...tree });
    await check(root);
  } finally {
    await rm(above, { recursive: true, force: true });
  }
}

test('the search finds what @actions/glob finds, whichever other search the folder is listed for', async () => {
  const property = fc.asyncProperty(anyTree, anyPatterns, anyPatterns, (tree, patterns, others) =>
    planted(tree, async (root) => {
      const there = await expected(root, patterns);
      expect(await search(list(root, [patterns]), patterns)).toEqual(there);
      expect(await search(list(root, [patterns, others]), patterns)).toEqual(there);
    }),
  );
  await fc.assert(property, { seed: 15, numRuns: 200, endOnFailure: true });
});

// Sets that contain `]` are left out: @actions/glob takes them for the name of a place (docs/github.md#glob-patterns).
test('a path matches as it would if @actions/glob came to it, sets and escapes included', async () => {
  const property = fc.asyncProperty(anyTree, anyPatterns, (tree, patterns) =>
    planted(tree, async (root) => {
      const there = new Set(await expected(root, patterns));
      const files = walk(root, () => true).filter(({ type }) => type !== 'folder');
      const { matches } = matcherOf(patterns);
      for (const file of files)
        expect([file.path, matches(file.path)]).toEqual([file.path, there.has(file.path)]);
    }),
  );
  await fc.assert(property, { seed: 15, numRuns: 200, endOnFailure: true });
});
