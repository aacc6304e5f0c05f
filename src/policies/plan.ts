import { type EnforcementLevel, isLaterKind, KINDS, levelOf, type PolicyKind } from '../model/kinds.ts';
import {
  type ChangedPart,
  hasQuery,
  type OpaFile,
  type Policy,
  type PolicyFile,
  type PolicySet,
} from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import { readDescription } from '../model/stamp.ts';
import { foreign, isForeign, isStamped, isStampOf, needsStamp, type Ownership } from './ownership.ts';
import type { Deletion, Renames, Stamped } from './prune.ts';

export type SettingPart = Extract<ChangedPart, 'enforcement-level' | 'description' | 'query'>;

/** Settings afterwards. Those that are undefined stay the same. */
export interface WantedSettings {
  readonly enforcementLevel?: EnforcementLevel;
  readonly description?: string;
  readonly query?: string;
}

export interface Create {
  readonly action: 'create';
  readonly file: PolicyFile;
  readonly joins: readonly PolicySet[];
  readonly stamps: boolean;
  /** The policy that was renamed to this one, which takes over its sets and settings. */
  readonly replaces: Policy | undefined;
}

export interface Update {
  readonly action: 'update';
  readonly file: PolicyFile;
  readonly policy: Policy;
  readonly changes: readonly [ChangedPart, ...ChangedPart[]];
  readonly joins: readonly PolicySet[];
  /** Whether the stamp is rewritten. */
  readonly stamps: boolean;
  readonly replaces: Policy | undefined;
}

export interface Unchanged {
  readonly action: 'unchanged';
  readonly file: PolicyFile;
  readonly policy: Policy;
}

/** Must not be written to. */
export interface Refused {
  readonly action: 'refused';
  readonly file: PolicyFile;
  /** Undefined if it would have been created. */
  readonly policy: Policy | undefined;
  readonly problem: Problem;
}

/** One entry per file (docs/behavior.md#plan). */
export type Change = Create | Update | Unchanged | Refused;

export interface Plan {
  /** In the order of the files. */
  readonly changes: readonly Change[];
  readonly deletions: readonly Deletion[];
  /** Must be fixed before anything is written. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export const NO_PLAN: Plan = { changes: [], deletions: [], problems: [], warnings: [] };

export interface Organization {
  readonly policies: readonly Policy[];
  /** The sets that the user names. */
  readonly policySets: readonly PolicySet[];
  /** All policy sets, if something may be deleted. */
  readonly allPolicySets?: readonly PolicySet[];
  /** Whether the release supports `kind`. Undefined until the first policy. */
  readonly knowsKinds: boolean | undefined;
}

/** IDs of the policies whose code equals that of their file, byte for byte. */
export type SameCode = ReadonlySet<string>;

/** A file, and the policy with its name and kind if there is one. */
export interface Pair {
  readonly file: PolicyFile;
  readonly policy: Policy | undefined;
}

/** Pairs files with the organization's policies by name. A policy of another kind is a problem. */
export function pair(files: readonly PolicyFile[], { policies, knowsKinds }: Organization) {
  const byName = new Map(policies.map((policy) => [policy.name, policy]));
  const pairs: Pair[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const policy = byName.get(file.name);
    if (isLaterKind(file.kind) && knowsKinds === false) problems.push(kindUnknown(file));
    else if (policy !== undefined && policy.kind !== file.kind) problems.push(otherKind(file, policy));
    else pairs.push({ file, policy });
  }
  return { pairs, problems };
}

export interface PlanInputs {
  readonly ownership: Ownership;
  readonly sameCode: SameCode;
  /** The policies to delete, and what they were renamed to. */
  readonly orphans: readonly Stamped[];
  readonly renames: Renames;
}

/** Compares the repository with the organization and decides what to write. Writes nothing. */
export function createPlan(pairs: readonly Pair[], organization: Organization, inputs: PlanInputs): Plan {
  return {
    changes: pairs.map((each) => planOne(each, organization, inputs)),
    deletions: planDeletions(organization, inputs),
    problems: [],
    warnings: setlessKinds(pairs, organization.policySets),
  };
}

function planOne({ file, policy }: Pair, organization: Organization, inputs: PlanInputs): Change {
  const { ownership, sameCode, renames } = inputs;
  if (policy?.stamp !== undefined && isForeign(policy, ownership)) {
    return { action: 'refused', file, policy, problem: foreign(file, policy.stamp, ownership) };
  }
  const replaces = renames.get(file.name);
  const sets = [...setsOfKind(file, organization.policySets), ...setsOf(replaces, organization)];
  const joins = [...new Map(sets.map((set) => [set.id, set])).values()];
  if (policy === undefined) {
    return { action: 'create', file, joins, stamps: ownership.stamps, replaces };
  }
  const missing = joins.filter((set) => !isMember(policy, set));
  return planExisting({ file, policy, joins: missing, replaces }, ownership, sameCode.has(policy.id));
}

function planExisting(
  { file, policy, joins, replaces }: Pick<Update, 'file' | 'policy' | 'joins' | 'replaces'>,
  ownership: Ownership,
  sameCode: boolean,
): Update | Unchanged {
  const stampChanges =
    needsStamp(policy, file, ownership) && (sameCode || !isStampOf(policy, file, ownership));
  const [first, ...others]: ChangedPart[] = [
    ...(sameCode ? [] : (['code'] as const)),
    ...differences(policy, wantedSettings(file, policy, replaces)),
    ...(joins.length > 0 ? (['policy-sets'] as const) : []),
    ...(stampChanges ? (['stamp'] as const) : []),
  ];
  if (first === undefined) return { action: 'unchanged', file, policy };
  const writesPolicy = [first, ...others].some((part) => part !== 'policy-sets');
  const stamps = stampChanges || (writesPolicy && isStamped(policy, ownership));
  return { action: 'update', file, policy, changes: [first, ...others], joins, stamps, replaces };
}

function planDeletions(organization: Organization, { orphans, renames }: PlanInputs): Deletion[] {
  return orphans.map((policy) => ({
    action: 'delete',
    policy,
    leaves: setsOf(policy, organization),
    renamedTo: [...renames].find(([, replaced]) => replaced === policy)?.[0],
  }));
}

/** The policy sets that a policy is a member of. */
function setsOf(policy: Policy | undefined, { allPolicySets = [] }: Organization): PolicySet[] {
  return policy === undefined ? [] : allPolicySets.filter((set) => isMember(policy, set));
}

/**
 * The settings that a policy should have. Settings that are not defined stay the same. Defaults apply to a new policy,
 * and to one that an interrupted run has left incomplete (docs/behavior.md#settings). For a renamed policy, the level of
 * the one that it replaces is used instead.
 */
export function wantedSettings(
  file: PolicyFile,
  existing: Policy | undefined,
  replaces?: Policy,
): WantedSettings {
  const missing = existing?.enforcementLevel === undefined;
  const level = file.enforcementLevel?.value ?? (missing ? inheritedLevel(file.kind, replaces) : undefined);
  const description = statedDescription(file);
  const query = hasQuery(file) ? wantedQuery(file, existing) : undefined;
  return {
    ...(level === undefined ? {} : { enforcementLevel: level }),
    ...(description === undefined ? {} : { description }),
    ...(query === undefined ? {} : { query }),
  };
}

/** The settings of a new policy. A renamed one keeps those that are not defined (docs/behavior.md#prune-and-renames). */
export function newSettings({ file, replaces }: Create): WantedSettings {
  const wanted = wantedSettings(file, undefined);
  if (replaces === undefined) return wanted;
  const level = file.enforcementLevel?.value ?? inheritedLevel(file.kind, replaces);
  const description = statedDescription(file) ?? replaces.description ?? undefined;
  const query = hasQuery(file) ? (file.query?.value ?? replaces.query ?? file.derivedQuery) : undefined;
  return {
    ...wanted,
    enforcementLevel: level,
    ...(description === undefined ? {} : { description }),
    ...(query === undefined ? {} : { query }),
  };
}

/** The level of the policy that is replaced, else the default. */
const inheritedLevel = (kind: PolicyKind, replaces: Policy | undefined): EnforcementLevel =>
  levelOf(kind, replaces?.enforcementLevel) ?? KINDS[kind].defaultLevel;

/** Stamps copied into a file are removed, as they are when the description is read back. */
function statedDescription({ description }: PolicyFile): string | undefined {
  return description === undefined ? undefined : (readDescription(description.value).text ?? '');
}

function wantedQuery({ query, derivedQuery }: OpaFile, existing: Policy | undefined): string | undefined {
  return query?.value ?? ((existing?.query ?? '') === '' ? derivedQuery : undefined);
}

/** The settings in which a policy differs from the wanted ones. */
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

/** A description for comparison: a server may change line ends and surrounding space. */
const lines = (text: string) => text.replaceAll('\r\n', '\n').trim();

const setsOfKind = (file: PolicyFile, sets: readonly PolicySet[]) =>
  sets.filter((set) => set.kind === file.kind);

/** Either side may omit the relationship (docs/terraform-api.md#policies). */
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
    message: `\`policy-sets\` contains no policy set for ${KINDS[kind].label}, so these policies are not added to any set: ${files.map(({ name }) => name).join(', ')}.`,
    place: { input: 'policy-sets' },
    advice: `Add a policy set for ${KINDS[kind].label}.`,
  }));
}

export const otherKind = (file: PolicyFile, policy: Policy): Problem => ({
  message: `Policy "${file.name}" already exists with kind ${policy.kind}; this file defines a policy of kind ${file.kind}.`,
  place: { file: file.path },
  advice: 'The kind of a policy cannot be changed: rename the file, or delete the policy first.',
});

export function kindUnknown({ kind, path }: PolicyFile): Problem {
  const { label, language, since } = KINDS[kind];
  return {
    message: `This release of Terraform Enterprise does not support ${label} policies.`,
    place: { file: path },
    advice: `${label} requires ${since} or later: upgrade Terraform Enterprise, or leave ${language} files out of \`policies\`.`,
  };
}
