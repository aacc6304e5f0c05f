import { describe, expect, test } from '@jest/globals';
import type { PullSeed } from '../../../sandbox/github/server.ts';
import * as events from '../../support/events.ts';
import { beforehand, readToken, type Scenario, scenario, twoPolicies } from './scenario.ts';

const { forkRepository } = events;
const without = { token: undefined, organization: undefined };

type Row = {
  name: string;
  event: events.Event;
  inputs?: Record<string, string | undefined>;
  pulls?: PullSeed[];
  /** Status of GitHub's answer to the look-up of the pull request. */
  refused?: number;
  env?: Record<string, string>;
  /** In the reason that the report gives. */
  why: RegExp;
};

const fork = /pull request from a fork/;
const deleted = /pull request from a fork that was deleted/;
const unknown = /not known whether the run is for a pull request from a fork: .*502/;
const onFork: PullSeed[] = [{ number: 1, headRepository: forkRepository }];

const rows: Row[] = [
  {
    name: 'issue_comment whose look-up keeps failing',
    event: events.issueComment(),
    inputs: { 'dry-run': 'auto' },
    refused: 502,
    why: unknown,
  },
  { name: 'pull_request of a fork that has the secrets', event: events.forkPullRequest(), why: fork },
  {
    name: 'pull_request of a fork without secrets, with a token that only reads',
    event: events.forkPullRequest(),
    inputs: { ...without, 'github-token': readToken },
    why: fork,
  },
  {
    name: 'pull_request of a fork that was merged',
    event: events.mergedPullRequest({ head: forkRepository }),
    why: fork,
  },
  {
    name: 'pull_request_target of a fork',
    event: events.pullRequestTarget({ head: forkRepository }),
    why: fork,
  },
  {
    name: 'pull_request_review of a fork',
    event: events.pullRequestReview({ head: forkRepository }),
    why: fork,
  },
  {
    name: 'issue_comment on a pull request of a fork',
    event: events.issueComment(),
    pulls: onFork,
    why: fork,
  },
  { name: 'workflow_run of a fork', event: events.forkWorkflowRun(), why: fork },
  {
    name: 'workflow_run of a fork after a push there',
    event: events.forkWorkflowRun({ event: 'push' }),
    why: fork,
  },
  {
    name: 'workflow_dispatch whose `pull-request` is of a fork',
    event: events.workflowDispatch(),
    inputs: { 'pull-request': '1' },
    pulls: onFork,
    why: fork,
  },
  {
    name: 'workflow_run whose `pull-request` is of a fork',
    event: events.pushWorkflowRun(),
    inputs: { 'pull-request': '1' },
    pulls: onFork,
    why: fork,
  },
  {
    name: 'pull_request whose fork is deleted',
    event: events.pullRequest({ head: null }),
    why: deleted,
  },
  { name: 'workflow_run whose fork is deleted', event: events.workflowRun({ head: null }), why: deleted },
  {
    name: 'issue_comment on a pull request whose fork is deleted',
    event: events.issueComment(),
    pulls: [{ number: 1, headRepository: null }],
    why: deleted,
  },
  {
    name: 'pull_request by Dependabot without a token',
    event: events.dependabotPullRequest(),
    inputs: { token: undefined },
    why: /Dependabot.*store the token as a Dependabot secret/,
  },
  {
    name: 'pull_request by Dependabot without token and organization',
    event: events.dependabotPullRequest(),
    inputs: without,
    why: /Dependabot/,
  },
  {
    name: 'dry run without a token',
    event: events.workflowDispatch(),
    inputs: { 'dry-run': 'true', token: undefined },
    why: /no token, and this is a dry run/,
  },
  {
    name: 'dry run without token and organization',
    event: events.schedule(),
    inputs: { 'dry-run': 'true', ...without },
    why: /no token, and this is a dry run/,
  },
  {
    name: '`dry-run: auto` on a pull request without token and organization',
    event: events.pullRequest(),
    inputs: { 'dry-run': 'auto', ...without },
    why: /no token, and this is a dry run/,
  },
];

async function runRow({ event, inputs = {}, pulls = [{ number: 1 }], refused, env = {} }: Row) {
  const s = await scenario({ github: { pulls } });
  if (refused !== undefined) {
    s.github.faults.add({
      when: { path: /\/pulls\/1$/ },
      times: 9,
      fault: { type: 'status', status: refused, body: '{"message":"no"}' },
    });
  }
  return { ...s, result: await s.run({ event, inputs, env }) };
}

describe('only the files are checked, and nothing is asked of Terraform', () => {
  const outcomeOf = beforehand(rows, runRow);

  test.each(rows)('$name', (row) => {
    const { terraform, result } = outcomeOf(row);
    expect(terraform.requests).toEqual([]);
    expect(result.exitCode).toBe(0);
    expect(result.summary).toContain('## Terraform policies: 2 files checked, nothing compared or written');
    expect(result.summary).toMatch(row.why);
    expect(result.annotations.filter(({ level }) => level === 'notice')).toEqual([
      { level: 'notice', message: expect.stringMatching(row.why) },
    ]);
    expect(result.annotations.filter(({ level }) => level === 'error')).toEqual([]);
    expect(result.outputs).toMatchObject({
      changed: 'false',
      created: '0',
      updated: '0',
      unchanged: '0',
      failed: '0',
    });
    expect(JSON.parse(result.outputs['policies'] ?? '')).toMatchObject([
      { name: 'cost', path: 'cost.sentinel', kind: 'sentinel', id: null, status: 'skipped', changes: [] },
      { name: 'tags', path: 'tags.rego', kind: 'opa', id: null, status: 'skipped', changes: [] },
    ]);
  });

  test('the comment says so, where there is a pull request and a token that may write', () => {
    const { github, result } = outcomeOf(rows.find(({ name }) => name.endsWith('has the secrets')) as Row);
    expect(github.comments(1)).toHaveLength(1);
    expect(github.comments(1)[0]?.body).toContain('**Checks only**');
    expect(result.annotations).toHaveLength(1);
  });

  test('a token that may not write costs a warning and nothing else', () => {
    const { github, result } = outcomeOf(rows.find(({ name }) => name.endsWith('that only reads')) as Row);
    expect(github.comments()).toEqual([]);
    expect(result.annotations).toContainEqual({
      level: 'warning',
      message: expect.stringContaining('pull-requests: write'),
    });
  });
});

describe('the run is like any other', () => {
  const like: Row[] = [
    {
      name: 'fork with `allow-fork`',
      event: events.forkPullRequest(),
      inputs: { 'allow-fork': 'true' },
      why: /./,
    },
    {
      name: 'pull_request_target of a fork with `allow-fork`',
      event: events.pullRequestTarget({ head: forkRepository }),
      inputs: { 'allow-fork': 'true' },
      why: /./,
    },
    {
      name: 'deleted fork with `allow-fork`',
      event: events.pullRequest({ head: null }),
      inputs: { 'allow-fork': 'true' },
      why: /./,
    },
    {
      name: 'workflow_run of a fork with `allow-fork`',
      event: events.forkWorkflowRun(),
      inputs: { 'allow-fork': 'true' },
      why: /./,
    },
    {
      name: 'pull_request by Dependabot that has a token',
      event: events.dependabotPullRequest(),
      why: /./,
    },
    {
      name: 'push whose `pull-request` is of a fork: what it runs was accepted before',
      event: events.push(),
      inputs: { 'pull-request': '1' },
      pulls: onFork,
      why: /./,
    },
    {
      name: 'push of a merged pull request of a fork',
      event: events.push(),
      pulls: [{ number: 1, merged: true, mergeCommitSha: events.mergeSha, headRepository: forkRepository }],
      why: /./,
    },
    {
      name: 'the repository itself, written in other letter case',
      event: events.pullRequest({ head: 'Acme/Policies' }),
      why: /./,
    },
  ];
  const outcomeOf = beforehand(like, runRow);

  test.each(like)('$name', (row) => {
    const { terraform, result } = outcomeOf(row);
    expect(result).toMatchObject({ exitCode: 0, annotations: [] });
    expect(result.summary).toContain('## Terraform policies: 2 created');
    expect(terraform.policies()).toHaveLength(2);
  });
});

describe('it is an error that the token is missing', () => {
  const missing: Row[] = [
    { name: 'push', event: events.push(), why: /./ },
    { name: 'pull_request of the repository itself, no dry run', event: events.pullRequest(), why: /./ },
    {
      name: 'fork with `allow-fork`',
      event: events.forkPullRequest(),
      inputs: { 'allow-fork': 'true' },
      why: /./,
    },
    {
      name: '`dry-run: auto` on a push',
      event: events.push(),
      inputs: { 'dry-run': 'auto' },
      why: /./,
    },
    {
      name: 'Dependabot as the actor of a push',
      event: events.push(),
      env: { GITHUB_ACTOR: 'dependabot[bot]' },
      why: /./,
    },
  ];
  const outcomeOf = beforehand(missing, (row) =>
    runRow({ ...row, inputs: { ...row.inputs, token: undefined } }),
  );

  test.each(missing)('$name', (row) => {
    const { terraform, result } = outcomeOf(row);
    expect(result.exitCode).toBe(1);
    expect(terraform.requests).toEqual([]);
    expect(result.annotations).toMatchObject([
      { level: 'error', title: 'input token', message: expect.stringContaining('Manage Policies') },
    ]);
    expect(result.summary).toContain('failed with 1 problem, nothing was written');
  });

  test('in a dry run that has a token, the organization is missing', async () => {
    const { terraform, run } = await scenario();
    const result = await run({ inputs: { 'dry-run': 'true', organization: undefined } });
    expect(result).toMatchObject({
      exitCode: 1,
      annotations: [{ level: 'error', title: 'input organization' }],
    });
    expect(terraform.requests).toEqual([]);
  });
});

describe('files that are not sound fail even a run that only checks', () => {
  const unsound = {
    ...twoPolicies,
    'broken/empty.sentinel': '',
    'broken/no-main.sentinel': 'x = 1\n',
    'broken/no-rule.rego': 'package other\n\nallow := true\n',
  };
  const cases = [
    { name: 'fork', event: events.forkPullRequest(), inputs: {} },
    { name: 'Dependabot', event: events.dependabotPullRequest(), inputs: { token: undefined } },
    {
      name: 'dry run without a token',
      event: events.pullRequest(),
      inputs: { 'dry-run': 'true', ...without },
    },
  ];
  const outcomeOf = beforehand(cases, async ({ event, inputs }) => {
    const s: Scenario = await scenario({ files: unsound });
    return { ...s, result: await s.run({ event, inputs }) };
  });

  test.each(cases)('$name', (row) => {
    const { github, terraform, result } = outcomeOf(row);
    expect(result.exitCode).toBe(1);
    expect(terraform.requests).toEqual([]);
    expect(result.annotations.filter(({ level }) => level === 'error').map(({ file }) => file)).toEqual([
      'broken/empty.sentinel',
      'broken/no-main.sentinel',
      'broken/no-rule.rego',
    ]);
    expect(github.comments(1)[0]?.body).toContain('failed with 3 problems, nothing was written');
  });
});
