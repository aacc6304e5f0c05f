import type { Answer } from '../http/exchange.ts';
import { jsonAnswer, notFound, simpleError } from './errors.ts';
import { objectAddress } from './object-store.ts';
import { paginate } from './pagination.ts';
import { type Call, entitled, policySetOf, type Route, type Service } from './service.ts';
import type { PolicySet, PolicySetVersion } from './state.ts';

export const versionRoutes: Route[] = [
  { method: 'GET', path: '/policy-sets/:policySet/versions', answer: 'policy-set-versions', handle: list },
  { method: 'POST', path: '/policy-sets/:policySet/versions', answer: 'policy-set-version', handle: create },
  { method: 'GET', path: '/policy-set-versions/:version', answer: 'policy-set-version', handle: show },
];

function list(call: Call): Answer {
  const { items, envelope } = paginate(call, policySetOf(call).versions);
  return jsonAnswer(200, { data: items.map((version) => versionResource(call, version)), ...envelope });
}

/** A set with managed policies or a repository takes no uploads (docs/terraform-api.md#policy-set-versions). */
function create(call: Call): Answer {
  const set = policySetOf(call);
  if (set.policies.size > 0 || set.attributes['vcs-repo'] !== null) {
    throw simpleError(422, 'invalid attribute', 'Policy set does not support uploading');
  }
  const version = newVersion(call, set);
  return jsonAnswer(201, { data: versionResource(call, version) });
}

export function newVersion(
  { state, settings }: Pick<Service, 'state' | 'settings'>,
  set: PolicySet,
): PolicySetVersion {
  const version: PolicySetVersion = {
    id: state.newId('polsetver'),
    policySet: set.id,
    status: 'pending',
    timestamps: {},
    error: null,
    secret: '',
    pollsLeft: settings.versionPolls,
    createdAt: state.time(),
  };
  version.secret = state.store({ write: () => move(version, 'ingressing', state.time()) });
  set.versions.push(version);
  return version;
}

/** Each look at an uploaded version brings it nearer to its end. */
function show(call: Call): Answer {
  const { state, settings } = call;
  const set = [...state.policySets.values()].find(({ versions }) =>
    versions.some(({ id }) => id === call.params['version']),
  );
  const version = set?.versions.find(({ id }) => id === call.params['version']);
  if (set === undefined || version === undefined) throw notFound();
  entitled(state.organizations.get(set.organization));
  if (version.status === 'ingressing' && version.pollsLeft === 0) {
    move(version, settings.versionOutcome, state.time());
    version.error = settings.versionOutcome === 'errored' ? 'policy-set-version-error' : null;
  }
  version.pollsLeft = Math.max(0, version.pollsLeft - 1);
  return jsonAnswer(200, { data: versionResource(call, version) });
}

function move(version: PolicySetVersion, status: 'ingressing' | 'ready' | 'errored', time: string): void {
  version.status = status;
  version.timestamps[`${status}-at`] = time;
}

export function versionResource(service: Service, version: PolicySetVersion): object {
  return {
    id: version.id,
    type: 'policy-set-versions',
    attributes: {
      source: 'tfe-api',
      status: version.status,
      'status-timestamps': version.timestamps,
      error: version.error,
      'created-at': version.createdAt,
    },
    relationships: { 'policy-set': { data: { id: version.policySet, type: 'policy-sets' } } },
    links: {
      self: `/api/v2/policy-set-versions/${version.id}`,
      ...(version.status === 'pending' ? { upload: objectAddress(service, version.secret) } : {}),
    },
  };
}
