import { describe, expect, test } from '@jest/globals';
import type { HcpTerraformOptions } from '../../../sandbox/hcp-terraform/server.ts';
import type { PlannedFault } from '../../../sandbox/http/faults.ts';
import { beforehand } from '../github/scenario.ts';
import { outcome, published } from '../publish/reading.ts';
import {
  asBase,
  asks,
  asNewBase,
  contentOf,
  library,
  logged,
  publishedSets,
  publishing,
  setOf,
  stampOf,
  steps,
  upload,
} from './publishing.ts';

const adopting = { ...asBase, 'adopt-policy-sets': 'true' };

type Failing = {
  name: string;
  server?: HcpTerraformOptions;
  fault?: PlannedFault;
  /** In the error. Where it names a version as VERSION, that is the one in force before. */
  says: RegExp;
};

const toArchive = { method: 'PUT', server: 'object-store' };

const failing: Failing[] = [
  {
    name: 'the server does not accept, and says why',
    server: { ingress: { base: { status: 'errored', error: 'sentinel.hcl:1,1: no', message: 'Bad file' } } },
    says: /The server did not accept version polsetver-\w+ of policy set "base" \(errored\): sentinel\.hcl:1,1: no: Bad file\. Version VERSION remains the current version\./,
  },
  {
    name: 'the server does not accept, and does not say why',
    server: { ingress: { base: { status: 'errored' } } },
    says: /\(errored\) without an error message\. Version VERSION remains the current version/,
  },
  {
    name: 'somebody cancels',
    server: { ingress: { base: { status: 'canceled' } } },
    says: /did not accept version polsetver-\w+ of policy set "base" \(canceled\)/,
  },
  {
    name: 'may not be made, since the plan has none',
    server: { organizations: [{ name: 'acme', versionedPolicySetLimit: 0 }] },
    says: /returned 422.*limit of versioned policy sets/,
  },
  {
    name: 'may not be made, and the server says nothing about it',
    server: { organizations: [{ name: 'acme', versionedPolicySetLimit: 0 }], limitStatus: 404 },
    says: /returned 404/,
  },
  {
    name: 'has an archive that is refused again and again',
    fault: { when: toArchive, times: 99, fault: { type: 'status', status: 403 } },
    says: /returned 403.*The object store refused the upload/,
  },
];

describe('a version that', () => {
  const outcomeOf = beforehand(failing, async ({ server = {}, fault }) => {
    const { terraform, run } = await publishing(library, server);
    terraform.seedPolicySet({ name: 'base', files: { 'sentinel.hcl': '' }, global: true });
    const before = setOf(terraform);
    if (fault !== undefined) terraform.faults.add(fault);
    const result = await run(adopting);
    return { terraform, before, result };
  });

  test.each(failing)('$name, leaves the current version unchanged', (row) => {
    const { terraform, before, result } = outcomeOf(row);
    const { currentVersion, agentEnabled, toolVersion } = before;
    expect(setOf(terraform)).toMatchObject({ currentVersion, agentEnabled, toolVersion });
    expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'true', failed: 1, updated: 0 });
    const says = new RegExp(row.says.source.replace('VERSION', currentVersion ?? ''));
    expect(publishedSets(result)).toMatchObject([
      { status: 'failed', version: currentVersion, error: expect.stringMatching(says) },
    ]);
    expect(published(result).map(({ status }) => status)).toEqual(['failed', 'failed']);
    // The stamp is there, so that the next run may go on, and claims nothing.
    expect(stampOf(setOf(terraform).description)).toMatchObject({ owner: 'acme/policies' });
    expect(stampOf(setOf(terraform).description)).not.toHaveProperty('version');
    expect(stampOf(setOf(terraform).description)).not.toHaveProperty('sha256');
  });

  test.each(failing.filter(({ name }) => name.startsWith('may not be made')))(
    '$name: the plan is looked up and said',
    (row) => {
      const { terraform, result } = outcomeOf(row);
      expect(logged(result, 'warning')).toEqual([
        expect.stringMatching(/The edition of organization acme does not include versioned policy sets\./),
      ]);
      expect(steps(terraform).filter((line) => line.includes('entitlement'))).toEqual([
        'GET /organizations/acme/entitlement-set',
      ]);
    },
  );
});

type Succeeding = { name: string; server?: HcpTerraformOptions; faults?: PlannedFault[]; steps: string[] };

const start = [asks.find('base'), asks.create('base')];
const [version, archive, ...ready] = upload('base') as [string, string, ...string[]];

const succeeding: Succeeding[] = [
  {
    name: 'the answer to the archive is lost after it was stored',
    faults: [{ when: toArchive, fault: { type: 'lose', effect: 'after' } }],
    steps: [...start, version, `${archive} → lost`, ...ready],
  },
  {
    name: 'the archive is lost on its way',
    faults: [{ when: toArchive, fault: { type: 'lose', effect: 'before' } }],
    steps: [...start, version, `${archive} → lost`, asks.poll('base'), archive, ...ready],
  },
  {
    name: 'the object store fails once',
    faults: [{ when: toArchive, fault: { type: 'status', status: 503 } }],
    steps: [...start, version, `${archive} → 503`, asks.poll('base'), archive, ...ready],
  },
  {
    name: 'the address is no longer good',
    faults: [{ when: toArchive, fault: { type: 'status', status: 403 } }],
    steps: [...start, version, `${archive} → 403`, version, archive, ...ready],
  },
  {
    name: 'making a version fails once, and its answer is lost once',
    faults: [
      { when: { path: /\/versions$/ }, fault: { type: 'status', status: 502 } },
      { when: { path: /\/versions$/, request: 2 }, fault: { type: 'lose', effect: 'after' } },
    ],
    steps: [...start, `${version} → 502`, `${version} → lost`, version, archive, ...ready],
  },
  {
    name: 'asking for the version, the set and the stamp fail once each',
    faults: [
      { when: { path: /policy-set-versions/ }, fault: { type: 'status', status: 500 } },
      { when: { method: 'GET', path: /polset-/ }, fault: { type: 'lose', effect: 'before' } },
      { when: { method: 'PATCH' }, fault: { type: 'lose', effect: 'after' } },
    ],
    steps: [
      ...start,
      version,
      archive,
      `${asks.poll('base')} → 500`,
      asks.poll('base'),
      `${asks.read('base')} → lost`,
      asks.read('base'),
      `${asks.settle('base')} → lost`,
      asks.settle('base'),
    ],
  },
  {
    name: 'the answer to the creation is lost',
    faults: [{ when: { method: 'POST' }, fault: { type: 'lose', effect: 'after' } }],
    steps: [asks.find('base'), `${asks.create('base')} → lost`, asks.find('base'), ...upload('base')],
  },
  {
    name: 'the set goes on naming the version before for a while',
    server: { currentVersionDelay: 1500 },
    steps: [...start, ...upload('base')],
  },
  {
    name: 'it takes a while until the version is begun with',
    server: { pendingDelay: 300, ingressDelay: 800 },
    steps: [...start, ...upload('base')],
  },
  {
    name: 'the store is on the host of the API',
    server: { objectStore: 'same-host' },
    steps: [...start, ...upload('base')],
  },
  {
    name: 'the service has other line ends in descriptions',
    server: { storedDescription: (description) => description.replaceAll('\n', '\r\n') },
    steps: [...start, ...upload('base')],
  },
  {
    name: 'the store answers 204, and the service 200',
    server: { uploadStatus: 204, createStatus: 200, missingVersions: 'absent' },
    steps: [...start, ...upload('base')],
  },
];

describe('a publish succeeds although', () => {
  const outcomeOf = beforehand(succeeding, async ({ server, faults = [] }) => {
    const { terraform, run } = await publishing(library, server);
    for (const fault of faults) terraform.faults.add(fault);
    const result = await run(asNewBase);
    return { terraform, result };
  });

  test.each(succeeding)('$name', (row) => {
    const { terraform, result } = outcomeOf(row);
    expect(outcome(result)).toMatchObject({ exitCode: 0, failed: 0 });
    const set = setOf(terraform);
    expect(stampOf(set.description)).toMatchObject({ version: set.currentVersion });
    expect(contentOf(terraform)).toHaveLength(4);
    // How often it is read again is up to the clock.
    expect(steps(terraform).filter((line, at, all) => line !== all[at - 1])).toEqual(row.steps);
  });

  test('the set is read again until it has the version', () => {
    const { terraform } = outcomeOf(
      succeeding.find(({ name }) => name.startsWith('the set goes')) as Succeeding,
    );
    expect(steps(terraform).filter((line) => line === asks.read('base')).length).toBeGreaterThan(1);
  });

  test('the log shows what it waits for', () => {
    const { result } = outcomeOf(succeeding.find(({ name }) => name.startsWith('it takes')) as Succeeding);
    const shown = result.lines.filter((line) => line.startsWith('base: '));
    expect(shown.slice(0, 2)).toEqual([
      expect.stringMatching(/^base: created as polset-/),
      expect.stringMatching(/^base: uploaded version polsetver-\w+ \(\d+ bytes\)$/),
    ]);
    expect(shown.slice(2).join('\n')).toMatch(/^(base: version polsetver-\w+ is (pending|ingressing)\n?)+$/);
  });
});

test('an expired URL is replaced by that of a new version', async () => {
  let made = 0;
  const { terraform, run } = await publishing(library, {
    uploadLife: 400,
    onRequest: async ({ method, server }, phase) => {
      if (method !== 'PUT' || server !== 'object-store' || phase !== 'before-effect') return;
      made++;
      if (made === 1) await new Promise((resolve) => setTimeout(resolve, 500));
    },
  });
  expect(outcome(await run(asNewBase))).toMatchObject({ exitCode: 0, created: 1 });
  expect(setOf(terraform).versions.map(({ status }) => status)).toEqual(['pending', 'ready']);
});

test('a set that cannot be created has no warning about attaching it', async () => {
  const { run } = await publishing(library, { organizations: [{ name: 'acme', policySetLimit: 0 }] });
  const result = await run(asNewBase);
  expect(outcome(result)).toMatchObject({ exitCode: 1, failed: 1, changed: 'false' });
  expect(publishedSets(result)).toMatchObject([{ error: expect.stringMatching(/limit of policy sets/) }]);
  expect(logged(result, 'warning')).toEqual([]);
});

test('a faster publisher is an error, and the stamp does not contain its version', async () => {
  const { terraform, run } = await publishing(library, { rivals: true });
  terraform.seedPolicySet({ name: 'base', global: true });
  const result = await run(asBase);
  expect(outcome(result)).toMatchObject({ exitCode: 1, failed: 1 });
  expect(publishedSets(result)).toMatchObject([
    {
      error: expect.stringMatching(
        /Another publisher was faster: the current version of policy set "base" is polsetver-\w+, not polsetver-\w+, which this run uploaded\..*`concurrency`/,
      ),
    },
  ]);
  expect(stampOf(setOf(terraform).description)).not.toHaveProperty('version');
});

test('a set that somebody creates during the run is published to if allowed, otherwise refused', async () => {
  const { terraform, run } = await publishing();
  const made = (seed: object) => {
    terraform.onRequest = ({ method, path }, phase) => {
      if (method !== 'POST' || !/policy-sets$/.test(path) || phase !== 'before-effect') return;
      terraform.onRequest = undefined;
      terraform.seedPolicySet({ name: 'base', ...seed });
    };
  };
  made({ source: 'vcs' });
  const refused = await run(asNewBase);
  expect(outcome(refused)).toMatchObject({ exitCode: 1, changed: 'false', failed: 1 });
  expect(publishedSets(refused)).toMatchObject([{ action: 'create', error: expect.stringContaining('VCS') }]);
  terraform.removePolicySet(setOf(terraform).id);
  made({ description: 'Mine' });
  expect(outcome(await run(asNewBase))).toMatchObject({ exitCode: 0, created: 1 });
  expect(setOf(terraform).description).toMatch(/^Mine\n\n\[/);
});

test('changes by somebody else during the run are kept', async () => {
  const { terraform, run } = await publishing();
  terraform.seedPolicySet({ name: 'base', description: 'Mine', agentEnabled: true, toolVersion: '0.26.3' });
  terraform.onRequest = ({ method }, phase) => {
    if (method !== 'PUT' || phase !== 'before-effect') return;
    const { description } = setOf(terraform);
    terraform.changePolicySet('base', {
      description: description?.replace('Mine', 'Yours') ?? null,
      'policy-tool-version': '0.30.0',
      global: true,
    });
  };
  expect(outcome(await run(asBase))).toMatchObject({ exitCode: 0, updated: 1 });
  expect(setOf(terraform)).toMatchObject({ toolVersion: '0.30.0', agentEnabled: true, global: true });
  expect(setOf(terraform).description).toMatch(/^Yours\n\n\[Published from /);
});

test('a service that does not store the stamp is an error, and the content is current', async () => {
  const { terraform, run } = await publishing(library, {
    storedDescription: (description) => description.replaceAll(/\[.*\]\(.*\)/g, 'a link'),
  });
  terraform.seedPolicySet({ name: 'base', global: true });
  const result = await run(asBase);
  expect(outcome(result)).toMatchObject({ exitCode: 1, failed: 1 });
  expect(publishedSets(result)).toMatchObject([
    { error: expect.stringContaining('accepted the change to the description of policy set "base"') },
  ]);
});

test.each([
  {
    name: 'an address of no web',
    links: { upload: 'file:///etc/passwd' },
    says: /redirects to file: are not allowed/,
  },
  { name: 'an address that is none', links: { upload: 'http://[' }, says: /has no valid URL/ },
])('a version with $name for its archive is an error', async ({ links, says }) => {
  const { terraform, run } = await publishing();
  const attributes = { status: 'pending', source: 'tfe-api' };
  const data = { id: 'polsetver-0000000000000001', type: 'policy-set-versions', attributes, links };
  const fault = { type: 'body', status: 201, body: JSON.stringify({ data }) } as const;
  terraform.faults.add({ when: { method: 'POST', path: /versions$/ }, times: 99, fault });
  const result = await run(asNewBase);
  expect(outcome(result)).toMatchObject({ exitCode: 1, changed: 'true', failed: 1 });
  expect(publishedSets(result)).toMatchObject([{ error: expect.stringMatching(says) }]);
});
