/** Sound values of the project's types, each with what a test cares about in place of the rest. */

import type { RunContext } from '../../src/github/context.ts';
import { NO_PAYLOAD } from '../../src/github/event.ts';
import type { RunInputs } from '../../src/inputs/inputs.ts';
import type { AccessInputs, TerraformInputs } from '../../src/inputs/terraform-inputs.ts';
import type { OpaFile, Policy, PolicySet, SentinelFile } from '../../src/model/policy.ts';
import type { Organization, Pair, PlanInputs } from '../../src/policies/plan.ts';
import type { Commit, Entry, Report, SetEntry, SetPolicyEntry } from '../../src/report/report.ts';

export const SHA = 'feed000000000000000000000000000000000001';

/** A Sentinel file; its path and location follow from its name. */
export function aFile(overrides: Partial<SentinelFile> = {}): SentinelFile {
  const { name = 'cost' } = overrides;
  const path = `${name}.sentinel`;
  return { kind: 'sentinel', name, path, location: `/w/${path}`, sha256: 'a'.repeat(64), ...overrides };
}

/** An OPA file; its path, location and query follow from its name. */
export function anOpaFile(overrides: Partial<OpaFile> = {}): OpaFile {
  const { name = 'tags' } = overrides;
  const path = `${name}.rego`;
  const derivedQuery = `data.${name}.deny`;
  return {
    kind: 'opa',
    name,
    path,
    location: `/w/${path}`,
    sha256: 'b'.repeat(64),
    derivedQuery,
    ...overrides,
  };
}

export function aPolicy(overrides: Partial<Policy> = {}): Policy {
  const { name = 'cost' } = overrides;
  return {
    id: `pol-${name}`,
    name,
    kind: 'sentinel',
    enforcementLevel: 'advisory',
    query: null,
    description: null,
    stamp: undefined,
    hasCode: true,
    updatedAt: '2026-01-01T00:00:00.000Z',
    policySetIds: [],
    ...overrides,
  };
}

export function anOpaPolicy(overrides: Partial<Policy> = {}): Policy {
  const { name = 'tags' } = overrides;
  return aPolicy({ name, kind: 'opa', query: `data.${name}.deny`, ...overrides });
}

export function aSet(overrides: Partial<PolicySet> = {}): PolicySet {
  const { name = 'production' } = overrides;
  return {
    id: `polset-${name}`,
    name,
    kind: 'sentinel',
    organization: 'acme',
    versioned: false,
    vcs: false,
    policyIds: [],
    ...overrides,
  };
}

export function anOrganization(overrides: Partial<Organization> = {}): Organization {
  return { policies: [], policySets: [], knowsKinds: true, ...overrides };
}

/** What a plan is made with where nothing is stamped: the ids of the policies whose code is the same. */
export function somePlanInputs(
  sameCode: readonly string[] = [],
  overrides: Partial<PlanInputs> = {},
): PlanInputs {
  return {
    ownership: { owner: 'acme/policies', prefix: '', stamps: false },
    sameCode: new Set(sameCode),
    orphans: [],
    renames: new Map(),
    ...overrides,
  };
}

export function aPair(file: Pair['file'], policy?: Policy): Pair {
  return { file, policy };
}

/** A policy that was created; its path and id follow from its name. */
export function anEntry(overrides: Partial<Entry> = {}): Entry {
  const { name = 'cost' } = overrides;
  return {
    name,
    id: `pol-${name}`,
    kind: 'sentinel',
    path: `${name}.sentinel`,
    action: 'create',
    status: 'applied',
    wrote: true,
    changes: ['code', 'enforcement-level'],
    enforcementLevel: { before: undefined, after: 'advisory', stated: true },
    joins: [],
    leaves: [],
    error: undefined,
    ...overrides,
  };
}

/** A policy that was as it should be. */
export function anUnchangedEntry(overrides: Partial<Entry> = {}): Entry {
  return anEntry({
    action: 'unchanged',
    wrote: false,
    changes: [],
    enforcementLevel: { before: 'advisory', after: 'advisory', stated: false },
    ...overrides,
  });
}

export function aReport(overrides: Partial<Report> = {}): Report {
  const url = 'https://app.terraform.io/app/acme';
  return {
    mode: 'publish',
    expectNoChanges: false,
    organization: {
      name: 'acme',
      url,
      policiesUrl: `${url}/settings/policies`,
      policySetsUrl: `${url}/settings/policy-sets`,
    },
    commit: aCommit(),
    runUrl: undefined,
    policyCount: 0,
    entries: [],
    checkReason: undefined,
    previewOnly: undefined,
    problems: [],
    warnings: [],
    notices: [],
    leftOut: [],
    ...overrides,
  };
}

export function aCommit(): Commit {
  const repository = 'https://github.com/acme/policies';
  const inUrl = (path: string) => path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: SHA,
    url: `${repository}/commit/${SHA}`,
    fileUrl: (path) => `${repository}/blob/${SHA}/${inUrl(path)}`,
    folderUrl: (path) => `${repository}/tree/${SHA}/${inUrl(path)}`,
  };
}

/** A push to the repository itself. */
export function aContext(overrides: Partial<RunContext> = {}): RunContext {
  return {
    ...NO_PAYLOAD,
    repository: 'acme/policies',
    defaultBranch: 'main',
    workspace: '/w',
    eventName: 'push',
    repositoryName: { owner: 'acme', repo: 'policies' },
    actor: 'octocat',
    ref: 'refs/heads/main',
    sha: SHA,
    runId: 1,
    runAttempt: 1,
    serverUrl: 'https://github.com',
    apiUrl: 'https://api.github.com',
    payloadProblem: undefined,
    ...overrides,
  };
}

export function someRunInputs(overrides: Partial<RunInputs> = {}): RunInputs {
  return {
    dryRun: false,
    publishBranches: undefined,
    expectNoChanges: false,
    allowFork: false,
    pullRequest: undefined,
    ...overrides,
  };
}

export function someAccess(overrides: Partial<AccessInputs> = {}): AccessInputs {
  return { organization: 'acme', token: 'a-token', ...overrides };
}

export function someTerraformInputs(overrides: Partial<TerraformInputs> = {}): TerraformInputs {
  return {
    host: { origin: 'https://app.terraform.io', name: 'app.terraform.io' },
    certificates: undefined,
    policySets: [],
    parallelism: 10,
    ...overrides,
  };
}

/** A versioned policy set that was updated, of which it is known what changed. */
export function aSetEntry(overrides: Partial<SetEntry> = {}): SetEntry {
  const { name = 'base' } = overrides;
  return {
    name,
    id: `polset-${name}`,
    kind: 'sentinel',
    folder: 'policies',
    action: 'update',
    status: 'applied',
    wrote: true,
    error: undefined,
    changes: ['content'],
    content: 'differs',
    version: 'polsetver-2',
    digest: 'd'.repeat(64),
    toolVersion: { before: undefined, after: undefined },
    agentMode: { before: false, after: false },
    scope: { global: false, workspaces: 3, projects: 1, hasTagSelectors: false },
    policies: [aSetPolicy()],
    files: [{ path: 'cost.sentinel', size: 1_500 }],
    ...overrides,
  };
}

/** A policy of a set whose content before is not known. */
export function aSetPolicy(overrides: Partial<SetPolicyEntry> = {}): SetPolicyEntry {
  const { name = 'cost' } = overrides;
  return {
    id: name,
    name,
    kind: 'sentinel',
    path: `policies/${name}.sentinel`,
    enforcementLevel: 'advisory',
    ...overrides,
  };
}
