import type { PolicySetVersion, VersionedSet } from '../model/policy-set.ts';
import { ProblemsError } from '../model/problem.ts';
import type { SetStore, Timer } from './ports.ts';

/** What the service usually takes for a version (docs/terraform-api.md#policy-set-versions). Milliseconds. */
const USUAL = 500;

/** The first wait after that, how much longer each next one is, and the longest. Milliseconds. */
const FIRST_WAIT = 250;
const GROWTH = 1.5;
const LONGEST_WAIT = 5_000;

/** A version that is not ready by then is left to the server. Milliseconds. */
const PATIENCE = 5 * 60_000;

/** How long the set may go on naming the version before. Milliseconds. */
const SETTLING = 10_000;

interface Waiting {
  readonly store: Pick<SetStore, 'readVersion' | 'readAgain'>;
  readonly timer: Timer;
  /** Told the status whenever it was asked for and the version is not ready. */
  readonly onStatus: (status: string) => void;
}

/** Waits until the server has taken a version in. @throws ProblemsError where it refuses it, or takes too long */
export async function awaitReady(
  set: VersionedSet,
  version: PolicySetVersion,
  { store, timer, onStatus }: Waiting,
): Promise<void> {
  const begun = timer.now();
  await timer.wait(USUAL);
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
 * Makes sure that a version which is ready is the one in force: somebody else's upload may have come after it. For a
 * moment the set may still name a version that was created before.
 *
 * @param before the set as it was before the upload
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
    // What came before the newest one may be what an interrupted run left, on its way to be followed by this one.
    if (!isBefore && (isLate || set.newestVersion?.id !== version.id)) throw faster(set, version, current);
    await timer.wait(wait);
  }
}

const problem = (message: string, advice: string) =>
  new ProblemsError([{ message, place: { input: 'versioned-policy-sets' }, advice }]);

const inForce = ({ currentVersion }: VersionedSet): string =>
  currentVersion === undefined
    ? 'No version is in force.'
    : `Version ${currentVersion.id} stays in force, as it was before.`;

const refused = (set: VersionedSet, { id, status, error }: PolicySetVersion) =>
  problem(
    `The server did not accept version ${id} of policy set "${set.name}" (${status})${error === undefined ? ', and says nothing about why' : `: ${error}`}. ${inForce(set)}`,
    'Correct what the server names and publish again. Where it names nothing, look at the policy set in Terraform.',
  );

const tooLate = (set: VersionedSet, { id, status }: PolicySetVersion) =>
  problem(
    `Version ${id} of policy set "${set.name}" is not ready after 5 minutes; its status is "${status}". ${inForce(set)}`,
    'Look at the policy set in Terraform and at the status of the service, then publish again.',
  );

const faster = (set: VersionedSet, { id }: PolicySetVersion, current: string | undefined) =>
  problem(
    `Another publisher was faster: version ${current ?? 'none'} of policy set "${set.name}" is in force, not ${id}, which this run uploaded.`,
    'Make sure that only one workflow publishes to the policy set, one run at a time (`concurrency`), then publish again.',
  );

const notInForce = (set: VersionedSet, { id }: PolicySetVersion) =>
  problem(
    `Version ${id} of policy set "${set.name}" is ready, but the policy set does not name it as its current version. ${inForce(set)}`,
    'Publish again; if that does not help, look at the policy set in Terraform.',
  );
