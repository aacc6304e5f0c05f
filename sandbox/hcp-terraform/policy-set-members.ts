import { type Answer, asObject, emptyAnswer } from '../http/exchange.ts';
import { simpleError, unprocessable } from './errors.ts';
import { type Call, identifiers, policySetOf, type Route, type Service } from './service.ts';
import { type Policy, type PolicySet, type RelationName, relationNames } from './state.ts';
import { isVersioned } from './version-status.ts';

export const memberRoutes: Route[] = [
  {
    method: 'POST',
    path: '/policy-sets/:policySet/relationships/policies',
    request: 'policy-identifiers',
    handle: add,
  },
  {
    method: 'DELETE',
    path: '/policy-sets/:policySet/relationships/policies',
    request: 'policy-identifiers',
    handle: remove,
  },
  ...relationNames.flatMap(relationRoutes),
];

/** Adds and never replaces. Existing members are ignored (docs/terraform-api.md#policy-set-members). */
function add(call: Call): Answer {
  const set = policySetOf(call);
  addPolicies(call, set, namedPolicies(call, set));
  return emptyAnswer(204);
}

/** Policies that are not members are ignored. */
function remove(call: Call): Answer {
  const set = policySetOf(call);
  for (const { id } of namedPolicies(call, set)) set.policies.delete(id);
  return emptyAnswer(204);
}

export function addPolicies({ state }: Service, set: PolicySet, policies: Policy[]): void {
  for (const { id } of policies) set.policies.add(id);
  set.updatedAt = state.time();
}

/** The policies in the request. A single invalid one makes the whole request fail. */
function namedPolicies(call: Call, set: PolicySet): Policy[] {
  const ids = identifiers(asObject(call.document)['data'] ?? null, 'policies', '/data') ?? [];
  if (ids.length === 0) throw unprocessable('data must name at least one policy');
  return resolvePolicies(call, set, ids);
}

export function resolvePolicies({ state }: Service, set: PolicySet, ids: string[]): Policy[] {
  if (ids.length > 0) refuseVersioned(set);
  return ids.map((id) => {
    const policy = state.policies.get(id);
    if (policy === undefined || policy.organization !== set.organization) {
      throw simpleError(422, 'invalid attribute', `Policy ${id} could not be found`);
    }
    refuseOtherKind(policy, set);
    return policy;
  });
}

/** The sets of a new policy. An unknown one makes the request fail. */
export function memberships({ state }: Service, policy: Policy, ids: string[]): PolicySet[] {
  return ids.map((id) => {
    const set = state.policySets.get(id);
    if (set === undefined || set.organization !== policy.organization) {
      throw simpleError(422, 'invalid attribute', `Policy set ${id} could not be found`);
    }
    refuseVersioned(set);
    refuseOtherKind(policy, set);
    return set;
  });
}

function refuseVersioned(set: PolicySet): void {
  if (!isVersioned(set)) return;
  throw simpleError(422, 'invalid attribute', `Policies of ${set.name} are managed by its source`);
}

function refuseOtherKind(policy: Policy, set: PolicySet): void {
  if (policy.kind === set.kind) return;
  throw simpleError(422, 'invalid attribute', `Policy ${policy.name} is not of kind ${set.kind}`);
}

/** Workspaces and projects are only counted, and their IDs are not checked. */
function relationRoutes(name: RelationName): Route[] {
  const change = (method: 'add' | 'delete') => (call: Call) => {
    const set = policySetOf(call);
    const type = name.startsWith('workspace') ? 'workspaces' : 'projects';
    for (const id of identifiers(asObject(call.document)['data'] ?? null, type, '/data') ?? []) {
      set.relations[name][method](id);
    }
    return emptyAnswer(204);
  };
  const path = `/policy-sets/:policySet/relationships/${name}`;
  return [
    { method: 'POST', path, request: 'identifiers', handle: change('add') },
    { method: 'DELETE', path, request: 'identifiers', handle: change('delete') },
  ];
}
