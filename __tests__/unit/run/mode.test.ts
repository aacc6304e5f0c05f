import { describe, expect, test } from '@jest/globals';
import { decodePayload } from '../../../src/github/event.ts';
import type { RunHead } from '../../../src/github/head.ts';
import type { AccessInputs } from '../../../src/inputs/terraform-inputs.ts';
import { type Decision, decideMode } from '../../../src/run/mode.ts';
import * as events from '../../support/events.ts';
import { aContext, someAccess, someRunInputs } from '../builders.ts';

const contextOf = ({ name, payload, env }: events.Event) =>
  aContext({
    ...decodePayload(JSON.stringify(payload)),
    eventName: name,
    actor: env['GITHUB_ACTOR'],
    ref: env['GITHUB_REF'],
  });

describe('decideMode', () => {
  const access = { organization: 'acme', token: 'a-token' };
  const noToken = { token: undefined };
  const nothing = { organization: undefined, token: undefined };

  const nothingElse = { problems: [], previewOnly: undefined };
  const publish: Decision = { mode: { kind: 'publish' }, access, ...nothingElse };
  const dryRun: Decision = { mode: { kind: 'dry-run' }, access, ...nothingElse };
  const check = (why: string, advice: string): Decision => ({
    mode: { kind: 'check', why, advice },
    access: undefined,
    ...nothingElse,
  });
  const setToken = 'To compare the files with the organization, set `token`.';
  const trustForks = 'Set `allow-fork: true` only if you trust every fork.';
  const fork = check('the run is for a pull request from a fork', trustForks);
  const deleted = check('the run is for a pull request from a fork that was deleted', trustForks);
  const unknown = check(
    'it is not known whether the run is for a pull request from a fork: GitHub returned 401',
    'Renew the token. If you trust every fork, you can set `allow-fork: true` instead.',
  );
  const refused: Decision = {
    ...unknown,
    problems: [
      {
        message:
          'Nothing was published, because it is not known whether the run is for a pull request from a fork: GitHub returned 401.',
        advice: 'Renew the token. If you trust every fork, you can set `allow-fork: true` instead.',
      },
    ],
  };
  const notCompared: Decision = {
    ...refused,
    problems: refused.problems.map(({ message, ...problem }) => ({
      ...problem,
      message: message.replace('published', 'compared'),
    })),
  };
  const dependabot = check(
    'there is no token, and this is a pull request by Dependabot, which does not get Actions secrets',
    'To compare the files with the organization, also store the token as a Dependabot secret.',
  );
  const tokenlessDryRun = check('there is no token, and this is a dry run', setToken);

  const heads: Record<RunHead['origin'], RunHead> = {
    repository: { origin: 'repository', sha: undefined },
    fork: { origin: 'fork', sha: undefined },
    deleted: { origin: 'deleted', sha: undefined },
    unknown: {
      origin: 'unknown',
      sha: undefined,
      cause: 'GitHub returned 401',
      advice: 'Renew the token.',
    },
  };

  const push = aContext();
  const pullRequest = contextOf(events.pullRequest());
  const byDependabot = contextOf(events.dependabotPullRequest());

  test.each<
    [
      string,
      Parameters<typeof someRunInputs>[0],
      Partial<AccessInputs>,
      typeof push,
      RunHead['origin'],
      Decision,
    ]
  >([
    ['publishes', {}, {}, push, 'repository', publish],
    ['publishes from a pull request that asks for it', {}, {}, pullRequest, 'repository', publish],
    ['looks only, when told so', { dryRun: true }, {}, push, 'repository', dryRun],
    ['auto: publishes a push', { dryRun: 'auto' }, {}, push, 'repository', publish],
    ['auto: previews a pull request', { dryRun: 'auto' }, {}, pullRequest, 'repository', dryRun],
    ["checks a fork's files", {}, {}, pullRequest, 'fork', fork],
    ["checks a deleted fork's files", {}, {}, pullRequest, 'deleted', deleted],
    ['refuses to publish from an unknown origin', {}, {}, pullRequest, 'unknown', refused],
    ['checks files of unknown origin in a dry run', { dryRun: true }, {}, pullRequest, 'unknown', unknown],
    ['checks files of unknown origin in a preview', { dryRun: 'auto' }, {}, pullRequest, 'unknown', unknown],
    [
      'refuses to call it no drift where nothing could be compared',
      { expectNoChanges: true },
      {},
      push,
      'unknown',
      notCompared,
    ],
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
  ])('%s', (_, run, given, context, head, expected) => {
    const inputs = { run: someRunInputs(run), access: someAccess(given), problems: [] };
    expect(decideMode(inputs, context, heads[head])).toEqual(expected);
  });

  const missingOrganization = {
    message: 'No organization is set.',
    place: { input: 'organization' },
    advice: 'Set `organization`, or TF_CLOUD_ORGANIZATION or TFE_ORGANIZATION in the environment.',
  };
  const missingToken = {
    message: 'No token is set.',
    place: { input: 'token' },
    advice:
      'Set `token` to an organization token, or to a team or user token with Manage Policies, or set TF_TOKEN_<host>, TFE_TOKEN or TF_API_TOKEN in the environment.',
  };

  test.each([
    ['token', {}, noToken, [missingToken]],
    ['organization', {}, { organization: undefined }, [missingOrganization]],
    ['organization in a dry run', { dryRun: true }, { organization: undefined }, [missingOrganization]],
    ['organization and token', {}, nothing, [missingOrganization, missingToken]],
  ])('refuses a missing %s', (_, run, given, problems) => {
    const inputs = { run: someRunInputs(run), access: someAccess(given), problems: [] };
    const decision = decideMode(inputs, aContext(), heads.repository);
    expect(decision.problems).toEqual(problems);
    expect(decision.access).toBeUndefined();
  });

  test('says of what is wrong not that it is missing, too', () => {
    const problems = [{ message: 'Wrong.', place: { input: 'token' } }];
    const inputs = { run: someRunInputs(), access: someAccess(nothing), problems };
    expect(decideMode(inputs, aContext(), heads.repository).problems).toEqual([missingOrganization]);
  });

  test('calls nothing a dry run whose `dry-run` is wrong', () => {
    const problems = [{ message: 'Wrong.', place: { input: 'dry-run' } }];
    const inputs = { run: someRunInputs({ dryRun: true }), access: someAccess(nothing), problems };
    expect(decideMode(inputs, aContext(), heads.repository)).toMatchObject({
      mode: { kind: 'publish' },
      problems: [],
    });
  });

  test('counts Dependabot by who acts or by whose pull request it is', () => {
    const inputs = { run: someRunInputs(), access: someAccess(noToken), problems: [] };
    const pushed = { ...pullRequest, actor: 'dependabot[bot]' };
    expect(decideMode(inputs, pushed, heads.repository).mode.kind).toBe('check');
    expect(decideMode(inputs, { ...push, actor: 'dependabot[bot]' }, heads.repository).problems).toEqual([
      missingToken,
    ]);
  });
});
