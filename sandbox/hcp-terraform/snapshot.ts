import {
  byName,
  isVersioned,
  type Policy,
  type PolicyKind,
  type PolicySet,
  type PolicySetKind,
  type State,
} from './state.ts';

/** A policy as a test compares it. */
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
