import { afterEach, describe, expect, test } from '@jest/globals';
import { type GitHub, type GitHubOptions, startGitHub } from '../../sandbox/github/server.ts';
import { type Answered, answered } from './client.ts';

let github: GitHub;
afterEach(() => github.close());

async function start(options: GitHubOptions = {}): Promise<GitHub> {
  github = await startGitHub({
    tokens: {
      bot: { login: 'github-actions[bot]', type: 'Bot', permissions: 'write' },
      reader: { login: 'github-actions[bot]', type: 'Bot', permissions: 'read' },
      person: { login: 'hubot', type: 'User', permissions: 'write' },
    },
    ...options,
  });
  return github;
}

type Asked = { method?: string; body?: unknown; token?: string | null; headers?: Record<string, string> };

async function ask(
  path: string,
  { method = 'GET', body, token = 'bot', headers = {} }: Asked = {},
): Promise<Answered> {
  const response = await fetch(path.startsWith('http') ? path : `${github.url}${path}`, {
    method,
    headers: { ...(token === null ? {} : { authorization: `token ${token}` }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answered(response);
}

const commentsPath = '/repos/acme/policies/issues/1/comments';
const single = (id: number) => `/repos/acme/policies/issues/comments/${id}`;

describe('comments', () => {
  test('create, list, edit, delete', async () => {
    await start();
    const created = await ask(commentsPath, { method: 'POST', body: { body: 'hello' } });
    expect(created.status).toBe(201);
    expect(created.at('user')).toMatchObject({ login: 'github-actions[bot]', type: 'Bot' });
    const id = Number(created.at('id'));
    expect(created.at('html_url')).toBe(`https://github.com/acme/policies/pull/1#issuecomment-${id}`);
    expect((await ask(single(id), { method: 'PATCH', body: { body: 'changed' } })).at('body')).toBe(
      'changed',
    );
    expect((await ask(commentsPath)).at()).toMatchObject([{ id, body: 'changed' }]);
    expect((await ask(single(id), { method: 'DELETE' })).status).toBe(204);
    expect((await ask(single(id))).status).toBe(404);
    expect(github.comments()).toEqual([]);
    expect(github.violations).toEqual([]);
  });

  test('pages of 30 by default and 100 at the most, linked, by ascending id', async () => {
    await start();
    for (let index = 0; index < 250; index += 1) {
      github.seedComment({ pull: 1, login: 'octocat', body: `comment ${index}` });
    }
    expect((await ask(commentsPath)).at('length')).toBe(30);
    const ids: number[] = [];
    let next: string | undefined = `${github.url}${commentsPath}?per_page=150`;
    while (next !== undefined) {
      const page: Answered = await ask(next);
      ids.push(...(page.at() as { id: number }[]).map(({ id }) => id));
      next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(ids).toEqual(github.comments(1).map(({ id }) => id));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(github.requests).toHaveLength(4);
  });

  test("a stranger's comment may not be changed", async () => {
    await start();
    const { id } = github.seedComment({ pull: 1, login: 'octocat', body: 'mine' });
    expect((await ask(single(id), { method: 'PATCH', body: { body: 'yours' } })).status).toBe(403);
    expect((await ask(single(id), { method: 'DELETE' })).status).toBe(403);
    expect(github.comments()).toMatchObject([{ body: 'mine' }]);
    expect(github.violations).toHaveLength(2);
  });

  test('more than 65536 characters are 422, in the words of GitHub', async () => {
    await start();
    const longest = { body: '🦄'.repeat(65_536) };
    expect((await ask(commentsPath, { method: 'POST', body: longest })).status).toBe(201);
    const [comment] = github.comments();
    const answer = await ask(single(comment?.id ?? 0), {
      method: 'PATCH',
      body: { body: 'x'.repeat(65_537) },
    });
    expect(answer.status).toBe(422);
    expect(answer.at()).toMatchObject({
      message: 'Validation Failed',
      errors: [{ resource: 'IssueComment', message: 'Body is too long (maximum is 65536 characters)' }],
    });
    expect(github.comments()[0]?.body).toBe(longest.body);
  });

  test('an empty body is 422', async () => {
    await start();
    expect((await ask(commentsPath, { method: 'POST', body: { body: '' } })).status).toBe(422);
  });

  test('a locked conversation, one that is gone, and one that never was', async () => {
    await start({
      pulls: [
        { number: 1, locked: true },
        { number: 2, gone: true },
      ],
    });
    const locked = await ask(commentsPath, { method: 'POST', body: { body: 'x' } });
    expect(locked).toMatchObject({ status: 403 });
    expect(locked.at('message')).toBe('Unable to create comment because issue is locked.');
    expect((await ask(commentsPath.replace('1', '2'))).status).toBe(410);
    expect((await ask(commentsPath.replace('1', '3'))).status).toBe(404);
    expect((await ask('/repos/acme/other/issues/1/comments')).status).toBe(404);
  });
});

describe('who asks', () => {
  test.each([null, 'wrong'])('a token %s is 401', async (token) => {
    await start();
    expect((await ask(commentsPath, { token })).status).toBe(401);
  });

  test('without write permission: 403, and which one it takes', async () => {
    await start();
    const answer = await ask(commentsPath, { method: 'POST', body: { body: 'x' }, token: 'reader' });
    expect(answer.status).toBe(403);
    expect(answer.at('message')).toBe('Resource not accessible by integration');
    expect(answer.headers.get('x-accepted-github-permissions')).toBe('issues=write; pull_requests=write');
    expect((await ask(commentsPath, { token: 'reader' })).status).toBe(200);
  });

  test('GET /user is for people; GraphQL tells everybody', async () => {
    await start();
    expect((await ask('/user')).status).toBe(403);
    expect((await ask('/user', { token: 'person' })).at('login')).toBe('hubot');
    const body = { query: 'query { viewer { login } }' };
    const viewer = await ask(github.graphqlUrl, { method: 'POST', body });
    expect(viewer.at()).toEqual({ data: { viewer: { login: 'github-actions[bot]' } } });
    const unknown = await ask(github.graphqlUrl, {
      method: 'POST',
      body: { query: '{ rateLimit { cost } }' },
    });
    expect(unknown.at('errors')).toHaveLength(1);
  });

  test('unless it does not', async () => {
    await start({ viewer: false });
    const body = { query: '{viewer{login}}' };
    expect((await ask(github.graphqlUrl, { method: 'POST', body })).status).toBe(403);
  });
});

describe('pull requests', () => {
  test('of a fork, of a fork that is gone, merged', async () => {
    await start({
      pulls: [
        { number: 1, headRepository: 'mallory/policies', headSha: 'f'.repeat(40) },
        { number: 2, headRepository: null },
        { number: 3, merged: true, mergeCommitSha: 'e'.repeat(40) },
      ],
    });
    const fork = await ask('/repos/acme/policies/pulls/1');
    expect(fork.at('head')).toMatchObject({
      sha: 'f'.repeat(40),
      repo: { full_name: 'mallory/policies', fork: true },
    });
    expect(fork.at('base', 'repo', 'full_name')).toBe('acme/policies');
    expect((await ask('/repos/acme/policies/pulls/2')).at('head', 'repo')).toBeNull();
    expect((await ask('/repos/acme/policies/pulls/3')).at()).toMatchObject({ state: 'closed', merged: true });
    expect(github.violations).toEqual([]);
  });

  test('of a commit: by head, by merge commit, or as told', async () => {
    await start({
      pulls: [{ number: 1, headSha: 'a1' }, { number: 2, merged: true, mergeCommitSha: 'b2' }, { number: 3 }],
      commits: { c3: [1, 3] },
    });
    const numbers = async (sha: string) =>
      ((await ask(`/repos/acme/policies/commits/${sha}/pulls`)).at() as { number: number }[]).map(
        (p) => p.number,
      );
    expect(await numbers('a1')).toEqual([1]);
    expect(await numbers('b2')).toEqual([2]);
    expect(await numbers('c3')).toEqual([1, 3]);
    expect(await numbers('d4')).toEqual([]);
    expect(github.violations).toEqual([]);
  });

  test('may change under way', async () => {
    await start();
    github.seedPull({ number: 1, headSha: 'a1' });
    github.seedPull({ number: 1, locked: true });
    expect((await ask('/repos/acme/policies/pulls/1')).at()).toMatchObject({
      locked: true,
      head: { sha: 'a1' },
    });
  });
});

test('GitHub Enterprise Server has its own paths', async () => {
  await start({ basePath: '/api/v3', serverUrl: 'https://git.example.com' });
  expect(github.url).toMatch(/\/api\/v3$/);
  expect(github.graphqlUrl).toMatch(/\/api\/graphql$/);
  const created = await ask(commentsPath, { method: 'POST', body: { body: 'x' } });
  expect(created.at('html_url')).toMatch(/^https:\/\/git\.example\.com\//);
  const body = { query: '{viewer{login}}' };
  expect((await ask(github.graphqlUrl, { method: 'POST', body })).status).toBe(200);
});

test('foreign tokens, unknown places, surplus members and unknown versions are noticed', async () => {
  await start({ foreignSecrets: ['terraform-token'] });
  await ask(commentsPath, { method: 'POST', body: { body: 'terraform-token', extra: 1 } });
  await ask('/repos/acme/policies/actions/runs');
  expect(github.violations).toEqual([
    expect.stringContaining('a token was sent in the body'),
    expect.stringContaining('additional'),
    'GET /repos/acme/policies/actions/runs: no such endpoint',
  ]);
  const headers = { 'x-github-api-version': '2030-01-01' };
  expect((await ask('/user', { headers })).status).toBe(400);
});

test('faults and the recording work as for Terraform', async () => {
  await start();
  github.faults.add({ when: { method: 'POST' }, fault: { type: 'lose', effect: 'after' } });
  await expect(ask(commentsPath, { method: 'POST', body: { body: 'x' } })).rejects.toThrow('fetch failed');
  expect(github.comments()).toHaveLength(1);
  github.faults.add({ fault: { type: 'status', status: 403, headers: { 'retry-after': '1' } } });
  const limited = await ask(commentsPath);
  expect(limited.headers.get('retry-after')).toBe('1');
  expect(github.requests.map(({ status }) => status)).toEqual(['lost', 403]);
  github.reset();
  expect(github.requests).toEqual([]);
});

test('branches: the commit that one is at, or none', async () => {
  const sha = 'a'.repeat(40);
  await start({ branches: { 'release/1': sha } });
  const found = await ask('/repos/acme/policies/branches/release%2F1');
  expect([found.status, found.at('name'), found.at('commit', 'sha')]).toEqual([200, 'release/1', sha]);
  const missing = await ask('/repos/acme/policies/branches/main');
  expect([missing.status, missing.at('message')]).toEqual([404, 'Branch not found']);
  expect(github.violations).toEqual([]);
});

describe('in the dialect of Gitea', () => {
  const merged = { number: 2, merged: true, mergeCommitSha: 'b2' };
  const gitea: GitHubOptions = {
    dialect: 'gitea',
    serverUrl: 'https://gitea.example.com',
    pulls: [{ number: 1, headSha: 'a1' }, merged],
  };

  test('there is no GraphQL, and the answer is no JSON', async () => {
    await start(gitea);
    expect(github.url).toMatch(/\/api\/v1$/);
    const response = await fetch(github.graphqlUrl, { method: 'POST', body: '{}' });
    expect([response.status, await response.text()]).toEqual([404, '404 page not found\n']);
    expect(github.violations).toEqual([]);
  });

  test('every token has a user, which has no type', async () => {
    await start(gitea);
    const user = await ask('/user');
    expect(user.at()).toMatchObject({ login: 'github-actions[bot]', username: 'github-actions[bot]' });
    expect(user.at()).not.toHaveProperty('type');
    const created = await ask(commentsPath, { method: 'POST', body: { body: 'x' } });
    expect(created.at('user')).not.toHaveProperty('type');
    expect(created.at('html_url')).toMatch(/^https:\/\/gitea\.example\.com\/acme\/policies\/pulls\/1#/);
  });

  test('unless it lacks the scope', async () => {
    await start({ ...gitea, ownUser: false });
    const user = await ask('/user');
    expect(user.status).toBe(403);
    expect(user.at('message')).toContain('required=[read:user]');
  });

  test('a commit has one pull request, once that was merged', async () => {
    await start(gitea);
    expect((await ask('/repos/acme/policies/commits/b2/pull')).at()).toMatchObject({
      number: 2,
      merged: true,
    });
    const statuses = await Promise.all(
      ['a1/pull', 'c3/pull', 'a1/pulls', 'b2/pulls'].map(
        async (path) =>
          (
            await fetch(`${github.url}/repos/acme/policies/commits/${path}`, {
              headers: { authorization: 'token bot' },
            })
          ).status,
      ),
    );
    expect(statuses).toEqual([404, 404, 404, 404]);
    expect((await ask('/repos/acme/policies/commits/a1/pull')).at()).toMatchObject({
      message: expect.any(String),
      url: 'https://gitea.example.com/api/swagger',
    });
    expect(github.violations).toEqual([]);
  });

  test('comments come all at once, and may be changed by whoever may write', async () => {
    await start(gitea);
    for (let index = 0; index < 120; index += 1) github.seedComment({ pull: 1, login: 'octocat', body: 'x' });
    expect((await ask(`${commentsPath}?per_page=100`)).at('length')).toBe(120);
    const [first] = github.comments();
    const changed = await ask(single(first?.id ?? 0), { method: 'PATCH', body: { body: 'yours' } });
    expect(changed.status).toBe(200);
    expect(github.violations).toHaveLength(1);
  });
});
