/** Gitea and Forgejo, whose API is GitHub's of old, and addresses that are written in another way. */
import { describe, expect, test } from '@jest/globals';
import type { GitHubOptions } from '../../../sandbox/github/server.ts';
import * as events from '../../support/events.ts';
import { writeFiles } from '../../support/workspace.ts';
import { lines, personalToken, type Scenario, scenario, sentinel, writes } from './scenario.ts';

const gitea: GitHubOptions = { dialect: 'gitea', serverUrl: 'https://gitea.example.com' };
const event = events.pullRequest();
const preview = { event, inputs: { 'dry-run': 'true', 'comment-key': 'key' } };

async function changedAndRunAgain({ run, workspace }: Scenario, inputs: Record<string, string> = {}) {
  const runs = [];
  for (const policies of [1, 2, 3]) {
    await writeFiles(workspace, { [`more-${policies}.sentinel`]: sentinel() });
    runs.push(await run({ event, inputs: { ...preview.inputs, ...inputs } }));
  }
  return runs;
}

describe('a host without GraphQL and without types of users', () => {
  test('gets one comment, which is updated in place', async () => {
    const s = await scenario({ github: gitea });
    const runs = await changedAndRunAgain(s);
    expect(runs.map(({ annotations }) => annotations)).toEqual([[], [], []]);
    const [comment, ...others] = s.github.comments();
    expect(others).toEqual([]);
    expect(comment?.body).toContain('5 would be created');
    expect(writes(s.github.requests)).toEqual([
      'POST /api/v1/issues/1/comments',
      `PATCH /api/v1/issues/comments/${comment?.id}`,
      `PATCH /api/v1/issues/comments/${comment?.id}`,
    ]);
    expect(runs[2]?.outputs['comment-url']).toBe(
      `https://gitea.example.com/acme/policies/pulls/1#issuecomment-${comment?.id}`,
    );
  });

  test('has an old comment brought up to date by `comment: changes`', async () => {
    const s = await scenario({ github: gitea });
    await s.run(preview);
    const [before] = s.github.comments();
    s.terraform.seedPolicy({ name: 'cost', code: sentinel() });
    s.terraform.seedPolicy({ name: 'tags', kind: 'opa', code: 'package tags\n' });
    await s.run({ event, inputs: { ...preview.inputs, comment: 'changes', policies: 'cost.sentinel' } });
    expect(s.github.comments()).toMatchObject([
      { id: before?.id, body: expect.stringContaining('nothing to do, 1 unchanged') },
    ]);
  });

  test('is not written to for ever by the workflow that its own comment starts', async () => {
    const s = await scenario({ github: { ...gitea, ownUser: false } });
    const personal = { ...preview.inputs, 'github-token': personalToken };
    await s.run({ event: events.issueComment(), inputs: personal });
    expect(s.github.comments()).toHaveLength(1);
    s.github.reset();
    await s.run({ event: events.issueComment(), inputs: personal });
    expect(writes(s.github.requests)).toEqual([]);
  });

  test('where it does not say whose the token is, ends with one comment all the same', async () => {
    const s = await scenario({ github: { ...gitea, ownUser: false } });
    await changedAndRunAgain(s);
    expect(s.github.comments()).toMatchObject([{ body: expect.stringContaining('5 would be created') }]);
  });

  test('has the comment of a stranger left alone, marker or not', async () => {
    const s = await scenario({ github: gitea });
    const marker = '<!-- publish-terraform-policies:key run=1.1 -->';
    const stranger = s.github.seedComment({ pull: 1, login: 'mallory', body: `${marker}\nquoted` });
    await changedAndRunAgain(s);
    expect(s.github.comments()).toMatchObject([stranger, { user: { login: 'github-actions[bot]' } }]);
  });
});

describe('the pull request of a push', () => {
  const merged = { number: 4, merged: true, mergeCommitSha: events.mergeSha };

  test('is found by its merge commit', async () => {
    const { github, run } = await scenario({ github: { ...gitea, pulls: [merged] } });
    const { exitCode, annotations } = await run({ event: events.push() });
    expect({ exitCode, annotations }).toEqual({ exitCode: 0, annotations: [] });
    expect(github.comments().map(({ pull }) => pull)).toEqual([4]);
  });

  test('that was not merged is none, and nothing is said of it', async () => {
    const pulls = [{ number: 4, headSha: events.mergeSha }];
    const { github, run } = await scenario({ github: { ...gitea, pulls } });
    const { exitCode, annotations } = await run({ event: events.push() });
    expect({ exitCode, annotations }).toEqual({ exitCode: 0, annotations: [] });
    expect(github.comments()).toEqual([]);
    expect(lines(github.requests)).toEqual([
      `GET /api/v1/commits/${events.mergeSha}/pulls?per_page=100`,
      'POST /api/v1/graphql',
      `GET /api/v1/commits/${events.mergeSha}/pull`,
    ]);
  });

  test('that GitHub does not show is a missing permission, said on one line', async () => {
    const { github, run } = await scenario();
    const body = JSON.stringify({ message: 'Not\r\nFound\n' });
    github.faults.add({ when: { path: /\/pulls\?/ }, fault: { type: 'status', status: 404, body } });
    const { exitCode, annotations, lines: log } = await run({ event: events.push() });
    expect(exitCode).toBe(0);
    expect(annotations).toEqual([
      {
        level: 'warning',
        message: expect.stringMatching(/GitHub returned 404: Not Found\. .*`contents: read`/),
      },
    ]);
    expect(log.filter((line) => line.startsWith('warning: '))).toHaveLength(1);
    expect(lines(github.requests).some((line) => line.endsWith('/pull'))).toBe(false);
  });
});

test('slashes at the end of addresses are none of their paths', async () => {
  const { github, run } = await scenario({ github: { basePath: '/api/v3' } });
  const { annotations, summary } = await run({
    event,
    env: {
      GITHUB_API_URL: `${github.url}//`,
      GITHUB_GRAPHQL_URL: `${github.graphqlUrl}/`,
      GITHUB_SERVER_URL: 'https://github.example.com/',
    },
  });
  expect(annotations).toEqual([]);
  expect(github.comments()).toHaveLength(1);
  expect(summary).toContain('https://github.example.com/acme/policies/');
  expect(summary).not.toContain('.com//');
});

describe('without `github-token`', () => {
  test.each([
    ['a pull request', event, {}],
    ['a pull request that is named', events.push(), { 'pull-request': '1' }],
    ['a merge group', events.mergeGroup(), {}],
  ])('%s gets a warning in place of its comment', async (_, on, inputs) => {
    const { github, run } = await scenario();
    const result = await run({ event: on, inputs: { ...inputs, 'github-token': '' } });
    expect(result.exitCode).toBe(0);
    expect(result.annotations).toEqual([
      {
        level: 'warning',
        message: expect.stringMatching(
          /Could not comment on the pull request: `github-token` is empty.*Remove/,
        ),
      },
    ]);
    expect(github.requests).toEqual([]);
  });

  test.each([
    ['comments are turned off', event, { comment: 'never' }],
    ['there is no pull request', events.push(), {}],
  ])('nothing is said where %s', async (_, on, inputs) => {
    const { run } = await scenario();
    const result = await run({ event: on, inputs: { ...inputs, 'github-token': '' } });
    expect(result).toMatchObject({ exitCode: 0, annotations: [] });
  });
});
