/** Where it cannot be found out whose head a run is for, the report says why, and nothing is published in silence. */
import { describe, expect, test } from '@jest/globals';
import { selfSignedCertificate } from '../../support/certificate.ts';
import * as events from '../../support/events.ts';
import { beforehand, scenario } from './scenario.ts';

type Cause = {
  cause: string;
  /** Status of GitHub's answer to the look-up. */
  status?: number;
  inputs?: Record<string, string | undefined>;
  env?: Record<string, string | undefined>;
  https?: boolean;
  /** In what the report says: the cause, then what to do. */
  says: RegExp;
};

const causes: Cause[] = [
  { cause: 'a token that is wrong', status: 401, says: /#1 .*401.*token in `github-token` is invalid/ },
  { cause: 'a missing permission', status: 403, says: /#1 .*403.*pull-requests: read/ },
  { cause: 'a pull request that is not there', status: 404, says: /#1 .*404.*pull-requests: read/ },
  {
    cause: 'no GitHub token',
    inputs: { 'github-token': undefined },
    says: /#1 .*without `?github-token`?.*Leave `?github-token`? at its default/,
  },
  { cause: 'an empty GitHub token', inputs: { 'github-token': '' }, says: /#1 .*without `?github-token`?/ },
  {
    cause: 'a connection that is refused',
    env: { GITHUB_API_URL: 'http://127.0.0.1:1' },
    says: /#1 .*127\.0\.0\.1:1.*GITHUB_API_URL/,
  },
  { cause: 'a private authority', https: true, says: /#1 .*certificate.*NODE_EXTRA_CA_CERTS/ },
  { cause: 'no repository', env: { GITHUB_REPOSITORY: undefined }, says: /GITHUB_REPOSITORY/ },
];

const runs = [
  { name: 'issue_comment', event: events.issueComment(), inputs: {} },
  {
    name: 'workflow_dispatch with `pull-request`',
    event: events.withoutPayload(events.workflowDispatch()),
    inputs: { 'pull-request': '1' },
  },
];

type Row = Cause & { name: string; event: events.Event; dryRun: string };

async function act({ event, status, inputs, env = {}, https, dryRun }: Row) {
  const tls = https ? { tls: selfSignedCertificate() } : {};
  const s = await scenario({ github: { pulls: [{ number: 1 }], ...tls } });
  if (status !== undefined) {
    const body = JSON.stringify({ message: `Answer ${status}` });
    s.github.faults.add({ when: { path: /\/pulls\/1$/ }, times: 9, fault: { type: 'status', status, body } });
  }
  const result = await s.run({ event, inputs: { 'dry-run': dryRun, comment: 'never', ...inputs }, env });
  return { ...s, result };
}

describe('a run that was to publish fails', () => {
  // Which of the events needs the look-up makes no difference to what may keep it from succeeding.
  const rows = causes.map((cause, index) => {
    const run = runs[index % 2] ?? runs[0];
    const inputs = { ...run?.inputs, ...cause.inputs };
    return {
      ...cause,
      name: run?.name ?? '',
      event: run?.event ?? events.issueComment(),
      inputs,
      dryRun: 'false',
    };
  });
  const outcomeOf = beforehand(rows, act);

  test.each(rows)('$name: $cause', (row) => {
    const { terraform, result } = outcomeOf(row);
    expect(terraform.requests).toEqual([]);
    expect(result.exitCode).toBe(1);
    expect(result.annotations).toEqual([{ level: 'error', message: expect.stringMatching(row.says) }]);
    const [error] = result.annotations;
    expect(error?.message).toMatch(
      /^Nothing was published, because it is not known whether .* from a fork: /,
    );
    expect(result.summary).toContain('failed with 1 problem, nothing was written');
    expect(result.summary).toContain('Nothing was published');
  });
});

describe('a preview checks the files, and names the cause', () => {
  const rows = causes
    .filter(({ status, inputs }) => status === 401 || inputs?.['github-token'] === '')
    .map((cause) => ({ ...cause, name: 'issue_comment', event: events.issueComment(), dryRun: 'auto' }));
  const outcomeOf = beforehand(rows, act);

  test.each(rows)('$name: $cause', (row) => {
    const { terraform, result } = outcomeOf(row);
    expect(terraform.requests).toEqual([]);
    expect(result.exitCode).toBe(0);
    expect(result.annotations).toEqual([{ level: 'notice', message: expect.stringMatching(row.says) }]);
    expect(result.summary).toContain('2 files checked, nothing compared or written');
    // What makes the check unnecessary comes after what repairs it.
    const [notice] = result.annotations;
    expect(notice?.message).toMatch(/`github-token`.*`allow-fork: true`/);
  });
});

test('with `allow-fork` nobody has to know', async () => {
  const { terraform, run } = await scenario();
  const inputs = { 'allow-fork': 'true', 'github-token': '' };
  expect(await run({ event: events.issueComment(), inputs })).toMatchObject({
    exitCode: 0,
    annotations: [{ level: 'warning', message: expect.stringContaining('`github-token` is empty') }],
  });
  expect(terraform.policies()).toHaveLength(2);
});

test('a number that leads nowhere is to be checked first', async () => {
  const { run } = await scenario();
  const inputs = { 'pull-request': '77', comment: 'never' };
  const { exitCode, annotations } = await run({ event: events.workflowDispatch(), inputs });
  expect(exitCode).toBe(1);
  expect(annotations).toEqual([
    { level: 'error', message: expect.stringMatching(/#77 .*404.*Check the number in `pull-request`/) },
  ]);
});
