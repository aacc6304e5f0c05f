import { expect, test } from '@jest/globals';
import { type ArchiveFile, compareFiles } from '../../../../src/policy-sets/preview/compare-files.ts';
import { growth, LINEAR } from '../../cpu-time.ts';

/** `path=content`, with `*` behind what is a program. */
const archive = (text: string): ArchiveFile[] =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [path = '', blob = ''] = word.replace('*', '').split('=');
      return { path, blob, mode: word.endsWith('*') ? 0o755 : 0o644 };
    });

test.each([
  { name: 'nothing', before: 'a=1', after: 'a=1', changes: [] },
  {
    name: 'all kinds',
    before: 'a=1 b=1 d=4',
    after: 'b=2 c=3 d=4*',
    changes: ['removed a', 'changed b', 'added c', 'mode d'],
  },
  { name: 'a move', before: 'a=1', after: 'b=1', changes: ['moved b from a'] },
  { name: 'a move of a program', before: 'a=1*', after: 'b=1*', changes: ['moved b from a'] },
  {
    name: 'no move where it also becomes a program',
    before: 'a=1',
    after: 'b=1*',
    changes: ['removed a', 'added b'],
  },
  {
    name: 'no move where two files were alike',
    before: 'a=1 b=1',
    after: 'c=1',
    changes: ['removed a', 'removed b', 'added c'],
  },
  {
    name: 'no move where two files are alike',
    before: 'a=1',
    after: 'b=1 c=1',
    changes: ['removed a', 'added b', 'added c'],
  },
  { name: 'a copy', before: 'a=1', after: 'a=1 b=1', changes: ['added b'] },
  {
    name: 'two that change places',
    before: 'a=1 b=2',
    after: 'a=2 b=1',
    changes: ['changed a', 'changed b'],
  },
])('$name', ({ before, after, changes }) => {
  const found = compareFiles(archive(before), archive(after));
  expect(
    found.map(
      (change) => `${change.kind} ${change.path}${change.kind === 'moved' ? ` from ${change.from}` : ''}`,
    ),
  ).toEqual(changes);
});

test.each(['moved', 'alike', 'changed'])('many files that are %s', async (how) => {
  const ratio = await growth(4000, (size) => {
    const files = (folder: string, content: (n: number) => string) =>
      Array.from({ length: size }, (_, n) => ({
        path: `${folder}/${n}`,
        blob: content(n),
        mode: 0o644 as const,
      }));
    const same = how === 'alike' ? () => 'x' : String;
    const before = files('a', same);
    const after = how === 'changed' ? files('a', (n) => `${n}.`) : files('b', same);
    return () => compareFiles(before, after);
  });
  expect(ratio).toBeLessThan(LINEAR);
});
