import {
  DEFAULT_LEVEL,
  type EnforcementLevel,
  type OpaFile,
  type Policy,
  type PolicyFile,
  type PolicySet,
} from '../policy.ts';
import type { Problem } from '../problem.ts';

/** What a change touches, in the words of the `policies` output (interface.md 7). */
export type ChangedPart = 'code' | 'enforcement-level' | 'description' | 'query' | 'policy-sets';

export type SettingPart = Extract<ChangedPart, 'enforcement-level' | 'description' | 'query'>;

/** Settings as they shall be afterwards; what is left out stays as it is. */
export interface WantedSettings {
  readonly enforcementLevel?: EnforcementLevel;
  readonly description?: string;
  readonly query?: string;
}

export interface Create {
  readonly action: 'create';
  readonly file: PolicyFile;
  readonly joins: readonly PolicySet[];
}

export interface Update {
  readonly action: 'update';
  readonly file: PolicyFile;
  readonly policy: Policy;
  readonly changes: readonly [ChangedPart, ...ChangedPart[]];
  readonly joins: readonly PolicySet[];
}

export interface Unchanged {
  readonly action: 'unchanged';
  readonly file: PolicyFile;
  readonly policy: Policy;
}

/** One policy, one entry (interface.md 4). */
export type Change = Create | Update | Unchanged;

export interface Plan {
  /** In the order of the files. */
  readonly changes: readonly Change[];
  /** What has to be mended before anything may be written. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export interface Organization {
  readonly policies: readonly Policy[];
  /** Those that the user named. */
  readonly policySets: readonly PolicySet[];
  /** Whether the release knows OPA policies; undefined where it has shown no policy yet. */
  readonly knowsOpa: boolean | undefined;
}

/** Ids of the policies whose code is, byte for byte, that of their file. */
export type SameCode = ReadonlySet<string>;

/** A file and the policy that has its name and kind, if there is one. */
export interface Pair {
  readonly file: PolicyFile;
  readonly policy: Policy | undefined;
}

/** Pairs the files with the organization's policies by name. A policy of the other kind is a problem. */
export function pair(files: readonly PolicyFile[], { policies, knowsOpa }: Organization) {
  const byName = new Map(policies.map((policy) => [policy.name, policy]));
  const pairs: Pair[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const policy = byName.get(file.name);
    if (file.kind === 'opa' && knowsOpa === false) problems.push(opaUnknown(file));
    else if (policy !== undefined && policy.kind !== file.kind) problems.push(otherKind(file, policy));
    else pairs.push({ file, policy });
  }
  return { pairs, problems };
}

/** Decides what to write, from what the repository and the organization have. Writes nothing. */
export function createPlan(pairs: readonly Pair[], organization: Organization, sameCode: SameCode): Plan {
  return {
    changes: pairs.map(({ file, policy }) =>
      policy === undefined
        ? { action: 'create', file, joins: setsOfKind(file, organization.policySets) }
        : planExisting(file, policy, organization.policySets, sameCode.has(policy.id)),
    ),
    problems: [],
    warnings: setlessKinds(pairs, organization.policySets),
  };
}

function planExisting(
  file: PolicyFile,
  policy: Policy,
  policySets: readonly PolicySet[],
  sameCode: boolean,
): Update | Unchanged {
  const joins = setsOfKind(file, policySets).filter((set) => !isMember(policy, set));
  const [first, ...others]: ChangedPart[] = [
    ...(sameCode ? [] : (['code'] as const)),
    ...differences(policy, wantedSettings(file, policy)),
    ...(joins.length > 0 ? (['policy-sets'] as const) : []),
  ];
  if (first === undefined) return { action: 'unchanged', file, policy };
  return { action: 'update', file, policy, changes: [first, ...others], joins };
}

/**
 * The settings that a policy shall have. What nothing states is left as it is, and defaults stand in where there is
 * nothing to leave: for a new policy, and for one that an interrupted run left half made (interface.md 3, 4).
 */
export function wantedSettings(file: PolicyFile, existing: Policy | undefined): WantedSettings {
  const level =
    file.enforcementLevel?.value ?? (existing?.enforcementLevel === undefined ? DEFAULT_LEVEL : undefined);
  const description = file.description?.value;
  const query = file.kind === 'opa' ? wantedQuery(file, existing) : undefined;
  return {
    ...(level === undefined ? {} : { enforcementLevel: level }),
    ...(description === undefined ? {} : { description }),
    ...(query === undefined ? {} : { query }),
  };
}

function wantedQuery({ query, derivedQuery }: OpaFile, existing: Policy | undefined): string | undefined {
  return query?.value ?? ((existing?.query ?? '') === '' ? derivedQuery : undefined);
}

/** The settings in which a policy differs from what is wanted. */
export function differences(policy: Policy, wanted: WantedSettings): SettingPart[] {
  const level = wanted.enforcementLevel !== undefined && wanted.enforcementLevel !== policy.enforcementLevel;
  const { description } = wanted;
  const described = description !== undefined && lines(description) !== lines(policy.description ?? '');
  const query = wanted.query !== undefined && wanted.query !== policy.query;
  const parts: readonly [SettingPart, boolean][] = [
    ['enforcement-level', level],
    ['description', described],
    ['query', query],
  ];
  return parts.filter(([, differs]) => differs).map(([part]) => part);
}

/** What counts of a description: a server may store line ends and the space around it in its own way. */
const lines = (text: string) => text.replaceAll('\r\n', '\n').trim();

const setsOfKind = (file: PolicyFile, sets: readonly PolicySet[]) =>
  sets.filter((set) => set.kind === file.kind);

/** Either side may leave its half of the relationship out (hcp-terraform-api.md 2.1, 3.1). */
function isMember(policy: Policy, set: PolicySet): boolean {
  return policy.policySetIds?.includes(set.id) === true || set.policyIds?.includes(policy.id) === true;
}

function setlessKinds(pairs: readonly Pair[], policySets: readonly PolicySet[]): Problem[] {
  if (policySets.length === 0) return [];
  const without = pairs
    .filter(({ file }) => setsOfKind(file, policySets).length === 0)
    .map(({ file }) => file);
  const byKind = Map.groupBy(without, (file) => file.kind);
  return [...byKind].map(([kind, files]) => ({
    message: `None of the policy sets in \`policy-sets\` is of kind ${kind}, so these policies join none: ${files.map(({ name }) => name).join(', ')}.`,
    place: { input: 'policy-sets' },
    advice: `Add a policy set of kind ${kind}.`,
  }));
}

export const otherKind = (file: PolicyFile, policy: Policy): Problem => ({
  message: `The organization has a policy named ${file.name} of kind ${policy.kind}; this file makes one of kind ${file.kind}.`,
  place: { file: file.path },
  advice: 'A policy cannot change its kind: rename the file, or delete the policy first.',
});

export const opaUnknown = (file: PolicyFile): Problem => ({
  message: 'This release of Terraform Enterprise knows no OPA policies.',
  place: { file: file.path },
  advice: 'OPA needs v202303-1 or newer: update Terraform Enterprise, or leave Rego files out of `policies`.',
});
