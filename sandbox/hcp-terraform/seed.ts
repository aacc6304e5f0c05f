import { defaultLevel } from './policy-level.ts';
import { newVersion } from './policy-set-versions.ts';
import { emptyPolicySet } from './policy-sets.ts';
import type { Service } from './service.ts';
import type { Policy, PolicyKind, PolicySet, PolicySetKind } from './state.ts';

export type PolicySeed = {
  name: string;
  organization?: string;
  kind?: PolicyKind;
  enforcementLevel?: string;
  query?: string | null;
  description?: string | null;
  /** Null for a policy that was never given any. */
  code?: string | Buffer | null;
  /** Ids or names of the sets it is a member of. */
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
  /** Its policies come from a repository, or from an uploaded archive. */
  source?: 'vcs' | 'upload';
  /** Names or ids of its members. */
  policies?: string[];
  id?: string;
};

/** A policy that somebody else made, or changed: what is not named stays, or is the default. */
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
  const found = wanted.map((key) => {
    const set = [...state.policySets.values()].find(({ id, name }) => id === key || name === key);
    if (set === undefined) throw new Error(`no policy set ${key}`);
    return set;
  });
  for (const set of state.policySets.values()) {
    if (found.includes(set)) set.policies.add(policy.id);
    else set.policies.delete(policy.id);
  }
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
  Object.assign(set.attributes, { description: seed.description ?? null, global: seed.global ?? false });
  if (seed.toolVersion !== undefined) set.attributes['policy-tool-version'] = seed.toolVersion;
  if (seed.source === 'vcs') set.attributes['vcs-repo'] = { identifier: `${organization}/${name}` };
  if (seed.source === 'upload') newVersion(service, set).status = 'ready';
  state.policySets.set(set.id, set);
  for (const key of seed.policies ?? []) {
    const policy = [...state.policies.values()].find((other) => other.id === key || other.name === key);
    if (policy === undefined) throw new Error(`no policy ${key}`);
    set.policies.add(policy.id);
  }
  return set;
}

function firstOrganization({ state }: Service): string {
  return state.organizations.keys().next().value ?? '';
}
