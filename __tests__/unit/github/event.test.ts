import { describe, expect, test } from '@jest/globals';
import { decodePayload, NO_PAYLOAD, type Payload } from '../../../src/github/event.ts';
import * as events from '../../support/events.ts';

const { baseRepository, forkRepository, headSha, mergeSha } = events;

const decode = (payload: object) => decodePayload(JSON.stringify(payload));

const pull = (overrides: Partial<NonNullable<Payload['pullRequest']>> = {}) => ({
  number: 1,
  merged: false,
  author: 'octocat',
  head: { sha: headSha, repository: baseRepository },
  ...overrides,
});

describe('decodePayload', () => {
  test.each<[string, events.Event, Partial<Payload>]>([
    ['a pull request', events.pullRequest({ number: 7 }), { pullRequest: pull({ number: 7 }) }],
    ['a pull request for pull_request_target', events.pullRequestTarget(), { pullRequest: pull() }],
    ['a review', events.pullRequestReview(), { pullRequest: pull() }],
    [
      "a fork's pull request",
      events.forkPullRequest(),
      { pullRequest: pull({ author: 'mallory', head: { sha: headSha, repository: forkRepository } }) },
    ],
    [
      'a pull request whose fork is gone',
      events.pullRequest({ head: null }),
      { pullRequest: pull({ head: { sha: headSha, repository: null } }) },
    ],
    ['a closed pull request', events.closedPullRequest(), { pullRequest: pull() }],
    ['a merged pull request', events.mergedPullRequest(), { pullRequest: pull({ merged: true }) }],
    [
      'a pull request by Dependabot',
      events.dependabotPullRequest(),
      { pullRequest: pull({ author: 'dependabot[bot]' }) },
    ],
    ['a comment, which tells no head', events.issueComment(), { pullRequest: pull({ head: undefined }) }],
    ['a comment on an issue', events.issueCommentOnIssue(), {}],
    ['a push', events.push(), {}],
    [
      'a merge group',
      events.mergeGroup({ number: 9 }),
      { mergeGroupRef: `refs/heads/gh-readonly-queue/main/pr-9-${'d'.repeat(40)}` },
    ],
    [
      'a run that follows a pull request',
      events.workflowRun(),
      { followedRun: { event: 'pull_request', repository: baseRepository } },
    ],
    [
      "a run that follows a fork's pull request",
      events.forkWorkflowRun(),
      { followedRun: { event: 'pull_request', repository: forkRepository } },
    ],
    [
      'a run whose fork is gone',
      events.workflowRun({ head: null }),
      { followedRun: { event: 'pull_request', repository: null } },
    ],
    [
      'a run that follows a push',
      events.pushWorkflowRun({ headSha: mergeSha }),
      { followedRun: { event: 'push', repository: baseRepository } },
    ],
    ['a schedule', events.schedule(), {}],
    ['a dispatch', events.workflowDispatch({ number: '3' }), {}],
    ['a release', events.release(), {}],
  ])('reads %s', (_, { payload }, expected) => {
    expect(decode(payload)).toEqual({ ...NO_PAYLOAD, repository: baseRepository, ...expected });
  });

  test('knows a merged pull request by its time alone', () => {
    const head = { sha: headSha, repo: { full_name: baseRepository } };
    const payload = { pull_request: { number: 1, merged_at: '2026-11-22T10:00:00Z', head } };
    expect(decode(payload).pullRequest?.merged).toBe(true);
  });

  test('knows a comment on a merged pull request', () => {
    const issue = { number: 4, user: null, pull_request: { merged_at: '2026-11-22T10:00:00Z' } };
    expect(decode({ issue }).pullRequest).toEqual({
      number: 4,
      merged: true,
      author: undefined,
      head: undefined,
    });
  });

  test('reads an account that is gone', () => {
    const { payload } = events.pullRequest();
    const bare = JSON.parse(JSON.stringify(payload));
    bare.pull_request.user = null;
    expect(decode(bare).pullRequest?.author).toBeUndefined();
  });

  /** GitHub writes null for what a deployment was not made by. */
  test('reads null as absent', () => {
    const payload = { repository: { full_name: baseRepository }, workflow: null, workflow_run: null };
    expect(decode(payload)).toEqual({ ...NO_PAYLOAD, repository: baseRepository });
  });

  test('reads an empty payload', () => {
    expect(decodePayload('{}')).toEqual(NO_PAYLOAD);
  });

  test.each([
    ['nothing', ''],
    ['half a document', '{"pull_request":'],
    ['no object', '"text"'],
    ['null', 'null'],
    ['a pull request without a head', '{"pull_request":{"number":1}}'],
    ['a pull request without a number', '{"pull_request":{"head":{"sha":"x","repo":null}}}'],
    ['a number as text', '{"issue":{"number":"1","pull_request":{}}}'],
    ['a repository without a name', '{"repository":{}}'],
    ['a run without its event', '{"workflow_run":{"head_repository":null}}'],
    ['a merge group without its ref', '{"merge_group":{}}'],
  ])('refuses %s', (_, text) => {
    expect(() => decodePayload(text)).toThrow();
  });
});
