import type { Service } from './service.ts';
import { type PolicySet, relationNames } from './state.ts';
import { currentVersion, isVersioned, newestVersion } from './version-status.ts';

/** A policy set in the API (docs/terraform-api.md#policy-sets). */
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
    ...(dialect.enforcementLevel ? { ...set.attributes, 'tag-selectors': set.tagSelectors } : {}),
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

function relationships(service: Service, set: PolicySet): object {
  const { state } = service;
  const scopes = relationNames
    // A global set has no workspaces or projects.
    .filter((name) => set.attributes['global'] !== true || name.endsWith('exclusions'))
    .map((name) => [
      name,
      { data: [...set.relations[name]].map((id) => ({ id, type: name.replace('-exclusions', 's') })) },
    ]);
  return {
    organization: { data: { id: set.organization, type: 'organizations' } },
    policies: { data: state.policiesOf(set).map(({ id }) => ({ id, type: 'policies' })) },
    ...Object.fromEntries(scopes),
    ...versions(service, set),
    // The real representation of such a set is not known, only that it differs from others.
    ...(set.fromCatalog ? { 'ootb-source': { data: { id: 'ootbsrc-1', type: 'ootb-sources' } } } : {}),
  };
}

/** The version created last, and the one that became ready last (docs/terraform-api.md#policy-set-versions). */
function versions({ settings }: Service, set: PolicySet): object {
  const found = { 'current-version': currentVersion(set), 'newest-version': newestVersion(set) };
  const shown = Object.entries(found).filter(([, version]) => version || settings.missingVersions === 'null');
  return Object.fromEntries(
    shown.map(([name, version]) => [
      name,
      { data: version ? { id: version.id, type: 'policy-set-versions' } : null },
    ]),
  );
}
