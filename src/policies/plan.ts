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
  readonly stamps: boolean;
  /** The policy that this one is under another name; its sets and settings go over. */
  readonly replaces: Policy | undefined;
}

export interface Update {
  readonly action: 'update';
  readonly file: PolicyFile;
  readonly policy: Policy;
  readonly changes: readonly [ChangedPart, ...ChangedPart[]];
  readonly joins: readonly PolicySet[];
  /** Whether the stamp is written anew. */
  readonly stamps: boolean;
  readonly replaces: Policy | undefined;
}

export interface Unchanged {
  readonly action: 'unchanged';
  readonly file: PolicyFile;
  readonly policy: Policy;
}

/** Not to be written to. */
export interface Refused {
  readonly action: 'refused';
  readonly file: PolicyFile;
  /** Undefined where it would have been created. */
  readonly policy: Policy | undefined;
  readonly problem: Problem;
}

/** One file, one entry (docs/behavior.md#plan). */
export type Change = Create | Update | Unchanged | Refused;

export interface Plan {
  /** In the order of the files. */
  readonly changes: readonly Change[];
  readonly deletions: readonly Deletion[];
  /** What has to be mended before anything may be written. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export const NO_PLAN: Plan = { changes: [], deletions: [], problems: [], warnings: [] };

export interface Organization {
  readonly policies: readonly Policy[];
  /** Those that the user named. */
  readonly policySets: readonly PolicySet[];
  /** All there are, where something is to be deleted. */
  readonly allPolicySets?: readonly PolicySet[];
  /** Whether the release has kinds of policies; undefined where it has shown no policy yet. */
  readonly knowsKinds: boolean | undefined;
}

/** Ids of the policies whose code is, byte for byte, that of their file. */
export type SameCode = ReadonlySet<string>;

/** A file and the policy that has its name and kind, if there is one. */
export interface Pair {
  readonly file: PolicyFile;
  readonly policy: Policy | undefined;
}

/** Pairs the files with the organization's policies by name. A policy of the other kind is a problem. */
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
  /** What goes, and what that is renamed to. */
  readonly orphans: readonly Stamped[];
  readonly renames: Renames;
}

/** Decides what to write, from what the repository and the organization have. Writes nothing. */
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
 * The settings that a policy shall have. What nothing states is left as it is, and defaults stand in where there is
 * nothing to leave: for a new policy, and for one that an interrupted run left half made (docs/behavior.md#settings).
 * Where that is a renamed one, the level of the policy that it replaces stands in.
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

/** The settings of a new policy; a renamed one keeps what nothing states (docs/behavior.md#prune-and-renames). */
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

/** The level of the policy that a new one replaces, else that of a new one. */
const inheritedLevel = (kind: PolicyKind, replaces: Policy | undefined): EnforcementLevel =>
  levelOf(kind, replaces?.enforcementLevel) ?? KINDS[kind].defaultLevel;

/** A stamp that somebody copied into a file is none of the text, as it is none when it is read back. */
function statedDescription({ description }: PolicyFile): string | undefined {
  return description === undefined ? undefined : (readDescription(description.value).text ?? '');
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

/** Either side may leave its half of the relationship out (docs/terraform-api.md#policies). */
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

export function kindUnknown({ kind, path }: PolicyFile): Problem {
  const { label, language, since } = KINDS[kind];
  return {
    message: `This release of Terraform Enterprise knows no ${label} policies.`,
    place: { file: path },
    advice: `${label} needs ${since} or newer: update Terraform Enterprise, or leave ${language} files out of \`policies\`.`,
  };
}
