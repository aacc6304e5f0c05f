import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { HcpTerraform } from '../../../sandbox/hcp-terraform/server.ts';
import * as events from '../../support/events.ts';
import { beforehand, scenario as onGitHub } from '../github/scenario.ts';
import { nothing, outcome, published, writeLines } from '../publish/reading.ts';
import {
  asBase,
  asks,
  asNewBase,
  contentOf,
  libraries,
  library,
  logged,
  publishedSets,
  publishing,
  setOf,
  stampOf,
  steps,
  upload,
} from './publishing.ts';

type Row = {
  name: string;
  event: events.Event;
  inputs?: Record<string, string | undefined>;
  why: RegExp;
};

const checked: Row[] = [
  {
    name: 'pull request of a fork that has the secrets',
    event: events.forkPullRequest(),
    why: /from a fork/,
  },
  {
    name: 'pull_request_target of a fork, with what creates sets',
    event: events.pullRequestTarget({ head: events.forkRepository }),
    inputs: { 'create-policy-sets': 'true', 'adopt-policy-sets': 'true', 'policy-tool-version': '0.40.0' },
    why: /from a fork/,
  },
  {
    name: 'pull request by Dependabot without token and organization',
    event: events.dependabotPullRequest(),
    inputs: { token: undefined, organization: undefined },
    why: /Dependabot/,
  },
  {
    name: 'dry run without a token',
    event: events.schedule(),
    inputs: { 'dry-run': 'true', token: undefined },
    why: /no token, and this is a dry run/,
  },
];

describe('only the folders are checked, without requests to Terraform', () => {
  const outcomeOf = beforehand(checked, async ({ event, inputs }) => {
    const s = await onGitHub({ files: library, github: { pulls: [{ number: 1 }] } });
    return { ...s, result: await s.run({ event, inputs: { ...asBase, ...inputs } }) };
  });

  test.each(checked)('$name', (row) => {
    const { terraform, github, result } = outcomeOf(row);
    expect(terraform.requests).toEqual([]);
    expect(outcome(result)).toEqual({ exitCode: 0, ...nothing });
    expect(result.summary).toContain(
      '## Terraform policy sets: 1 policy set checked, nothing compared or written',
    );
    expect(result.annotations).toEqual([{ level: 'notice', message: expect.stringMatching(row.why) }]);
    expect(publishedSets(result)).toMatchObject([
      { name: 'base', id: null, kind: 'sentinel', path: 'policies', action: 'check', status: 'skipped' },
    ]);
    expect(published(result)).toMatchObject([{ name: 'cost', policySet: 'base' }, { name: 'size' }]);
    if (row.event.name.startsWith('pull')) expect(github.comments(1)[0]?.body).toContain('**Checks only**');
  });

  test('and problems fail the run, whatever a set contains', async () => {
    const { run, terraform } = await onGitHub({
      files: { ...library, 'policies/cost.sentinel': 'ok = true\n' },
    });
    const result = await run({ event: events.forkPullRequest(), inputs: asBase });
    expect(outcome(result)).toEqual({ exitCode: 1, ...nothing });
    expect(result.annotations).toMatchObject([
      { level: 'error', file: 'policies/cost.sentinel' },
      { level: 'notice' },
    ]);
    expect(terraform.requests).toEqual([]);
  });
});

describe('a dry run', () => {
  test('writes nothing, neither a set nor a version, and reports the plan', async () => {
    const { terraform, run } = await publishing(libraries);
    const inputs = {
      'versioned-policy-sets': 'base: policies\nrego: rego',
      'create-policy-sets': 'true',
      'dry-run': 'true',
    };
    terraform.seedPolicySet({ name: 'rego', kind: 'opa' });
    const result = await run(inputs);
    expect(outcome(result)).toEqual({ exitCode: 0, ...nothing, changed: 'true', created: 1, updated: 1 });
    expect(writeLines(terraform)).toEqual([]);
    expect(terraform.policySets()).toHaveLength(1);
    expect(publishedSets(result)).toMatchObject([
      { name: 'base', id: null, action: 'create', status: 'planned', version: null },
      { name: 'rego', id: setOf(terraform, 'rego').id, action: 'update', status: 'planned' },
    ]);
    expect(published(result).map(({ status }) => status)).toEqual(['planned', 'planned', 'planned']);
    expect(result.summary).toContain('1 would be created, 1 would be updated');
    expect(logged(result, 'warning')).toHaveLength(2);
  });

  test('is what `auto` does for a pull request; a push publishes, and updates the same comment', async () => {
    const s = await onGitHub({ files: library, github: { pulls: [{ number: 1 }] } });
    const inputs = { ...asNewBase, 'dry-run': 'auto' };
    expect((await s.run({ event: events.pullRequest(), inputs })).exitCode).toBe(0);
    expect(s.terraform.policySets()).toEqual([]);
    expect(s.github.comments(1)).toMatchObject([{ body: expect.stringContaining('1 would be created') }]);
    const merged = await s.run({ event: events.mergedPullRequest(), inputs });
    expect(outcome(merged)).toMatchObject({ exitCode: 0, created: 1 });
    expect(s.github.comments(1)).toMatchObject([{ body: expect.stringContaining(': 1 created') }]);
    // Another step of the workflow, with another set, has a comment of its own.
    const other = { ...inputs, 'versioned-policy-sets': 'other: policies' };
    expect((await s.run({ event: events.pullRequest(), inputs: other })).exitCode).toBe(0);
    expect(s.github.comments(1)).toHaveLength(2);
  });
});

const onUnix = process.platform === 'win32' ? describe.skip : describe;

onUnix('a run that is cancelled', () => {
  /** Cancels the run once this is asked, and answers when the process has surely heard of it. */
  const cancelAt = (terraform: HcpTerraform, method: string, path: RegExp) => {
    const cancel = new AbortController();
    terraform.onRequest = async (request, phase) => {
      if (phase !== 'before-effect' || request.method !== method || !path.test(request.path)) return;
      if (cancel.signal.aborted) return;
      cancel.abort();
      await setTimeout(500);
    };
    return { signal: cancel.signal, killSignal: 'SIGTERM' as const };
  };
  const both = {
    'versioned-policy-sets': 'base: policies\nrego: rego',
    'create-policy-sets': 'true',
  };

  test('while waiting for a version continues to the stamp, and starts no other set', async () => {
    const { terraform, run } = await publishing(libraries, { ingressDelay: 900 });
    const result = await run(both, cancelAt(terraform, 'GET', /policy-set-versions/));
    expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'true', created: 1, failed: 0 });
    expect(publishedSets(result)).toMatchObject([{ status: 'applied' }, { status: 'skipped' }]);
    expect(steps(terraform).slice(-5)).toEqual(upload('base'));
    expect(stampOf(setOf(terraform).description)).toMatchObject({ version: setOf(terraform).currentVersion });
    expect(logged(result, 'warning')).toContainEqual(expect.stringContaining('The run was cancelled'));
    expect(result.summary).toContain('1 not attempted');
    expect(outcome(await run(both))).toMatchObject({ exitCode: 0, created: 1, unchanged: 1 });
  });

  test('before the archive leaves the set unchanged, and the next run completes it', async () => {
    const { terraform, run } = await publishing();
    const result = await run(asNewBase, cancelAt(terraform, 'POST', /\/versions$/));
    expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'true', failed: 1 });
    expect(setOf(terraform).versions).toMatchObject([{ status: 'pending', uploads: 0 }]);
    expect(stampOf(setOf(terraform).description)).not.toHaveProperty('version');
    expect(outcome(await run(asBase))).toMatchObject({ exitCode: 0, updated: 1 });
    expect(contentOf(terraform)).toHaveLength(4);
  });

  test('while the archive is sent, or the set is read, continues to the stamp', async () => {
    for (const [method, path] of [
      ['PUT', /./],
      ['GET', /policy-sets\/polset/],
      ['PATCH', /./],
    ] as const) {
      const { terraform, run } = await publishing();
      const result = await run(asNewBase, cancelAt(terraform, method, path));
      expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
      expect(steps(terraform)).toEqual([asks.find('base'), asks.create('base'), ...upload('base')]);
    }
  });

  test('does not wait long for a version that does not get ready', async () => {
    const { terraform, run } = await publishing(library, { ingressDelay: Number.POSITIVE_INFINITY });
    const result = await run(asNewBase, cancelAt(terraform, 'GET', /policy-set-versions/));
    expect(outcome(result)).toMatchObject({ exitCode: 1, failed: 1 });
    expect(result.summary).toContain('The run was cancelled');
    expect(stampOf(setOf(terraform).description)).not.toHaveProperty('version');
  });

  test('before the first write writes nothing', async () => {
    const { terraform, run } = await publishing();
    const result = await run(asNewBase, cancelAt(terraform, 'GET', /policy-sets\?/));
    expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'false' });
    expect(writeLines(terraform)).toEqual([]);
  });
});

test('the URL of an archive is a secret, also in the debug log and if the upload fails', async () => {
  const s = await onGitHub({ files: library, github: { pulls: [{ number: 1 }] } });
  const when = { method: 'PUT' };
  s.terraform.faults.add({ when, fault: { type: 'lose', effect: 'before' } });
  s.terraform.faults.add({ when: { ...when, request: 2 }, times: 9, fault: { type: 'status', status: 400 } });
  const env = { RUNNER_DEBUG: '1' };
  // What shows anywhere fails the run of the test itself.
  const result = await s.run({ event: events.pullRequest(), inputs: asNewBase, env });
  expect(outcome(result)).toMatchObject({ exitCode: 1, failed: 1 });
  expect(result.masks).toContainEqual(expect.stringContaining(s.terraform.objectStore));
  expect(result.summary).toContain('object store');
  const archives = s.terraform.requests.filter(({ method }) => method === 'PUT');
  expect(archives.length).toBeGreaterThan(2);
  expect(s.github.comments(1)[0]?.body).not.toContain(new URL(s.terraform.objectStore).host);
});
