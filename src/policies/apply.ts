import pMap from 'p-map';
import { isLaterKind } from '../model/kinds.ts';
import type { Policy, PolicySet } from '../model/policy.ts';
import { ProblemsError } from '../model/problem.ts';
import { stampAddress, stampLine } from '../model/stamp.ts';
import { writeDescription } from '../model/stamp-line.ts';
import { readChecked } from '../repository/read-file.ts';
import { type Cancellation, CancelledError } from '../runtime/cancellation.ts';
import { createOrAdopt } from './create.ts';
import { refusal } from './later-runs.ts';
import type { Ownership } from './ownership.ts';
import {
  type Change,
  type Create,
  differences,
  newSettings,
  type Plan,
  type Update,
  type WantedSettings,
  wantedSettings,
} from './plan.ts';
import type { PolicySetMembers, PolicyStore } from './ports.ts';
import type { Deletion } from './prune.ts';

/** The result for one entry of the plan. */
export interface Result {
  readonly change: Change;
  /** The policy after the last successful write. Undefined if it was not created. */
  readonly policy: Policy | undefined;
  /** Whether anything was written. */
  readonly wrote: boolean;
  /** Why it failed. Undefined if it did not. */
  readonly error: unknown;
  /** Not started, because the run was cancelled. */
  readonly skipped: boolean;
  /** Duration of its writes, without policy sets. Milliseconds. */
  readonly duration: number;
}

export interface ApplyOptions {
  readonly policies: PolicyStore;
  readonly policySets: PolicySetMembers;
  readonly parallelism: number;
  readonly cancellation: Cancellation;
  readonly ownership: Ownership;
  /** URL of a file at the commit. */
  readonly fileUrl: (path: string) => string | undefined;
  /** Called after each policy. */
  readonly onResult: () => void;
}

type Write = Create | Update;

/** The result of a deletion. */
export interface Deleted {
  readonly deletion: Deletion;
  readonly wrote: boolean;
  readonly error: unknown;
  /** Held back, because something failed or the run was cancelled. */
  readonly skipped: boolean;
}

export interface Applied {
  /** In the order of the plan. */
  readonly results: readonly Result[];
  readonly deleted: readonly Deleted[];
}

/**
 * Carries out the plan: first each policy with its code and settings, then the policy sets, so that no set ever enforces
 * a policy without code, then the deletions if nothing failed (docs/behavior.md#order-of-writes). A failure does not
 * stop the other policies.
 */
export async function applyPlan({ changes, deletions }: Plan, options: ApplyOptions): Promise<Applied> {
  const { policies, parallelism, cancellation, onResult } = options;
  const writes = changes.filter((change) => change.action === 'create' || change.action === 'update');
  const written = new Map<Change, Result>();
  const write = async (change: Write) => {
    if (cancellation.requested.aborted) {
      written.set(change, { ...untouched(change), skipped: true });
      return;
    }
    const result = await carryOut(change, options);
    written.set(change, result);
    if (!isToContinue(result)) onResult();
  };
  const [probes, rest] = separateProbe(writes, policies);
  for (const change of probes) await write(change);
  await pMap(rest, write, { concurrency: parallelism });
  const begun = [...written.values()].filter(isToContinue);

  await joinPolicySets(written, options);
  await stampRenamed(written, options);
  for (let left = begun.length; left > 0; left--) onResult();

  const results = changes.map((change) => written.get(change) ?? untouched(change));
  const holdBack =
    results.some(({ error, skipped }) => error !== undefined || skipped) ||
    deletions.some(({ problem }) => problem !== undefined);
  const deleted = await pMap(deletions, (deletion) => deleteOrphan(deletion, holdBack, options), {
    concurrency: parallelism,
  });
  return { results, deleted };
}

/** Whether there is more to do for a policy after all uploads. */
const isToContinue = ({ change, error, skipped }: Result): boolean =>
  error === undefined && !skipped && (joinsOf(change).length > 0 || isRenamed(change));

/** A rename ends with the stamp. An interrupted rename is recognized by the missing stamp. */
const isRenamed = (change: Change): boolean =>
  'replaces' in change && change.replaces !== undefined && change.stamps;

/**
 * A release without OPA creates a Sentinel policy for an OPA policy. If the release is not known yet, one policy is
 * created before all others.
 */
function separateProbe(
  writes: readonly Write[],
  { release }: PolicyStore,
): [readonly Write[], readonly Write[]] {
  const isUnproven = release.kind === undefined && writes.some(({ file }) => isLaterKind(file.kind));
  return isUnproven ? [writes.slice(0, 1), writes.slice(1)] : [[], writes];
}

function untouched(change: Change): Result {
  return {
    change,
    policy: 'policy' in change ? change.policy : undefined,
    wrote: false,
    error: change.action === 'refused' ? new ProblemsError([change.problem]) : undefined,
    skipped: false,
    duration: 0,
  };
}

async function carryOut(change: Write, options: ApplyOptions): Promise<Result> {
  const begun = performance.now();
  let { policy, wrote } = untouched(change);
  let error: unknown;
  try {
    for await (const reached of publish(change, options)) {
      policy = reached;
      wrote = true;
    }
  } catch (failure) {
    error = failure;
  }
  return { change, policy, wrote, error, skipped: false, duration: performance.now() - begun };
}

/** Publishes one policy: creates it, uploads its code, changes its settings. Yields it after each write. */
async function* publish(change: Write, options: ApplyOptions): AsyncGenerator<Policy, void> {
  const { policies: store, ownership } = options;
  const { file } = change;
  const uploads = change.action === 'create' || change.changes.includes('code');
  // Read before the policy is created, so that a file that cannot be read leaves no policy without code.
  const code = uploads ? readChecked(file) : undefined;
  let policy: Policy;
  let made = false;
  if (change.action === 'create') {
    ({ policy, made } = await createOrAdopt(change, store));
    const problem = refusal(file, policy, ownership);
    if (problem !== undefined) throw new ProblemsError([problem]);
    yield policy;
  } else {
    policy = change.policy;
  }
  const wanted =
    made && change.action === 'create' ? newSettings(change) : wantedSettings(file, policy, change.replaces);
  if (code !== undefined) {
    policy = await store.upload(policy, code);
    yield policy;
  }
  // An adopted policy may have a stamp of this owner, which is kept up to date.
  const adopted = change.action === 'create' && policy.stamp !== undefined;
  const stamps = (change.stamps || adopted) && !isRenamed(change);
  if (stamps || differences(policy, wanted).length > 0) {
    const line = stamps ? newStamp(change, policy, options) : policy.stamp?.line;
    yield await changeSettings(policy, { wanted, line }, store);
  }
}

function newStamp(change: Write, { updatedAt = '' }: Policy, { ownership, fileUrl }: ApplyOptions): string {
  const { owner = '', prefix, run } = ownership;
  const { path, sha256 } = change.file;
  const url = keptAddress(change) ?? fileUrl(path);
  return stampLine({ run, owner, prefix, path, sha256, updatedAt, url });
}

/** The stamp links to the file at the commit of the last upload, so the link stays the same without an upload. */
function keptAddress(change: Write): string | undefined {
  if (change.action === 'create' || change.changes.includes('code')) return undefined;
  const { stamp } = change.policy;
  const isOfThisCode = stamp?.path === change.file.path && stamp.sha256 === change.file.sha256;
  return isOfThisCode ? stampAddress(stamp) : undefined;
}

interface NewSettings {
  readonly wanted: WantedSettings;
  /** The stamp afterwards. */
  readonly line: string | undefined;
}

/** Also checks that the change was applied, because old releases ignore unknown attributes. */
async function changeSettings(
  policy: Policy,
  { wanted, line }: NewSettings,
  store: PolicyStore,
): Promise<Policy> {
  const description = writeDescription(wanted.description ?? policy.description, line);
  const answer = await store.update(policy, { ...wanted, description });
  const settled = differences(answer, wanted).length === 0 ? answer : await store.read(policy.id);
  const [kept] = differences(settled, wanted);
  if (kept !== undefined)
    throw new Error(`The server accepted the change to \`${kept}\` but did not apply it.`);
  return settled;
}

async function joinPolicySets(
  written: Map<Change, Result>,
  { policySets, parallelism, cancellation }: ApplyOptions,
) {
  const ready = [...written.values()].filter(isToContinue);
  const sets = new Map(ready.flatMap(({ change }) => joinsOf(change).map((set) => [set.id, set])));
  await pMap(
    sets.values(),
    async (set) => {
      const members = ready.filter(({ change }) => joinsOf(change).some(({ id }) => id === set.id));
      const ids = members.flatMap(({ policy }) => (policy === undefined ? [] : [policy.id]));
      const failures = cancellation.requested.aborted
        ? new Map(ids.map((id) => [id, new CancelledError()]))
        : await policySets.addPolicies(set.id, ids);
      for (const begun of members) {
        const { change, policy } = begun;
        // It may have been added to another set in the meantime.
        const result = written.get(change) ?? begun;
        const cause = policy && failures.get(policy.id);
        const message = `The policy could not be added to policy set "${set.name}".`;
        const error = cause === undefined ? undefined : new Error(message, { cause });
        const wrote = result.wrote || error === undefined;
        written.set(change, { ...result, wrote, error: result.error ?? error });
      }
    },
    { concurrency: parallelism },
  );
}

async function stampRenamed(written: Map<Change, Result>, options: ApplyOptions): Promise<void> {
  const renamed = [...written.values()].filter((result) => isToContinue(result) && isRenamed(result.change));
  await pMap(
    renamed,
    async (result) => {
      const { change, policy } = result;
      if (policy === undefined || !('stamps' in change)) return;
      try {
        options.cancellation.requested.throwIfAborted();
        const line = newStamp(change, policy, options);
        written.set(change, {
          ...result,
          wrote: true,
          policy: await changeSettings(policy, { wanted: {}, line }, options.policies),
        });
      } catch (error) {
        written.set(change, { ...result, error });
      }
    },
    { concurrency: options.parallelism },
  );
}

/** Deletes a policy that no longer has a file, unless it has changed since it was read. */
async function deleteOrphan(
  deletion: Deletion,
  holdBack: boolean,
  { policies, cancellation, onResult }: ApplyOptions,
): Promise<Deleted> {
  if (deletion.problem !== undefined) {
    return { deletion, wrote: false, error: new ProblemsError([deletion.problem]), skipped: false };
  }
  if (holdBack || cancellation.requested.aborted) {
    return { deletion, wrote: false, error: undefined, skipped: true };
  }
  const { id, stamp, updatedAt } = deletion.policy;
  try {
    const now = await policies.findById(id);
    if (now !== undefined && (now.stamp?.line !== stamp.line || now.updatedAt !== updatedAt))
      throw new Error('The policy was modified by someone else during this run and was not deleted.');
    await policies.delete(id);
    return { deletion, wrote: true, error: undefined, skipped: false };
  } catch (error) {
    return { deletion, wrote: false, error, skipped: false };
  } finally {
    onResult();
  }
}

const joinsOf = (change: Change): readonly PolicySet[] => ('joins' in change ? change.joins : []);
