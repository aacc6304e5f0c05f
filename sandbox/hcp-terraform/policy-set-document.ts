import type { Service } from './service.ts';
import { isVersioned, type PolicySet, relationNames } from './state.ts';

/** A policy set as the API shows it (docs/terraform-api.md#policy-sets). */
export function policySetResource(service: Service, set: PolicySet): object {
  return {
    id: set.id,
    type: 'policy-sets',
    attributes: attributes(service, set),
    relationships: relationships(service, set),
    links: { self: `/api/v2/policy-sets/${set.id}` },
  };
}

function attributes({ settings: { dialect } }: Service, set: PolicySet): object {
  const { description, global, overridable } = set.attributes;
  return {
    name: set.name,
    description,
    global,
    ...(dialect.kind ? { kind: set.kind, overridable } : {}),
    ...(dialect.enforcementLevel ? set.attributes : {}),
    'policies-path': set.attributes['policies-path'],
    'vcs-repo': set.attributes['vcs-repo'],
    versioned: isVersioned(set),
    'policy-count': set.policies.size,
    'workspace-count': set.relations.workspaces.size,
    'project-count': set.relations.projects.size,
    'created-at': set.createdAt,
    'updated-at': set.updatedAt,
  };
}

function relationships({ state }: Service, set: PolicySet): object {
  const scopes = relationNames
    // A global set has no workspaces or projects of its own.
    .filter((name) => set.attributes['global'] !== true || name.endsWith('exclusions'))
    .map((name) => [
      name,
      { data: [...set.relations[name]].map((id) => ({ id, type: name.replace('-exclusions', 's') })) },
    ]);
  return {
    organization: { data: { id: set.organization, type: 'organizations' } },
    policies: { data: state.policiesOf(set).map(({ id }) => ({ id, type: 'policies' })) },
    ...Object.fromEntries(scopes),
    ...versions(set),
  };
}

/** The one created last, and the one that was ready last (docs/terraform-api.md#policy-set-versions). */
function versions({ versions }: PolicySet): object {
  const newest = versions.at(-1);
  const current = versions.findLast(({ status }) => status === 'ready');
  return {
    ...(newest ? { 'newest-version': { data: { id: newest.id, type: 'policy-set-versions' } } } : {}),
    ...(current ? { 'current-version': { data: { id: current.id, type: 'policy-set-versions' } } } : {}),
  };
}
