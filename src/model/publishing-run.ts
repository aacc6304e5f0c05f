import { isNewer, type RunNumber } from './run-number.ts';

/** A run of a workflow, and its repository: only runs of the same repository can be ordered. */
export interface PublishingRun extends RunNumber {
  /** Host name, with a port if there is one. */
  readonly server: string;
  /** `owner/repo` */
  readonly repository: string;
}

/** The current run. */
export interface ThisRun extends PublishingRun {
  /** GITHUB_SERVER_URL, for links to runs. */
  readonly serverUrl: string;
}

/**
 * Whether the stamped run is later. The current run then has an older state of the repository and must not overwrite it.
 * Runs of different servers or repositories have no order (docs/behavior.md#older-runs).
 */
export const isLaterThan = (stamped: PublishingRun, run: ThisRun): boolean =>
  isSameRepository(stamped, run) && isNewer(stamped, run);

const isSameRepository = (a: PublishingRun, b: PublishingRun): boolean =>
  a.server.toLowerCase() === b.server.toLowerCase() &&
  a.repository.toLowerCase() === b.repository.toLowerCase();

/** The URL uses the current run's repository, which is that of both runs. */
export const describeRun = ({ id, attempt }: PublishingRun, { serverUrl, repository }: ThisRun): string =>
  `run ${id}, attempt ${attempt} (\`${serverUrl}/${repository}/actions/runs/${id}\`)`;

export const OLDER_RUN_ADVICE =
  'Re-running an older run does not roll policies back. To go back, revert the commit, or put a tag on the older commit and start the workflow on that tag.';
