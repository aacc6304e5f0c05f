/** The client between Octokit and the sandbox's GitHub, over HTTP, in both dialects. */
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type GitHubOptions, type GitHub as Sandbox, startGitHub } from '../../../sandbox/github/server.ts';
import { type GitHub, openGitHub } from '../../../src/github/client.ts';
import { readBlob, readTree, type Tree, type TreeEntry } from '../../../src/github/tree.ts';
import { type GitRepository, gitRepository } from '../../support/git.ts';
import { writeFiles } from '../../support/workspace.ts';

const secret = 'ghs_secretsecretsecret';
const here = { owner: 'acme', repo: 'policies' };
const unknown = 'd'.repeat(40);
const binary = Buffer.from([...Array(256).keys()]);

let repository: GitRepository;
/** No branch leads to it after a force push. */
let commit: string;

beforeAll(async () => {
  repository = await gitRepository({ 'p/a.sentinel': 'main = rule { true }', 'p/ö x/b.sentinel': binary });
  commit = repository.git('rev-parse', 'HEAD');
  await writeFiles(repository.folder, { 'p/a.sentinel': 'main = rule { false }' });
  repository.git('commit', '--quiet', '--all', '--amend', '--message', 'forced');
});

let sandbox: Sandbox;
afterEach(() => sandbox.close());

async function open(options: GitHubOptions = {}): Promise<GitHub> {
  sandbox = await startGitHub({
    gitFolder: repository.folder,
    tokens: { [secret]: { login: 'bot', type: 'Bot', permissions: 'read', contents: 'read' } },
    ...options,
  });
  return openGitHub(secret, here, { apiUrl: sandbox.url, certificates: undefined });
}

const withContents = (contents: 'none' | 'hidden') => ({
  tokens: { [secret]: { login: 'bot', type: 'Bot' as const, permissions: 'write' as const, contents } },
});

function entriesOf(tree: Tree): readonly TreeEntry[] {
  if ('unknown' in tree) throw new Error(tree.unknown.cause);
  return tree.entries;
}

async function whyUnknown(github: GitHub, repository = here, id = commit) {
  const tree = await readTree(github, repository, id);
  if ('entries' in tree) throw new Error('known');
  const { cause, advice } = tree.unknown;
  expect(`${cause} ${advice}`).not.toMatch(/secret|undefined/);
  return [cause, advice];
}

const asked = () => sandbox.requests.map(({ method, path }) => `${method} ${path}`);
const said = (text: RegExp) => expect.stringMatching(text);

describe.each(['github', 'gitea'] as const)('in the dialect of %s', (dialect) => {
  test('the tree of a commit that no branch holds, and a blob of it', async () => {
    const github = await open({ dialect });
    const entries = entriesOf(await readTree(github, here, commit));
    const shown = entries.map(({ path, mode, type, size }) => [path, mode, type, size]);
    expect(shown).toEqual([
      ['p', '040000', 'tree', undefined],
      ['p/a.sentinel', '100644', 'blob', 20],
      ['p/ö x', '040000', 'tree', undefined],
      ['p/ö x/b.sentinel', '100644', 'blob', 256],
    ]);
    expect(await readBlob(github, here, entries[3]?.id ?? '')).toEqual(binary);
    expect(sandbox.requests).toHaveLength(2);
    expect(sandbox.violations).toEqual([]);
  });

  test('the commit is gone', async () => {
    const github = await open({ dialect, keepsUnreachable: false });
    expect(await whyUnknown(github)).toEqual([
      said(new RegExp(`^the tree of commit ${commit.slice(0, 7)} cannot be read: GitHub returned 40[04]`)),
      said(/the commit is no longer in the repository, for example after a force push\.$/),
    ]);
    await expect(readBlob(github, here, unknown)).rejects.toThrow(
      /^The blob ddddddd cannot be read: GitHub returned 40[04].*the blob is no longer in the repository/,
    );
  });

  test('the token lacks the permission', async () => {
    const github = await open({ dialect, ...withContents('none') });
    const advice = 'Add `contents: read` to the `permissions:` of the job.';
    expect(await whyUnknown(github)).toEqual([said(/GitHub returned 403/), advice]);
    await expect(readBlob(github, here, unknown)).rejects.toThrow(advice);
  });

  test('the token does not see the repository', async () => {
    const github = await open({ dialect, ...withContents('hidden') });
    expect(await whyUnknown(github)).toEqual([said(/returned 404/), said(/`contents: read`.*force push/)]);
  });

  test('a repository of somebody else', async () => {
    const github = await open({ dialect });
    expect(await whyUnknown(github, { owner: 'other', repo: 'Library.x' })).toEqual([
      said(/returned 404/),
      said(/set `github-token` to a token with `contents: read` for `other\/Library\.x`/),
    ]);
  });

  test('an empty repository', async () => {
    const github = await open({ dialect, gitFolder: null });
    expect(await whyUnknown(github)).toEqual([said(/returned 4/), said(/empty|force push/)]);
  });

  test.each([
    ['an id that is none', here, '../../../user'],
    ['a short id', here, 'abcdef0'],
    ['a branch', here, 'main'],
    ['an owner that leads elsewhere', { owner: '..', repo: 'policies' }, 'd'.repeat(40)],
    ['a repository that leads elsewhere', { owner: 'acme', repo: 'x/../../user' }, 'd'.repeat(40)],
    ['no repository', { owner: 'acme', repo: '' }, 'd'.repeat(40)],
  ])('%s is not asked for', async (_name, elsewhere, id) => {
    const github = await open({ dialect });
    expect(await whyUnknown(github, elsewhere, id)).toEqual([
      said(/^the tree of commit.* cannot be read/),
      '',
    ]);
    await expect(readBlob(github, elsewhere, id)).rejects.toThrow(/^The blob.* cannot be read/);
    expect(sandbox.requests).toEqual([]);
  });
});

test('a lost connection is tried again', async () => {
  const github = await open();
  sandbox.faults.add({ fault: { type: 'lose', effect: 'before' } });
  expect(entriesOf(await readTree(github, here, commit))).toHaveLength(4);
  expect(sandbox.requests).toHaveLength(2);
});

test('GitHub cannot be reached', async () => {
  const github = await open();
  const reason = Object.assign(new Error('getaddrinfo ENOTFOUND x'), { code: 'ENOTFOUND' });
  github.octokit.hook.wrap('request', () => Promise.reject(new TypeError('fetch failed', { cause: reason })));
  expect(await whyUnknown(github)).toEqual([
    said(/cannot be read: the host .* was not found/),
    said(/reach/),
  ]);
  await expect(readBlob(github, here, unknown)).rejects.toThrow(/cannot be read: the host .* was not found/);
});

test('the rate limit is used up', async () => {
  const github = await open();
  sandbox.faults.add({ fault: { type: 'status', status: 429, headers: { 'retry-after': '3600' } } });
  expect(await whyUnknown(github)).toEqual([said(/GitHub returned 429/), said(/rate limit/)]);
});

describe('a tree that is too large', () => {
  test('GitHub leaves entries out', async () => {
    const github = await open({ treeLimit: 3 });
    expect(await whyUnknown(github)).toEqual([
      said(/is too large to read: it has more than 100,000 files and folders/),
      said(/smaller repository/),
    ]);
    expect(sandbox.requests).toHaveLength(1);
  });

  test('Gitea has pages, which are followed', async () => {
    const github = await open({ dialect: 'gitea', treeLimit: 3 });
    const whole = entriesOf(await readTree(github, here, commit));
    expect(whole.map(({ path }) => path)).toEqual(['p', 'p/a.sentinel', 'p/ö x', 'p/ö x/b.sentinel']);
    const address = `GET /api/v1/repos/acme/policies/git/trees/${commit}?recursive=1`;
    expect(asked()).toEqual([address, `${address}&page=2`]);
  });

  const endless = (page: (number: number) => object): GitHubOptions => ({
    dialect: 'gitea',
    onRequest: ({ path }, phase) => {
      if (phase === 'after-effect') return;
      const number = Number(new URL(path, 'http://x').searchParams.get('page') ?? 1);
      const body = JSON.stringify({ sha: commit, tree: [], truncated: true, page: number, ...page(number) });
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      sandbox.faults.add({ fault: { type: 'status', status: 200, headers, body } });
    },
  });
  const file = (path: string) => ({ path, mode: '100644', type: 'blob', sha: unknown });

  test('but not for ever', async () => {
    const github = await open(endless((number) => ({ tree: [file(`f${number}`)] })));
    expect(await whyUnknown(github)).toEqual([said(/too large/), said(/./)]);
    expect(sandbox.requests).toHaveLength(100);
  });

  test('nor at all if it says so at once', async () => {
    const github = await open(endless(() => ({ total_count: 100_001 })));
    expect(await whyUnknown(github)).toEqual([said(/too large/), said(/./)]);
    expect(sandbox.requests).toHaveLength(1);
  });

  test.each<[string, (number: number) => object]>([
    ['the same page again', () => ({ page: 1 })],
    ['a page of another commit', (number) => (number === 1 ? {} : { sha: unknown })],
    ['a page too few', (number) => ({ tree: [file(`${number}`)], truncated: number === 1, total_count: 3 })],
    ['an entry twice', (number) => ({ tree: [file('a')], truncated: number === 1, total_count: 2 })],
    [
      'an entry within a file',
      (number) => ({ tree: [file(number === 1 ? 'a/b' : 'a')], truncated: number === 1 }),
    ],
  ])('%s', async (_name, page) => {
    const github = await open(endless(page));
    expect(await whyUnknown(github)).toEqual([
      said(/GitHub returned an unexpected response$/),
      said(/GITHUB_API_URL/),
    ]);
    expect(sandbox.requests).toHaveLength(2);
  });
});

describe('answers that are not to be believed', () => {
  const answering = async (document: object | string) => {
    const github = await open();
    const body = typeof document === 'string' ? document : JSON.stringify(document);
    const contentType = body.startsWith('<') ? 'text/html' : 'application/json; charset=utf-8';
    sandbox.faults.add({ fault: { type: 'body', body, status: 200, contentType } });
    return github;
  };

  test.each<[string, object | string]>([
    ['a page for people', '<html><h1>Sign in</h1>'],
    ['nothing', ''],
    ['half an answer', `{"sha":"${'c'.repeat(40)}","tree":[`],
    ['a list', []],
    ['another tree', { sha: unknown, tree: [], truncated: false }],
  ])('%s', async (_name, document) => {
    const github = await answering(document);
    expect(await whyUnknown(github)).toEqual([
      said(/GitHub returned an unexpected response$/),
      said(/^Run again\./),
    ]);
  });

  test('other content than the blob has', async () => {
    const github = await answering({ sha: unknown, size: 1, encoding: 'base64', content: 'eA==' });
    await expect(readBlob(github, here, unknown)).rejects.toThrow(
      'The blob ddddddd cannot be read: the content from GitHub does not match its ID. Run again.',
    );
  });

  test('a blob above the limit', async () => {
    const github = await answering({ sha: unknown, size: 10 * 2 ** 20 + 1, encoding: null, content: null });
    await expect(readBlob(github, here, unknown)).rejects.toThrow('The blob ddddddd is larger than 10 MiB.');
  });
});
