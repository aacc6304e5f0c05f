import type { VersionedSet } from '../../../src/model/policy-set.ts';
import { Exclusions } from '../../../src/policy-sets/exclusions.ts';
import type { LocalSet } from '../../../src/policy-sets/local-set.ts';
import type { SetOwnership } from '../../../src/policy-sets/ownership.ts';

const NONE = { matches: () => false, prunes: () => false };
const NO_PATTERNS = { exclude: NONE, builtIn: NONE };

/** An empty set of this organization. */
export function aSet(overrides: Partial<VersionedSet> = {}): VersionedSet {
  return {
    id: 'polset-1',
    name: 'base',
    kind: 'sentinel',
    organization: 'acme',
    description: null,
    stamp: undefined,
    origin: { versioned: false, vcs: false, policies: 0, other: undefined },
    currentVersion: undefined,
    newestVersion: undefined,
    settings: { toolVersion: undefined, agentEnabled: false, policiesPath: undefined },
    scope: { global: true, workspaces: 0, projects: 0, hasTagSelectors: false },
    ...overrides,
  };
}

export const aVersion = (id: string, source = 'tfe-api') => ({
  id,
  version: { id, source, status: 'ready', error: undefined },
});

export function aLocalSet(overrides: Partial<LocalSet> = {}): LocalSet {
  return {
    reference: { name: 'base' },
    folder: 'policies',
    path: undefined,
    kind: 'sentinel',
    configuration: {
      path: 'policies/sentinel.hcl',
      kind: 'sentinel',
      decides: true,
      policies: [],
      provided: [],
      params: [],
      support: [],
      tool: [],
      problems: [],
      warnings: [],
    },
    files: [],
    leftOut: [],
    digest: 'd'.repeat(64),
    policies: [],
    findings: [],
    unsetParameters: [],
    rego: [],
    features: [],
    needs: new Map(),
    params: new Map(),
    usersOf: async () => [],
    exclusionsWith: (packing, ignore) => new Exclusions({ ...NO_PATTERNS, ...packing }, ignore),
    ...overrides,
  };
}

export const run = {
  server: 'github.com',
  serverUrl: 'https://github.com',
  repository: 'acme/policies',
  id: 100,
  attempt: 1,
};

export const anOwnership = (overrides: Partial<SetOwnership> = {}): SetOwnership => ({
  owner: 'acme/policies',
  run,
  mayCreate: false,
  mayAdopt: false,
  ...overrides,
});

export const aStamp = {
  run,
  owner: 'acme/policies',
  folder: 'policies',
  content: { version: 'polsetver-1', digest: 'd'.repeat(64) },
  commit: 'c'.repeat(40),
  line: '[stamp]',
};
