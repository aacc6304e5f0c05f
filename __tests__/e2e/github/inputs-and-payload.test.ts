import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as events from '../../support/events.ts';
import { beforehand, lines, scenario } from './scenario.ts';

const bad = [
  { input: 'comment', value: 'sometimes' },
  { input: 'comment', value: 'Always' },
  { input: 'comment-key', value: 'x'.repeat(101) },
  { input: 'comment-key', value: 'two\nlines' },
  { input: 'comment-key', value: 'bell\u0007' },
  { input: 'pull-request', value: '0' },
  { input: 'pull-request', value: '-1' },
  { input: 'pull-request', value: '1.5' },
  { input: 'pull-request', value: '#12' },
  { input: 'pull-request', value: '99999999999999999999' },
  { input: 'allow-fork', value: 'maybe' },
  { input: 'dry-run', value: 'sometimes' },
];

describe('an input of wrong form is an error before anything is asked of Terraform', () => {
  const outcomeOf = beforehand(bad, async ({ input, value }) => {
    const s = await scenario();
    return { ...s, result: await s.run({ event: events.pullRequest(), inputs: { [input]: value } }) };
  });

  test.each(bad)('$input: $value', (row) => {
    const { terraform, result } = outcomeOf(row);
    expect(result.exitCode).toBe(1);
    expect(terraform.requests).toEqual([]);
    expect(result.annotations).toEqual([
      { level: 'error', title: `input ${row.input}`, message: expect.stringMatching(`^\`${row.input}\``) },
    ]);
    expect(result.summary).toContain('failed with 1 problem, nothing was written');
    expect(result.outputs).toMatchObject({ changed: 'false', created: '0', policies: '[]' });
  });

  test('all of them are reported together, with what is wrong in the files', async () => {
    const { terraform, run } = await scenario({ files: { 'a.sentinel': '', 'b.rego': 'x' } });
    const { exitCode, annotations } = await run({
      inputs: { comment: 'x', 'comment-key': 'a\tb', 'pull-request': 'x', parallelism: '0' },
    });
    expect(exitCode).toBe(1);
    expect(terraform.requests).toEqual([]);
    expect(annotations.map(({ title, file }) => title ?? file)).toEqual([
      'input parallelism',
      'input pull-request',
      'input comment',
      'input comment-key',
      'a.sentinel',
      'b.rego',
    ]);
  });

  test('where the comment itself is not in doubt, it lists the problems', async () => {
    const { github, run } = await scenario();
    await run({ event: events.pullRequest(), inputs: { 'dry-run': 'x' } });
    expect(github.comments()).toMatchObject([{ body: expect.stringContaining('failed with 1 problem') }]);
  });
});

describe('a payload that cannot be read is a warning', () => {
  const payloads = [
    { payload: 'is missing', text: undefined },
    { payload: 'is no JSON', text: '{"pull_request": ' },
    { payload: 'is empty', text: '' },
    { payload: 'is not what GitHub documents', text: '{"pull_request":{"number":"one"}}' },
    { payload: 'is no object', text: '"text"' },
  ];
  const going = [
    events.push(),
    events.schedule(),
    events.release(),
    events.workflowDispatch(),
    { ...events.schedule(), name: 'repository_dispatch' },
  ];
  const unknown = [
    events.pullRequest(),
    events.pullRequestTarget(),
    events.pullRequestReview(),
    events.issueComment(),
    events.workflowRun(),
  ];
  type Row = {
    name: string;
    payload: string;
    text: string | undefined;
    event: events.Event;
    goesOn: boolean;
  };
  const rows: Row[] = [
    ...payloads.map((payload) => ({ ...payload, event: events.push(), goesOn: true })),
    ...going.slice(1).map((event) => ({ payload: 'is no JSON', text: '{', event, goesOn: true })),
    ...payloads.map((payload) => ({ ...payload, event: events.pullRequest(), goesOn: false })),
    ...unknown.slice(1).map((event) => ({ payload: 'is no JSON', text: '{', event, goesOn: false })),
  ].map((row) => ({ ...row, name: row.event.name }));

  const outcomeOf = beforehand(rows, async ({ text, event }) => {
    const s = await scenario();
    const path = join(s.workspace, 'event.json');
    if (text !== undefined) await writeFile(path, text);
    return { ...s, result: await s.run({ event, env: { GITHUB_EVENT_PATH: path } }) };
  });

  test.each(rows.filter(({ goesOn }) => goesOn))('$name whose payload $payload goes on', (row) => {
    const { github, terraform, result } = outcomeOf(row);
    expect(result.exitCode).toBe(0);
    expect(terraform.policies()).toHaveLength(2);
    expect(github.comments()).toEqual([]);
    expect(result.annotations).toEqual([
      { level: 'warning', message: expect.stringMatching(/^The event's payload cannot be read: /) },
    ]);
    expect(result.summary).toContain("The event's payload cannot be read");
  });

  test.each(rows.filter(({ goesOn }) => !goesOn))(
    '$name whose payload $payload may be for a fork, and fails as it was to publish',
    (row) => {
      const { github, terraform, result } = outcomeOf(row);
      expect(result.exitCode).toBe(1);
      expect(terraform.requests).toEqual([]);
      expect(lines(github.requests)).toEqual([]);
      expect(result.summary).toContain(`the payload of the event ${row.name} cannot be read`);
      expect(result.annotations.map(({ level }) => level).toSorted()).toEqual(['error', 'warning']);
    },
  );
});

test.each([
  { name: 'no repository', env: { GITHUB_REPOSITORY: undefined } },
  { name: 'no event', env: { GITHUB_EVENT_PATH: undefined, GITHUB_EVENT_NAME: undefined } },
  { name: 'no commit', env: { GITHUB_SHA: undefined } },
  { name: 'no job summary', env: { GITHUB_STEP_SUMMARY: undefined } },
])('the runner tells of $name, and the policies are published', async ({ env }) => {
  const { terraform, run } = await scenario();
  const { exitCode, annotations } = await run({ env });
  expect({ exitCode, annotations }).toEqual({ exitCode: 0, annotations: [] });
  expect(terraform.policies()).toHaveLength(2);
});
