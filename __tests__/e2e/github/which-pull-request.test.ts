import { describe, expect, test } from '@jest/globals';
import type { PullSeed } from '../../../sandbox/github/server.ts';
import * as events from '../../support/events.ts';
import { beforehand, lines, scenario } from './scenario.ts';

const { headSha, mergeSha } = events;
const otherSha = 'beef000000000000000000000000000000000002';

type Row = {
  name: string;
  event: events.Event;
  pulls?: PullSeed[];
  commits?: Record<string, number[]>;
  inputs?: Record<string, string>;
  /** Where the comment is; nowhere when left out. */
  comment?: number;
  commit: string;
  /** What `dry-run: auto` makes of it. */
  dryRun: boolean;
  /** What it warns of. */
  warnings?: string[];
  /** Asked of GitHub before the comment. */
  lookups?: string[];
};

const ofCommit = `GET /commits/${mergeSha}/pulls?per_page=100`;

const rows: Row[] = [
  {
    name: 'pull_request: its own',
    event: events.pullRequest({ number: 4 }),
    comment: 4,
    commit: headSha,
    dryRun: true,
  },
  {
    name: 'pull_request that was merged: its own, and no dry run',
    event: events.mergedPullRequest({ number: 4 }),
    comment: 4,
    commit: headSha,
    dryRun: false,
  },
  {
    name: 'pull_request that was closed without being merged: its own',
    event: events.closedPullRequest({ number: 4 }),
    comment: 4,
    commit: headSha,
    dryRun: true,
  },
  {
    name: 'pull_request_target: its own',
    event: events.pullRequestTarget({ number: 4 }),
    comment: 4,
    commit: headSha,
    dryRun: true,
  },
  {
    name: 'pull_request_target that was merged: its own, and no dry run',
    event: events.pullRequestTarget({ number: 4, merged: true }),
    comment: 4,
    commit: headSha,
    dryRun: false,
  },
  {
    name: 'pull_request_review: its own',
    event: events.pullRequestReview({ number: 4 }),
    comment: 4,
    commit: headSha,
    dryRun: true,
  },
  {
    name: 'issue_comment on a pull request: its own, whose head is looked up',
    event: events.issueComment({ number: 4 }),
    pulls: [{ number: 4, headSha: otherSha }],
    comment: 4,
    commit: otherSha,
    dryRun: true,
    lookups: ['GET /pulls/4'],
  },
  {
    name: 'issue_comment on a merged pull request: its own, and a dry run all the same',
    event: events.issueComment({ number: 4, merged: true }),
    pulls: [{ number: 4, headSha: otherSha, merged: true }],
    comment: 4,
    commit: otherSha,
    dryRun: true,
    lookups: ['GET /pulls/4'],
  },
  {
    name: 'issue_comment on a plain issue: none',
    event: events.issueCommentOnIssue({ number: 4 }),
    commit: mergeSha,
    dryRun: true,
  },
  {
    name: 'push: the merged one whose merge commit it is, not an open one that holds it too',
    event: events.push(),
    pulls: [
      { number: 3, headSha: mergeSha },
      { number: 4, merged: true, mergeCommitSha: mergeSha },
    ],
    comment: 4,
    commit: mergeSha,
    dryRun: false,
    lookups: [ofCommit],
  },
  {
    name: 'push: else the only open one whose head it is',
    event: events.push({ branch: 'change' }),
    pulls: [
      { number: 4, headSha: mergeSha },
      { number: 5, headSha: otherSha },
      { number: 6, headSha: mergeSha, state: 'closed' },
    ],
    commits: { [mergeSha]: [4, 5, 6] },
    comment: 4,
    commit: mergeSha,
    dryRun: true,
    warnings: ['change'],
    lookups: [ofCommit],
  },
  {
    name: 'push: none where several open ones have that head',
    event: events.push({ branch: 'change' }),
    pulls: [
      { number: 4, headSha: mergeSha },
      { number: 5, headSha: mergeSha },
    ],
    commit: mergeSha,
    dryRun: true,
    warnings: ['change'],
    lookups: [ofCommit],
  },
  {
    name: 'push: none where a merged one only holds the commit',
    event: events.push(),
    pulls: [{ number: 4, merged: true, mergeCommitSha: otherSha, headSha: mergeSha }],
    commit: mergeSha,
    dryRun: false,
    lookups: [ofCommit],
  },
  {
    name: 'push: none where the commit belongs to none',
    event: events.push(),
    commit: mergeSha,
    dryRun: false,
    lookups: [ofCommit],
  },
  {
    name: 'merge_group: the one in its ref',
    event: events.mergeGroup({ number: 4 }),
    comment: 4,
    commit: mergeSha,
    dryRun: true,
  },
  {
    name: 'workflow_run after a pull_request run: none, and a dry run',
    event: events.workflowRun(),
    commit: mergeSha,
    dryRun: true,
  },
  {
    name: 'workflow_run after a push: none',
    event: events.pushWorkflowRun(),
    commit: mergeSha,
    dryRun: false,
  },
  { name: 'schedule: none', event: events.schedule(), commit: mergeSha, dryRun: false },
  { name: 'workflow_dispatch: none', event: events.workflowDispatch(), commit: mergeSha, dryRun: false },
  { name: 'release: none', event: events.release(), commit: mergeSha, dryRun: false },
  {
    name: 'workflow_dispatch with `pull-request`: that one, and still the commit that is checked out',
    event: events.workflowDispatch(),
    inputs: { 'pull-request': '4' },
    comment: 4,
    commit: mergeSha,
    dryRun: false,
    lookups: ['GET /pulls/4'],
  },
  {
    name: 'workflow_run with `pull-request`: that one',
    event: events.workflowRun(),
    inputs: { 'pull-request': ' 4 ' },
    comment: 4,
    commit: mergeSha,
    dryRun: true,
    lookups: ['GET /pulls/4'],
  },
  {
    name: 'schedule with `pull-request`: that one',
    event: events.schedule(),
    inputs: { 'pull-request': '4' },
    comment: 4,
    commit: mergeSha,
    dryRun: false,
  },
  {
    name: 'push with `pull-request`: that one, and the commit is not looked up',
    event: events.push(),
    pulls: [{ number: 3, merged: true, mergeCommitSha: mergeSha }, { number: 4 }],
    inputs: { 'pull-request': '4' },
    comment: 4,
    commit: mergeSha,
    dryRun: false,
  },
  {
    name: 'pull_request with `pull-request`: that one, not its own',
    event: events.pullRequest({ number: 3 }),
    pulls: [{ number: 3 }, { number: 4 }],
    inputs: { 'pull-request': '4' },
    comment: 4,
    commit: headSha,
    dryRun: true,
    lookups: ['GET /pulls/4'],
  },
];

const outcomeOf = beforehand(rows, async ({ event, pulls = [{ number: 4 }], commits = {}, inputs = {} }) => {
  const s = await scenario({ github: { pulls, commits } });
  const result = await s.run({ event, inputs: { 'dry-run': 'auto', ...inputs } });
  return { ...s, result };
});

describe('the pull request that gets the comment', () => {
  test.each(rows)('$name', (row) => {
    const { github, terraform, result } = outcomeOf(row);
    const { comment, commit, dryRun, warnings = [], lookups = [] } = row;
    const page = `/issues/${comment}/comments`;
    const commented = [
      'POST /graphql',
      `GET ${page}?per_page=100`,
      `POST ${page}`,
      `GET ${page}?per_page=100`,
    ];

    expect(result.exitCode).toBe(0);
    expect(result.annotations).toMatchObject(
      warnings.map((branch) => ({
        level: 'warning',
        message: expect.stringContaining(`\`publish-branches: ${branch}\``),
      })),
    );
    expect(github.comments().map(({ pull }) => pull)).toEqual(comment === undefined ? [] : [comment]);
    expect(result.outputs['comment-url']).toBe(
      comment === undefined
        ? ''
        : `https://github.com/acme/policies/pull/${comment}#issuecomment-${github.comments()[0]?.id}`,
    );
    expect(lines(github.requests)).toEqual([...lookups, ...(comment === undefined ? [] : commented)]);
    expect(result.summary).toContain(`/acme/policies/commit/${commit})`);
    expect(result.summary).toContain(dryRun ? '2 would be created' : '2 created');
    expect(terraform.policies()).toHaveLength(dryRun ? 0 : 2);
  });
});

test('several pages of pull requests that a commit belongs to are read', async () => {
  const numbers = Array.from({ length: 130 }, (_, index) => index + 1);
  const { github, run } = await scenario({
    github: {
      pulls: numbers.map((number) => ({ number, merged: number === 130, mergeCommitSha: mergeSha })),
      commits: { [mergeSha]: numbers },
    },
  });
  const { exitCode } = await run({ event: events.push() });
  expect(exitCode).toBe(0);
  expect(github.comments().map(({ pull }) => pull)).toEqual([130]);
});
