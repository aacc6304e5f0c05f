import type { StoredFile } from './ingress.ts';
import { defaultLevel } from './policy-level.ts';
import { finishVersion, newVersion } from './policy-set-versions.ts';
import { emptyPolicySet } from './policy-sets.ts';
import type { Service } from './service.ts';
import type { Policy, PolicyKind, PolicySet, PolicySetKind, PolicySetVersion } from './state.ts';

export type PolicySeed = {
  name: string;
  organization?: string;
  kind?: PolicyKind;
  enforcementLevel?: string;
  query?: string | null;
  description?: string | null;
  /** Null if no code was uploaded. */
  code?: string | Buffer | null;
  /** IDs or names of its policy sets. */
  policySets?: string[];
  updatedAt?: string | null;
  id?: string;
};

export type PolicySetSeed = {
  name: string;
  organization?: string;
  kind?: PolicySetKind;
  description?: string | null;
  global?: boolean;
  /** The version of Sentinel or OPA that it runs. */
  toolVersion?: string;
  agentEnabled?: boolean;
  overridable?: boolean;
  policiesPath?: string;
  workspaces?: string[];
  projects?: string[];
  parameters?: { key: string; value?: string; sensitive?: boolean; id?: string }[];
  /** The source of its policies: a repository, an uploaded archive, or HashiCorp's catalog. */
  source?: 'vcs' | 'upload' | 'catalog';
  /** The content of its current version, by path. If given, the source is `upload`. */
  files?: Record<string, string>;
  /** Names or IDs of its members. */
  policies?: string[];
  id?: string;
};

/** A policy that somebody else creates or changes. Other attributes stay the same or have their defaults. */
export function seedPolicy(service: Service, seed: PolicySeed): Policy {
  const { state } = service;
  const organization = seed.organization ?? firstOrganization(service);
  const existing = [...state.policies.values()].find(
    (policy) => policy.organization === organization && policy.name === seed.name,
  );
  const policy = existing ?? newPolicy(service, organization, seed);
  if (seed.enforcementLevel !== undefined) policy.enforcementLevel = seed.enforcementLevel;
  if (seed.query !== undefined) policy.query = seed.query;
  if (seed.description !== undefined) policy.description = seed.description;
  if (seed.code !== undefined || existing === undefined) {
    policy.code = seed.code === undefined || seed.code === null ? null : Buffer.from(seed.code as string);
    policy.updatedAt = policy.code === null ? null : state.time();
  }
  if (seed.updatedAt !== undefined) policy.updatedAt = seed.updatedAt;
  state.policies.set(policy.id, policy);
  if (seed.policySets !== undefined) joinExactly(service, policy, seed.policySets);
  return policy;
}

function newPolicy(
  { state }: Service,
  organization: string,
  { name, kind = 'sentinel', id }: PolicySeed,
): Policy {
  return {
    id: id ?? state.newId('pol'),
    organization,
    name,
    kind,
    query: kind === 'opa' ? 'data.policy.deny' : null,
    description: null,
    enforcementLevel: defaultLevel[kind],
    code: null,
    updatedAt: null,
  };
}

function joinExactly({ state }: Service, policy: Policy, wanted: string[]): void {
  const found = wanted.map((key) => policySetNamed({ state }, key));
  for (const set of state.policySets.values()) {
    if (found.includes(set)) set.policies.add(policy.id);
    else set.policies.delete(policy.id);
  }
}

/** @throws Error if there is none with that name or ID */
export function policySetNamed({ state }: Pick<Service, 'state'>, key: string): PolicySet {
  const set = [...state.policySets.values()].find(({ id, name }) => id === key || name === key);
  if (set === undefined) throw new Error(`no policy set ${key}`);
  return set;
}

export function removePolicy({ state }: Service, key: string): void {
  const policy = [...state.policies.values()].find(({ id, name }) => id === key || name === key);
  if (policy === undefined) throw new Error(`no policy ${key}`);
  state.policies.delete(policy.id);
  for (const set of state.policySets.values()) set.policies.delete(policy.id);
}

export function seedPolicySet(service: Service, seed: PolicySetSeed): PolicySet {
  const { state } = service;
  const { name, kind = 'sentinel', organization = firstOrganization(service) } = seed;
  const set = emptyPolicySet(service, { organization, name, kind });
  if (seed.id !== undefined) set.id = seed.id;
  Object.assign(set.attributes, seededAttributes(kind, seed));
  seedScope(service, set, seed);
  seedSource(service, set, seed);
  state.policySets.set(set.id, set);
  for (const key of seed.policies ?? []) {
    const policy = [...state.policies.values()].find((other) => other.id === key || other.name === key);
    if (policy === undefined) throw new Error(`no policy ${key}`);
    set.policies.add(policy.id);
  }
  return set;
}

function seededAttributes(kind: PolicySetKind, seed: PolicySetSeed): object {
  const agent = seed.agentEnabled ?? (kind !== 'sentinel' || seed.toolVersion !== undefined);
  return {
    description: seed.description ?? null,
    global: seed.global ?? false,
    'agent-enabled': agent,
    'policy-tool-version': seed.toolVersion ?? null,
    overridable: seed.overridable ?? (agent ? false : null),
    'policies-path': seed.policiesPath ?? null,
  };
}

function seedScope({ state }: Service, set: PolicySet, seed: PolicySetSeed): void {
  for (const id of seed.workspaces ?? []) set.relations.workspaces.add(id);
  for (const id of seed.projects ?? []) set.relations.projects.add(id);
  for (const { key, value = '', sensitive = false, id } of seed.parameters ?? []) {
    set.parameters.set(id ?? state.newId('var'), { key, value, sensitive });
  }
}

function seedSource(service: Service, set: PolicySet, { source, files }: PolicySetSeed): void {
  if (source === 'catalog') set.fromCatalog = true;
  if (source === 'vcs') {
    set.attributes['vcs-repo'] = { identifier: `${set.organization}/${set.name}` };
    publishVersion(service, set, { source: 'github' });
  }
  if (source === 'upload' || files !== undefined) publishVersion(service, set, files ? { files } : {});
}

export type VersionSeed = {
  /** Its content, by path. */
  files?: Record<string, string>;
  /** `github` or similar for a version that was not uploaded. */
  source?: string;
  /** Whether it failed, so that it is the newest but not the current one. */
  error?: string;
  message?: string;
  id?: string;
};

/** A version that somebody else has published. */
export function publishVersion(service: Service, set: PolicySet, seed: VersionSeed = {}): PolicySetVersion {
  const version = newVersion(service, set, seed.source);
  if (seed.id !== undefined) version.id = seed.id;
  const { files = {}, error, message } = seed;
  const stored = Object.entries(files).map(([path, text]): [string, StoredFile] => [
    path,
    { mode: 0o644, bytes: Buffer.from(text) },
  ]);
  finishVersion(
    service,
    version,
    error === undefined ? { status: 'ready', files: new Map(stored) } : { status: 'errored', error, message },
  );
  return version;
}

function firstOrganization({ state }: Service): string {
  return state.organizations.keys().next().value ?? '';
}
