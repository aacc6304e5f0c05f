import { describe, expect, test } from '@jest/globals';
import type { PullSeed } from '../../sandbox/github/server.ts';
import { beforehand, scenario, sentinel } from '../e2e/github/scenario.ts';
import * as events from '../support/events.ts';

const { forkRepository, named } = events;

/** What the organization has under the name of the fork's file, and no fork may see. */
const theirs = sentinel('"known-to-the-organization-alone"');
const files = { 'cost.sentinel': sentinel('"of the fork"') };

type Run = { event: events.Event; inputs?: Record<string, string>; pull?: Omit<PullSeed, 'number'> };

const ofFork = { headRepository: forkRepository };

const runs: Record<string, Run> = {
  pull_request: { event: events.forkPullRequest() },
  'pull_request, merged': { event: events.mergedPullRequest({ head: forkRepository }) },
  'pull_request, fork deleted': { event: events.pullRequest({ head: null }) },
  pull_request_target: { event: events.pullRequestTarget({ head: forkRepository }) },
  'pull_request_target, merged': { event: events.pullRequestTarget({ head: forkRepository, merged: true }) },
  'pull_request_target, fork deleted': { event: events.pullRequestTarget({ head: null }) },
  pull_request_review: { event: events.pullRequestReview({ head: forkRepository }) },
  pull_request_review_comment: {
    event: named('pull_request_review_comment', events.pullRequestReview({ head: forkRepository })),
  },
  issue_comment: { event: events.issueComment(), pull: ofFork },
  'issue_comment, fork deleted': { event: events.issueComment(), pull: { headRepository: null } },
  workflow_run: { event: events.forkWorkflowRun() },
  'workflow_run, fork deleted': { event: events.workflowRun({ head: null }) },
  'workflow_run of a push in the fork': {
    event: events.forkWorkflowRun({ event: 'push', headBranch: 'main' }),
  },
  'workflow_run of pull_request_target': { event: events.forkWorkflowRun({ event: 'pull_request_target' }) },
  'workflow_run that names it': {
    event: events.pushWorkflowRun(),
    inputs: { 'pull-request': '1' },
    pull: ofFork,
  },
  'workflow_dispatch that names it': {
    event: events.workflowDispatch(),
    inputs: { 'pull-request': '1' },
    pull: ofFork,
  },
  'repository_dispatch that names it': {
    event: named('repository_dispatch', events.workflowDispatch()),
    inputs: { 'pull-request': '1' },
    pull: ofFork,
  },
  'pull_request of the repository that names it': {
    event: events.pullRequest({ number: 2 }),
    inputs: { 'pull-request': '1' },
    pull: ofFork,
  },
};

type Row = { name: string; run: Run; inputs: Record<string, string | undefined> };

const rowsWith = (inputs: Row['inputs'], names = Object.keys(runs)): Row[] =>
  names.map((name) => ({ name, run: runs[name] as Run, inputs }));

async function act({ run: { event, inputs, pull }, inputs: more }: Row) {
  const pulls = [{ number: 1, ...pull }, { number: 2 }];
  const found = await scenario({ files, github: { pulls } });
  found.terraform.seedPolicy({ name: 'cost', code: theirs });
  found.terraform.seedPolicySet({ name: 'base' });
  const result = await found.run({ event, inputs: { 'policy-sets': 'base', ...inputs, ...more } });
  const comments = found.github.comments().map(({ body }) => body);
  const shown = [result.stdout, result.stderr, result.summary, ...Object.values(result.outputs), ...comments];
  return { ...found, result, shown: shown.join('\n') };
}

describe.each<[string, Row['inputs']]>([
  ['with secrets, in a dry run', { 'dry-run': 'true' }],
  ['without secrets', { token: undefined, organization: undefined }],
])('without `allow-fork` nothing of the organization is read or shown: %s', (_, inputs) => {
  const rows = rowsWith(inputs);
  const outcomeOf = beforehand(rows, act);

  test.each(rows)('$name', (row) => {
    const { terraform, result, shown } = outcomeOf(row);
    expect(terraform.requests).toEqual([]);
    expect(result.exitCode).toBe(0);
    expect(result.summary).toContain('1 file checked, nothing compared or written');
    expect(shown).not.toContain('known-to-the-organization-alone');
    expect(result.annotations).toContainEqual({
      level: 'notice',
      message: expect.stringContaining('allow-fork'),
    });
  });
});

describe('with `allow-fork` the run is like any other', () => {
  const rows = rowsWith({ 'allow-fork': 'true', 'dry-run': 'true' });
  const outcomeOf = beforehand(rows, act);

  test.each(rows)('$name', (row) => {
    const { terraform, result, shown } = outcomeOf(row);
    expect(result.exitCode).toBe(0);
    expect(result.outputs).toMatchObject({ updated: '1' });
    expect(terraform.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(shown).toContain('known-to-the-organization-alone');
  });
});

describe('with `allow-fork` and no token it is an error', () => {
  const rows = rowsWith({ 'allow-fork': 'true', token: undefined }, [
    'pull_request_target',
    'issue_comment',
    'workflow_run',
    'workflow_dispatch that names it',
  ]);
  const outcomeOf = beforehand(rows, act);

  test.each(rows)('$name', (row) => {
    const { terraform, result } = outcomeOf(row);
    expect(result.exitCode).toBe(1);
    expect(terraform.requests).toEqual([]);
    expect(result.annotations).toContainEqual(
      expect.objectContaining({ level: 'error', title: 'input token' }),
    );
  });
});
