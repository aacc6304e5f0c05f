import { describe, expect, test } from '@jest/globals';
import type { PullSeed } from '../../../sandbox/github/server.ts';
import type { PlannedFault } from '../../../sandbox/http/faults.ts';
import * as events from '../../support/events.ts';
import { beforehand, githubToken, readToken, scenario, sentinel, textOf } from './scenario.ts';

const posts = { method: 'POST', path: /\/comments$/ };
const answer = (status: number, message: string, headers: Record<string, string> = {}) =>
  ({ type: 'status', status, headers, body: JSON.stringify({ message }) }) as const;

type Row = {
  name: string;
  pull?: PullSeed;
  faults?: PlannedFault[];
  inputs?: Record<string, string>;
  /** Nobody listens at GitHub's address. */
  down?: boolean;
  /** In the one warning. */
  says: RegExp;
  /** Not in it. */
  saysNot?: RegExp;
};

const permission = /pull-requests: write/;

const rows: Row[] = [
  {
    name: 'GitHub keeps failing while the comments are listed',
    faults: [{ when: { method: 'GET' }, times: 99, fault: { type: 'status', status: 503 } }],
    says: /Could not comment/,
    saysNot: permission,
  },
  {
    name: 'GitHub cannot be reached',
    down: true,
    says: /Could not comment/,
    saysNot: permission,
  },
  {
    name: 'the connection breaks at every answer',
    faults: [{ times: 99, fault: { type: 'lose', effect: 'before' } }],
    says: /Could not comment/,
    saysNot: permission,
  },
  {
    name: 'the permission is missing',
    inputs: { 'github-token': readToken },
    says: permission,
  },
  {
    name: 'the conversation is locked',
    pull: { number: 1, locked: true },
    says: /locked/,
    saysNot: permission,
  },
  { name: 'there is no such pull request (404)', inputs: { 'pull-request': '77' }, says: /Not Found/ },
  {
    name: 'the pull request was deleted (410)',
    pull: { number: 1, gone: true },
    says: /deleted/,
    saysNot: permission,
  },
  {
    name: 'the token is wrong (401)',
    inputs: { 'github-token': 'ghs_wrong' },
    says: /`?github-token`?.*(wrong|expired)/,
    saysNot: permission,
  },
  {
    name: 'GitHub fails at the comment itself, which is not repeated blindly',
    faults: [{ when: posts, fault: { type: 'status', status: 502 } }],
    says: /Could not comment/,
    saysNot: permission,
  },
  {
    name: 'the comment is too long for the server (422)',
    faults: [
      {
        when: posts,
        times: 9,
        fault: answer(422, 'Validation Failed: Body is too long (maximum is 65536 characters)'),
      },
    ],
    says: /too long/,
    saysNot: permission,
  },
  {
    name: 'the rate limit asks for an hour',
    faults: [
      {
        when: posts,
        fault: answer(403, 'You have exceeded a secondary rate limit.', { 'retry-after': '3600' }),
      },
    ],
    says: /rate limit/,
    saysNot: permission,
  },
  {
    name: 'the rate limit is used up',
    faults: [
      {
        when: posts,
        fault: answer(403, 'API rate limit exceeded for installation.', { 'x-ratelimit-remaining': '0' }),
      },
    ],
    says: /rate limit/,
    saysNot: permission,
  },
  {
    name: 'the answer is no JSON',
    faults: [
      {
        when: { method: 'GET' },
        times: 9,
        fault: { type: 'body', body: '<html>', contentType: 'text/html' },
      },
    ],
    says: /Could not comment/,
    saysNot: permission,
  },
];

const outcomeOf = beforehand(
  rows,
  async ({ pull = { number: 1 }, faults = [], inputs = {}, down = false }) => {
    const s = await scenario({ github: { pulls: [pull] } });
    for (const fault of faults) s.github.faults.add(fault);
    if (down) await s.github.close();
    // An input names a pull request by a number; the event is one that needs no look-up for it.
    const event = 'pull-request' in inputs ? events.push() : events.pullRequest();
    return { ...s, result: await s.run({ event, inputs }) };
  },
);

describe('the run succeeds and warns once', () => {
  test.each(rows)('$name', (row) => {
    const { github, terraform, result } = outcomeOf(row);
    expect(result.exitCode).toBe(0);
    expect(github.comments()).toEqual([]);
    expect(terraform.policies()).toHaveLength(2);
    expect(result.annotations).toEqual([{ level: 'warning', message: expect.stringMatching(row.says) }]);
    expect(result.annotations[0]?.message).not.toContain('..');
    if (row.saysNot) expect(result.annotations[0]?.message).not.toMatch(row.saysNot);
    expect(result.outputs).toMatchObject({ created: '2', failed: '0', 'comment-url': '' });
    expect(result.summary).toContain('## Terraform policies: 2 created');
    expect(result.summary).toMatch(/\*\*\d+ warnings?:\*\*/);
    expect(result.lines.filter((line) => line.startsWith('warning: '))).toHaveLength(1);
  });

  test('where the created comment cannot be confirmed, there is one all the same', async () => {
    const { github, run } = await scenario();
    github.faults.add({ when: posts, fault: { type: 'lose', effect: 'after' } });
    const { exitCode } = await run({ event: events.pullRequest() });
    expect(exitCode).toBe(0);
    await run({ event: events.pullRequest(), inputs: { 'dry-run': 'true' } });
    expect(github.comments()).toHaveLength(1);
  });
});

describe('the run fails for what failed, whatever becomes of the comment', () => {
  test('a policy that is refused, and a comment that is refused', async () => {
    const { terraform, run } = await scenario({
      files: { 'a.sentinel': sentinel(), 'b.sentinel': sentinel() },
    });
    terraform.faults.add({ when: { method: 'PUT' }, fault: { type: 'status', status: 422 } });
    const result = await run({ event: events.pullRequest(), inputs: { 'github-token': readToken } });
    expect(result.exitCode).toBe(1);
    expect(result.outputs).toMatchObject({ created: '1', failed: '1' });
    expect(result.annotations.map(({ level }) => level).toSorted()).toEqual(['error', 'warning']);
  });
});

describe('the comment arrives in the end', () => {
  test.each([
    { name: 'a short wait for the rate limit, 429', status: 429, when: posts },
    { name: 'a short wait for the rate limit, 403', status: 403, when: posts },
    { name: 'a short wait while the comments are listed', status: 403, when: { method: 'GET' } },
  ])('after $name', async ({ status, when }) => {
    const { github, run } = await scenario();
    github.faults.add({ when, fault: answer(status, 'secondary rate limit', { 'retry-after': '1' }) });
    const { exitCode, annotations, summary, duration } = await run({ event: events.pullRequest() });
    expect({ exitCode, annotations }).toEqual({ exitCode: 0, annotations: [] });
    expect(github.comments().map(({ body }) => textOf(body))).toEqual([summary.trimEnd()]);
    expect(duration).toBeGreaterThan(1000);
  });

  test('after GitHub failed once while the comments were listed', async () => {
    const { github, run } = await scenario();
    github.faults.add({ when: { method: 'GET' }, fault: { type: 'status', status: 502 } });
    const { exitCode, annotations } = await run({ event: events.pullRequest() });
    expect({ exitCode, annotations }).toEqual({ exitCode: 0, annotations: [] });
    expect(github.comments()).toHaveLength(1);
  });

  test('on GitHub Enterprise Server, whose API has a path and whose pages have another host', async () => {
    const serverUrl = 'https://github.example.com';
    const { github, run } = await scenario({ github: { basePath: '/api/v3', serverUrl } });
    const { exitCode, annotations, outputs } = await run({
      event: events.pullRequest(),
      env: { GITHUB_SERVER_URL: serverUrl },
    });
    expect({ exitCode, annotations }).toEqual({ exitCode: 0, annotations: [] });
    expect(outputs['comment-url']).toContain(`${serverUrl}/acme/policies/pull/1#`);
    expect(github.comments()[0]?.body).toContain(
      `${serverUrl}/acme/policies/blob/${events.headSha}/cost.sentinel`,
    );
    expect(github.comments()[0]?.body).not.toContain('https://github.com/');
  });
});

test('what GitHub answers is shown without the tokens in it', async () => {
  const { github, run } = await scenario();
  github.faults.add({ when: posts, fault: answer(422, `Bad credentials ${githubToken}`) });
  const result = await run({ event: events.pullRequest() });
  expect(result.exitCode).toBe(0);
  const unmasked = result.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  for (const text of [unmasked.join('\n'), result.stderr, result.summary.replaceAll('\\', '')]) {
    expect(text.replaceAll('\u200b', '')).not.toContain(githubToken);
  }
});
