import { describe, expect, test } from '@jest/globals';
import { decodePayload, NO_PAYLOAD, type Payload } from '../../../src/github/event.ts';
import * as events from '../../support/events.ts';

const { baseRepository, forkRepository, headSha, mergeSha } = events;

const decode = (payload: object) => decodePayload(JSON.stringify(payload));

const pull = (overrides: Partial<NonNullable<Payload['pullRequest']>> = {}) => ({
  number: 1,
  mergedInto: undefined,
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
    [
      'a merged pull request',
      events.mergedPullRequest({ base: 'release/1' }),
      { action: 'closed', pullRequest: pull({ mergedInto: 'release/1' }) },
    ],
    [
      'a pull request by Dependabot',
      events.dependabotPullRequest(),
      { pullRequest: pull({ author: 'dependabot[bot]' }) },
    ],
    [
      'a comment, which tells no head',
      events.issueComment({ merged: true }),
      { pullRequest: pull({ head: undefined }), hasIssue: true },
    ],
    ['a comment on an issue', events.issueCommentOnIssue(), { hasIssue: true }],
    ['a push', events.push(), {}],
    [
      'a merge group',
      events.mergeGroup({ number: 9 }),
      { mergeGroupRef: `refs/heads/gh-readonly-queue/main/pr-9-${'d'.repeat(40)}` },
    ],
    [
      'a run that follows a pull request',
      events.workflowRun(),
      { followedRun: { event: 'pull_request', repository: baseRepository, headBranch: 'change' } },
    ],
    [
      "a run that follows a fork's pull request",
      events.forkWorkflowRun(),
      { followedRun: { event: 'pull_request', repository: forkRepository, headBranch: 'change' } },
    ],
    [
      'a run whose fork is gone',
      events.workflowRun({ head: null }),
      { followedRun: { event: 'pull_request', repository: null, headBranch: 'change' } },
    ],
    [
      'a run that follows a push',
      events.pushWorkflowRun({ headSha: mergeSha }),
      { followedRun: { event: 'push', repository: baseRepository, headBranch: 'main' } },
    ],
    ['a schedule', events.schedule(), {}],
    ['a dispatch', events.workflowDispatch({ number: '3' }), {}],
    ['a release', events.release(), {}],
  ])('reads %s', (_, { payload }, expected) => {
    const action = 'action' in payload ? payload.action : undefined;
    expect(decode(payload)).toEqual({
      ...NO_PAYLOAD,
      action,
      repository: baseRepository,
      defaultBranch: 'main',
      ...expected,
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

  test('reads a payload that somebody wrote for a local runner', () => {
    const expected = { ...NO_PAYLOAD, defaultBranch: 'trunk' };
    expect(decode({ repository: { default_branch: 'trunk' } })).toEqual(expected);
  });

  test.each([
    ['nothing', ''],
    ['half a document', '{"pull_request":'],
    ['no object', '"text"'],
    ['null', 'null'],
    ['a pull request without a head', '{"pull_request":{"number":1}}'],
    ['a pull request without a number', '{"pull_request":{"head":{"sha":"x","repo":null}}}'],
    ['a number as text', '{"issue":{"number":"1","pull_request":{}}}'],
    ['a repository whose name is none', '{"repository":{"full_name":1}}'],
    ['a head repository without a name', '{"pull_request":{"number":1,"head":{"sha":"x","repo":{}}}}'],
    ['a run without its event', '{"workflow_run":{"head_repository":null}}'],
    ['a merge group without its ref', '{"merge_group":{}}'],
  ])('refuses %s', (_, text) => {
    expect(() => decodePayload(text)).toThrow();
  });
});
