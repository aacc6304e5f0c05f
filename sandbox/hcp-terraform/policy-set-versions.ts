import type { Answer } from '../http/exchange.ts';
import { jsonAnswer, notFound, simpleError } from './errors.ts';
import { BadArchive, unpack, unpackLeniently } from './ingress.ts';
import { included } from './list.ts';
import { objectAddress } from './object-store.ts';
import type { Ingress } from './options.ts';
import { paginate } from './pagination.ts';
import { policySetResource } from './policy-set-document.ts';
import { type Call, entitled, policySetOf, type Route, type Service } from './service.ts';
import type { PolicySet, PolicySetVersion, VersionEnd } from './state.ts';
import { failureOf, isVersioned, statusOf, timesOf } from './version-status.ts';

export const versionRoutes: Route[] = [
  { method: 'GET', path: '/policy-sets/:policySet/versions', answer: 'policy-set-versions', handle: list },
  { method: 'POST', path: '/policy-sets/:policySet/versions', answer: 'policy-set-version', handle: create },
  { method: 'GET', path: '/policy-set-versions/:version', answer: 'policy-set-version', handle: show },
];

function list(call: Call): Answer {
  const set = policySetOf(call);
  if (!call.settings.versionLists) throw notFound();
  const { items, envelope } = paginate(call, set.versions);
  return jsonAnswer(200, { data: items.map((version) => versionResource(call, version)), ...envelope });
}

/** A set with individually managed policies or another source accepts no uploads (docs/terraform-api.md#policy-set-versions). */
function create(call: Call): Answer {
  const set = policySetOf(call);
  if (set.policies.size > 0 || (set.attributes['vcs-repo'] ?? null) !== null || set.fromCatalog) {
    throw simpleError(422, 'invalid attribute', 'Policy set does not support uploading versions');
  }
  refuseBeyondLimit(call, set);
  const version = newVersion(call, set);
  return jsonAnswer(201, { data: versionResource(call, version) });
}

/** The real response is not documented (docs/terraform-api.md#editions). */
function refuseBeyondLimit({ state, settings }: Call, set: PolicySet): void {
  const limit = state.organizations.get(set.organization)?.versionedPolicySetLimit ?? null;
  const others = [...state.policySets.values()].filter(
    (other) => other !== set && other.organization === set.organization && isVersioned(other),
  );
  if (limit === null || others.length < limit) return;
  if (settings.limitStatus === 404) throw notFound();
  throw simpleError(422, 'limit reached', 'This organization has reached its limit of versioned policy sets');
}

type Keeper = Pick<Service, 'state' | 'settings'>;

export function newVersion(service: Keeper, set: PolicySet, source = 'tfe-api'): PolicySetVersion {
  const { state, settings } = service;
  const version: PolicySetVersion = {
    id: state.newId('polsetver'),
    policySet: set.id,
    source,
    secret: '',
    upload: null,
    uploads: 0,
    createdAt: state.time(),
  };
  version.secret = state.store({
    write: (archive) => receive(service, { set, version, archive }),
    expires: Date.now() + settings.uploadLife,
  });
  set.versions.push(version);
  return version;
}

/** The first archive counts, unless it is sent again before the service has started to read it. */
async function receive(
  { state, settings }: Keeper,
  { set, version, archive }: { set: PolicySet; version: PolicySetVersion; archive: Buffer },
): Promise<void> {
  version.uploads += 1;
  if (statusOf(version) !== 'pending') return;
  const planned: Ingress = settings.ingress[set.name] ?? {};
  const order = state.nextUpload();
  const at = Date.now();
  const startsAt = at + settings.pendingDelay;
  const endsAt = startsAt + (planned.delay ?? settings.ingressDelay);
  const currentAt = endsAt + settings.currentVersionDelay;
  const end = await ended(settings.ingressRules, planned, archive);
  version.upload = { archive, order, at, startsAt, endsAt, currentAt, end };
}

async function ended(rules: 'strict' | 'lax', planned: Ingress, archive: Buffer): Promise<VersionEnd> {
  const { status = 'ready', error = null, message } = planned;
  if (status !== 'ready') return { status, error, message };
  if (rules === 'lax') return { status, files: await unpackLeniently(archive) };
  try {
    return { status, files: await unpack(archive) };
  } catch (refused) {
    if (!(refused instanceof BadArchive)) throw refused;
    return { status: 'errored', error: refused.message };
  }
}

/** A version of another publisher, with its final status. */
export function finishVersion({ state }: Keeper, version: PolicySetVersion, end: VersionEnd): void {
  const now = Date.now();
  const times = { at: now, startsAt: now, endsAt: now, currentAt: now };
  version.upload = { archive: Buffer.alloc(0), order: state.nextUpload(), ...times, end };
}

function show(call: Call): Answer {
  const { state, settings, params } = call;
  const sets = [...state.policySets.values()];
  const set = sets.find(({ versions }) => versions.some(({ id }) => id === params['version']));
  const version = set?.versions.find(({ id }) => id === params['version']);
  if (set === undefined || version === undefined) throw notFound();
  entitled(state.organizations.get(set.organization));
  const include = included(call, ['policy_set', 'policy-set']);
  const data = versionResource(call, version);
  if (settings.rivals && statusOf(version) === 'ready' && set.versions.at(-1) === version) {
    finishVersion(call, newVersion(call, set), { status: 'ready', files: new Map() });
  }
  return jsonAnswer(200, { data, ...(include.size > 0 ? { included: [policySetResource(call, set)] } : {}) });
}

export function versionResource(service: Service, version: PolicySetVersion): object {
  const status = statusOf(version);
  return {
    id: version.id,
    type: 'policy-set-versions',
    attributes: attributes(version),
    relationships: { 'policy-set': { data: { id: version.policySet, type: 'policy-sets' } } },
    links: {
      self: `/api/v2/policy-set-versions/${version.id}`,
      ...(status === 'pending' ? { upload: objectAddress(service, version.secret) } : {}),
    },
  };
}

function attributes(version: PolicySetVersion): object {
  const { timestamps, updatedAt } = timesOf(version);
  const failed = failureOf(version);
  return {
    source: version.source,
    status: statusOf(version),
    'status-timestamps': timestamps,
    error: failed?.error ?? null,
    ...(failed?.message === undefined ? {} : { 'error-message': failed.message }),
    'ingress-attributes': ingressAttributes(version),
    'created-at': version.createdAt,
    'updated-at': updatedAt,
  };
}

/** The source of a version that was not uploaded. */
function ingressAttributes({ source }: PolicySetVersion): object | null {
  if (source === 'tfe-api') return null;
  const commit = '0123456789abcdef0123456789abcdef01234567';
  const url = `https://example.com/acme/policies/commit/${commit}`;
  return { 'commit-sha': commit, 'commit-url': url, identifier: 'acme/policies' };
}
