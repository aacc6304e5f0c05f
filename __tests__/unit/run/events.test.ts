/** What `dry-run: auto` makes of each event, as one table. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { decodePayload } from '../../../src/github/event.ts';
import { findHead, type RunHead } from '../../../src/github/head.ts';
import { readInputs } from '../../../src/inputs/inputs.ts';
import { decideMode } from '../../../src/run/mode.ts';
import * as events from '../../support/events.ts';
import { aContext, someAccess, someRunInputs } from '../builders.ts';

const { forkRepository, named, withoutPayload } = events;

/** `loud` is a preview that warns, since the branch alone keeps it from publishing; `check` looks at files only. */
type Verdict = 'publish' | 'preview' | 'loud' | 'check';

type Row = readonly [
  name: string,
  event: events.Event,
  /** The input; undefined where it is not set. */
  publishBranches: string | undefined,
  verdict: Verdict,
];

/** A look-up of the pull request that found a branch of the repository. */
const OWN: RunHead = { origin: 'repository', sha: events.headSha };

async function judge(
  { name, payload, env }: events.Event,
  publishBranches: string | undefined,
): Promise<Verdict> {
  const context = aContext({
    ...decodePayload(JSON.stringify(payload)),
    eventName: name,
    ref: env['GITHUB_REF'],
  });
  const { publishBranches: patterns } = readInputs({ 'INPUT_PUBLISH-BRANCHES': publishBranches }).run;
  const run = someRunInputs({ dryRun: 'auto', publishBranches: patterns });
  const found = await findHead(context, { pullRequest: undefined, auto: true }, async () => undefined);
  const head = name === 'issue_comment' && context.hasIssue ? OWN : found;
  const { mode, previewOnly } = decideMode({ run, access: someAccess(), problems: [] }, context, head);
  if (mode.kind === 'dry-run') return previewOnly === undefined ? 'preview' : 'loud';
  return mode.kind;
}

const { pullRequest, pullRequestTarget, pullRequestReview, pushWorkflowRun, workflowRun } = events;
const merged = (facts: events.PullRequestFacts = {}) => events.mergedPullRequest(facts);
const mergedTarget = (facts: events.PullRequestFacts = {}) => pullRequestTarget({ merged: true, ...facts });
const onBranch = (branch: string) => events.workflowDispatch({}, { ref: `refs/heads/${branch}` });
const bare = (event: events.Event): events.Event => ({ ...event, env: { ...event.env, GITHUB_REF: '' } });

const rows: Row[] = [
  // event, action, merged, branch or base; publish-branches; verdict
  ['push to main', events.push(), undefined, 'publish'],
  ['push to a topic branch', events.push({ branch: 'topic' }), undefined, 'loud'],
  ['push to a topic branch', events.push({ branch: 'topic' }), 'topic', 'publish'],
  ['push to a topic branch', events.push({ branch: 'topic' }), 'main', 'loud'],
  ['push to main', events.push(), 'topic', 'loud'],
  ['push to main', events.push(), 'topic\nmain', 'publish'],
  ['push to release/1', events.push({ branch: 'release/1' }), 'release/*', 'publish'],
  ['push to release/1/a', events.push({ branch: 'release/1/a' }), 'release/*', 'loud'],
  ['push to release/1/a', events.push({ branch: 'release/1/a' }), 'release/**', 'publish'],
  ['push to Main', events.push({ branch: 'Main' }), undefined, 'loud'],
  ['push to a branch that ends as main does', events.push({ branch: 'not-main' }), undefined, 'loud'],
  ['push to a branch in a folder main', events.push({ branch: 'main/1' }), 'main', 'loud'],
  ['push of a tag', events.pushedTag(), undefined, 'publish'],
  ['push of a tag', events.pushedTag(), 'topic', 'publish'],
  ['push of a tag that is called as a topic', events.pushedTag({ tag: 'topic' }), undefined, 'publish'],
  ['push to main, empty payload', withoutPayload(events.push()), undefined, 'loud'],
  ['push to main, empty payload', withoutPayload(events.push()), 'main', 'publish'],
  ['push to a topic branch, empty payload', withoutPayload(events.push({ branch: 'topic' })), 'main', 'loud'],
  ['push without GITHUB_REF', bare(events.push()), undefined, 'loud'],
  ['push without GITHUB_REF', bare(events.push()), '**', 'loud'],

  ['workflow_dispatch on main', events.workflowDispatch(), undefined, 'publish'],
  ['workflow_dispatch on a topic branch', onBranch('topic'), undefined, 'loud'],
  ['workflow_dispatch on a topic branch', onBranch('topic'), 'topic', 'publish'],
  ['workflow_dispatch on a tag', events.workflowDispatch({}, { ref: 'refs/tags/v1' }), undefined, 'publish'],
  ['workflow_dispatch on main, empty payload', withoutPayload(events.workflowDispatch()), undefined, 'loud'],
  ['workflow_dispatch on main, empty payload', withoutPayload(events.workflowDispatch()), 'main', 'publish'],

  ['repository_dispatch', events.repositoryDispatch(), undefined, 'publish'],
  ['repository_dispatch', events.repositoryDispatch(), 'topic', 'loud'],
  [
    'repository_dispatch of a type named closed',
    events.repositoryDispatch({ action: 'closed' }),
    undefined,
    'publish',
  ],

  ['workflow_run after a push to main', pushWorkflowRun(), undefined, 'publish'],
  [
    'workflow_run after a push to a topic branch',
    pushWorkflowRun({ headBranch: 'topic' }),
    undefined,
    'loud',
  ],
  [
    'workflow_run after a push to a topic branch',
    pushWorkflowRun({ headBranch: 'topic' }),
    'topic',
    'publish',
  ],
  [
    'workflow_run after a schedule',
    workflowRun({ event: 'schedule', headBranch: 'main' }),
    undefined,
    'publish',
  ],
  ['workflow_run after pull_request', workflowRun(), undefined, 'preview'],
  [
    'workflow_run after pull_request from a branch main',
    workflowRun({ headBranch: 'main' }),
    undefined,
    'preview',
  ],
  ['workflow_run after pull_request', workflowRun(), '**', 'preview'],
  ['workflow_run after pull_request_target', workflowRun({ event: 'pull_request_target' }), '**', 'preview'],
  ['workflow_run after pull_request_review', workflowRun({ event: 'pull_request_review' }), '**', 'preview'],
  ['workflow_run after merge_group', workflowRun({ event: 'merge_group' }), '**', 'preview'],
  ['workflow_run after pull_request of a fork', events.forkWorkflowRun(), '**', 'check'],
  ['workflow_run after a push of a fork', events.forkWorkflowRun({ event: 'push' }), '**', 'check'],
  ['workflow_run whose fork is deleted', workflowRun({ head: null }), '**', 'check'],
  ['workflow_run, empty payload', withoutPayload(pushWorkflowRun()), '**', 'check'],

  ['pull_request opened', pullRequest({ action: 'opened' }), undefined, 'preview'],
  ['pull_request synchronize', pullRequest(), '**', 'preview'],
  ['pull_request closed, not merged', events.closedPullRequest(), undefined, 'preview'],
  ['pull_request closed, not merged', events.closedPullRequest(), '**', 'preview'],
  ['pull_request closed, merged into main', merged(), undefined, 'publish'],
  ['pull_request closed, merged into a topic branch', merged({ base: 'topic' }), undefined, 'loud'],
  ['pull_request closed, merged into a topic branch', merged({ base: 'topic' }), 'topic', 'publish'],
  ['pull_request closed, merged into main', merged(), 'topic', 'loud'],
  ['pull_request closed, merged into a stack', merged({ base: 'stack/1' }), 'stack/*', 'publish'],
  ['pull_request labeled, merged', merged({ action: 'labeled' }), undefined, 'preview'],
  ['pull_request unlabeled, merged', merged({ action: 'unlabeled' }), '**', 'preview'],
  ['pull_request edited, merged', merged({ action: 'edited' }), '**', 'preview'],
  ['pull_request assigned, merged', merged({ action: 'assigned' }), '**', 'preview'],
  ['pull_request locked, merged', merged({ action: 'locked' }), '**', 'preview'],
  ['pull_request closed, merged, of a fork', merged({ head: forkRepository }), undefined, 'check'],
  ['pull_request opened, of a fork', events.forkPullRequest(), '**', 'check'],
  ['pull_request of a fork that is deleted', pullRequest({ head: null }), undefined, 'check'],
  ['pull_request, empty payload', withoutPayload(pullRequest()), undefined, 'check'],
  ['pull_request, empty payload', withoutPayload(pullRequest()), '**', 'check'],

  ['pull_request_target opened', pullRequestTarget({ action: 'opened' }), undefined, 'preview'],
  ['pull_request_target closed, not merged', pullRequestTarget({ action: 'closed' }), '**', 'preview'],
  ['pull_request_target closed, merged into main', mergedTarget(), undefined, 'publish'],
  [
    'pull_request_target closed, merged into a topic branch',
    mergedTarget({ base: 'topic' }),
    undefined,
    'loud',
  ],
  [
    'pull_request_target closed, merged into a topic branch',
    mergedTarget({ base: 'topic' }),
    'topic',
    'publish',
  ],
  ['pull_request_target labeled, merged', mergedTarget({ action: 'labeled' }), undefined, 'preview'],
  ['pull_request_target closed, merged, of a fork', mergedTarget({ head: forkRepository }), '**', 'check'],
  ['pull_request_target, empty payload', withoutPayload(pullRequestTarget()), '**', 'check'],

  ['pull_request_review submitted', pullRequestReview(), undefined, 'preview'],
  ['pull_request_review submitted, merged', pullRequestReview({ merged: true }), '**', 'preview'],
  [
    'pull_request_review closed, merged',
    pullRequestReview({ action: 'closed', merged: true }),
    '**',
    'preview',
  ],
  ['pull_request_review of a fork', pullRequestReview({ head: forkRepository }), '**', 'check'],
  ['pull_request_review, empty payload', withoutPayload(pullRequestReview()), '**', 'check'],
  [
    'pull_request_review_comment created, merged',
    named('pull_request_review_comment', pullRequestReview({ action: 'created', merged: true })),
    '**',
    'preview',
  ],
  [
    'pull_request_review_comment, empty payload',
    named('pull_request_review_comment', withoutPayload(pullRequestReview())),
    '**',
    'check',
  ],

  ['issue_comment on an open pull request', events.issueComment(), '**', 'preview'],
  ['issue_comment on a merged pull request', events.issueComment({ merged: true }), '**', 'preview'],
  ['issue_comment on an issue', events.issueCommentOnIssue(), undefined, 'preview'],
  ['issue_comment on an issue', events.issueCommentOnIssue(), '**', 'preview'],
  ['issue_comment, empty payload', withoutPayload(events.issueComment()), '**', 'check'],

  ['merge_group', events.mergeGroup(), undefined, 'preview'],
  ['merge_group', events.mergeGroup(), '**', 'preview'],
  ['merge_group, empty payload', withoutPayload(events.mergeGroup()), '**', 'preview'],

  ['release published', events.release(), undefined, 'publish'],
  ['release published', events.release(), 'topic', 'publish'],
  ...['created', 'released', 'prereleased'].map(
    (action): Row => [`release ${action}`, events.release({ action }), undefined, 'publish'],
  ),
  ...['edited', 'unpublished', 'deleted'].map(
    (action): Row => [`release ${action}`, events.release({ action }), undefined, 'preview'],
  ),
  ['release, empty payload', withoutPayload(events.release()), undefined, 'publish'],
  ['schedule', events.schedule(), undefined, 'publish'],
  ['schedule', events.schedule(), 'topic', 'publish'],
  ['schedule, empty payload', withoutPayload(events.schedule()), undefined, 'publish'],

  ['no event', named('', withoutPayload(events.push())), undefined, 'check'],
  ['no event', named('', withoutPayload(events.push())), '**', 'check'],
  ['no event, but a payload', named('', events.push()), '**', 'check'],
  ['check_suite', named('check_suite', events.push()), '**', 'preview'],
  ['deployment', named('deployment', events.push()), '**', 'preview'],
  ['create', named('create', events.push()), '**', 'preview'],
  ['registry_package', named('registry_package', events.push()), '**', 'preview'],
  ['an event that nobody knows', named('push_to_talk', events.push()), '**', 'preview'],
];

describe('`dry-run: auto`', () => {
  const titled = rows.map(([name, event, publishBranches, verdict]) => {
    const setting =
      publishBranches === undefined ? '' : `, publish-branches ${publishBranches.replace('\n', ' ')}`;
    return { title: `${name}${setting}: ${verdict}`, event, publishBranches, verdict };
  });

  test.each(titled)('$title', async ({ event, publishBranches, verdict }) => {
    expect(await judge(event, publishBranches)).toBe(verdict);
  });

  test('previews what cannot be read, where a pull request may be behind it', async () => {
    const unreadable = async (eventName: string) => {
      const context = aContext({ eventName, defaultBranch: undefined, payloadProblem: 'not JSON' });
      const head = await findHead(context, { pullRequest: undefined, auto: true }, async () => undefined);
      const run = someRunInputs({ dryRun: 'auto' });
      return decideMode({ run, access: someAccess(), problems: [] }, context, head).mode.kind;
    };
    const kinds = { pull_request: 'check', issue_comment: 'check', workflow_run: 'check', push: 'dry-run' };
    for (const [name, kind] of Object.entries(kinds))
      expect([name, await unreadable(name)]).toEqual([name, kind]);
  });
});

test('`dry-run: false` and `true` hold whatever the event and the branch', () => {
  const decisions = rows.map(([, event]) => {
    const context = aContext({ ...decodePayload(JSON.stringify(event.payload)), eventName: event.name });
    return [false, true].map((dryRun) => {
      const run = someRunInputs({ dryRun, publishBranches: ['nothing'] });
      const { mode, previewOnly } = decideMode({ run, access: someAccess(), problems: [] }, context, OWN);
      return [mode.kind, previewOnly];
    });
  });
  const expected = [
    ['publish', undefined],
    ['dry-run', undefined],
  ];
  expect(decisions.filter((decision) => !isDeepStrictEqual(decision, expected))).toEqual([]);
});
