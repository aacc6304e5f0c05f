import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as events from '../support/events.ts';
import { runAction } from '../support/run-action.ts';
import { workspace } from '../support/workspace.ts';

/** Runs these lines as the action. */
async function runScript(script: string, options: Partial<Parameters<typeof runAction>[0]> = {}) {
  const folder = await workspace({ 'action.mjs': `import fs from 'node:fs';\n${script}` });
  return runAction({ workspace: folder, entry: join(folder, 'action.mjs'), ...options });
}

describe('what the action is told', () => {
  test('its inputs in the spelling of the runner, and nothing of this process', async () => {
    const { stdout } = await runScript('console.log(JSON.stringify(process.env))', {
      inputs: { 'github-token': 't', policies: 'a\nb' },
      env: { TFE_TOKEN: 'x', GITHUB_REPOSITORY: 'acme/other', GITHUB_JOB: undefined },
    });
    const env = JSON.parse(stdout) as Record<string, string>;
    expect(env).toMatchObject({
      'INPUT_GITHUB-TOKEN': 't',
      INPUT_POLICIES: 'a\nb',
      TFE_TOKEN: 'x',
      GITHUB_REPOSITORY: 'acme/other',
      GITHUB_EVENT_NAME: 'workflow_dispatch',
    });
    expect(Object.keys(env)).not.toContain('GITHUB_JOB');
    expect(Object.keys(env)).not.toContain('PATH');
  });

  test('the event, and the workspace as working directory', async () => {
    const { stdout } = await runScript(
      `const { GITHUB_EVENT_PATH, GITHUB_EVENT_NAME, GITHUB_WORKSPACE } = process.env;
       const { number } = JSON.parse(fs.readFileSync(GITHUB_EVENT_PATH, 'utf8'));
       console.log(GITHUB_EVENT_NAME, number, process.cwd() === GITHUB_WORKSPACE);`,
      { event: events.pullRequest({ number: 7 }) },
    );
    expect(stdout).toBe('pull_request 7 true\n');
  });
});

describe('what comes back', () => {
  test('outputs, summary, annotations, masks and the rest of the log', async () => {
    const result = await runScript(`
      fs.appendFileSync(process.env.GITHUB_OUTPUT, 'plain=a=b\\nlong<<END\\none\\n\\ntwo=2\\nEND\\nlast=x\\n');
      fs.appendFileSync(process.env.GITHUB_STEP_SUMMARY, '# Done\\n');
      console.log('::add-mask::secret');
      console.log('hello ::error::not a command');
      console.log('::error title=A%3A b,file=x.sentinel,line=3::one%0Atwo 100%25');
      console.error('::warning::careful');
      console.log('text ##[add-matcher]x');
      process.exitCode = 1;`);
    expect(result).toMatchObject({
      exitCode: 1,
      signal: null,
      outputs: { plain: 'a=b', long: 'one\n\ntwo=2', last: 'x' },
      summary: '# Done\n',
      masks: ['secret'],
      lines: ['hello ::error::not a command'],
      annotations: [
        { level: 'error', title: 'A: b', file: 'x.sentinel', line: 3, message: 'one\ntwo 100%' },
        { level: 'warning', message: 'careful' },
      ],
    });
    expect(result.commands.filter(({ legacy }) => legacy)).toMatchObject([{ name: 'add-matcher' }]);
  });

  test('the signal that ended it, by abort or by time', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 150);
    const aborted = await runScript('setInterval(() => {}, 1000)', { signal: controller.signal });
    const late = await runScript('setInterval(() => {}, 1000)', { timeout: 150 });
    expect([aborted, late].map(({ exitCode, signal }) => [exitCode, signal])).toEqual([
      [null, 'SIGKILL'],
      [null, 'SIGKILL'],
    ]);
  });
});

test('a workspace has its files, folders and all', async () => {
  const folder = await workspace({ 'a/b/c.rego': 'package c', d: Buffer.from([255]) });
  expect((await readdir(folder, { recursive: true })).toSorted()).toEqual(['a', 'a/b', 'a/b/c.rego', 'd']);
});

describe('events', () => {
  test('each has the name the runner gives it', () => {
    const named = Object.entries(events)
      // What changes an event takes one; what makes one can do without arguments.
      .filter((entry): entry is [string, () => events.Event] => {
        return typeof entry[1] === 'function' && entry[1].length === 0;
      })
      .map(([builder, event]) => `${builder}: ${event().name}`);
    expect(named.toSorted()).toEqual([
      'closedPullRequest: pull_request',
      'dependabotPullRequest: pull_request',
      'forkPullRequest: pull_request',
      'forkWorkflowRun: workflow_run',
      'issueComment: issue_comment',
      'issueCommentOnIssue: issue_comment',
      'mergeGroup: merge_group',
      'mergedPullRequest: pull_request',
      'pullRequest: pull_request',
      'pullRequestReview: pull_request_review',
      'pullRequestTarget: pull_request_target',
      'push: push',
      'pushWorkflowRun: workflow_run',
      'pushedTag: push',
      'release: release',
      'repositoryDispatch: repository_dispatch',
      'schedule: schedule',
      'workflowDispatch: workflow_dispatch',
      'workflowRun: workflow_run',
    ]);
  });

  test('forks, and what is merged, can be told', () => {
    expect(events.forkPullRequest().payload).toMatchObject({
      pull_request: { head: { repo: { full_name: events.forkRepository, fork: true } }, merged: false },
    });
    expect(events.pullRequestTarget({ head: null }).payload).toMatchObject({
      pull_request: { head: { repo: null } },
    });
    expect(events.mergedPullRequest().payload).toMatchObject({
      action: 'closed',
      pull_request: { merged: true, state: 'closed', merge_commit_sha: events.mergeSha },
    });
    expect(events.closedPullRequest().payload).toMatchObject({
      pull_request: { merged: false, state: 'closed' },
    });
    expect(events.forkWorkflowRun().payload).toMatchObject({ workflow_run: { pull_requests: [] } });
  });
});
