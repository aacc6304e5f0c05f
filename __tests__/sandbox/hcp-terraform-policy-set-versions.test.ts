import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  type HcpTerraform,
  type HcpTerraformOptions,
  startHcpTerraform,
} from '../../sandbox/hcp-terraform/server.ts';
import { lines, requestName } from '../e2e/publish/reading.ts';
import { archive } from './archives.ts';
import { ask, changeMembers, createVersion, policySetsPath, sendArchive, setDocument } from './client.ts';

let terraform: HcpTerraform;
afterEach(() => terraform.close());

/** The clock stands still, so that it is the test that says what is over. */
beforeEach(() => {
  jest.useFakeTimers({
    doNotFake: [
      ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const),
      ...(['setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] as const),
      ...(['setTimeout', 'clearTimeout'] as const),
    ],
  });
});
afterEach(() => {
  jest.useRealTimers();
});

function pass(milliseconds: number): void {
  jest.setSystemTime(Date.now() + milliseconds);
}

async function start(options: HcpTerraformOptions = {}): Promise<HcpTerraform> {
  terraform = await startHcpTerraform({ rateLimit: null, ingressDelay: 0, ...options });
  return terraform;
}

async function uploaded(set: string, content?: Buffer): Promise<string> {
  const created = await createVersion(terraform, set);
  await sendArchive(created.at('data', 'links', 'upload'), content ?? (await archive('sentinel.hcl')));
  return String(created.at('data', 'id'));
}

const version = (id: string, query = '') => ask(terraform, `/policy-set-versions/${id}${query}`);
const status = async (id: string) => (await version(id)).at('data', 'attributes', 'status');

const identifier = (id: string) => ({ data: { id, type: 'policy-set-versions' } });

describe('a version', () => {
  test('is pending, with an address, until its archive arrives', async () => {
    await start();
    const { id } = terraform.seedPolicySet({ name: 'base' });
    const created = await createVersion(terraform, id);
    expect(created.status).toBe(201);
    const attributes = created.at('data', 'attributes') as Record<string, unknown>;
    expect(attributes).toEqual({
      source: 'tfe-api',
      status: 'pending',
      'status-timestamps': {},
      error: null,
      'ingress-attributes': null,
      'created-at': expect.any(String),
      'updated-at': attributes['created-at'],
    });
    const read = await version(String(created.at('data', 'id')), '?include=policy_set');
    expect(read.at('data')).toEqual(created.at('data'));
    expect(read.at('included', 0)).toMatchObject({ id, attributes: { name: 'base', versioned: false } });
  });

  test('becomes ready by itself, and only then its set is versioned', async () => {
    await start({ pendingDelay: 20, ingressDelay: 30 });
    const { id } = terraform.seedPolicySet({ name: 'base' });
    const sent = await uploaded(id);
    expect(await status(sent)).toBe('pending');
    pass(20);
    expect(await status(sent)).toBe('ingressing');
    expect(terraform.policySet('base')).toMatchObject({ versioned: false, currentVersion: null });
    pass(30);
    const set = await ask(terraform, `/policy-sets/${id}?include=current_version,newest_version`);
    expect(set.at('data')).toMatchObject({
      attributes: { versioned: true },
      relationships: { 'current-version': identifier(sent), 'newest-version': identifier(sent) },
    });
    expect(set.at('included')).toMatchObject([{ id: sent, attributes: { status: 'ready' } }]);
    const read = await version(sent);
    expect(Object.keys(read.at('data', 'attributes', 'status-timestamps') as object)).toEqual([
      'pending-at',
      'ingressing-at',
      'ready-at',
    ]);
    expect(read.at('data', 'attributes', 'updated-at')).toBe(
      read.at('data', 'attributes', 'status-timestamps', 'ready-at'),
    );
    expect(read.at('data', 'links', 'upload')).toBeUndefined();
    expect(terraform.violations).toEqual([]);
  });

  test('takes half a second, where nothing else is said', async () => {
    terraform = await startHcpTerraform({ rateLimit: null });
    const { id } = terraform.seedPolicySet({ name: 'base' });
    const sent = await uploaded(id);
    pass(499);
    expect(await status(sent)).toBe('ingressing');
    pass(1);
    expect(await status(sent)).toBe('ready');
  });

  test('is found neither under another id nor, where lists are not known, in a list', async () => {
    await start({ versionLists: false });
    const { id } = terraform.seedPolicySet({ name: 'base', source: 'upload' });
    expect((await version('polsetver-1')).status).toBe(404);
    expect((await ask(terraform, `/policy-sets/${id}/versions`)).status).toBe(404);
    expect((await createVersion(terraform, 'polset-1')).status).toBe(404);
  });
});

describe('current and newest', () => {
  test('are null while there is none, or absent', async () => {
    await start();
    const { id } = terraform.seedPolicySet({ name: 'base' });
    expect((await ask(terraform, `/policy-sets/${id}`)).at('data', 'relationships')).toMatchObject({
      'current-version': { data: null },
      'newest-version': { data: null },
    });
    await terraform.close();
    await start({ missingVersions: 'absent' });
    terraform.seedPolicySet({ name: 'base' });
    const listed = await ask(terraform, policySetsPath);
    expect(Object.keys(listed.at('data', 0, 'relationships') as object)).not.toContain('current-version');
  });

  test('the version that was ready last is current, whichever was created last', async () => {
    await start();
    const { id } = terraform.seedPolicySet({ name: 'base' });
    const older = await createVersion(terraform, id);
    const newer = String((await createVersion(terraform, id)).at('data', 'id'));
    await sendArchive(older.at('data', 'links', 'upload'), await archive('older'));
    const path = `${policySetsPath}?search[name]=base&include=current_version,newest_version`;
    const listed = await ask(terraform, path);
    expect(listed.at('data', 0, 'relationships')).toMatchObject({
      'current-version': identifier(String(older.at('data', 'id'))),
      'newest-version': identifier(newer),
    });
    expect(listed.at('included')).toMatchObject([
      { id: newer, attributes: { status: 'pending' } },
      { id: older.at('data', 'id'), attributes: { status: 'ready' } },
    ]);
    expect(terraform.policySet('base').files).toMatchObject([{ path: 'older' }]);
  });

  test('of two that are ready at one moment, the one whose archive came last', async () => {
    await start();
    const { id } = terraform.seedPolicySet({ name: 'base' });
    const older = await createVersion(terraform, id);
    await uploaded(id, await archive('newer'));
    await sendArchive(older.at('data', 'links', 'upload'), await archive('older'));
    expect(terraform.policySet('base').files).toMatchObject([{ path: 'older' }]);
  });

  test('current may lag behind ready', async () => {
    await start({ currentVersionDelay: 40 });
    const { id } = terraform.seedPolicySet({ name: 'base' });
    const sent = await uploaded(id);
    expect(await status(sent)).toBe('ready');
    expect(terraform.policySet('base')).toMatchObject({ currentVersion: null, newestVersion: sent });
    pass(40);
    expect(terraform.policySet('base').currentVersion).toBe(sent);
  });

  test('another publisher may be faster', async () => {
    await start({ rivals: true });
    const { id } = terraform.seedPolicySet({ name: 'base' });
    const sent = await uploaded(id);
    expect(await status(sent)).toBe('ready');
    const { currentVersion, versions } = terraform.policySet('base');
    expect(versions).toMatchObject([
      { id: sent },
      { id: currentVersion, status: 'ready', source: 'tfe-api' },
    ]);
    expect(terraform.publishVersion('base').id).toBe(terraform.policySet('base').currentVersion);
  });
});

describe('what fails', () => {
  test('is named, and leaves the version before in force', async () => {
    const ingress = { base: { status: 'errored', error: 'unpack_error', message: 'No good' } } as const;
    await start({ ingress });
    const { id } = terraform.seedPolicySet({ name: 'base', files: { 'sentinel.hcl': 'old' } });
    const sent = await uploaded(id);
    expect((await version(sent)).at('data', 'attributes')).toMatchObject({
      status: 'errored',
      error: 'unpack_error',
      'error-message': 'No good',
    });
    expect(terraform.policySet('base')).toMatchObject({
      newestVersion: sent,
      files: [{ path: 'sentinel.hcl', mode: 0o644, bytes: Buffer.from('old') }],
    });
    expect(terraform.violations).toEqual([]);
  });

  test('says nothing of it before it has', async () => {
    await start({ ingress: { base: { status: 'canceled', delay: Number.POSITIVE_INFINITY, error: 'x' } } });
    const { id } = terraform.seedPolicySet({ name: 'base' });
    expect((await version(await uploaded(id))).at('data', 'attributes')).toMatchObject({
      status: 'ingressing',
      error: null,
    });
  });

  test('of somebody else, is newest', async () => {
    await start();
    terraform.seedPolicySet({ name: 'base', source: 'upload' });
    const { id } = terraform.publishVersion('base', { error: 'e' });
    expect(terraform.policySet('base')).toMatchObject({
      newestVersion: id,
      versions: [{ status: 'ready' }, { status: 'errored', error: 'e' }],
    });
  });
});

describe('the address of an archive', () => {
  test('is good for a time', async () => {
    await start({ uploadLife: 0 });
    const { id } = terraform.seedPolicySet({ name: 'base' });
    const created = await createVersion(terraform, id);
    const answer = await sendArchive(created.at('data', 'links', 'upload'), await archive('a'));
    expect(answer.status).toBe(403);
    expect(await status(String(created.at('data', 'id')))).toBe('pending');
  });

  test('takes an archive again, of which the first counts that was begun with', async () => {
    await start({ pendingDelay: 30 });
    const { id } = terraform.seedPolicySet({ name: 'base' });
    const address = (await createVersion(terraform, id)).at('data', 'links', 'upload');
    for (const name of ['first', 'second']) await sendArchive(address, await archive(name));
    pass(30);
    expect((await sendArchive(address, await archive('third'))).status).toBe(200);
    const { files, versions } = terraform.policySet('base');
    expect({ files, versions }).toMatchObject({ files: [{ path: 'second' }], versions: [{ uploads: 3 }] });
  });

  test.each(['other-origin', 'same-host'] as const)('wants no token: %s', async (objectStore) => {
    await start({ objectStore });
    const { id } = terraform.seedPolicySet({ name: 'base' });
    const address = String((await createVersion(terraform, id)).at('data', 'links', 'upload'));
    expect(address).toMatch(
      objectStore === 'same-host' ? `${terraform.url}/_archivist/` : terraform.objectStore,
    );
    const headers = { authorization: 'Bearer terraform-token' };
    expect((await fetch(address, { method: 'PUT', headers, body: 'x' })).status).toBe(400);
    expect((await fetch(address, { method: 'PUT', body: 'x' })).status).toBe(200);
    expect((await fetch(address)).status).toBe(405);
    expect(terraform.violations).toEqual([
      expect.stringContaining('Authorization was sent to the object store'),
      expect.stringContaining('an archive was sent as text/plain'),
    ]);
  });

  test('may lose the connection once it has the archive', async () => {
    await start();
    const { id } = terraform.seedPolicySet({ name: 'base' });
    terraform.faults.add({ when: { server: 'object-store' }, fault: { type: 'lose', effect: 'after' } });
    await expect(uploaded(id)).rejects.toThrow('fetch failed');
    expect(terraform.policySet('base').versions).toMatchObject([{ status: 'ready', uploads: 1 }]);
  });
});

describe('no version can be made', () => {
  test('of a set with policies, a repository or another source', async () => {
    await start();
    terraform.seedPolicy({ name: 'a', code: 'x' });
    terraform.seedPolicySet({ name: 'managed', policies: ['a'] });
    terraform.seedPolicySet({ name: 'vcs', source: 'vcs' });
    terraform.seedPolicySet({ name: 'catalog', source: 'catalog' });
    for (const { id } of terraform.policySets()) {
      expect((await createVersion(terraform, id)).status).toBe(422);
    }
    const listed = await ask(terraform, `${policySetsPath}?sort=name&include=current_version`);
    expect(listed.at('data', 0)).toMatchObject({
      attributes: { name: 'catalog', versioned: true, 'vcs-repo': null },
      relationships: { 'current-version': { data: null }, 'ootb-source': { data: {} } },
    });
    expect(listed.at('data', 2, 'attributes', 'versioned')).toBe(true);
    expect(listed.at('included')).toMatchObject([
      { attributes: { source: 'github', 'ingress-attributes': { identifier: expect.any(String) } } },
    ]);
    expect(terraform.violations).toEqual([]);
  });

  test.each([422, 404] as const)('beyond what the edition has: %d', async (limitStatus) => {
    const organizations = [{ name: 'acme', versionedPolicySetLimit: 1 }];
    await start({ organizations, limitStatus });
    const first = terraform.seedPolicySet({ name: 'first' });
    const second = terraform.seedPolicySet({ name: 'second' });
    await uploaded(first.id);
    expect((await createVersion(terraform, first.id)).status).toBe(201);
    expect((await createVersion(terraform, second.id)).status).toBe(limitStatus);
    const entitlements = await ask(terraform, '/organizations/acme/entitlement-set');
    expect(entitlements.at('data', 'attributes', 'versioned-policy-set-limit')).toBe(1);
  });
});

test('a set with a version takes no policies, one whose version is pending does', async () => {
  await start();
  const { id: policy } = terraform.seedPolicy({ name: 'a', code: 'x' });
  const pending = terraform.seedPolicySet({ name: 'pending' });
  const ready = terraform.seedPolicySet({ name: 'ready' });
  await createVersion(terraform, pending.id);
  await uploaded(ready.id);
  const join = (set: string) => changeMembers(terraform, 'POST', { set, policies: [policy] });
  expect((await join(ready.id)).status).toBe(422);
  expect((await join(pending.id)).status).toBe(204);
});

test('the description of a set is kept as it is', async () => {
  await start();
  const description = ' a\r\n\n<!-- b --> \u{1f680}\u0000\t"\\ c  \n';
  const body = setDocument({ name: 'base', description });
  const created = await ask(terraform, policySetsPath, { method: 'POST', body });
  expect(created.at('data', 'attributes', 'description')).toBe(description);
});

describe('what only a test may see', () => {
  const hook = async (path: string) => {
    const answer = await fetch(`${terraform.url}/sandbox/policy-sets${path}`);
    return { status: answer.status, json: answer.ok ? ((await answer.json()) as unknown) : undefined };
  };

  test('is outside of the API', async () => {
    await start({ ingress: { other: { delay: 1000 } } });
    const { id } = terraform.seedPolicySet({ name: 'base', kind: 'opa', toolVersion: '1.4.2' });
    const other = terraform.seedPolicySet({ name: 'other' });
    const plugin = { name: 'plugin', mode: 0o755, text: '\u0000' };
    const sent = await uploaded(
      id,
      await archive(plugin, { name: 'b', linkname: 'plugin', type: 'symlink' }),
    );
    const pending = await uploaded(other.id);
    const base = {
      name: 'base',
      versioned: true,
      agentEnabled: true,
      toolVersion: '1.4.2',
      policiesPath: null,
      currentVersion: sent,
      newestVersion: sent,
      versions: [{ id: sent, status: 'ready', source: 'tfe-api', error: null, uploads: 1 }],
      files: [
        { path: 'plugin', mode: 0o755, bytes: 'AA==' },
        { path: 'b', link: 'plugin' },
      ],
    };
    expect((await hook('/base')).json).toMatchObject(base);
    expect((await hook('')).json).toMatchObject([
      base,
      { name: 'other', versioned: false, currentVersion: null, newestVersion: pending, files: [] },
    ]);
    expect((await hook('/nothing')).status).toBe(404);
    expect(terraform.requests.slice(-3)).toMatchObject(Array(3).fill({ server: 'sandbox' }));
    expect(terraform.violations).toEqual([]);
  });

  test('names what a request is about', async () => {
    await start();
    const { id } = terraform.seedPolicySet({ name: 'base' });
    await status(await uploaded(id));
    expect(terraform.requests.map((request) => requestName(request, terraform.names()))).toEqual([
      lines.createVersion('base'),
      lines.archive('base'),
      lines.showVersion('base'),
    ]);
  });
});
