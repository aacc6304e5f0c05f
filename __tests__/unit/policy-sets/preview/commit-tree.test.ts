import { expect, test } from '@jest/globals';
import { type CommitEntry, commitTree } from '../../../../src/policy-sets/preview/commit-tree.ts';
import { growth, LINEAR } from '../../cpu-time.ts';

/** A file, a submodule (`/` at its end), or a link (`place > target`). The id of a link is its target. */
function entryOf(text: string): CommitEntry {
  const [place = '', target] = text.split(' > ');
  if (target !== undefined) return { place, type: 'link', blob: target };
  return place.endsWith('/')
    ? { place: place.slice(0, -1), type: 'submodule', blob: '1' }
    : { place, type: 'file', blob: '1' };
}

const tree = (...entries: string[]) =>
  commitTree(entries.map(entryOf), (target) => (target === '?' ? undefined : target));

const set = tree(
  'set/a.txt',
  'set/sub/b.txt',
  'set/module/',
  'other/c.txt',
  'set/file > a.txt',
  'set/folder > ../other',
  'set/chain > folder/c.txt',
  'set/back > .',
  'set/root > ..',
  'set/circle > circle',
  'set/ping > pong',
  'set/pong > ping',
  'set/out > ../../x',
  'set/absolute > /etc/passwd',
  'set/git > ../.git/config',
  'set/broken > none',
  'set/unknown > ?',
  'set/through > sub/../a.txt',
);

test('lists files, folders, links and submodules, which are empty folders', () => {
  expect(tree('x/a', 'x/l > a', 'x/m/', 'x/y/z/b').list('x')).toEqual([
    { name: 'a', type: 'file' },
    { name: 'l', type: 'link' },
    { name: 'm', type: 'folder' },
    { name: 'y', type: 'folder' },
  ]);
  expect(tree('x/m/').list('x/m')).toEqual([]);
  expect(() => tree('x/a').list('y')).toThrow('There is no such folder.');
});

test.each([
  ['file', { place: 'set/a.txt', type: 'file' }],
  ['folder', { place: 'other', type: 'folder' }],
  ['chain', { place: 'other/c.txt', type: 'file' }],
  ['back', { place: 'set', type: 'folder' }],
  ['root', { place: '', type: 'folder' }],
  ['through', { place: 'set/a.txt', type: 'file' }],
  ['circle', { fault: 'Broken symbolic link.' }],
  ['ping', { fault: 'Broken symbolic link.' }],
  ['broken', { fault: 'Broken symbolic link.' }],
  ['unknown', { fault: 'Broken symbolic link.' }],
  ['out', { fault: 'The target of the link is outside the workspace.' }],
  ['absolute', { fault: 'The target of the link is outside the workspace.' }],
  ['git', { fault: expect.stringMatching(/^The target of the link is in Git’s own data/) }],
])('follows %s', (link, target) => {
  expect(set.follow(`set/${link}`)).toEqual(target);
});

test.each([
  { name: 'many files', make: (n: number) => `set/${n % 50}/${n}.txt` },
  { name: 'many folders', make: (n: number) => `set/${n}/a/b/c.txt` },
  { name: 'many links', make: (n: number) => `set/${n} > ${n + 1}` },
])('$name', async ({ make }) => {
  const ratio = await growth(3000, (size) => {
    const entries = Array.from({ length: size }, (_, n) => entryOf(make(n)));
    return () => {
      const all = commitTree(entries, (target) => target);
      for (const { place, type } of entries) if (type === 'link') all.follow(place);
      return all.list('set');
    };
  });
  expect(ratio).toBeLessThan(LINEAR);
});
