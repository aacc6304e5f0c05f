import { type Answer, emptyAnswer } from '../http/exchange.ts';
import { jsonAnswer, simpleError } from './errors.ts';
import { included, select } from './list.ts';
import { paginate } from './pagination.ts';
import { policyResource } from './policy-document.ts';
import { policySetResource } from './policy-set-document.ts';
import { addPolicies, resolvePolicies } from './policy-set-members.ts';
import { changedSettings, newSettings } from './policy-set-settings.ts';
import { setTagSelectors, tagSelectors } from './policy-set-tags.ts';
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
import { type Organization, type PolicySet, relationNames } from './state.ts';
import { Validation } from './validation.ts';
import { currentVersion, isVersioned, newestVersion } from './version-status.ts';

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

/** Attributes that are stored unchanged, with their defaults (docs/terraform-api.md#policy-sets). */
export const attributeDefaults = {
  description: null,
  global: false,
  overridable: false,
  'agent-enabled': false,
  'policy-tool-version': null,
  'policies-path': null,
  'vcs-repo': null,
  'policy-update-patterns': [],
  'scoping-type': 'explicit',
};

/** The last one is not documented, and only returned if it has a value. */
const settable = new Set([...Object.keys(attributeDefaults), 'tag-selector-matching-logic']);

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
  const set = newPolicySet(call, organization, data);
  const ids = identifiers(relationship(data, 'policies'), 'policies', '/data/relationships/policies') ?? [];
  const policies = resolvePolicies(call, set, ids);
  const owned = [...call.state.policySets.values()].filter((s) => s.organization === organization.name);
  if (organization.policySetLimit !== null && owned.length >= organization.policySetLimit) {
    throw simpleError(422, 'limit reached', 'This organization has reached its limit of policy sets');
  }
  call.state.policySets.set(set.id, set);
  addPolicies(call, set, policies);
  return jsonAnswer(201, { data: policySetResource(call, set) });
}

function newPolicySet(call: Call, organization: Organization, data: Record<string, unknown>): PolicySet {
  const attributes = attributesOf(data);
  const validation = new Validation(attributes);
  const name = validation.name(isTaken(call, organization.name));
  const kinds = ['sentinel', 'opa', ...(organization.tfpolicy ? (['tfpolicy'] as const) : [])] as const;
  const kind = call.settings.dialect.kind ? validation.oneOf('kind', kinds, 'sentinel') : 'sentinel';
  checkTexts(validation);
  const agent = newSettings(kind, validation, call.settings);
  validation.done();
  const set = emptyPolicySet(call, { organization: organization.name, name, kind });
  Object.assign(set.attributes, stored(call, attributes), agent);
  replaceRelations(set, data);
  scopeByTags(call, set, attributes);
  return set;
}

function checkTexts(validation: Validation): void {
  validation.textOrNull('description');
  validation.textOrNull('policies-path');
  const patterns = validation.value('policy-update-patterns');
  if (Array.isArray(patterns) && patterns.length > 100) {
    validation.refuse('policy-update-patterns', 'Policy update patterns is too long (maximum is 100)');
  }
}

function scopeByTags(call: Call, set: PolicySet, attributes: Record<string, unknown>): void {
  if (attributes['tag-selectors'] === undefined) return;
  setTagSelectors(call, set, tagSelectors(attributes['tag-selectors'], '/data/attributes/tag-selectors'));
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
    attributes: { ...attributeDefaults, 'agent-enabled': kind !== 'sentinel' },
    fromCatalog: false,
    tagSelectors: [],
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

/** The kind cannot change, and neither can members (docs/terraform-api.md#policy-sets). */
function update(call: Call): Answer {
  const set = policySetOf(call);
  const data = primaryData(call, 'policy-sets');
  const attributes = attributesOf(data);
  const validation = new Validation(attributes);
  const taken = isTaken(call, set.organization);
  if (validation.has('name')) validation.name((name) => name !== set.name && taken(name));
  checkTexts(validation);
  if (set.policies.size > 0 && (attributes['vcs-repo'] ?? null) !== null) {
    validation.refuse('vcs-repo', 'A policy set with policies takes no VCS repository');
  }
  const agent = changedSettings(set, validation, call.settings);
  validation.done();
  set.name = String(attributes['name'] ?? set.name);
  Object.assign(set.attributes, stored(call, attributes), agent);
  replaceRelations(set, data);
  scopeByTags(call, set, attributes);
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

function stored({ settings }: Call, attributes: Record<string, unknown>): Record<string, unknown> {
  const { description, ...others } = known(attributes);
  if (description === undefined) return others;
  return {
    ...others,
    description: typeof description === 'string' ? settings.storedDescription(description) : description,
  };
}

function known(attributes: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => settable.has(name)));
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
    ...(include.has('newest-version') ? [newestVersion(set)] : []),
    ...(include.has('current-version') ? [currentVersion(set)] : []),
  ]);
  return {
    included: [
      ...[...new Set(policies)].map((policy) => policyResource(call, policy)),
      ...[...new Set(versions)].flatMap((version) => (version ? [versionResource(call, version)] : [])),
    ],
  };
}
