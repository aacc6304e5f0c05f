import { execFileSync } from 'node:child_process';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Checkout, readCheckout } from '../../../../src/repository/git/checkout.ts';
import { workspace, writeFiles } from '../../../support/workspace.ts';
import { growth, LINEAR } from '../../cpu-time.ts';

const SHA = 'a1b2c3d4e5'.repeat(4);
const OTHER = 'f'.repeat(40);
const LONG = '0123456789abcdef'.repeat(4);

type Files = Record<string, string>;

/** A branch that is checked out. */
const onMain = (sha: string): Files => ({
  '.git/HEAD': 'ref: refs/heads/main\n',
  '.git/refs/heads/main': `${sha}\n`,
});

async function read(files: Files, workingDirectory = '.'): Promise<Checkout | undefined> {
  return readCheckout(await workspace({ 'a/b/x.sentinel': '', ...files }), workingDirectory);
}

describe('HEAD', () => {
  const detached = (sha: string): Files => ({ '.git/HEAD': sha });
  const packed = (list: string, ref = 'refs/heads/main'): Files => ({
    '.git/HEAD': `ref: ${ref}\n`,
    '.git/packed-refs': list,
  });
  const header = '# pack-refs with: peeled fully-peeled sorted \n';

  test.each<[string, Files, string | undefined]>([
    ['detached', detached(`${SHA}\n`), SHA],
    ['of SHA-256', detached(`${LONG}\n`), LONG],
    ['on a branch', onMain(SHA), SHA],
    ['on a branch in folders', packed('', 'refs/heads/a/b/c'), undefined],
    ['packed', packed(`${header}${OTHER} refs/heads/main-2\n${SHA} refs/heads/main\n^${OTHER}\n`), SHA],
    ['packed, the last line without an end', packed(`${header}${SHA} refs/heads/main`), SHA],
    ['packed with other line ends', packed(`${OTHER} refs/x\r\n${SHA} refs/heads/main\r\n`), SHA],
    ['packed, only a longer name', packed(`${SHA} refs/heads/main2\n${SHA} x/refs/heads/main\n`), undefined],
    ['packed, with something else than a commit', packed(`xyz refs/heads/main\n`), undefined],
    ['packed, with too long a commit', packed(`${SHA}${SHA} refs/heads/main\n`), undefined],
    ['loose rather than packed', { ...packed(`${OTHER} refs/heads/main\n`), ...onMain(SHA) }, SHA],
    [
      'by way of another ref',
      {
        ...onMain(SHA),
        '.git/HEAD': 'ref: refs/remotes/origin/HEAD',
        '.git/refs/remotes/origin/HEAD': 'ref: refs/heads/main',
      },
      SHA,
    ],
    [
      'in a circle',
      { '.git/HEAD': 'ref: refs/a', '.git/refs/a': 'ref: refs/b', '.git/refs/b': 'ref: refs/a' },
      undefined,
    ],
    ['on a branch without commits', { '.git/HEAD': 'ref: refs/heads/main\n' }, undefined],
    ['with refs that only Git can read', { '.git/HEAD': 'ref: refs/heads/.invalid\n' }, undefined],
    ['that is cut', detached(SHA.slice(1)), undefined],
    ['in capital letters', detached(SHA.toUpperCase()), undefined],
    ['with more in it', detached(`${SHA}\n${SHA}\n`), undefined],
    ['that is a secret', detached('ghs_0123456789abcdefghijABCDEFGHIJ01234567'), undefined],
    ['that leads out', { '.git/HEAD': 'ref: refs/../../secret', secret: SHA }, undefined],
    ['that leads elsewhere', { '.git/HEAD': 'ref: config', '.git/config': SHA }, undefined],
    ['that is absolute', { '.git/HEAD': 'ref: /etc/hostname' }, undefined],
  ])('%s', async (_name, files, sha) => {
    expect(await read(files)).toEqual({ root: '', sha, origin: undefined });
  });
});

describe('the nearest checkout', () => {
  const two = {
    ...onMain(SHA),
    'a/.git/HEAD': OTHER,
    'a/.git/config': '[remote "origin"]\n\turl = https://github.com/acme/other\n',
  };
  const other = {
    root: 'a',
    sha: OTHER,
    origin: { protocol: 'http', host: 'github.com', path: 'acme/other' },
  };

  test.each<[string, Files, string, object | undefined]>([
    ['is that of the workspace', onMain(SHA), 'a/b', { root: '', sha: SHA }],
    ['is that of a folder above', two, 'a/b', other],
    ['is that of the folder itself', two, './a/', other],
    ['is none above', two, '.', { root: '', sha: SHA }],
    ['is none without HEAD', { ...onMain(SHA), 'a/.git/config': '' }, 'a/b', { root: '', sha: SHA }],
    ['is there, even if its HEAD says nothing', { ...onMain(SHA), 'a/.git/HEAD': '?' }, 'a', { root: 'a' }],
    ['is nowhere', {}, 'a/b', undefined],
    ['is nowhere, as there is no such folder', onMain(SHA), 'missing', undefined],
    ['is none whose HEAD is too long', { '.git/HEAD': `${SHA}${' '.repeat(20_000)}` }, '.', undefined],
    ['is nowhere outside', onMain(SHA), '..', undefined],
    ['is nowhere by a name that Git has, for something else', { '.git': 'x' }, '.', undefined],
  ])('%s', async (_name, files, workingDirectory, expected) => {
    const checkout = await read(files, workingDirectory);
    if (expected === undefined) expect(checkout).toBeUndefined();
    else expect(checkout).toMatchObject(expected);
  });

  test('is not looked for above the workspace, and found through a link inside it', async () => {
    const folder = await workspace({
      ...onMain(SHA),
      'in/x': '',
      'in/real/.git/HEAD': OTHER,
      'in/real/y': '',
    });
    expect(readCheckout(join(folder, 'in'), '.')).toBeUndefined();
    await symlink(join(folder, 'in/real'), join(folder, 'in/link'));
    expect(readCheckout(join(folder, 'in'), 'link')).toMatchObject({ root: 'real', sha: OTHER });
  });
});

describe('a `.git` file', () => {
  test.each<[string, string, string | undefined]>([
    ['names a folder beside it', 'gitdir: ../data\n', SHA],
    ['names what is not there', 'gitdir: ../missing\n', undefined],
    ['names nothing', 'gitdir: \n', undefined],
    ['names a folder of another machine', 'gitdir: //server/share\n', undefined],
    ['holds a zero', 'gitdir: ../da\0ta', undefined],
  ])('%s', async (_name, content, sha) => {
    const files = { 'a/.git': content, 'data/HEAD': SHA };
    expect((await read(files, 'a'))?.sha).toBe(sha);
  });

  test('of a worktree: HEAD is its own, refs and configuration are shared', async () => {
    const files = {
      'a/.git': 'gitdir: ../main/.git/worktrees/a\n',
      'main/.git/worktrees/a/HEAD': 'ref: refs/heads/topic\n',
      'main/.git/worktrees/a/commondir': '../..\n',
      'main/.git/HEAD': OTHER,
      'main/.git/refs/heads/topic': SHA,
      'main/.git/config': '[remote "origin"]\nurl = git@github.com:acme/policies.git\n',
    };
    expect(await read(files, 'a')).toEqual({
      root: 'a',
      sha: SHA,
      origin: { protocol: 'ssh', host: 'github.com', path: 'acme/policies' },
    });
  });
});

describe('what is no file', () => {
  test('is neither waited for nor read', async () => {
    const folder = await workspace();
    await mkdir(join(folder, '.git'));
    execFileSync('mkfifo', [join(folder, '.git/HEAD')]);
    expect(readCheckout(folder, '.')).toBeUndefined();
    await rm(join(folder, '.git/HEAD'));
    await symlink('/dev/zero', join(folder, '.git/HEAD'));
    expect(readCheckout(folder, '.')).toBeUndefined();
    await rm(join(folder, '.git/HEAD'));
    await mkdir(join(folder, '.git/HEAD'));
    expect(readCheckout(folder, '.')).toBeUndefined();
  });

  test('whatever stands in these files: no error, and no commit that is none', async () => {
    const folder = await workspace();
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'ref: refs/heads/main',
        'ref: HEAD',
        'gitdir: .git',
        '../..',
        `${SHA} refs/heads/main\n`,
        SHA,
      ),
    );
    const names = ['.git/HEAD', '.git/commondir', '.git/packed-refs', '.git/config', '.git/refs/heads/main'];
    await fc.assert(
      fc.asyncProperty(fc.tuple(text, text, text, text, text), async (texts) => {
        await writeFiles(folder, Object.fromEntries(names.map((name, at) => [name, texts[at] ?? ''])));
        expect([SHA, undefined]).toContain(readCheckout(folder, '.')?.sha);
      }),
      { numRuns: 100 },
    );
  });

  test('refs without end take time in proportion to their number', async () => {
    const folders = new Map<number, string>();
    for (const count of [30_000, 120_000]) {
      const refs = ' refs/heads/m refs/heads/m'.repeat(count);
      folders.set(count, await workspace({ '.git/HEAD': 'ref: refs/heads/m', '.git/packed-refs': refs }));
    }
    const growing = await growth(30_000, (count) => () => readCheckout(folders.get(count) ?? '', '.'));
    expect(growing).toBeLessThan(LINEAR);
  });
});

function hasGit(): boolean {
  try {
    execFileSync('git', ['--version']);
    return true;
  } catch {
    return false;
  }
}

(hasGit() ? describe : describe.skip)('as Git itself writes it', () => {
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  };
  const git = (cwd: string, ...words: string[]) =>
    execFileSync('git', words, { cwd, env, encoding: 'utf8', stdio: 'pipe' }).trim();
  const commit = (cwd: string) => {
    git(cwd, 'commit', '-q', '--allow-empty', '-m', 'x');
    return git(cwd, 'rev-parse', 'HEAD');
  };

  test('branch, packed branch, tag, worktree, submodule', async () => {
    const folder = await workspace({ 'main/x': '' });
    const main = join(folder, 'main');
    git(main, 'init', '-q', '-b', 'main');
    git(main, 'remote', 'add', 'origin', 'ssh://git@github.com/acme/policies.git');
    const first = commit(main);
    const origin = { protocol: 'ssh', host: 'github.com', path: 'acme/policies' };
    expect(readCheckout(folder, 'main')).toEqual({ root: 'main', sha: first, origin });
    git(main, 'pack-refs', '--all');
    expect(readCheckout(folder, 'main')?.sha).toBe(first);
    git(main, 'worktree', 'add', '-q', '-b', 'topic/x', '../tree');
    const second = commit(join(folder, 'tree'));
    expect(readCheckout(folder, 'tree')).toEqual({ root: 'tree', sha: second, origin });
    expect(readCheckout(folder, 'main')?.sha).toBe(first);
    git(main, 'tag', '-a', '-m', 'x', 'v1', second);
    git(main, 'checkout', '-q', 'v1');
    expect(readCheckout(folder, 'main')?.sha).toBe(second);
    git(main, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', '-b', 'main', main, 'sub');
    expect(readCheckout(folder, 'main/sub')).toEqual({ root: 'main/sub', sha: first, origin: undefined });
  });
});
