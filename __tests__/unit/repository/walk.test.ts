import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { UnreadableFolder, walk } from '../../../src/repository/walk.ts';
import { workspace } from '../../support/workspace.ts';

const listed = (root: string, enters = (_: string) => true) =>
  walk(root, enters).map(({ path, type }) => `${path} ${type}`);

test('lists all there is in the order of whole paths, and follows no link', async () => {
  const root = await workspace({ 'b/c/x.rego': '', 'b-1.rego': '', 'b.rego': '', B: '', 'é/\u{1f600}': '' });
  for (const [link, target] of [
    ['loop', '.'],
    ['b/up', '..'],
    ['broken', 'nowhere'],
    ['away', '/etc'],
  ] as const)
    symlinkSync(target, join(root, link));
  execFileSync('mkfifo', [join(root, 'pipe')]);

  expect(listed(root)).toEqual([
    'B file',
    'away link',
    'b-1.rego file',
    'b.rego file',
    'b folder',
    'b/c folder',
    'b/c/x.rego file',
    'b/up link',
    'broken link',
    'loop link',
    'pipe other',
    'é folder',
    'é/\u{1f600} file',
  ]);
});

test('enters what it shall, and lists what it does not enter', async () => {
  const root = await workspace({ 'a/b/x': '', 'c/y': '' });
  const asked: string[] = [];
  const entries = listed(root, (folder) => {
    asked.push(folder);
    return folder !== 'a/b';
  });
  expect(entries).toEqual(['a folder', 'a/b folder', 'c folder', 'c/y file']);
  expect(asked).toEqual(['a', 'a/b', 'c']);
});

test('what is called .git is not there, in any spelling', async () => {
  const root = await workspace({ '.git/config': '', 'a/.GIT/x': '', 'b/.Git': '', 'c/.github/x': '' });
  symlinkSync('../.git', join(root, 'c', '.giT'));
  expect(listed(root)).toEqual(['a folder', 'b folder', 'c folder', 'c/.github folder', 'c/.github/x file']);
});

test('a tree may be as deep as paths can be long', async () => {
  const root = await workspace();
  const depth = 1_900;
  mkdirSync(join(root, 'd/'.repeat(depth)), { recursive: true });
  const entries = walk(root, () => true);
  expect(entries).toHaveLength(depth);
  expect(entries.at(-1)?.path).toHaveLength(2 * depth - 1);
});

test('a folder that cannot be read is named, or passed over', async () => {
  const root = await workspace({ 'a/b/x': '', 'c/y': '' });
  const vanish = () => {
    mkdirSync(join(root, 'a/b'), { recursive: true });
    return walk(root, (folder) => {
      if (folder === 'a/b') rmSync(join(root, folder), { recursive: true });
      return true;
    });
  };
  expect(vanish).toThrow(UnreadableFolder);
  expect(vanish).toThrow(
    expect.objectContaining({ folder: 'a/b', message: expect.stringContaining('ENOENT') }),
  );

  const passed: string[] = [];
  const entries = walk(
    join(root, 'nowhere'),
    () => true,
    ({ folder }) => passed.push(folder),
  );
  expect({ entries, passed }).toEqual({ entries: [], passed: [''] });
});
