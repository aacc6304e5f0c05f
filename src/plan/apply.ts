import pMap from 'p-map';
import { type Cancellation, CancelledError } from '../cancellation.ts';
import { readChecked } from '../code.ts';
import type { Policy, PolicySet } from '../policy.ts';
import { createOrAdopt } from './create.ts';
import {
  type Change,
  type Create,
  differences,
  type Update,
  type WantedSettings,
  wantedSettings,
} from './plan.ts';
import type { PolicySetMembers, PolicyStore } from './ports.ts';

/** What became of one entry of the plan. */
export interface Result {
  readonly change: Change;
  /** As far as the run got with it; undefined where it was not even created. */
  readonly policy: Policy | undefined;
  /** Whether anything of it was changed at all. */
  readonly wrote: boolean;
  /** Why it failed; undefined where it did not. */
  readonly error: unknown;
  /** Not even begun, since the run was cancelled. */
  readonly skipped: boolean;
  /** What writing it took, policy sets left out. Milliseconds. */
  readonly duration: number;
}

export interface ApplyOptions {
  readonly policies: PolicyStore;
  readonly policySets: PolicySetMembers;
  readonly parallelism: number;
  readonly cancellation: Cancellation;
  readonly onResult: (result: Result) => void;
}

type Write = Create | Update;

/**
 * Carries the plan out: each policy with its code and settings first, then the policy sets, so that no set ever holds
 * a policy whose code has not arrived (interface.md 4). What fails does not stop the rest. Results are in plan order.
 */
export async function applyPlan(changes: readonly Change[], options: ApplyOptions): Promise<Result[]> {
  const writes = changes.filter((change) => change.action !== 'unchanged');
  const written = new Map<Change, Result>();
  const write = async (change: Write) => {
    if (options.cancellation.requested.aborted) {
      written.set(change, { ...unchanged(change), skipped: true });
      return;
    }
    const result = await carryOut(change, options.policies);
    written.set(change, result);
    if (change.joins.length === 0 || result.error !== undefined) options.onResult(result);
  };
  const [probes, rest] = separateProbe(writes, options.policies);
  for (const change of probes) await write(change);
  await pMap(rest, write, { concurrency: options.parallelism });

  await joinPolicySets(written, options);
  return changes.map((change) => written.get(change) ?? unchanged(change));
}

/**
 * A release that knows no OPA takes an OPA policy for a Sentinel one. Where no policy has shown yet what the release
 * knows, one create goes ahead of the others.
 */
function separateProbe(
  writes: readonly Write[],
  { release }: PolicyStore,
): [readonly Write[], readonly Write[]] {
  const isOpa = release.kind === undefined && writes.some(({ file }) => file.kind === 'opa');
  return isOpa ? [writes.slice(0, 1), writes.slice(1)] : [[], writes];
}

function unchanged(change: Change): Result {
  return {
    change,
    policy: 'policy' in change ? change.policy : undefined,
    wrote: false,
    error: undefined,
    skipped: false,
    duration: 0,
  };
}

async function carryOut(change: Write, store: PolicyStore): Promise<Result> {
  const begun = performance.now();
  let { policy, wrote } = unchanged(change);
  let error: unknown;
  try {
    for await (const reached of publish(change, store)) {
      policy = reached;
      wrote = true;
    }
  } catch (failure) {
    error = failure;
  }
  return { change, policy, wrote, error, skipped: false, duration: performance.now() - begun };
}

/** Brings one policy to what its file says: there, then its code, then its settings. Yields it after each write. */
async function* publish(change: Write, store: PolicyStore): AsyncGenerator<Policy, void> {
  const uploads = change.action === 'create' || change.changes.includes('code');
  // Read before the policy is made, so that a file that cannot be read leaves no policy without code.
  const code = uploads ? await readChecked(change.file) : undefined;
  let policy: Policy;
  let made = false;
  if (change.action === 'create') {
    ({ policy, made } = await createOrAdopt(change.file, store));
    yield policy;
  } else {
    policy = change.policy;
  }
  const wanted = wantedSettings(change.file, made ? undefined : policy);
  if (code !== undefined) {
    policy = await store.upload(policy, code);
    yield policy;
  }
  if (differences(policy, wanted).length > 0) yield await changeSettings(policy, wanted, store);
}

/** Makes sure that the change was taken, too: old releases ignore what they do not know. */
async function changeSettings(policy: Policy, wanted: WantedSettings, store: PolicyStore): Promise<Policy> {
  const answer = await store.update(policy, { description: policy.description, ...wanted });
  const settled = differences(answer, wanted).length === 0 ? answer : await store.read(policy.id);
  const [kept] = differences(settled, wanted);
  if (kept !== undefined) throw new Error(`The server took the change of ${kept}, but keeps the old value.`);
  return settled;
}

async function joinPolicySets(
  written: Map<Change, Result>,
  { policySets, parallelism, cancellation, onResult }: ApplyOptions,
) {
  const ready = [...written.values()].filter(
    ({ error, skipped, change }) => error === undefined && !skipped && joinsOf(change).length > 0,
  );
  const sets = new Map(ready.flatMap(({ change }) => joinsOf(change).map((set) => [set.id, set])));
  await pMap(
    sets.values(),
    async (set) => {
      const members = ready.filter(({ change }) => joinsOf(change).includes(set));
      const ids = members.flatMap(({ policy }) => (policy === undefined ? [] : [policy.id]));
      const join = cancellation.requested.aborted
        ? Promise.reject(new CancelledError())
        : policySets.addPolicies(set.id, ids);
      const error = await join.then(
        () => undefined,
        (cause) => new Error(`It did not become a member of policy set ${set.name}.`, { cause }),
      );
      for (const { change } of members) {
        const result = written.get(change) as Result;
        const wrote = result.wrote || error === undefined;
        written.set(change, { ...result, wrote, error: result.error ?? error });
      }
    },
    { concurrency: parallelism },
  );
  for (const { change } of ready) onResult(written.get(change) as Result);
}

const joinsOf = (change: Change): readonly PolicySet[] => ('joins' in change ? change.joins : []);
