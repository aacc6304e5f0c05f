/** Trees and blobs of a real repository; GitHub's own OpenAPI document is cut to comments, so the schemas are ours. */
import { createHash } from 'node:crypto';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type GitHub, type GitHubOptions, startGitHub } from '../../sandbox/github/server.ts';
import { type GitRepository, gitRepository } from '../support/git.ts';
import { writeFiles } from '../support/workspace.ts';
import { type Answered, answered } from './client.ts';

const unknown = 'd'.repeat(40);
const binary = Buffer.from([...Array(200).keys()].map((each) => (each * 7) % 256));

let repository: GitRepository;
let commit: string;
/** Before the force push: nothing leads to it. */
let lost: string;

beforeAll(async () => {
  repository = await gitRepository({ 'README.md': 'old\n' });
  const { git, folder } = repository;
  lost = git('rev-parse', 'HEAD');
  git('checkout', '--quiet', '--orphan', 'forced');
  git('rm', '--quiet', '-r', '--cached', '.');
  await symlink('README.md', join(folder, 'link'));
  await writeFiles(folder, { 'README.md': 'new\n', 'a/b/ö x.sentinel': binary, 'a/run': '#!' });
  git('add', '--all');
  git('update-index', '--chmod=+x', 'a/run');
  git('update-index', '--add', '--cacheinfo', `160000,${unknown},a/module`);
  git('commit', '--quiet', '--message', 'forced');
  git('branch', '--force', 'main', 'HEAD');
  git('tag', '--annotate', '--message', 'x', 'v1');
  commit = git('rev-parse', 'HEAD');
});

let github: GitHub;
afterEach(() => github.close());

async function start(options: GitHubOptions = {}): Promise<void> {
  github = await startGitHub({
    gitFolder: repository.folder,
    tokens: {
      bot: { login: 'bot', type: 'Bot', permissions: 'read' },
      narrow: { login: 'bot', type: 'Bot', permissions: 'write', contents: 'none' },
      stranger: { login: 'hubot', type: 'User', permissions: 'write', contents: 'hidden' },
    },
    ...options,
  });
}

async function ask(path: string, { token = 'bot', headers = {} } = {}): Promise<Answered> {
  const address = `${github.url}/repos/acme/policies/git/${path}`;
  return answered(await fetch(address, { headers: { authorization: `token ${token}`, ...headers } }));
}

const refusal = async (path: string, token?: string) => {
  const answer = await ask(path, token === undefined ? {} : { token });
  return [answer.status, answer.at('message')];
};

const blobOf = (content: string | Buffer) => {
  const bytes = Buffer.from(content);
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
};

/** In Git's order, folders before what they hold. */
const entries = () => [
  { path: 'README.md', mode: '100644', type: 'blob', sha: blobOf('new\n'), size: 4 },
  { path: 'a', mode: '040000', type: 'tree', sha: repository.git('rev-parse', 'HEAD:a') },
  { path: 'a/b', mode: '040000', type: 'tree', sha: repository.git('rev-parse', 'HEAD:a/b') },
  { path: 'a/b/ö x.sentinel', mode: '100644', type: 'blob', sha: blobOf(binary), size: 200 },
  { path: 'a/module', mode: '160000', type: 'commit', sha: unknown },
  { path: 'a/run', mode: '100755', type: 'blob', sha: blobOf('#!'), size: 2 },
  { path: 'link', mode: '120000', type: 'blob', sha: blobOf('README.md'), size: 9 },
];

describe('GitHub', () => {
  afterEach(() => expect(github.violations).toEqual([]));

  test('the tree of a commit, by its id, by branch and by tag', async () => {
    await start();
    for (const name of [commit, 'main', 'v1']) {
      const answer = await ask(`trees/${name}?recursive=0`);
      expect([answer.status, answer.at('sha'), answer.at('truncated')]).toEqual([200, commit, false]);
      expect(answer.at('tree')).toEqual(entries().map((entry) => expect.objectContaining(entry)));
    }
  });

  test('one level, of a commit and of a tree', async () => {
    await start();
    const paths = async (name: string) =>
      ((await ask(`trees/${name}`)).at('tree') as { path: string }[]).map(({ path }) => path);
    expect(await paths(commit)).toEqual(['README.md', 'a', 'link']);
    expect(await paths(repository.git('rev-parse', 'HEAD:a'))).toEqual(['b', 'module', 'run']);
  });

  test('more entries than the limit are left out', async () => {
    await start({ treeLimit: 3 });
    const answer = await ask(`trees/${commit}?recursive=1`);
    expect([answer.at('truncated'), answer.at('tree', 'length')]).toEqual([true, 3]);
    github.setGit({ treeLimit: 7 });
    expect((await ask(`trees/${commit}?recursive=1`)).at('truncated')).toBe(false);
  });

  test('a blob in lines of Base64, and as it is', async () => {
    await start();
    const sha = blobOf(binary);
    const blob = await ask(`blobs/${sha}`);
    expect(blob.at()).toMatchObject({ sha, size: 200, encoding: 'base64' });
    const content = String(blob.at('content'));
    expect(content.split('\n').map((line) => line.length)).toEqual([60, 60, 60, 60, 28, 0]);
    expect(Buffer.from(content, 'base64')).toEqual(binary);
    const raw = await fetch(`${github.url}/repos/acme/policies/git/blobs/${sha}`, {
      headers: { authorization: 'token bot', accept: 'application/vnd.github.raw+json' },
    });
    expect(Buffer.from(await raw.arrayBuffer())).toEqual(binary);
    github.setGit({ blobLimit: 199 });
    expect(await refusal(`blobs/${sha}`)).toEqual([403, expect.stringContaining('too large')]);
  });

  test('what may not be read, and what is not there', async () => {
    await start();
    const [tree, blob] = [`trees/${commit}`, `blobs/${blobOf('#!')}`];
    for (const path of [tree, blob]) {
      expect(await refusal(path, 'narrow')).toEqual([403, 'Resource not accessible by integration']);
      expect(await refusal(path, 'stranger')).toEqual([404, 'Not Found']);
      expect(await refusal(path.replace(/\w+$/, unknown))).toEqual([404, 'Not Found']);
    }
    expect(await refusal(`blobs/${commit}`)).toEqual([404, 'Not Found']);
    expect(await refusal('trees/-h')).toEqual([404, 'Not Found']);
    expect(await refusal('blobs/main')).toEqual([422, expect.stringContaining('40 characters')]);
    github.setGit({ gitFolder: null });
    for (const path of [tree, blob]) expect(await refusal(path)).toEqual([409, 'Git Repository is empty.']);
  });

  test('what a force push left behind, for a time', async () => {
    await start();
    const paths = [`trees/${lost}`, `blobs/${blobOf('old\n')}`];
    const statuses = () => Promise.all(paths.map(async (path) => (await ask(path)).status));
    expect(await statuses()).toEqual([200, 200]);
    github.setGit({ keepsUnreachable: false });
    expect(await statuses()).toEqual([404, 404]);
    expect((await ask(`trees/${commit}`)).status).toBe(200);
    github.setGit({ keepsUnreachable: true, goneObjects: [lost] });
    expect(await statuses()).toEqual([404, 200]);
  });
});

test('a bare repository with ids of SHA-256', async () => {
  const { git, folder } = await gitRepository({ a: 'x' }, { init: ['--object-format=sha256'] });
  git('clone', '--quiet', '--bare', '.', 'bare.git');
  const id = git('rev-parse', 'HEAD');
  await start({ gitFolder: join(folder, 'bare.git') });
  const tree = await ask(`trees/${id}?recursive=1`);
  expect([id.length, tree.at('sha'), tree.at('tree', 0, 'path')]).toEqual([64, id, 'a']);
  const blob = await ask(`blobs/${tree.at('tree', 0, 'sha')}`);
  expect(blob.at('content')).toBe('eA==\n');
  expect(github.violations).toEqual([]);
});

describe('in the dialect of Gitea', () => {
  const gitea: GitHubOptions = { dialect: 'gitea' };

  test('the tree of a commit in pages', async () => {
    await start({ ...gitea, treeLimit: 3 });
    const page = async (query: string) => {
      const answer = await ask(`trees/main?recursive=true${query}`);
      const { sha, tree, truncated, page, total_count } = answer.at() as Record<string, unknown>;
      return [sha, (tree as unknown[] | null)?.length, truncated, page, total_count];
    };
    expect(await page('')).toEqual([commit, 3, true, 1, 7]);
    expect(await page('&page=2')).toEqual([commit, 3, true, 2, 7]);
    expect(await page('&page=3')).toEqual([commit, 1, false, 3, 7]);
    expect(await page('&page=4')).toEqual([commit, undefined, false, 4, 7]);
    expect(await page('&page=2&per_page=5')).toEqual([commit, 3, true, 2, 7]);
    expect(await page('&page=4&per_page=2')).toEqual([commit, 1, false, 4, 7]);
    github.setGit({ treeLimit: 1000 });
    const all = entries().map((entry) => expect.objectContaining({ size: 0, ...entry }));
    expect((await ask(`trees/${commit}?recursive=1`)).at('tree')).toEqual(all);
    expect((await ask(`trees/${commit}?recursive=false`)).at('tree', 'length')).toBe(3);
  });

  test('a blob on one line of Base64, whatever is asked for', async () => {
    await start(gitea);
    const sha = blobOf(binary);
    const headers = { accept: 'application/vnd.github.raw+json' };
    const content = binary.toString('base64');
    expect((await ask(`blobs/${sha}`, { headers })).at()).toMatchObject({ sha, size: 200, content });
    github.setGit({ blobLimit: 199 });
    expect((await ask(`blobs/${sha}`)).at()).toMatchObject({ size: 200, content: null, encoding: null });
  });

  test('what may not be read, and what is not there', async () => {
    await start(gitea);
    expect(await refusal(`trees/${unknown}`)).toEqual([400, `sha not found [${unknown}]`]);
    expect(await refusal(`blobs/${unknown}`)).toEqual([400, expect.stringContaining('does not exist')]);
    expect(await refusal(`trees/${commit}`, 'narrow')).toEqual([403, expect.stringContaining('repository')]);
    expect((await refusal(`trees/${commit}`, 'stranger'))[0]).toBe(404);
    github.setGit({ gitFolder: null });
    expect((await refusal(`trees/${commit}`))[0]).toBe(400);
  });
});
