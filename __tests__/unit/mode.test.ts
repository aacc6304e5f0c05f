import { describe, expect, test } from '@jest/globals';
import { decodePayload } from '../../src/github/event.ts';
import { type Decision, decideMode, isPreview } from '../../src/mode.ts';
import * as events from '../support/events.ts';
import { aContext, someRunInputs, someTerraformInputs } from './builders.ts';

const contextOf = ({ name, payload, env }: events.Event) =>
  aContext({
    ...decodePayload(JSON.stringify(payload)),
    eventName: name,
    actor: env['GITHUB_ACTOR'],
  });

describe('isPreview', () => {
  test.each([
    ['a pull request', events.pullRequest(), true],
    ["a fork's pull request", events.forkPullRequest(), true],
    ['pull_request_target', events.pullRequestTarget(), true],
    ['a review', events.pullRequestReview(), true],
    ['a pull request that was closed', events.closedPullRequest(), true],
    ['a pull request that was merged', events.mergedPullRequest(), false],
    ['a comment on a pull request', events.issueComment(), true],
    ['a comment on an issue', events.issueCommentOnIssue(), false],
    ['a merge group', events.mergeGroup(), true],
    ['a run that follows a pull request', events.workflowRun(), true],
    ['a run that follows pull_request_target', events.workflowRun({ event: 'pull_request_target' }), true],
    ['a run that follows a push', events.pushWorkflowRun(), false],
    ['a push', events.push(), false],
    ['a schedule', events.schedule(), false],
    ['a dispatch', events.workflowDispatch(), false],
    ['a release', events.release(), false],
  ])('%s: %s', (_, event, expected) => {
    expect(isPreview(contextOf(event))).toBe(expected);
  });

  test.each([
    ['pull_request', true],
    ['pull_request_target', true],
    ['pull_request_review', true],
    ['issue_comment', true],
    ['workflow_run', true],
    ['merge_group', true],
    ['push', false],
    ['schedule', false],
  ])('of %s with a payload that cannot be read: %s', (eventName, expected) => {
    expect(isPreview(aContext({ eventName, payloadProblem: 'no JSON' }))).toBe(expected);
  });
});

describe('decideMode', () => {
  const access = { organization: 'acme', token: 'a-token' };
  const noToken = { token: undefined };
  const nothing = { organization: undefined, token: undefined };

  const publish: Decision = { mode: { kind: 'publish' }, access, problems: [] };
  const dryRun: Decision = { mode: { kind: 'dry-run' }, access, problems: [] };
  const check = (why: string, advice: string): Decision => ({
    mode: { kind: 'check', why, advice },
    access: undefined,
    problems: [],
  });
  const setToken = 'Set `token` to compare the files with the organization.';
  const trustForks = 'Set `allow-fork: true` only where every fork is trusted.';
  const fork = check('the run is for a pull request from a fork', trustForks);
  const unknown = check(
    'the run is for a pull request whose head repository is not known, which counts as a fork',
    trustForks,
  );
  const dependabot = check(
    'there is no token, and this is a pull request by Dependabot, which gets no Actions secrets',
    'Store the token as a Dependabot secret, too, to compare the files with the organization.',
  );
  const tokenlessDryRun = check('there is no token, and this is a dry run', setToken);

  const push = aContext();
  const pullRequest = contextOf(events.pullRequest());
  const byDependabot = contextOf(events.dependabotPullRequest());

  test.each<
    [
      string,
      Parameters<typeof someRunInputs>[0],
      Parameters<typeof someTerraformInputs>[0],
      typeof push,
      'repository' | 'fork' | 'unknown',
      Decision,
    ]
  >([
    ['publishes', {}, {}, push, 'repository', publish],
    ['publishes from a pull request that asks for it', {}, {}, pullRequest, 'repository', publish],
    ['looks only, when told so', { dryRun: true }, {}, push, 'repository', dryRun],
    ['auto: publishes a push', { dryRun: 'auto' }, {}, push, 'repository', publish],
    ['auto: previews a pull request', { dryRun: 'auto' }, {}, pullRequest, 'repository', dryRun],
    ["checks a fork's files", {}, {}, pullRequest, 'fork', fork],
    ['checks files of unknown origin', {}, {}, pullRequest, 'unknown', unknown],
    ["checks a fork's files in a dry run", { dryRun: true }, {}, pullRequest, 'fork', fork],
    ["checks a fork's files without a token", {}, nothing, pullRequest, 'fork', fork],
    ["checks a fork's files whatever the event", {}, {}, push, 'fork', fork],
    ['trusts forks when told so', { allowFork: true }, {}, pullRequest, 'fork', publish],
    ['trusts unknown heads when told so', { allowFork: true }, {}, pullRequest, 'unknown', publish],
    ['trusts forks, and previews them', { allowFork: true, dryRun: 'auto' }, {}, pullRequest, 'fork', dryRun],
    ['checks what Dependabot changes without a token', {}, noToken, byDependabot, 'repository', dependabot],
    ['publishes what Dependabot changes with a token', {}, {}, byDependabot, 'repository', publish],
    ['checks in a dry run without a token', { dryRun: true }, noToken, push, 'repository', tokenlessDryRun],
    [
      'checks in a dry run without token and organization',
      { dryRun: 'auto' },
      nothing,
      pullRequest,
      'repository',
      tokenlessDryRun,
    ],
  ])('%s', (_, run, terraform, context, head, expected) => {
    const inputs = { run: someRunInputs(run), terraform: someTerraformInputs(terraform) };
    expect(decideMode(inputs, context, head)).toEqual(expected);
  });

  const missingOrganization = {
    message: 'No organization is given.',
    place: { input: 'organization' },
    advice: 'Set `organization`, or TF_CLOUD_ORGANIZATION or TFE_ORGANIZATION in the environment.',
  };
  const missingToken = {
    message: 'No token is given.',
    place: { input: 'token' },
    advice:
      'Set `token` to an organization token, or to a team or user token with Manage Policies; or set TF_TOKEN_<host>, TFE_TOKEN or TF_API_TOKEN in the environment.',
  };

  test.each([
    ['token', {}, noToken, [missingToken]],
    ['organization', {}, { organization: undefined }, [missingOrganization]],
    ['organization in a dry run', { dryRun: true }, { organization: undefined }, [missingOrganization]],
    ['organization and token', {}, nothing, [missingOrganization, missingToken]],
  ])('refuses a missing %s', (_, run, terraform, problems) => {
    const inputs = { run: someRunInputs(run), terraform: someTerraformInputs(terraform) };
    const decision = decideMode(inputs, aContext(), 'repository');
    expect(decision.problems).toEqual(problems);
    expect(decision.access).toBeUndefined();
  });

  test('counts Dependabot by who acts or by whose pull request it is', () => {
    const inputs = { run: someRunInputs(), terraform: someTerraformInputs(noToken) };
    const pushed = { ...pullRequest, actor: 'dependabot[bot]' };
    expect(decideMode(inputs, pushed, 'repository').mode.kind).toBe('check');
    expect(decideMode(inputs, { ...push, actor: 'dependabot[bot]' }, 'repository').problems).toEqual([
      missingToken,
    ]);
  });
});
