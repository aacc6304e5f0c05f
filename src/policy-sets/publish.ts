import pMap from 'p-map';
import { isKind, KINDS } from '../model/kinds.ts';
import type { PolicySetVersion, VersionedSet } from '../model/policy-set.ts';
import { type Problem, ProblemsError } from '../model/problem.ts';
import { configuredFolder, describeSetFolder } from '../model/set-folder.ts';
import { type SetStampContent, setStampLine } from '../model/set-stamp.ts';
import { addressIn, writeDescription } from '../model/stamp-line.ts';
import type { Cancellation } from '../runtime/cancellation.ts';
import { awaitInForce, awaitReady } from './await-version.ts';
import { madeAsOther, overtakenBy, overtookIn, refusalOf } from './judge.ts';
import type { LocalSet } from './local-set.ts';
import type { SetOwnership } from './ownership.ts';
import {
  type CreateSet,
  type SetChange,
  type UpdateSet,
  type WantedSettings,
  wantedSettings,
} from './plan.ts';
import type { SetStore, Timer } from './ports.ts';

/** The result of one entry of the plan. */
export interface SetResult {
  readonly change: SetChange;
  /** Its last known state. Undefined if it does not exist. */
  readonly set: VersionedSet | undefined;
  /** Whether this run created it. */
  readonly made: boolean;
  /** Whether anything was written to it. */
  readonly wrote: boolean;
  /** Why it failed. Undefined if it did not. */
  readonly error: unknown;
  /** Not attempted. */
  readonly skipped: boolean;
  /** Milliseconds. */
  readonly duration: number;
}

export interface PublishOptions {
  readonly store: SetStore;
  readonly timer: Timer;
  readonly organization: string;
  readonly ownership: SetOwnership;
  readonly parallelism: number;
  readonly cancellation: Cancellation;
  /** The commit that is published. Undefined if it is not known. */
  readonly commit: string | undefined;
  /** URL of a folder at the commit. */
  readonly folderUrl: (path: string) => string | undefined;
  /** Packs the folder. @throws ProblemsError if a file has changed since it was checked */
  readonly archive: (local: LocalSet) => Promise<readonly Uint8Array[]>;
  readonly onStep: (set: string, step: string) => void;
}

type Write = CreateSet | UpdateSet;

/**
 * Carries out the plan, with several policy sets in parallel. The failure of one does not stop the others, but if one is
 * refused, nothing is written at all (docs/policy-sets.md#order-of-writes).
 */
export function publishSets(changes: readonly SetChange[], options: PublishOptions): Promise<SetResult[]> {
  return pMap(changes, (change) => publishOrLeave(change, options), { concurrency: options.parallelism });
}

/** The results of a plan in which a policy set is refused. */
export const leaveAll = (changes: readonly SetChange[]): SetResult[] =>
  changes.map((change) => ({ ...untouched(change), skipped: change.action !== 'refused' }));

async function publishOrLeave(change: SetChange, options: PublishOptions): Promise<SetResult> {
  if (change.action === 'unchanged' || change.action === 'refused') return untouched(change);
  if (options.cancellation.requested.aborted) return { ...untouched(change), skipped: true };
  const begun = performance.now();
  let reached: Reached = { set: change.action === 'create' ? undefined : change.set, made: false };
  let wrote = false;
  let error: unknown;
  try {
    for await (const next of publish(change, options)) {
      reached = next;
      wrote ||= next.wrote !== false;
    }
  } catch (failure) {
    error = failure;
  }
  const { set, made } = reached;
  return { change, set, made, wrote, error, skipped: false, duration: performance.now() - begun };
}

function untouched(change: SetChange): SetResult {
  return {
    change,
    set: 'set' in change ? change.set : undefined,
    made: false,
    wrote: false,
    error: change.action === 'refused' ? new ProblemsError([change.problem]) : undefined,
    skipped: false,
    duration: 0,
  };
}

interface Reached {
  readonly set: VersionedSet | undefined;
  readonly made: boolean;
  /** False if it was only found. */
  readonly wrote?: boolean;
}

/** Publishes one policy set: creates it, uploads its content, writes its stamp. Yields it after each step. */
async function* publish(change: Write, options: PublishOptions): AsyncGenerator<Reached, void> {
  const { local } = change;
  const uploads = change.action === 'create' || change.changes.includes('content');
  // Packed before anything is written, so that an unreadable file does not leave a set without content.
  const archive = uploads ? await options.archive(local) : undefined;
  let { set, made } =
    change.action === 'create' ? await createSet(change, options) : { ...change, made: false };
  yield { set, made, wrote: made };
  const other = made ? madeAsOther(local, set) : undefined;
  if (other !== undefined) throw new ProblemsError([other]);
  // Settings from the server, or from whoever created the set, are sent again with each change of the description.
  const wanted = change.action === 'create' ? wantedSettings(local, set, change.wanted) : change.wanted;
  let content = set.stamp?.content;
  if (archive !== undefined) {
    if (needsPreparing(set, wanted)) {
      set = await prepare(set, { ...change, wanted }, options);
      yield { set, made };
    }
    const version = await options.store.upload(set.id, archive);
    yield { set, made };
    options.onStep(set.name, `uploaded version ${version.id} (${bytesOf(archive)} bytes)`);
    set = await enforce(set, version, options);
    yield { set, made };
    const problem = overtookIn(set, options.ownership);
    if (problem !== undefined) throw new ProblemsError([problem]);
    content = { version: version.id, digest: local.digest };
  }
  const line = stampOf(change, content, options);
  const settings = change.action === 'create' ? wanted : asOfNow(change, set);
  yield { set: await settle(set, { ...settings, line, policiesPath: undefined }, options), made };
}

const bytesOf = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, piece) => sum + piece.length, 0);

/** The settings of the plan. Settings that it does not change keep their current value, which may be new. */
function asOfNow({ set: before, wanted }: UpdateSet, { settings: now }: VersionedSet): WantedSettings {
  const { toolVersion, agentEnabled, policiesPath } = wanted;
  return {
    policiesPath,
    toolVersion: toolVersion === before.settings.toolVersion ? now.toolVersion : toolVersion,
    agentEnabled: agentEnabled === before.settings.agentEnabled ? now.agentEnabled : agentEnabled,
  };
}

/** Creates the set. One that somebody else created during the run is checked like an existing one. */
async function createSet(
  change: CreateSet,
  options: PublishOptions,
): Promise<{ set: VersionedSet; made: boolean }> {
  const { local, name, wanted } = change;
  const description = stampOf(change, undefined, options);
  const created = await options.store.create({ name, kind: local.kind, description, ...wanted });
  if (created.made) {
    options.onStep(name, `created as ${created.set.id}`);
    return created;
  }
  const { ownership, organization } = options;
  const problem =
    refusalOf(local, created.set, { ownership, organization }) ?? overtakenBy(created.set, ownership);
  if (problem !== undefined) throw new ProblemsError([problem]);
  // The stamp contains this run, so this run created the set and only the response was lost.
  return { ...created, made: created.set.stamp?.line === description };
}

/**
 * Whether to write something before the first version: the owner's stamp, so that an interrupted run can be repeated,
 * or settings, if no current version is affected by them.
 */
const needsPreparing = (set: VersionedSet, wanted: WantedSettings): boolean =>
  set.stamp === undefined ||
  (set.currentVersion === undefined &&
    (differs(set, wanted) !== undefined || set.settings.policiesPath !== wanted.policiesPath));

/** The stamp contains no version yet, so it says nothing about the content. */
function prepare(set: VersionedSet, change: Write, options: PublishOptions): Promise<VersionedSet> {
  const line = set.stamp?.line ?? stampOf(change, undefined, options);
  if (set.currentVersion !== undefined)
    return settle(set, { ...set.settings, line, policiesPath: undefined }, options);
  const { policiesPath } = change.wanted;
  const isSet = set.settings.policiesPath === policiesPath;
  return settle(
    set,
    { ...change.wanted, line, policiesPath: isSet ? undefined : (policiesPath ?? null) },
    options,
  );
}

/** Waits until the version is the current one. */
async function enforce(
  before: VersionedSet,
  version: PolicySetVersion,
  { store, timer, onStep }: PublishOptions,
): Promise<VersionedSet> {
  const onStatus = (status: string) => onStep(before.name, `version ${version.id} is ${status}`);
  const waiting = { store, timer, onStatus };
  await awaitReady(before, version, waiting);
  return awaitInForce(before, version, waiting);
}

function stampOf(
  { local, ...change }: Write,
  content: SetStampContent['content'],
  { ownership, commit, folderUrl }: PublishOptions,
): string {
  const { owner, run } = ownership;
  const folder = describeSetFolder(local);
  const kept = 'set' in change && !change.changes.includes('content') ? change.set.stamp : undefined;
  // The stamp links to the folder at the commit of the last upload. Without an upload, the link stays the same.
  const at =
    kept?.folder === folder
      ? { commit: kept.commit, url: addressIn(kept.line) }
      : { commit, url: folderUrl(configuredFolder(local)) };
  return setStampLine({ run, owner, folder, content, ...at });
}

interface Settled extends Omit<WantedSettings, 'policiesPath'> {
  /** The new stamp. */
  readonly line: string;
  /** Null removes it, undefined leaves it unchanged. */
  readonly policiesPath: string | null | undefined;
}

/** Writes the description with its stamp, and the settings. The response shows whether the server applied them. */
async function settle(
  set: VersionedSet,
  { line, ...settings }: Settled,
  { store }: PublishOptions,
): Promise<VersionedSet> {
  const description = writeDescription(set.description, line);
  const { policiesPath } = settings;
  const toolVersion = repeatedVersion(set, settings.toolVersion);
  const agentEnabled = repeatedAgent(set, settings.agentEnabled);
  const settled = await store.update(set.id, { description, toolVersion, agentEnabled, policiesPath });
  const isOther = policiesPath !== undefined && settled.settings.policiesPath !== (policiesPath ?? undefined);
  const kept =
    settled.stamp?.line !== line
      ? 'the description'
      : isOther
        ? '`policies-path`'
        : differs(settled, { toolVersion, agentEnabled });
  if (kept === undefined) return settled;
  throw new ProblemsError([keptOld(set, kept)]);
}

/** Older sets may still have `latest`, which is no longer accepted. Omitted, it stays or becomes the newest version. */
function repeatedVersion({ kind }: VersionedSet, wanted: string | undefined): string | undefined {
  const isRefused = wanted === 'latest' && isKind(kind) && !KINDS[kind].tool.hasLatest;
  return isRefused ? undefined : wanted;
}

/** The `agent-enabled` to send with each change, because omitting it may reset it. */
function repeatedAgent({ kind, settings }: VersionedSet, wanted: boolean | undefined): boolean | undefined {
  if (!isKind(kind)) return undefined;
  const { agentIsOptional, saysAgent } = KINDS[kind].tool;
  if (agentIsOptional) return wanted;
  return saysAgent ? settings.agentEnabled : undefined;
}

/** The setting that differs. Undefined if none does. */
function differs(
  { settings }: VersionedSet,
  wanted: Omit<WantedSettings, 'policiesPath'>,
): string | undefined {
  if (wanted.toolVersion !== undefined && settings.toolVersion !== wanted.toolVersion)
    return '`policy-tool-version`';
  const agent = wanted.agentEnabled !== undefined && (settings.agentEnabled ?? false) !== wanted.agentEnabled;
  return agent ? '`agent-enabled`' : undefined;
}

const keptOld = ({ name }: VersionedSet, what: string): Problem => ({
  message: `The server accepted the change to ${what} of policy set "${name}", but did not apply it.`,
  place: { input: 'versioned-policy-sets' },
  advice: 'Check the policy set in Terraform. Something else may write to it.',
});
