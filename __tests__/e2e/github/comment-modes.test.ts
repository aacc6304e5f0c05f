import { describe, expect, test } from '@jest/globals';
import * as events from '../../support/events.ts';
import { writeFiles } from '../../support/workspace.ts';
import { lines, type Scenario, scenario, sentinel } from './scenario.ts';

const event = events.pullRequest();
const changes = { event, inputs: { comment: 'changes', 'dry-run': 'true' } };

/** The organization has what the workspace has. */
async function inSync(): Promise<Scenario> {
  const s = await scenario({ files: { 'cost.sentinel': sentinel() } });
  s.terraform.seedPolicy({ name: 'cost', code: sentinel() });
  return s;
}

describe('`comment: changes`', () => {
  test('makes no comment when nothing would change', async () => {
    const { github, run } = await inSync();
    const { exitCode, outputs, summary } = await run(changes);
    expect({ exitCode, comments: github.comments() }).toEqual({ exitCode: 0, comments: [] });
    expect(outputs).toMatchObject({ 'comment-url': '', changed: 'false', unchanged: '1' });
    expect(summary).toContain('nothing to do, 1 unchanged');
  });

  test('makes one when something would change, and brings it up to date when that is over', async () => {
    const { github, run, workspace } = await inSync();
    await writeFiles(workspace, { 'cost.sentinel': sentinel('false') });
    await run(changes);
    expect(github.comments()).toMatchObject([{ body: expect.stringContaining('1 would be updated') }]);
    await writeFiles(workspace, { 'cost.sentinel': sentinel() });
    await run(changes);
    expect(github.comments()).toMatchObject([
      { body: expect.stringContaining('nothing to do, 1 unchanged') },
    ]);
  });

  test('makes one when something was changed', async () => {
    const { github, run } = await scenario();
    await run({ event, inputs: { comment: 'changes' } });
    expect(github.comments()).toMatchObject([{ body: expect.stringContaining('2 created') }]);
  });

  test('makes one when something failed', async () => {
    const { github, terraform, run } = await scenario();
    terraform.faults.add({ when: { method: 'POST' }, times: 9, fault: { type: 'status', status: 403 } });
    const { exitCode } = await run({ event, inputs: { comment: 'changes' } });
    expect(exitCode).toBe(1);
    expect(github.comments()).toMatchObject([{ body: expect.stringContaining('2 failed') }]);
  });

  test('makes one when the files are not sound', async () => {
    const { github, run } = await scenario({ files: { 'cost.sentinel': '' } });
    const { exitCode } = await run(changes);
    expect(exitCode).toBe(1);
    expect(github.comments()).toMatchObject([{ body: expect.stringContaining('failed with 1 problem') }]);
  });

  test('makes none when the files of a fork are only checked', async () => {
    const { github, run } = await scenario();
    const { exitCode } = await run({ ...changes, event: events.forkPullRequest() });
    expect({ exitCode, comments: github.comments() }).toEqual({ exitCode: 0, comments: [] });
  });

  test('makes none anew when the older one is deleted while it would be brought up to date', async () => {
    const { github, run, workspace } = await inSync();
    await writeFiles(workspace, { 'cost.sentinel': sentinel('false') });
    await run(changes);
    await writeFiles(workspace, { 'cost.sentinel': sentinel() });
    github.onRequest = ({ method }, phase) => {
      if (method === 'PATCH' && phase === 'before-effect')
        github.removeComment(github.comments()[0]?.id ?? 0);
    };
    const { exitCode, annotations } = await run(changes);
    expect({ exitCode, annotations }).toEqual({ exitCode: 0, annotations: [] });
    expect(github.comments()).toEqual([]);
  });
});

test('`comment: never` asks nothing of GitHub', async () => {
  const { github, run } = await scenario();
  const { exitCode, outputs, summary } = await run({ event, inputs: { comment: 'never' } });
  expect({ exitCode, asked: lines(github.requests) }).toEqual({ exitCode: 0, asked: [] });
  expect(outputs).toMatchObject({ 'comment-url': '', created: '2' });
  expect(summary).toContain('2 created');
});

test('`comment: never` still finds out whose commits a comment on a pull request starts a run for', async () => {
  const { github, terraform, run } = await scenario({
    github: { pulls: [{ number: 1, headRepository: events.forkRepository }] },
  });
  const { exitCode } = await run({ event: events.issueComment(), inputs: { comment: 'never' } });
  expect({ exitCode, asked: lines(github.requests) }).toEqual({ exitCode: 0, asked: ['GET /pulls/1'] });
  expect(terraform.requests).toEqual([]);
});

test('without a GitHub token there is no comment, and the run is like any other', async () => {
  const { github, run } = await scenario();
  const { exitCode, outputs } = await run({ event, inputs: { 'github-token': undefined } });
  expect({ exitCode, asked: lines(github.requests) }).toEqual({ exitCode: 0, asked: [] });
  expect(outputs).toMatchObject({ 'comment-url': '', created: '2' });
});
