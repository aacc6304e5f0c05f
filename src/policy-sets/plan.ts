import { KINDS } from '../model/kinds.ts';
import type { ChangedSetPart, VersionedSet } from '../model/policy-set.ts';
import type { Problem } from '../model/problem.ts';
import { describeSetFolder } from '../model/set-folder.ts';
import { overtakenBy, refusalOf, unknown, wantedPath } from './judge.ts';
import type { LocalSet } from './local-set.ts';
import type { SetOwnership } from './ownership.ts';

interface Entry {
  readonly local: LocalSet;
}

export interface CreateSet extends Entry {
  readonly action: 'create';
  readonly name: string;
  readonly wanted: WantedSettings;
}

export interface UpdateSet extends Entry {
  readonly action: 'update';
  readonly set: VersionedSet;
  readonly changes: readonly ChangedSetPart[];
  readonly wanted: WantedSettings;
}

export interface UnchangedSet extends Entry {
  readonly action: 'unchanged';
  readonly set: VersionedSet;
}

/** Nothing may be written to it. */
export interface RefusedSet extends Entry {
  readonly action: 'refused';
  /** What would be done to it. */
  readonly instead: 'create' | 'update';
  readonly set: VersionedSet | undefined;
  readonly problem: Problem;
}

export type SetChange = CreateSet | UpdateSet | UnchangedSet | RefusedSet;

/** The settings to reach. */
export interface WantedSettings {
  readonly toolVersion: string | undefined;
  readonly agentEnabled: boolean | undefined;
  /** The folder of the policies in each version. Undefined: the root. */
  readonly policiesPath: string | undefined;
}

export interface PlanOptions {
  readonly organization: string;
  readonly ownership: SetOwnership;
  /** Undefined: unchanged. */
  readonly toolVersion: string | undefined;
}

/** A folder, and the policy set of that name in the organization. Undefined if there is none. */
export interface SetPair {
  readonly local: LocalSet;
  readonly set: VersionedSet | undefined;
}

/** Decides what publishing does to each policy set (docs/policy-sets.md#plan). Reads and writes nothing. */
export const planSets = (pairs: readonly SetPair[], options: PlanOptions): SetChange[] => {
  const changes = pairs.map((pair) => withoutDouble(pair, pairs) ?? planSet(pair, options));
  return changes;
};

function planSet({ local, set }: SetPair, options: PlanOptions): SetChange {
  const { ownership, organization } = options;
  if (set === undefined) return planNew(local, options);
  const problem = refusalOf(local, set, { ownership, organization });
  if (problem !== undefined) return { action: 'refused', instead: 'update', local, set, problem };
  const wanted = wantedSettings(local, set, options);
  const changes = changesOf(local, set, wanted);
  if (changes.length === 0) return { action: 'unchanged', local, set };
  return { action: 'update', local, set, changes, wanted };
}

function planNew(local: LocalSet, options: PlanOptions): SetChange {
  const { reference } = local;
  if ('id' in reference || !options.ownership.mayCreate) {
    const problem = unknown(reference, options.organization);
    return { action: 'refused', instead: 'create', local, set: undefined, problem };
  }
  const { toolVersion } = options;
  const first = KINDS[local.kind].tool.saysAgent ? true : undefined;
  const agentEnabled = agentMode(local, first, toolVersion);
  const wanted = { toolVersion, agentEnabled, policiesPath: wantedPath(local) };
  return { action: 'create', local, name: reference.name, wanted };
}

/** A set listed by both name and ID would be published twice, from different folders. */
function withoutDouble({ local, set }: SetPair, pairs: readonly SetPair[]): SetChange | undefined {
  const others = pairs.filter((pair) => pair.set !== undefined && pair.set.id === set?.id);
  if (set === undefined || others.length < 2) return undefined;
  const problem: Problem = {
    message: `Policy set "${set.name}" is listed twice, by its name and by its ID ${set.id}.`,
    place: { input: 'versioned-policy-sets' },
    advice: 'Remove one of the lines.',
  };
  return { action: 'refused', instead: 'update', local, set, problem };
}

/** The settings of an existing set. Those that are not stated stay the same, and are sent again. */
export const wantedSettings = (
  local: LocalSet,
  { settings }: VersionedSet,
  { toolVersion }: Pick<PlanOptions, 'toolVersion'>,
): WantedSettings => ({
  toolVersion: toolVersion ?? settings.toolVersion,
  agentEnabled: agentMode(local, settings.agentEnabled, toolVersion),
  policiesPath: wantedPath(local),
});

/** Choosing a version requires agent mode. For kinds that always run on agents, the attribute stays the same. */
function agentMode(
  { kind }: LocalSet,
  enabled: boolean | undefined,
  toolVersion: string | undefined,
): boolean | undefined {
  const { agentIsOptional, saysAgent } = KINDS[kind].tool;
  if (!agentIsOptional) return saysAgent ? enabled : undefined;
  return toolVersion === undefined ? enabled : true;
}

function changesOf(local: LocalSet, set: VersionedSet, wanted: WantedSettings): ChangedSetPart[] {
  const { stamp, settings } = set;
  const tool =
    wanted.toolVersion !== settings.toolVersion ||
    (wanted.agentEnabled === true && settings.agentEnabled !== true);
  return [
    ...(holds(set, local.digest) ? [] : ['content' as const]),
    ...(tool ? ['policy-tool-version' as const] : []),
    ...(settings.policiesPath === wanted.policiesPath ? [] : ['policies-path' as const]),
    ...(stamp === undefined || stamp.folder !== describeSetFolder(local) ? ['stamp' as const] : []),
  ];
}

/**
 * Whether the set is known to have this content. Versions never change, so the stamp is valid as long as its version is
 * the current one.
 */
export const holds = ({ stamp, currentVersion }: VersionedSet, digest: string): boolean =>
  stamp?.content !== undefined &&
  stamp.content.version === currentVersion?.id &&
  stamp.content.digest === digest;

/** What is known about the current content, compared with the folder. */
export function contentOf(
  { digest }: LocalSet,
  set: VersionedSet | undefined,
): 'same' | 'differs' | 'not known' | 'none yet' {
  if (set?.currentVersion === undefined) return 'none yet';
  if (holds(set, digest)) return 'same';
  return set.stamp?.content?.version === set.currentVersion.id ? 'differs' : 'not known';
}

/** The plan of a run that publishes: sets that a later run published are not changed. */
export const refuseOvertaken = (changes: readonly SetChange[], ownership: SetOwnership): SetChange[] =>
  changes.map((change) => {
    const problem = change.action === 'update' ? overtakenBy(change.set, ownership) : undefined;
    if (problem === undefined || change.action !== 'update') return change;
    return { action: 'refused', instead: 'update', local: change.local, set: change.set, problem };
  });

/** Problems with sets that a later run published. */
export const overtaken = (changes: readonly SetChange[], ownership: SetOwnership): Problem[] =>
  changes.flatMap((change) => (change.action === 'update' ? (overtakenBy(change.set, ownership) ?? []) : []));
