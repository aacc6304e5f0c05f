import { chmod, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { writeFiles } from '../../support/workspace.ts';
import { outcome, published, requestLines, writeLines } from '../publish/reading.ts';
import {
  asBase,
  asks,
  asNewBase,
  contentOf,
  libraries,
  library,
  publishedSets,
  publishing,
  regoLibrary,
  sentAttributes,
  setOf,
  stampOf,
  steps,
  upload,
  wordsOf,
} from './publishing.ts';

const inFolder = (files: typeof library, folder: string) =>
  Object.keys(files)
    .toSorted()
    .map((path) => [path.slice(folder.length + 1), '644', files[path]]);

describe('a folder that is a new policy set', () => {
  test('becomes one of Sentinel, and the next run has nothing to do', async () => {
    const { folder, terraform, run } = await publishing();
    const result = await run(asNewBase);
    expect(outcome(result)).toMatchObject({ exitCode: 0, changed: 'true', created: 1, failed: 0 });
    expect(steps(terraform)).toEqual([asks.find('base'), asks.create('base'), ...upload('base')]);
    const [created] = sentAttributes(terraform, 'POST');
    expect(Object.keys(created ?? {})).toEqual(['name', 'kind', 'description', 'global']);
    expect(stampOf(created?.['description'] as string)).toEqual({
      server: 'github.com',
      repository: 'acme/policies',
      run: '1001',
      attempt: '1',
      owner: 'acme/policies',
      folder: 'policies',
      commit: 'c0ffee0000000000000000000000000000000001',
    });
    const set = setOf(terraform);
    expect(set).toMatchObject({ kind: 'sentinel', global: false, agentEnabled: false, toolVersion: null });
    expect(set.versions).toMatchObject([{ status: 'ready', source: 'tfe-api', uploads: 1 }]);
    expect(contentOf(terraform)).toEqual(inFolder(library, 'policies'));
    const [entry] = publishedSets(result);
    expect(entry).toEqual({
      name: 'base',
      id: set.id,
      kind: 'sentinel',
      path: 'policies',
      action: 'create',
      changes: [],
      version: set.currentVersion,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      status: 'applied',
      error: null,
    });
    expect(stampOf(set.description)).toMatchObject({ version: set.currentVersion, sha256: entry?.digest });
    expect(set.description).toMatch(
      /^\[Published from policies \(acme\/policies\)\]\(https:\/\/github\.com\/acme\/policies\/tree\/c0ffee\w+\/policies "/,
    );

    expect(published(result)).toEqual([
      {
        name: 'cost',
        kind: 'sentinel',
        path: 'policies/cost.sentinel',
        enforcementLevel: 'hard-mandatory',
        policySet: 'base',
        status: 'applied',
      },
      {
        name: 'size',
        kind: 'sentinel',
        path: 'policies/size.sentinel',
        enforcementLevel: 'advisory',
        policySet: 'base',
        status: 'applied',
      },
    ]);
    expect(result.summary).toContain('## Terraform policy sets: 1 created');
    expect(result.summary).toContain('`modules/tags.sentinel`');
    expect(result.lines).toContainEqual(
      expect.stringMatching(/^created: base — policies, 2 policies, 4 files, version polsetver-\w+/),
    );
    expect(result.annotations).toEqual([
      {
        level: 'warning',
        title: 'input versioned-policy-sets',
        message: expect.stringMatching(
          /"base" is not attached to anything that this action can see.*policy-sets/,
        ),
      },
    ]);

    terraform.reset();
    // Neither times nor modes of the files, nor the commit or the run make a difference.
    await utimes(join(folder, 'policies/cost.sentinel'), 1, 1);
    await chmod(join(folder, 'policies/size.sentinel'), 0o755);
    const env = { GITHUB_SHA: 'd00d000000000000000000000000000000000002', GITHUB_RUN_ID: '2002' };
    const again = await run(asBase, { env });
    expect(outcome(again)).toMatchObject({ exitCode: 0, changed: 'false', unchanged: 1 });
    expect(requestLines(terraform)).toEqual([asks.find('base')]);
    expect(publishedSets(again)).toMatchObject([{ action: 'unchanged', version: set.currentVersion }]);
    // Nor is an older run refused for what it would not write.
    const older = await run(asBase, { env: { GITHUB_RUN_ID: '900' } });
    expect(outcome(older)).toMatchObject({ exitCode: 0, unchanged: 1 });
  });

  test('becomes one of OPA, with the tool version from the input', async () => {
    const { terraform, run } = await publishing(regoLibrary);
    const inputs = {
      'versioned-policy-sets': 'rego',
      'working-directory': 'rego',
      'create-policy-sets': 'true',
    };
    const result = await run({ ...inputs, 'policy-tool-version': '1.4.2' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expect(setOf(terraform, 'rego')).toMatchObject({ kind: 'opa', toolVersion: '1.4.2' });
    expect(sentAttributes(terraform, 'POST')[0]).not.toHaveProperty('agent-enabled');
    // The owner has the working directory in it, the stamp the folder from the workspace on.
    expect(stampOf(setOf(terraform, 'rego').description)).toMatchObject({
      owner: 'acme/policies//rego',
      folder: 'rego',
    });
    expect(result.lines).toContainEqual(
      expect.stringMatching(/^created: rego — rego, 1 policy, 3 files, version polsetver-/),
    );
    expect(contentOf(terraform, 'rego')).toEqual(inFolder(regoLibrary, 'rego'));
    expect(published(result)).toMatchObject([
      { name: 'tags', kind: 'opa', path: 'rego/tags.rego', enforcementLevel: 'mandatory', policySet: 'rego' },
    ]);
    terraform.reset();
    expect(outcome(await run(inputs))).toMatchObject({ exitCode: 0, unchanged: 1 });
  });
});

test('the whole repository is a policy set, also on a release without kinds and levels', async () => {
  const files = Object.fromEntries(
    Object.entries(library).map(([path, text]) => [path.slice('policies/'.length), text]),
  );
  const { terraform, run } = await publishing(
    { ...files, '.git/config': 'x', '.github/workflows/a.yml': 'x', '.terraform/x': 'x', 'README.md': 'x' },
    { dialect: 'v202212-1' },
  );
  const result = await run({ 'versioned-policy-sets': 'base', 'create-policy-sets': 'true' });
  expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
  expect(contentOf(terraform).map(([path]) => path)).toEqual(['README.md', ...Object.keys(files).toSorted()]);
  expect(publishedSets(result)).toMatchObject([{ path: '' }]);
  expect(setOf(terraform).description).toMatch(/^\[Published from the root of the repository /);
  expect(outcome(await run({ 'versioned-policy-sets': 'base: ./' }))).toMatchObject({ unchanged: 1 });
});

describe('an existing policy set', () => {
  test('keeps its description and everything else, and gets the changes', async () => {
    const { folder, terraform, run } = await publishing();
    terraform.seedPolicySet({
      name: 'base',
      description: 'Made by hand.\n\nAsk the platform team.\n',
      global: true,
      workspaces: ['ws-0000000000000001'],
      projects: ['prj-0000000000000001'],
      parameters: [{ key: 'limit', value: '3' }],
    });
    const first = await run(asBase);
    expect(outcome(first)).toMatchObject({ exitCode: 0, updated: 1 });
    expect(publishedSets(first)).toMatchObject([{ action: 'update', changes: ['content', 'stamp'] }]);
    expect(steps(terraform)).toEqual([asks.find('base'), asks.settle('base'), ...upload('base')]);
    expect(sentAttributes(terraform, 'PATCH').map(Object.keys)).toEqual([
      ['description', 'agent-enabled'],
      ['description', 'agent-enabled'],
    ]);
    expect(first.annotations).toEqual([]);
    expect(setOf(terraform).global).toBe(true);
    expect(wordsOf(setOf(terraform).description)).toBe('Made by hand.\n\nAsk the platform team.');

    terraform.reset();
    const module = 'ok = false\n';
    await writeFiles(folder, { 'policies/modules/tags.sentinel': module });
    const env = { GITHUB_SHA: 'd00d000000000000000000000000000000000002', GITHUB_RUN_ID: '2002' };
    const second = await run(asBase, { env });
    expect(outcome(second)).toMatchObject({ exitCode: 0, changed: 'true', updated: 1 });
    expect(publishedSets(second)).toMatchObject([{ changes: ['content'] }]);
    expect(steps(terraform)).toEqual([asks.find('base'), ...upload('base')]);
    expect(contentOf(terraform)).toContainEqual(['modules/tags.sentinel', '644', module]);
    expect(stampOf(setOf(terraform).description)).toMatchObject({ run: '2002', commit: env.GITHUB_SHA });
    expect(wordsOf(setOf(terraform).description)).toBe('Made by hand.\n\nAsk the platform team.');

    // Somebody's words below the stamp stay, and the stamp is last again with the next upload.
    terraform.changePolicySet('base', { description: `${setOf(terraform).description}\n\nMore.` });
    await writeFiles(folder, { 'policies/new.txt': 'x' });
    expect(outcome(await run(asBase))).toMatchObject({ exitCode: 1, failed: 1 });
    expect(outcome(await run(asBase, { env }))).toMatchObject({ exitCode: 0, updated: 1 });
    expect(wordsOf(setOf(terraform).description)).toMatch(
      /^Made by hand\.\n\nAsk the platform team\.\n+More\.$/,
    );
  });

  test('can be named by its ID as well as by its name', async () => {
    const { terraform, run } = await publishing();
    const { id } = terraform.seedPolicySet({ name: 'base' });
    const result = await run({ 'versioned-policy-sets': `${id}: ./policies/ # the base` });
    expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 1 });
    expect(publishedSets(result)).toMatchObject([{ name: 'base', id, path: 'policies' }]);
    expect(steps(terraform)[0]).toBe(asks.read('base'));
  });

  test('with a version but no stamp is taken over with `adopt-policy-sets`', async () => {
    const { terraform, run } = await publishing();
    terraform.seedPolicySet({ name: 'base', files: { 'sentinel.hcl': '' } });
    const before = setOf(terraform).currentVersion;
    terraform.onRequest = ({ method }, phase) => {
      // What is in force until then is what was there, and the stamp claims nothing of it.
      if (method !== 'PUT' || phase !== 'before-effect') return;
      expect(setOf(terraform).currentVersion).toBe(before);
      expect(stampOf(setOf(terraform).description)).not.toHaveProperty('version');
    };
    const result = await run({ ...asBase, 'adopt-policy-sets': 'true' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 1 });
    expect(publishedSets(result)).toMatchObject([{ changes: ['content', 'stamp'] }]);
    expect(contentOf(terraform)).toHaveLength(4);
    expect(result.summary).toContain('replaced entirely');
    // From then on the stamp is enough.
    expect(outcome(await run(asBase))).toMatchObject({ exitCode: 0, unchanged: 1 });
  });

  test('is published again if somebody else uploaded a version, or failed to', async () => {
    const { terraform, run } = await publishing();
    await run(asNewBase);
    terraform.publishVersion('base', { error: 'no good' });
    expect(outcome(await run(asBase))).toMatchObject({ exitCode: 0, unchanged: 1 });
    terraform.publishVersion('base', { files: { 'other.sentinel': '' } });
    const result = await run(asBase);
    expect(publishedSets(result)).toMatchObject([{ action: 'update', changes: ['content'] }]);
    expect(contentOf(terraform)).toHaveLength(4);
  });

  test('that moves to another folder gets a stamp, but no upload', async () => {
    const moved = Object.fromEntries(
      Object.entries(library).map(([path, text]) => [path.replace('policies', 'moved'), text]),
    );
    const { folder, terraform, run } = await publishing();
    await run(asNewBase);
    await writeFiles(folder, moved);
    terraform.reset();
    const result = await run({ 'versioned-policy-sets': 'base: moved' });
    expect(publishedSets(result)).toMatchObject([{ action: 'update', changes: ['stamp'] }]);
    expect(steps(terraform)).toEqual([asks.find('base'), asks.settle('base')]);
    expect(stampOf(setOf(terraform).description)).toMatchObject({
      folder: 'moved',
      version: setOf(terraform).currentVersion,
    });
  });
});

describe('version of the tool and agent mode', () => {
  test('are set, kept, and not lost on a server that resets omitted attributes', async () => {
    const { folder, terraform, run } = await publishing(library, { omittedSettings: 'reset' });
    terraform.seedPolicySet({ name: 'base', toolVersion: '0.26.3', agentEnabled: true, overridable: true });
    expect(outcome(await run(asBase))).toMatchObject({ exitCode: 0, updated: 1 });
    expect(setOf(terraform)).toMatchObject({ toolVersion: '0.26.3', agentEnabled: true });

    terraform.reset();
    const changed = await run({ ...asBase, 'policy-tool-version': '0.40.0' });
    expect(publishedSets(changed)).toMatchObject([{ action: 'update', changes: ['policy-tool-version'] }]);
    expect(steps(terraform)).toEqual([asks.find('base'), asks.settle('base')]);
    expect(setOf(terraform)).toMatchObject({ toolVersion: '0.40.0', agentEnabled: true });
    expect(changed.summary).toContain('tool version 0.26.3 → **0.40.0**');

    await writeFiles(folder, { 'policies/new.txt': 'x' });
    await run({ ...asBase, 'policy-tool-version': 'latest' });
    expect(setOf(terraform)).toMatchObject({ toolVersion: 'latest', agentEnabled: true });
    terraform.reset();
    const same = await run({ ...asBase, 'policy-tool-version': 'latest' });
    expect(outcome(same)).toMatchObject({ exitCode: 0, unchanged: 1 });
    expect(writeLines(terraform)).toEqual([]);
  });

  test('stay the same if the version that they are for fails', async () => {
    const { terraform, run } = await publishing(library, { ingress: { base: { status: 'errored' } } });
    terraform.seedPolicySet({ name: 'base', files: { 'sentinel.hcl': '' } });
    const inputs = { ...asBase, 'adopt-policy-sets': 'true', 'policy-tool-version': '0.40.0' };
    const before = setOf(terraform);
    expect(outcome(await run(inputs))).toMatchObject({ exitCode: 1, failed: 1 });
    const { currentVersion, agentEnabled, toolVersion } = before;
    expect(setOf(terraform)).toMatchObject({ currentVersion, agentEnabled, toolVersion });
  });

  test('are written before the first version if no version is current', async () => {
    const { terraform, run } = await publishing();
    terraform.seedPolicySet({ name: 'base', policiesPath: 'elsewhere' });
    const result = await run({ ...asBase, 'policy-tool-version': '0.40.0' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 1 });
    expect(publishedSets(result)).toMatchObject([
      { changes: ['content', 'policy-tool-version', 'policies-path', 'stamp'] },
    ]);
    expect(steps(terraform)).toEqual([asks.find('base'), asks.settle('base'), ...upload('base')]);
    expect(sentAttributes(terraform, 'PATCH')).toMatchObject([
      { 'policy-tool-version': '0.40.0', 'agent-enabled': true, 'policies-path': null },
      { 'policy-tool-version': '0.40.0', 'agent-enabled': true },
    ]);
    expect(setOf(terraform)).toMatchObject({ policiesPath: null, toolVersion: '0.40.0', agentEnabled: true });
    expect(result.summary).toMatch(/^> .*agent mode.*`base`/im);
  });
});

describe('several policy sets', () => {
  test('are independent after the first write: a failure does not stop the others', async () => {
    const { terraform, run } = await publishing(libraries, {
      ingress: { base: { status: 'errored', error: 'sentinel.hcl: no' } },
    });
    const inputs = {
      'versioned-policy-sets': '# both\nbase: policies\nrego: rego/\nagain: policies',
      'create-policy-sets': 'true',
    };
    const result = await run(inputs);
    expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'true', created: 2, failed: 1 });
    expect(publishedSets(result)).toMatchObject([
      { name: 'base', id: setOf(terraform).id, status: 'failed', version: null },
      { name: 'rego', status: 'applied', version: setOf(terraform, 'rego').currentVersion },
      { name: 'again', status: 'applied' },
    ]);
    expect(published(result).map(({ name, status }) => [name, status])).toEqual([
      ['cost', 'failed'],
      ['size', 'failed'],
      ['tags', 'applied'],
      ['cost', 'applied'],
      ['size', 'applied'],
    ]);
    expect(result.summary).toContain('1 of 3 changes failed');
    expect(result.summary).toMatch(/- `input versioned-policy-sets`: The server did not accept version /);
    expect(result.summary).toContain('created, incomplete');
    // The next run needs neither the input that creates nor the one that adopts.
    const next = await run({ 'versioned-policy-sets': 'base: policies\nrego: rego' });
    expect(outcome(next)).toMatchObject({ exitCode: 1, unchanged: 1, failed: 1, created: 0 });
  });

  test('are published in parallel', async () => {
    const { terraform, run } = await publishing(libraries, { ingressDelay: 600 });
    const both = 'base: policies\nrego: rego';
    const inputs = { 'versioned-policy-sets': both, 'create-policy-sets': 'true', parallelism: '10' };
    expect(outcome(await run(inputs))).toMatchObject({ exitCode: 0, created: 2 });
    const order = steps(terraform);
    expect(order.indexOf(asks.archive('rego'))).toBeLessThan(order.indexOf(asks.settle('base')));
    expect(order.filter((line) => line.startsWith('POST') || line.startsWith('P'))).toHaveLength(8);
    terraform.reset();
    expect(outcome(await run({ ...inputs, parallelism: '10' }))).toMatchObject({ unchanged: 2 });
    expect(requestLines(terraform).toSorted()).toEqual([asks.find('base'), asks.find('rego')]);
  });
});
