/** `dry-run: auto` publishes what has landed on a branch to publish from, and nothing else. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as events from '../../support/events.ts';
import { beforehand, scenario, sentinel, twoPolicies, writes } from './scenario.ts';

const { named, pullRequest, withoutPayload } = events;
const auto = { 'dry-run': 'auto' };

test('what happens to a pull request that was merged long ago puts no old code back and deletes nothing', async () => {
  const s = await scenario({
    github: { pulls: [{ number: 1, merged: true, mergeCommitSha: events.mergeSha }] },
  });
  const inputs = { ...auto, prune: 'true' };
  const published = await s.run({ event: events.push(), inputs });
  expect(published.outputs).toMatchObject({ created: '2' });

  // The commit of the pull request is older: other code, and one of the policies is not there yet.
  await writeFile(join(s.workspace, 'cost.sentinel'), sentinel('"as it was then"'));
  await rm(join(s.workspace, 'tags.rego'));
  const merged = { merged: true };
  const later = [
    pullRequest({ ...merged, action: 'labeled' }),
    pullRequest({ ...merged, action: 'edited' }),
    events.pullRequestTarget({ ...merged, action: 'labeled' }),
    events.pullRequestReview(merged),
    events.issueComment(merged),
  ];
  for (const event of later) {
    s.terraform.reset();
    const result = await s.run({ event, inputs });
    expect(result).toMatchObject({ exitCode: 0, outputs: { updated: '1', deleted: '1' } });
    expect(result.summary).toContain('1 would be updated, 1 would be deleted');
    expect(writes(s.terraform.requests)).toEqual([]);
  }
});

describe('an event without a payload, as local runners send it, counts as one of a fork', () => {
  const rows = [
    pullRequest(),
    events.pullRequestTarget(),
    events.pullRequestReview(),
    events.issueComment(),
    events.workflowRun(),
    named('', events.push()),
  ].map((event) => ({ name: event.name, event: withoutPayload(event) }));
  const outcomeOf = beforehand(rows, async ({ event }) => {
    const s = await scenario();
    return { ...s, result: await s.run({ event, inputs: auto }) };
  });

  test.each(rows)('"$name"', (row) => {
    const { terraform, result } = outcomeOf(row);
    expect(terraform.requests).toEqual([]);
    expect(result.exitCode).toBe(0);
    expect(result.summary).toContain('2 files checked, nothing compared or written');
    expect(result.annotations).toEqual([
      {
        level: 'notice',
        message: expect.stringContaining('not known whether the run is for a pull request'),
      },
    ]);
  });

  test('and fails where it was to publish', async () => {
    const { terraform, run } = await scenario();
    const result = await run({ event: withoutPayload(pullRequest()), inputs: { 'dry-run': 'false' } });
    expect(terraform.requests).toEqual([]);
    expect(result.exitCode).toBe(1);
    expect(result.annotations).toEqual([
      {
        level: 'error',
        message: expect.stringMatching(/^Nothing was published.*contains no pull request.*--eventpath/),
      },
    ]);
  });
});

describe('what is a preview for its branch alone is loud', () => {
  const onTopic = events.workflowDispatch({}, { ref: 'refs/heads/topic' });
  const intoTopic = { merged: true, base: 'topic' };
  const rows = [
    { name: 'a push', event: events.push({ branch: 'topic' }), line: 'topic' },
    { name: 'a push without a payload', event: withoutPayload(events.push()), line: 'main' },
    { name: 'a dispatch', event: onTopic, line: 'topic' },
    { name: 'a run after a push', event: events.pushWorkflowRun({ headBranch: 'topic' }), line: 'topic' },
    { name: 'a merge', event: pullRequest(intoTopic), line: 'topic' },
    { name: 'a merge, pull_request_target', event: events.pullRequestTarget(intoTopic), line: 'topic' },
    {
      name: 'a push to a branch with a name that means something to YAML and to workflows',
      event: events.push({ branch: "#1-'$" + '{{secrets.X}}' }),
      line: "'*1-''$*secrets.X}}'",
    },
  ];
  const outcomeOf = beforehand(rows, async ({ event }) => {
    const s = await scenario({ github: { pulls: [{ number: 1, merged: true }] } });
    return { ...s, result: await s.run({ event, inputs: auto }) };
  });

  test.each(rows)('$name', (row) => {
    const { github, terraform, result } = outcomeOf(row);
    expect(result.exitCode).toBe(0);
    expect(writes(terraform.requests)).toEqual([]);
    expect(result.annotations).toEqual([
      {
        level: 'warning',
        title: 'input publish-branches',
        message: expect.stringContaining(`\`publish-branches: ${row.line}\``),
      },
    ]);
    const heading = '## Preview only – Terraform policies: 2 would be created';
    expect(result.summary.startsWith(heading)).toBe(true);
    expect(result.summary).toContain(`\`publish-branches: ${row.line}\``);
    expect(result.lines.filter((line) => line !== '').at(-1)).toBe(heading.slice('## '.length));
    for (const { body } of github.comments()) expect(body).toContain(heading);
    expect(github.comments()).toHaveLength(/^pull_request/.test(row.event.name) ? 1 : 0);
  });

  test('and with that line it publishes', async () => {
    const { terraform, run } = await scenario({ files: twoPolicies });
    const inputs = { ...auto, 'publish-branches': "main\n*1-'$*secrets.X}}" };
    const [hostile, merge] = [rows.at(-1)?.event ?? events.push(), pullRequest(intoTopic)];
    expect(await run({ event: hostile, inputs })).toMatchObject({ exitCode: 0, annotations: [] });
    expect(terraform.policies()).toHaveLength(2);
    const topics = { ...auto, 'publish-branches': 'release/**\ntop*' };
    const again = await run({ event: merge, inputs: topics });
    expect(again).toMatchObject({ exitCode: 0, annotations: [], outputs: { unchanged: '2' } });
    expect(again.summary).toMatch(/^## Terraform policies: nothing to do/);
  });
});
