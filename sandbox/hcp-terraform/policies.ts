import { type Answer, emptyAnswer } from '../http/exchange.ts';
import { jsonAnswer, simpleError } from './errors.ts';
import { included, select } from './list.ts';
import { paginate } from './pagination.ts';
import { policyResource } from './policy-document.ts';
import { defaultLevel, statedLevel } from './policy-level.ts';
import { policySetResource } from './policy-set-document.ts';
import { addPolicies, memberships } from './policy-set-members.ts';
import {
  attributesOf,
  type Call,
  entitled,
  identifiers,
  organizationOf,
  policyOf,
  primaryData,
  type Route,
  relationship,
} from './service.ts';
import type { Policy } from './state.ts';
import { Validation } from './validation.ts';

const includes = ['policy-sets', 'policy_sets'];

export const policyRoutes: Route[] = [
  { method: 'GET', path: '/organizations/:organization/policies', answer: 'policies', handle: list },
  {
    method: 'POST',
    path: '/organizations/:organization/policies',
    request: 'policy-create',
    answer: 'policy',
    handle: create,
  },
  { method: 'GET', path: '/policies/:policy', answer: 'policy', handle: show },
  {
    method: 'PATCH',
    path: '/policies/:policy',
    request: 'policy-update',
    answer: 'policy',
    handle: update,
  },
  { method: 'DELETE', path: '/policies/:policy', handle: remove },
];

function list(call: Call): Answer {
  const organization = entitled(organizationOf(call));
  const include = included(call, includes);
  const policies = [...call.state.policies.values()].filter((p) => p.organization === organization.name);
  const { items, envelope } = paginate(call, select(call, policies));
  const membership = call.settings.includeMembershipInLists || include.has('policy-sets');
  const data = items.map((policy) => policyResource(call, policy, { membership }));
  return jsonAnswer(200, { data, ...related(call, items, include), ...envelope });
}

function create(call: Call): Answer {
  const organization = entitled(organizationOf(call));
  const data = primaryData(call, 'policies');
  const policy = newPolicy(call, organization.name, new Validation(attributesOf(data)));
  const ids = identifiers(
    relationship(data, 'policy-sets'),
    'policy-sets',
    '/data/relationships/policy-sets',
  );
  const sets = memberships(call, policy, ids ?? []);
  const owned = [...call.state.policies.values()].filter((p) => p.organization === organization.name);
  if (organization.policyLimit !== null && owned.length >= organization.policyLimit) {
    throw simpleError(422, 'limit reached', 'This organization has reached its limit of policies');
  }
  call.state.policies.set(policy.id, policy);
  for (const set of sets) addPolicies(call, set, [policy]);
  return jsonAnswer(call.settings.createStatus, { data: policyResource(call, policy) });
}

function newPolicy(call: Call, organization: string, validation: Validation): Policy {
  const { state, settings } = call;
  const name = validation.name((taken) =>
    [...state.policies.values()].some((p) => p.organization === organization && p.name === taken),
  );
  const kind = settings.dialect.kind
    ? validation.oneOf('kind', ['sentinel', 'opa'] as const, 'sentinel')
    : 'sentinel';
  const query = kind === 'opa' ? validation.textOrNull('query') : null;
  if (kind === 'opa' && query === null) validation.refuse('query', "Query can't be blank");
  const level = statedLevel(validation, { name, kind }, settings);
  const stated =
    validation.has('enforce') || (settings.dialect.enforcementLevel && validation.has('enforcement-level'));
  if (!stated && settings.missingLevel === 'refused') {
    validation.refuse('enforcement-level', "Enforcement level can't be blank");
  }
  const description = storedDescription(call, validation.textOrNull('description'));
  validation.done();
  const enforcementLevel = level ?? defaultLevel[kind];
  const id = state.newId('pol');
  return { id, organization, name, kind, query, description, enforcementLevel, code: null, updatedAt: null };
}

function show(call: Call): Answer {
  const policy = policyOf(call);
  const include = included(call, includes);
  return jsonAnswer(200, { data: policyResource(call, policy), ...related(call, [policy], include) });
}

/** Only given attributes change. The name never does (docs/terraform-api.md#policies). */
function update(call: Call): Answer {
  const policy = policyOf(call);
  const validation = new Validation(attributesOf(primaryData(call, 'policies')));
  const level = statedLevel(validation, policy, call.settings);
  const description = storedDescription(call, validation.textOrNull('description'));
  const query =
    policy.kind === 'opa' && validation.has('query') ? validation.textOrNull('query') : policy.query;
  if (policy.kind === 'opa' && query === null) validation.refuse('query', "Query can't be blank");
  validation.done();
  policy.enforcementLevel = level ?? policy.enforcementLevel;
  policy.query = query;
  if (validation.has('description') || call.settings.patchClearsDescription) policy.description = description;
  if (call.settings.patchMovesUpdatedAt && policy.updatedAt !== null) policy.updatedAt = call.state.time();
  return jsonAnswer(200, { data: policyResource(call, policy) });
}

const storedDescription = ({ settings }: Call, description: string | null): string | null =>
  description === null ? null : settings.storedDescription(description);

function remove(call: Call): Answer {
  const policy = policyOf(call);
  call.state.policies.delete(policy.id);
  for (const set of call.state.policySets.values()) set.policies.delete(policy.id);
  return emptyAnswer(204);
}

function related(call: Call, policies: Policy[], include: Set<string>): object {
  if (!include.has('policy-sets')) return {};
  const sets = new Set(policies.flatMap((policy) => call.state.policySetsOf(policy)));
  return { included: [...sets].map((set) => policySetResource(call, set)) };
}
