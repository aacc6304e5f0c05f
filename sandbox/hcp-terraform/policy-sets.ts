import { type Answer, emptyAnswer } from '../http/exchange.ts';
import { jsonAnswer, simpleError } from './errors.ts';
import { included, select } from './list.ts';
import { paginate } from './pagination.ts';
import { policyResource } from './policy-document.ts';
import { policySetResource } from './policy-set-document.ts';
import { addPolicies, resolvePolicies } from './policy-set-members.ts';
import { versionResource } from './policy-set-versions.ts';
import {
  attributesOf,
  type Call,
  entitled,
  identifiers,
  organizationOf,
  policySetOf,
  primaryData,
  type Route,
  relationship,
} from './service.ts';
import { isVersioned, type PolicySet, relationNames } from './state.ts';
import { Validation } from './validation.ts';

const includes = [
  ...['projects', 'workspaces', 'workspace_exclusions', 'workspace-exclusions', 'project_exclusions'],
  ...['policies', 'newest_version', 'current_version'],
];

export const policySetRoutes: Route[] = [
  { method: 'GET', path: '/organizations/:organization/policy-sets', answer: 'policy-sets', handle: list },
  {
    method: 'POST',
    path: '/organizations/:organization/policy-sets',
    request: 'policy-set-create',
    answer: 'policy-set',
    handle: create,
  },
  { method: 'GET', path: '/policy-sets/:policySet', answer: 'policy-set', handle: show },
  {
    method: 'PATCH',
    path: '/policy-sets/:policySet',
    request: 'policy-set-update',
    answer: 'policy-set',
    handle: update,
  },
  { method: 'DELETE', path: '/policy-sets/:policySet', handle: remove },
];

/** Attributes that are stored as they come (docs/terraform-api.md#policy-sets), and what they are by default. */
export const attributeDefaults = {
  description: null,
  global: false,
  overridable: false,
  'agent-enabled': false,
  'policy-tool-version': null,
  'policies-path': null,
  'vcs-repo': null,
  'policy-update-patterns': [],
};

function list(call: Call): Answer {
  const organization = entitled(organizationOf(call));
  const include = included(call, includes);
  const versioned = call.query.get('filter[versioned]');
  const sets = [...call.state.policySets.values()].filter(
    (set) =>
      set.organization === organization.name &&
      (versioned === null || String(isVersioned(set)) === versioned),
  );
  const { items, envelope } = paginate(call, select(call, sets));
  const data = items.map((set) => policySetResource(call, set));
  return jsonAnswer(200, { data, ...related(call, items, include), ...envelope });
}

function create(call: Call): Answer {
  const organization = entitled(organizationOf(call));
  const data = primaryData(call, 'policy-sets');
  const set = newPolicySet(call, organization.name, attributesOf(data));
  const ids = identifiers(relationship(data, 'policies'), 'policies', '/data/relationships/policies') ?? [];
  const policies = resolvePolicies(call, set, ids);
  const owned = [...call.state.policySets.values()].filter((s) => s.organization === organization.name);
  if (organization.policySetLimit !== null && owned.length >= organization.policySetLimit) {
    throw simpleError(422, 'limit reached', 'This organization has reached its limit of policy sets');
  }
  replaceRelations(set, data);
  call.state.policySets.set(set.id, set);
  addPolicies(call, set, policies);
  return jsonAnswer(201, { data: policySetResource(call, set) });
}

function newPolicySet(call: Call, organization: string, attributes: Record<string, unknown>): PolicySet {
  const validation = new Validation(attributes);
  const name = validation.name(isTaken(call, organization));
  const kinds = ['sentinel', 'opa', 'tfpolicy'] as const;
  const kind = call.settings.dialect.kind ? validation.oneOf('kind', kinds, 'sentinel') : 'sentinel';
  validation.textOrNull('description');
  validation.done();
  return {
    ...emptyPolicySet(call, { organization, name, kind }),
    attributes: { ...attributeDefaults, overridable: kind === 'opa', ...known(attributes) },
  };
}

export function emptyPolicySet(
  { state }: Pick<Call, 'state'>,
  { organization, name, kind }: Pick<PolicySet, 'organization' | 'name' | 'kind'>,
): PolicySet {
  const createdAt = state.time();
  return {
    id: state.newId('polset'),
    organization,
    name,
    kind,
    attributes: { ...attributeDefaults },
    policies: new Set(),
    relations: {
      workspaces: new Set(),
      projects: new Set(),
      'workspace-exclusions': new Set(),
      'project-exclusions': new Set(),
    },
    versions: [],
    parameters: new Map(),
    createdAt,
    updatedAt: createdAt,
  };
}

function show(call: Call): Answer {
  const set = policySetOf(call);
  const include = included(call, includes);
  return jsonAnswer(200, { data: policySetResource(call, set), ...related(call, [set], include) });
}

/** The kind is fixed, and members are not changed this way (docs/terraform-api.md#policy-sets). */
function update(call: Call): Answer {
  const set = policySetOf(call);
  const data = primaryData(call, 'policy-sets');
  const attributes = attributesOf(data);
  const validation = new Validation(attributes);
  const taken = isTaken(call, set.organization);
  if (validation.has('name')) validation.name((name) => name !== set.name && taken(name));
  validation.textOrNull('description');
  validation.done();
  set.name = String(attributes['name'] ?? set.name);
  Object.assign(set.attributes, known(attributes));
  replaceRelations(set, data);
  set.updatedAt = call.state.time();
  return jsonAnswer(200, { data: policySetResource(call, set) });
}

function remove(call: Call): Answer {
  call.state.policySets.delete(policySetOf(call).id);
  return emptyAnswer(204);
}

function isTaken({ state }: Call, organization: string): (name: string) => boolean {
  return (name) =>
    [...state.policySets.values()].some((set) => set.organization === organization && set.name === name);
}

function known(attributes: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => name in attributeDefaults));
}

function replaceRelations(set: PolicySet, data: Record<string, unknown>): void {
  for (const name of relationNames) {
    const type = name.startsWith('workspace') ? 'workspaces' : 'projects';
    const ids = identifiers(relationship(data, name), type, `/data/relationships/${name}`);
    if (ids !== undefined) set.relations[name] = new Set(ids);
  }
}

function related(call: Call, sets: PolicySet[], include: Set<string>): object {
  if (include.size === 0) return {};
  const policies = include.has('policies') ? sets.flatMap((set) => call.state.policiesOf(set)) : [];
  const versions = sets.flatMap((set) => [
    ...(include.has('newest-version') ? [set.versions.at(-1)] : []),
    ...(include.has('current-version') ? [set.versions.findLast((v) => v.status === 'ready')] : []),
  ]);
  return {
    included: [
      ...[...new Set(policies)].map((policy) => policyResource(call, policy)),
      ...[...new Set(versions)].flatMap((version) => (version ? [versionResource(call, version)] : [])),
    ],
  };
}
