import {
  byName,
  type Policy,
  type PolicyKind,
  type PolicySet,
  type PolicySetKind,
  type PolicySetVersion,
  type State,
} from './state.ts';
import {
  currentVersion,
  failureOf,
  isVersioned,
  newestVersion,
  statusOf,
  type VersionStatus,
} from './version-status.ts';

/** A policy, for comparison in tests. */
export type PolicySnapshot = {
  name: string;
  kind: PolicyKind;
  enforcementLevel: string;
  query: string | null;
  description: string | null;
  code: Buffer | null;
  /** Names. */
  policySets: string[];
  id: string;
  updatedAt: string | null;
};

export type PolicySetSnapshot = {
  name: string;
  kind: PolicySetKind;
  description: string | null;
  global: boolean;
  versioned: boolean;
  /** Names. */
  policies: string[];
  id: string;
};

export function policySnapshot(state: State, policy: Policy): PolicySnapshot {
  const { name, kind, enforcementLevel, query, description, code, id, updatedAt } = policy;
  const policySets = state.policySetsOf(policy).map((set) => set.name);
  return { name, kind, enforcementLevel, query, description, code, policySets, id, updatedAt };
}

export function policySetSnapshot(state: State, set: PolicySet): PolicySetSnapshot {
  return {
    name: set.name,
    kind: set.kind,
    description: set.attributes['description'] as string | null,
    global: set.attributes['global'] === true,
    versioned: isVersioned(set),
    policies: state.policiesOf(set).map(({ name }) => name),
    id: set.id,
  };
}

export function policySnapshots(state: State): PolicySnapshot[] {
  return byName([...state.policies.values()]).map((policy) => policySnapshot(state, policy));
}

export function policySetSnapshots(state: State): PolicySetSnapshot[] {
  return byName([...state.policySets.values()]).map((set) => policySetSnapshot(state, set));
}

/** A policy set with its versions, for tests only: the API never returns an archive. */
export type VersionedPolicySetSnapshot = PolicySetSnapshot & {
  agentEnabled: boolean;
  toolVersion: string | null;
  policiesPath: string | null;
  /** IDs. Null for none. */
  currentVersion: string | null;
  newestVersion: string | null;
  /** In the order in which they were created. */
  versions: VersionSnapshot[];
  /** The content of the current version, in the order of its archive. */
  files: FileSnapshot[];
};

export type VersionSnapshot = {
  id: string;
  status: VersionStatus;
  source: string;
  error: string | null;
  /** Number of archives that were sent. */
  uploads: number;
};

/** A file with its permission bits, or a link with its target. */
export type FileSnapshot = { path: string; mode: number; bytes: Buffer } | { path: string; link: string };

export function versionedSnapshot(state: State, set: PolicySet): VersionedPolicySetSnapshot {
  const { attributes, versions } = set;
  const current = currentVersion(set);
  return {
    ...policySetSnapshot(state, set),
    agentEnabled: attributes['agent-enabled'] === true,
    toolVersion: attributes['policy-tool-version'] as string | null,
    policiesPath: attributes['policies-path'] as string | null,
    currentVersion: current?.id ?? null,
    newestVersion: newestVersion(set)?.id ?? null,
    versions: versions.map(versionSnapshot),
    files: current === undefined ? [] : filesOf(current),
  };
}

export function versionSnapshot(version: PolicySetVersion): VersionSnapshot {
  const { id, source, uploads } = version;
  return { id, source, uploads, status: statusOf(version), error: failureOf(version)?.error ?? null };
}

export function filesOf({ upload }: PolicySetVersion): FileSnapshot[] {
  if (upload?.end.status !== 'ready') return [];
  return [...upload.end.files].map(([path, file]) => ({ path, ...file }));
}

/** Names of policies and sets by their IDs, and by the IDs and secrets of their versions. */
export function namesById({ policies, policySets }: State): ReadonlyMap<string, string> {
  const named = [...policies.values(), ...policySets.values()];
  const versions = [...policySets.values()].flatMap((set) =>
    set.versions.flatMap(({ id, secret }): [string, string][] => [
      [id, set.name],
      [secret, set.name],
    ]),
  );
  return new Map([...named.map(({ id, name }): [string, string] => [id, name]), ...versions]);
}
