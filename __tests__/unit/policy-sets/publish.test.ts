import { expect, test } from '@jest/globals';
import type { NewSet, SetChange, VersionedSet } from '../../../src/model/policy-set.ts';
import { readSetDescription } from '../../../src/model/set-stamp.ts';
import type { LocalSet } from '../../../src/policy-sets/local-set.ts';
import { planSets } from '../../../src/policy-sets/plan.ts';
import type { SetStore } from '../../../src/policy-sets/ports.ts';
import { publishSets } from '../../../src/policy-sets/publish.ts';
import { NEVER_CANCELLED } from '../../../src/runtime/cancellation.ts';
import { aLocalSet, anOwnership, aSet } from './builders.ts';

/** A server with one policy set, and what it was asked to do. */
class Server implements SetStore {
  set: VersionedSet | undefined;
  readonly latency = 0;
  readonly asked: unknown[] = [];
  readonly #forgets: { readonly onCreate?: boolean; readonly always?: boolean };

  constructor(
    set: VersionedSet | undefined,
    forgets: { readonly onCreate?: boolean; readonly always?: boolean } = {},
  ) {
    this.set = set;
    this.#forgets = forgets;
  }

  async create({ policiesPath, ...set }: NewSet) {
    this.asked.push({ create: policiesPath });
    const { onCreate = false, always = false } = this.#forgets;
    const settings = { ...aSet().settings, policiesPath: onCreate || always ? undefined : policiesPath };
    const { text, stamp } = readSetDescription(set.description);
    this.set = aSet({ name: set.name, kind: set.kind, description: text, stamp, settings });
    return { set: this.set, made: true };
  }

  async update(_: string, { policiesPath, description }: SetChange) {
    this.asked.push({ update: policiesPath });
    const before = this.#held();
    const { text, stamp } = readSetDescription(description);
    const path =
      this.#forgets.always || policiesPath === undefined ? before.settings.policiesPath : policiesPath;
    const settings = { ...before.settings, policiesPath: path ?? undefined };
    this.set = { ...before, description: text, stamp, settings };
    return this.set;
  }

  async upload() {
    this.asked.push('upload');
    this.set = { ...this.#held(), currentVersion: { id: 'polsetver-1', version: undefined } };
    return this.readVersion();
  }

  async readVersion() {
    return { id: 'polsetver-1', source: 'tfe-api', status: 'ready', error: undefined };
  }

  async readAgain() {
    return this.#held();
  }

  #held(): VersionedSet {
    if (this.set === undefined) throw new Error('There is no policy set.');
    return this.set;
  }
}

async function publish(local: Partial<LocalSet>, server: Server) {
  const ownership = anOwnership({ mayCreate: true });
  const plan = planSets([{ local: aLocalSet(local), set: server.set }], {
    organization: 'acme',
    ownership,
    toolVersion: undefined,
  });
  const [result] = await publishSets(plan, {
    store: server,
    timer: { now: () => 0, wait: async () => undefined },
    organization: 'acme',
    ownership,
    parallelism: 1,
    cancellation: NEVER_CANCELLED,
    commit: 'c'.repeat(40),
    folderUrl: (path) => `https://github.com/acme/policies/tree/c/${path}`,
    archive: async () => [Buffer.from('archive')],
    onStep: () => undefined,
  });
  return result;
}

const below = { kind: 'tfpolicy', folder: 'policies', path: 'azure' } as const;

test('where policies are in the archive is said as the policy set is created', async () => {
  const server = new Server(undefined);
  expect(await publish(below, server)).toMatchObject({ error: undefined, made: true });
  expect(server.asked).toEqual([{ create: 'azure' }, 'upload', { update: undefined }]);
  expect(server.set?.settings.policiesPath).toBe('azure');
  expect(server.set?.stamp).toMatchObject({ folder: 'policies//azure' });
  expect(server.set?.stamp?.line).toContain('(https://github.com/acme/policies/tree/c/policies/azure ');
});

test('a server that does not take it at once is asked again before there is a version', async () => {
  const server = new Server(undefined, { onCreate: true });
  expect(await publish(below, server)).toMatchObject({ error: undefined });
  expect(server.asked).toEqual([{ create: 'azure' }, { update: 'azure' }, 'upload', { update: undefined }]);
});

test('nothing is uploaded where a server does not take it at all: no policy would run', async () => {
  const server = new Server(undefined, { always: true });
  const result = await publish(below, server);
  expect(result?.error).toMatchObject({
    problems: [{ message: expect.stringContaining('accepted the change to `policies-path`') }],
  });
  expect(server.asked).toEqual([{ create: 'azure' }, { update: 'azure' }]);
});

test.each<[string, Partial<LocalSet>, string | undefined, string | null]>([
  ['is set', below, undefined, 'azure'],
  ['is changed', below, 'aws', 'azure'],
  ['is taken away', { kind: 'tfpolicy' }, 'aws', null],
  ['is taken away for a kind that has its configuration at the root', { path: 'azure' }, 'azure', null],
])('in a policy set without a version it %s', async (_, local, before, sent) => {
  const kind = local.kind ?? 'sentinel';
  const server = new Server(aSet({ kind, settings: { ...aSet().settings, policiesPath: before } }));
  expect(await publish(local, server)).toMatchObject({ error: undefined });
  expect(server.asked).toEqual([{ update: sent }, 'upload', { update: undefined }]);
  expect(server.set?.settings.policiesPath).toBe(sent ?? undefined);
});
