import { describe, expect, test } from '@jest/globals';
import type { HcpTerraform, PolicySetSeed } from '../../sandbox/hcp-terraform/server.ts';
import type { OnRequest } from '../../sandbox/http/stand-in.ts';
import { errors, outcome, requestLines, writeLines } from '../e2e/publish/reading.ts';
import {
  asBase,
  asNewBase,
  contentOf,
  library,
  publishedSets,
  publishing,
  setOf,
  stampOf,
} from '../e2e/sets/publishing.ts';

/** Acts once, right before the first request that fits has its effect. */
function rightBefore(method: string, path: RegExp, act: () => unknown): OnRequest {
  let acted = false;
  return async (request, phase) => {
    if (acted || phase !== 'before-effect' || request.method !== method || !path.test(request.path)) return;
    acted = true;
    await act();
  };
}

const CREATE = /\/organizations\/acme\/policy-sets$/;
const VERSIONS = /\/versions$/;
const POLL = /\/policy-set-versions\//;
const SET = /\/policy-sets\/[^/]+$/;

/** Text by path of what the library puts in force. */
const published = ['cost.sentinel', 'modules/tags.sentinel', 'sentinel.hcl', 'size.sentinel'].map((path) => [
  path,
  '644',
  library[`policies/${path}`],
]);

/** All is as one run without anybody else would have left it. */
function expectPublished(terraform: HcpTerraform): void {
  const { description, currentVersion } = setOf(terraform);
  expect(terraform.policySets().filter(({ name }) => name === 'base')).toHaveLength(1);
  expect(stampOf(description)['version']).toBe(currentVersion);
  expect(contentOf(terraform)).toEqual(published);
}

const messages = (result: Parameters<typeof errors>[0]) => errors(result).map(({ message }) => message);

describe('somebody else creates the policy set between plan and write', () => {
  const made = async (seed: Omit<PolicySetSeed, 'name'>) => {
    const { terraform, run } = await publishing(library, { omittedSettings: 'reset' });
    terraform.onRequest = rightBefore('POST', CREATE, () =>
      terraform.seedPolicySet({ name: 'base', ...seed }),
    );
    const result = await run(asNewBase);
    return { terraform, run, result };
  };

  test('without a version: it is published to, and keeps its description and settings', async () => {
    const { terraform, run, result } = await made({ description: 'Theirs', toolVersion: '0.30.0' });
    expect(outcome(result)).toMatchObject({ exitCode: 0 });
    expectPublished(terraform);
    expect(setOf(terraform)).toMatchObject({ toolVersion: '0.30.0', agentEnabled: true });
    expect(setOf(terraform).description).toMatch(/^Theirs\n\n\[/);
    expect(outcome(await run(asBase))).toMatchObject({ exitCode: 0, unchanged: 1 });
  });

  test.each<[string, Omit<PolicySetSeed, 'name'>, RegExp]>([
    ['with a version', { files: { 'sentinel.hcl': '' } }, /has a version that this action did not publish/],
    ['for OPA', { kind: 'opa' }, /is for OPA policies, but the folder contains Sentinel policies/],
  ])('%s: nothing is written to it', async (_, seed, message) => {
    const { terraform, result } = await made(seed);
    expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'false', failed: 1 });
    expect(messages(result)).toEqual([expect.stringMatching(message)]);
    expect(setOf(terraform).description).toBeNull();
    expect(writeLines(terraform)).toEqual(['POST /organizations/acme/policy-sets (base) → 422']);
  });
});

describe('somebody else deletes the policy set during the publish', () => {
  test.each<[string, string, RegExp]>([
    ['before a version is made', 'POST', VERSIONS],
    ['before its archive is sent', 'PUT', /./],
    ['before its version is asked for', 'GET', POLL],
    ['before it is read', 'GET', /\/policy-sets\/polset-[^/]+$/],
    ['before it gets its stamp', 'PATCH', SET],
  ])('%s: that fails, and the next run makes it anew', async (_, method, path) => {
    const { terraform, run } = await publishing();
    terraform.onRequest = rightBefore(method, path, () => terraform.removePolicySet(setOf(terraform).id));
    const result = await run(asNewBase);
    expect(outcome(result)).toMatchObject({ exitCode: 1, failed: 1 });
    expect(messages(result)).toEqual([expect.stringMatching(/ returned 404.* deleted during the run/)]);
    expect(outcome(await run(asNewBase))).toMatchObject({ exitCode: 0, created: 1 });
    expectPublished(terraform);
  });
});

describe('somebody else publishes to the policy set at the same time', () => {
  const other = { files: { 'sentinel.hcl': 'policy "theirs" {}\n' } };

  test('and is current when this run reads the set: it reports this, and leaves the stamp unchanged', async () => {
    const { terraform, run } = await publishing();
    await run(asNewBase);
    const { description } = setOf(terraform);
    terraform.publishVersion('base', other);
    terraform.onRequest = rightBefore('GET', /\/policy-sets\/polset-[^/]+$/, () =>
      terraform.publishVersion('base', other),
    );
    const result = await run(asBase);
    expect(messages(result)).toEqual([
      expect.stringMatching(/Another publisher was faster: the current version of policy set /),
    ]);
    expect(setOf(terraform).description).toBe(description);
    expect(outcome(await run(asBase))).toMatchObject({ exitCode: 0, updated: 1 });
    expectPublished(terraform);
  });

  test('after this run read the set: the stamp contains a version that was current, and the next run uploads', async () => {
    const { terraform, run } = await publishing();
    terraform.onRequest = rightBefore('PATCH', SET, () => terraform.publishVersion('base', other));
    const result = await run(asNewBase);
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expect(stampOf(setOf(terraform).description)['version']).not.toBe(setOf(terraform).currentVersion);
    expect(outcome(await run(asBase))).toMatchObject({ exitCode: 0, updated: 1 });
    expectPublished(terraform);
  });

  test('as a later run of the same workflow: this run fails and leaves the stamp of the later one', async () => {
    const { terraform, run } = await publishing();
    await run(asNewBase);
    terraform.publishVersion('base', other);
    const later = { env: { GITHUB_RUN_ID: '1002' } };
    let between: Awaited<ReturnType<typeof run>> | undefined;
    terraform.onRequest = rightBefore('POST', VERSIONS, async () => {
      between = await run(asBase, later);
    });
    const result = await run(asBase);
    expect(outcome(between ?? result)).toMatchObject({ exitCode: 0, updated: 1 });
    expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'true', failed: 1 });
    expect(messages(result)).toEqual([
      expect.stringMatching(/A later run published .* during this run: run 1002/),
    ]);
    expect(stampOf(setOf(terraform).description)).toMatchObject({ run: '1002' });
    expect(outcome(await run(asBase, later))).toMatchObject({ exitCode: 0, updated: 1 });
    expectPublished(terraform);
  });

  test('as the same workflow, for a new set: at least one succeeds, the other succeeds or explains itself, and one set exists', async () => {
    const { terraform, run } = await publishing();
    const results = await Promise.all([run(asNewBase), run(asNewBase)]);
    const failed = results.filter(({ exitCode }) => exitCode !== 0);
    expect(failed.length).toBeLessThan(2);
    for (const result of failed)
      expect(messages(result)).toEqual([expect.stringMatching(/Another publisher was faster/)]);
    expect(contentOf(terraform)).toEqual(published);
    expect(outcome(await run(asBase))).toMatchObject({ exitCode: 0, failed: 0 });
    expectPublished(terraform);
  });
});

describe('a response is lost, and later requests fail as well', () => {
  test('to the creation of the set: it counts as created', async () => {
    const { terraform, run } = await publishing();
    terraform.faults.add({
      when: { path: CREATE, method: 'POST' },
      fault: { type: 'lose', effect: 'after' },
    });
    terraform.faults.add({ when: { path: VERSIONS }, fault: { type: 'status', status: 422 } });
    expect(outcome(await run(asNewBase))).toMatchObject({ exitCode: 1, changed: 'true', failed: 1 });
    expect(outcome(await run(asBase))).toMatchObject({ exitCode: 0, updated: 1 });
    expectPublished(terraform);
  });
});

test('a run that is killed while waiting for its version can be repeated at once', async () => {
  const { terraform, run } = await publishing(library, { currentVersionDelay: 1_500 });
  await run(asNewBase);
  terraform.publishVersion('base');
  const killer = new AbortController();
  terraform.onRequest = (request, phase) => {
    if (killer.signal.aborted || request.method !== 'PUT' || phase !== 'after-effect') return;
    killer.abort();
  };
  expect((await run(asBase, { signal: killer.signal })).signal).toBe('SIGKILL');
  expect(outcome(await run(asBase))).toMatchObject({ exitCode: 0, updated: 1 });
  expectPublished(terraform);
});

describe('the rate limit', () => {
  const names = Array.from({ length: 12 }, (_, index) => `set-${index}`);
  const inputs = {
    'versioned-policy-sets': names.map((name) => `${name}: policies`).join('\n'),
    'create-policy-sets': 'true',
    parallelism: '12',
  };

  test('is kept while waiting for many versions: no request is refused', async () => {
    const { terraform, run } = await publishing(library, { rateLimit: 30, ingressDelay: 2_000 });
    const result = await run(inputs);
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: names.length });
    expect(publishedSets(result).map(({ status }) => status)).toEqual(names.map(() => 'applied'));
    expect(
      requestLines(terraform).filter((line) => line.startsWith('GET /policy-set-versions/')).length,
    ).toBeGreaterThan(3 * names.length);
    expect(terraform.seen429).toBe(0);
  });

  test('is exhausted by others while waiting for a version: the run waits and continues', async () => {
    const { terraform, run } = await publishing();
    terraform.faults.add({
      when: { method: 'GET', path: POLL },
      times: 5,
      fault: {
        type: 'status',
        status: 429,
        headers: { 'x-ratelimit-limit': '30', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0.3' },
      },
    });
    expect(outcome(await run(asNewBase))).toMatchObject({ exitCode: 0, created: 1 });
    expectPublished(terraform);
  });
});
