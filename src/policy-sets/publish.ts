import pMap from 'p-map';
import { isKind, KINDS } from '../model/kinds.ts';
import type { PolicySetVersion, VersionedSet } from '../model/policy-set.ts';
import { type Problem, ProblemsError } from '../model/problem.ts';
import { configuredFolder, describeSetFolder } from '../model/set-folder.ts';
import { type SetStampContent, setStampLine } from '../model/set-stamp.ts';
import { addressIn, writeDescription } from '../model/stamp-line.ts';
import type { Cancellation } from '../runtime/cancellation.ts';
import { awaitInForce, awaitReady } from './await-version.ts';
import { overtakenBy, overtookIn, refusalOf } from './judge.ts';
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

/** What became of one entry of the plan. */
export interface SetResult {
  readonly change: SetChange;
  /** As far as the run got with it; undefined where it is not even there. */
  readonly set: VersionedSet | undefined;
  /** Whether this run created it. */
  readonly made: boolean;
  /** Whether anything of it was changed at all. */
  readonly wrote: boolean;
  /** Why it failed; undefined where it did not. */
  readonly error: unknown;
  /** Not even begun. */
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
  /** The commit that is published, where it is known. */
  readonly commit: string | undefined;
  /** Address of a folder at the commit. */
  readonly folderUrl: (path: string) => string | undefined;
  /** Packs the folder. @throws ProblemsError where a file changed since it was checked */
  readonly archive: (local: LocalSet) => Promise<readonly Uint8Array[]>;
  readonly onStep: (set: string, step: string) => void;
}

type Write = CreateSet | UpdateSet;

/**
 * Carries the plan out, several policy sets side by side: what fails does not stop the others. Where one is refused,
 * nothing is written at all (docs/policy-sets.md#order-of-writes).
 */
export function publishSets(changes: readonly SetChange[], options: PublishOptions): Promise<SetResult[]> {
  return pMap(changes, (change) => publishOrLeave(change, options), { concurrency: options.parallelism });
}

/** What becomes of a plan in which a policy set is refused. */
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
  /** False where it was only found. */
  readonly wrote?: boolean;
}

/** Brings one policy set to what its folder holds: there, then its content, then its stamp. Yields it after each step. */
async function* publish(change: Write, options: PublishOptions): AsyncGenerator<Reached, void> {
  const { local } = change;
  const uploads = change.action === 'create' || change.changes.includes('content');
  // Packed before anything is written, so that a file that cannot be read leaves no set without content.
  const archive = uploads ? await options.archive(local) : undefined;
  let { set, made } =
    change.action === 'create' ? await createSet(change, options) : { ...change, made: false };
  yield { set, made, wrote: made };
  // What the server gave a new set, or whoever made it meanwhile, is repeated with each change of the description.
  const wanted = change.action === 'create' ? wantedSettings(local, set, change.wanted) : change.wanted;
  let content = set.stamp?.content;
  if (archive !== undefined) {
    if (needsPreparing(set, wanted)) {
      set = await prepare(set, { ...change, wanted }, options);
      yield { set, made };
    }
    const version = await options.store.upload(set.id, archive);
    yield { set, made };
    options.onStep(set.name, `version ${version.id} is uploaded (${bytesOf(archive)} bytes)`);
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

/** The settings of the plan. What it leaves as it is may be another by now, which is left as it is, too. */
function asOfNow({ set: before, wanted }: UpdateSet, { settings: now }: VersionedSet): WantedSettings {
  const { toolVersion, agentEnabled, policiesPath } = wanted;
  return {
    policiesPath,
    toolVersion: toolVersion === before.settings.toolVersion ? now.toolVersion : toolVersion,
    agentEnabled: agentEnabled === before.settings.agentEnabled ? now.agentEnabled : agentEnabled,
  };
}

/** Creates the set; one that somebody made meanwhile is judged as if it had been there before. */
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
  // The stamp names the run: it was this one, and only the answer was lost.
  return { ...created, made: created.set.stamp?.line === description };
}

/**
 * Whether something has to be written before the first version from here: the owner's stamp, so that a run that is
 * interrupted can be repeated; or settings, where no version is in force that they would change.
 */
const needsPreparing = (set: VersionedSet, wanted: WantedSettings): boolean =>
  set.stamp === undefined ||
  (set.currentVersion === undefined &&
    (differs(set, wanted) !== undefined || set.settings.policiesPath !== wanted.policiesPath));

/** The stamp names no version yet, as there is none: it claims nothing. */
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

/** Waits until the version is in force. */
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
  // The stamp links to the folder at the commit of the last upload: without an upload the link stays as it is.
  const at =
    kept?.folder === folder
      ? { commit: kept.commit, url: addressIn(kept.line) }
      : { commit, url: folderUrl(configuredFolder(local)) };
  return setStampLine({ run, owner, folder, content, ...at });
}

interface Settled extends Omit<WantedSettings, 'policiesPath'> {
  /** The stamp as it shall be afterwards. */
  readonly line: string;
  /** Null takes it away; undefined leaves it as it is. */
  readonly policiesPath: string | null | undefined;
}

/** Writes the description with its stamp, and what has to be repeated with it. The answer shows whether it was taken. */
async function settle(
  set: VersionedSet,
  { line, ...settings }: Settled,
  { store }: PublishOptions,
): Promise<VersionedSet> {
  const description = writeDescription(set.description, line);
  const { toolVersion, policiesPath } = settings;
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

/** What is said of agents with each change: left out, it may be reset. Where there is nothing to choose, as it is. */
function repeatedAgent({ kind, settings }: VersionedSet, wanted: boolean | undefined): boolean | undefined {
  if (!isKind(kind)) return undefined;
  const { agentIsOptional, saysAgent } = KINDS[kind].tool;
  if (agentIsOptional) return wanted;
  return saysAgent ? settings.agentEnabled : undefined;
}

/** Which setting is not as it shall be; undefined where none is. */
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
  message: `The server accepted the change of ${what} of policy set "${name}", but keeps the old value.`,
  place: { input: 'versioned-policy-sets' },
  advice: 'Look at the policy set in Terraform; something else may write to it.',
});
