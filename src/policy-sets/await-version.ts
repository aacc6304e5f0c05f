import type { PolicySetVersion, VersionedSet } from '../model/policy-set.ts';
import { ProblemsError } from '../model/problem.ts';
import type { SetStore, Timer } from './ports.ts';

/** How long the service usually takes to process a version (docs/terraform-api.md#policy-set-versions). Milliseconds. */
const USUAL = 500;

/** The first wait after that, the factor by which waits grow, and the longest one. Milliseconds. */
const FIRST_WAIT = 250;
const GROWTH = 1.5;
const LONGEST_WAIT = 5_000;

/** After this time the run no longer waits for a version. Milliseconds. */
const PATIENCE = 5 * 60_000;

/** How long the set may still name the previous version. Milliseconds. */
const SETTLING = 10_000;

interface Waiting {
  readonly store: Pick<SetStore, 'readVersion' | 'readAgain' | 'latency'>;
  readonly timer: Timer;
  /** Called with the status after each request for it, until the version is ready. */
  readonly onStatus: (status: string) => void;
}

/** Waits until the server has processed a version. @throws ProblemsError if it rejects it or takes too long */
export async function awaitReady(
  set: VersionedSet,
  version: PolicySetVersion,
  { store, timer, onStatus }: Waiting,
): Promise<void> {
  const begun = timer.now();
  // Part of this time passes while the response to the upload and the next request are on their way.
  await timer.wait(Math.max(0, USUAL - store.latency));
  for (let wait = FIRST_WAIT; ; wait = Math.min(wait * GROWTH, LONGEST_WAIT)) {
    const { status, error } = await store.readVersion(version.id);
    if (status === 'ready') return;
    if (status === 'errored' || status === 'canceled') throw refused(set, { ...version, status, error });
    if (timer.now() - begun >= PATIENCE) throw tooLate(set, { ...version, status });
    onStatus(status ?? 'unknown');
    await timer.wait(wait);
  }
}

/**
 * Waits until a version that is ready is the current one: somebody else may have uploaded another one since. For a
 * moment, the set may still name a version that was created earlier.
 *
 * @param before the set before the upload
 */
export async function awaitInForce(
  before: VersionedSet,
  version: PolicySetVersion,
  { store, timer }: Waiting,
): Promise<VersionedSet> {
  const begun = timer.now();
  for (let wait = FIRST_WAIT; ; wait *= GROWTH) {
    const set = await store.readAgain(before.id);
    const current = set.currentVersion?.id;
    if (current === version.id) return set;
    const isBefore = current === before.currentVersion?.id;
    const isLate = timer.now() - begun >= SETTLING;
    if (isBefore && isLate) throw notInForce(set, version);
    // An older version than the newest one may come from an interrupted run, and this one may still follow it.
    if (!isBefore && (isLate || set.newestVersion?.id !== version.id)) throw faster(set, version, current);
    await timer.wait(wait);
  }
}

const problem = (message: string, advice: string) =>
  new ProblemsError([{ message, place: { input: 'versioned-policy-sets' }, advice }]);

const inForce = ({ currentVersion }: VersionedSet): string =>
  currentVersion === undefined
    ? 'The policy set still has no current version.'
    : `Version ${currentVersion.id} remains the current version.`;

const refused = (set: VersionedSet, { id, status, error }: PolicySetVersion) =>
  problem(
    `The server did not accept version ${id} of policy set "${set.name}" (${status})${error === undefined ? ' without an error message' : `: ${error}`}. ${inForce(set)}`,
    'Fix the error and publish again. If there is no error message, check the policy set in Terraform.',
  );

const tooLate = (set: VersionedSet, { id, status }: PolicySetVersion) =>
  problem(
    `Version ${id} of policy set "${set.name}" is not ready after 5 minutes (status "${status}"). ${inForce(set)}`,
    'Check the policy set in Terraform and the status of the service, then publish again.',
  );

const faster = (set: VersionedSet, { id }: PolicySetVersion, current: string | undefined) =>
  problem(
    `Another publisher was faster: the current version of policy set "${set.name}" is ${current ?? 'none'}, not ${id}, which this run uploaded.`,
    'Make sure that only one workflow publishes to the policy set, one run at a time (`concurrency`). Then publish again.',
  );

const notInForce = (set: VersionedSet, { id }: PolicySetVersion) =>
  problem(
    `Version ${id} of policy set "${set.name}" is ready, but did not become the current version. ${inForce(set)}`,
    'Publish again. If that does not help, check the policy set in Terraform.',
  );
