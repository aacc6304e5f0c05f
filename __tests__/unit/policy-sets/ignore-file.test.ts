/** What a line of `.terraformignore` leaves out: as HashiCorp's go-slug 1.0.0, and more where the table says so. */
import { expect, test } from '@jest/globals';
import { IgnoreRules } from '../../../src/policy-sets/ignore-file.ts';
import { growth, LINEAR } from '../cpu-time.ts';

const isLeftOut = (text: string, path: string) => new IgnoreRules(text).lineFor(path) !== undefined;

/** The file of go-slug's own tests. */
const VENDORS = `# comments are ignored
 # extra spaces are irrelevant
# ignore a file
   baz.txt
# below is an empty line

# ignore a directory
terraform.d/
# negate ignoring a directory at the root
!/terraform.d/
# ignore a file at a subpath
**/foo/bar.tf
# ignore files with specific endings
foo/*.md
# character groups
bar/something-[a-z].txt
# ignore a file
boop.txt
# but not one at the current directory
!/boop.txt
`;

test.each([
  ['included.txt', false],
  ['baz.txt', true],
  ['parent/foo/baz.txt', true],
  ['parent/foo/bar.tf', true],
  ['parent/bar/bar.tf', false],
  ['something/with-baz.txt', false],
  ['something/baz.x', false],
  ['foo/ignored-doc.md', true],
  ['bar/something-a.txt', true],
  ['some-module/terraform.d/x', true],
  ['terraform.d/foo', false],
  ['terraform.d', false],
  ['baz/boop.txt', true],
  ['boop.txt', false],
])('the file of the packer’s own tests: %s → %s', (path, out) => {
  expect(isLeftOut(VENDORS, path)).toBe(out);
});

test.each([
  // Names, anywhere and at the root.
  ['a.md', 'a.md', true],
  ['a.md', 'x/y/a.md', true],
  ['a.md', 'x/ba.md', false],
  ['a.md', 'a.mdx', false],
  ['/a.md', 'a.md', true],
  ['/a.md', 'x/a.md', false],
  ['x/a.md', 'x/a.md', true],
  ['x/a.md', 'y/x/a.md', true],
  ['x/a.md', 'yx/a.md', false],
  ['/x/a.md', 'y/x/a.md', false],
  ['A.md', 'a.md', false],
  ['  a.md\t', 'a.md', true],
  ['a.md\r', 'a.md', true],
  ['a b.md', 'a b.md', true],
  // Folders.
  ['docs/', 'docs/a.txt', true],
  ['docs/', 'x/docs/y/a.txt', true],
  ['docs/', 'docs', false],
  ['docs/', 'mydocs/a.txt', false],
  ['/docs/', 'x/docs/a.txt', false],
  ['docs/**', 'docs/x/a.txt', true],
  ['/', 'any/thing', true],
  // Wildcards.
  ['*.md', 'x/y/a.md', true],
  ['*.md', 'a.md.txt', false],
  ['foo/*', 'foo/a', true],
  ['foo/?.md', 'foo/a.md', true],
  ['foo/?.md', 'foo/ab.md', false],
  ['foo/?.md', 'foo/😀.md', true],
  ['a?b', 'a/b', false],
  ['a*b', 'a/b', false],
  ['src/**/x', 'src/x', true],
  ['src/**/x', 'src/a/b/x', true],
  ['src/**/x', 'src/ax', false],
  ['**/x', 'x', true],
  ['**/x', 'a/b/x', true],
  ['**', 'a/b', true],
  ['*a*b*c', 'xaxbxc', true],
  ['*a*b*c', 'xaxcxb', false],
  ['/a/**/b/**/c', 'a/x/b/y/z/c', true],
  ['/a/**/b/**/c', 'a/x/c/y/z/b', false],
  // Sets of characters.
  ['[abc].md', 'b.md', true],
  ['[abc].md', 'd.md', false],
  ['[^a-c].md', 'd.md', true],
  ['[^a-c].md', 'b.md', false],
  ['[]x].md', '].md', true],
  ['[a-].md', '-.md', true],
  ['[[:digit:]x].md', '7.md', true],
  ['[[:digit:]x].md', 'y.md', false],
  ['[\\]].md', '].md', true],
  ['[é].md', 'é.md', true],
  // Taken as it stands.
  ['\\*.md', '*.md', true],
  ['\\*.md', 'a.md', false],
  ['\\#a', '#a', true],
  ['\\!a', '!a', true],
  ['$a', '$a', true],
  ['a.md', 'axmd', false],
  // Taken back.
  ['*.md\n!a.md', 'x/a.md', false],
  ['*.md\n!a.md', 'b.md', true],
  ['!a.md\n*.md', 'a.md', true],
  ['src/**/*\n!src/foo/bar.txt', 'src/foo/bar.txt', false],
  ['src/**/*\n!src/foo/bar.txt', 'src/baz/ignored', true],
  ['*\n!/policies/**\n!/sentinel.hcl', 'policies/x/a.sentinel', false],
  ['*\n!/policies/**\n!/sentinel.hcl', 'README.md', true],
  ['*\n!docs', 'docs/a.txt', true],
  ['docs/\n!docs/a.txt', 'docs/a.txt', false],
  // Letters with accents, however they are encoded.
  ['données.txt', 'donne\u0301es.txt', true],
  ['donne\u0301es.txt', 'données.txt', true],
  ['*.café', 'test.cafe\u0301', true],
  ['münchen/', 'mu\u0308nchen/test.txt', true],
  ['*.txt\n!important_données.txt', 'important_donne\u0301es.txt', false],
  ['café.txt', 'cafe.txt', false],
])('%j and %s: %s', (text, path, out) => {
  expect(isLeftOut(text, path)).toBe(out);
});

test.each([
  ['a folder without a slash', 'docs', 'docs/a.txt'],
  ['a folder without a slash, at the root', '/docs', 'docs/x/a.txt'],
  ['a folder without a slash, anywhere', 'docs', 'x/docs/y/a.txt'],
  ['a folder by a wildcard', 'do*', 'docs/a.txt'],
  ['what is deeper than the star', 'foo/*\n!/bar', 'foo/x/a.md'],
  ['characters that regular expressions give a meaning', 'c++.txt', 'c++.txt'],
  ['the same', 'a(1)|b.txt', 'a(1)|b.txt'],
  ['a bracket that does not close', 'a[b', 'a[b'],
  ['two stars in a name', 'a**b', 'axb'],
  ['two stars behind a character, twice', '?**/**/?', 'ab/.x'],
  ['a set that is negated as in Git', '[!a].md', 'b.md'],
  ['a line from the root, written with a dot', './docs', 'docs/a.txt'],
  ['a slash too many', 'docs//a.txt', 'docs/a.txt'],
  ['a byte order mark', '\ufeffa.md', 'a.md'],
  ['what stands behind a line of white space, at which the packer ends', '  \na.md', 'a.md'],
  ['what stands behind a lone exclamation mark, at which the packer ends', '!\na.md', 'a.md'],
  [
    'what stands behind a line over 64 KiB, for which the packer drops all',
    `${'x'.repeat(70_000)}\na.md`,
    'a.md',
  ],
])('more than the packer leaves out: %s', (_, text, path) => {
  expect(isLeftOut(text, path)).toBe(true);
});

test.each([
  ['what a later line takes back', 'docs\n!docs/a.txt', 'docs/a.txt'],
  ['a folder that a later line takes back', '*.d\n!keep.d', 'keep.d/a.md'],
  ['a folder in one that is left out', 'docs\n!docs/keep', 'docs/keep/a.txt'],
])('and yet it packs %s', (_, text, path) => {
  expect(isLeftOut(text, path)).toBe(false);
});

test('it names the line that decides', () => {
  const rules = new IgnoreRules('# first\n*.md\n\n!a.md\ndocs\n');
  expect(['b.md', 'a.md', 'docs/x', 'x'].map((path) => rules.lineFor(path))).toEqual([
    2,
    undefined,
    5,
    undefined,
  ]);
});

test.each([
  ['docs', 'docs', true],
  ['docs/', 'docs', true],
  ['docs/', 'x/docs/y', true],
  ['*.md', 'docs', false],
  ['docs\n!*.md', 'docs', false],
  ['!*.md\ndocs', 'docs', true],
])('whether all of a folder is left out: %j, %s: %s', (text, folder, all) => {
  expect(new IgnoreRules(text).prunes(folder)).toBe(all);
});

test.each([
  [
    '',
    '!',
    '! ',
    '/',
    '!/',
    '\\',
    '[',
    '[]',
    '[^',
    '[!]',
    '[z-a]',
    '[[:alpha:',
    '***',
    '**/',
    '\0',
    '\ufffd',
  ],
])('any text is valid', (...texts) => {
  for (const text of texts) expect(() => new IgnoreRules(text).lineFor('a/b.md')).not.toThrow();
});

const paths = (count: number) =>
  Array.from({ length: count }, (_, at) => `folder${at % 50}/file${at}.sentinel`);
const judge = (text: string, all: readonly string[]) => () => {
  const rules = new IgnoreRules(text);
  for (const path of all) rules.lineFor(path);
};

test.each<[string, (size: number) => () => unknown]>([
  ['files', (size) => judge('docs/\n*.md\n!/a/**\n', paths(10 * size))],
  ['lines without wildcards, beside files', (size) => judge(lines(10 * size, ''), paths(5 * size))],
  ['lines with wildcards', (size) => judge(lines(2 * size, '*'), paths(20))],
  ['a long line', (size) => judge('x'.repeat(50 * size), paths(100))],
  ['a line of stars', (size) => judge('*a'.repeat(10 * size), ['a'.repeat(200)])],
  ['a line of two stars', (size) => judge('**/a/'.repeat(10 * size), ['a/'.repeat(200)])],
  ['a line of brackets', (size) => judge('['.repeat(50 * size), paths(100))],
  ['a line of bracket pairs', (size) => judge('[]'.repeat(20 * size), paths(100))],
  ['a large set of characters', (size) => judge(`[${'a-b'.repeat(20 * size)}]`, paths(100))],
  ['lines that take back', (size) => judge('!a\n'.repeat(20 * size), paths(100))],
  ['a long name', (size) => judge('*a*b*c\n**/x/**/y\n', ['a'.repeat(10 * size)])],
])('time grows with the size: %s', async (_, prepare) => {
  expect(await growth(400, prepare)).toBeLessThan(LINEAR);
});

const lines = (count: number, wildcard: string) =>
  Array.from({ length: count }, (_, at) => `${wildcard}name${at}`).join('\n');
