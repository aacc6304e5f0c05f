import { isNewer, type RunNumber } from './run-number.ts';

/** A run of a workflow, and where it ran: only runs of one repository come one after the other. */
export interface PublishingRun extends RunNumber {
  /** Host name, with the port where there is one. */
  readonly server: string;
  /** `owner/repo` */
  readonly repository: string;
}

/** The run that is under way. */
export interface ThisRun extends PublishingRun {
  /** GITHUB_SERVER_URL, where the pages of runs are. */
  readonly serverUrl: string;
}

/**
 * Whether the one run came after the other: then the other, which knows only an older state of the repository, must
 * not write over it. Runs of different servers or repositories have no order (docs/behavior.md#older-runs).
 */
export const isLaterThan = (stamped: PublishingRun, run: ThisRun): boolean =>
  isSameRepository(stamped, run) && isNewer(stamped, run);

const isSameRepository = (a: PublishingRun, b: PublishingRun): boolean =>
  a.server.toLowerCase() === b.server.toLowerCase() &&
  a.repository.toLowerCase() === b.repository.toLowerCase();

/** Both runs are of one repository: the address is put together from what this run knows of it. */
export const describeRun = ({ id, attempt }: PublishingRun, { serverUrl, repository }: ThisRun): string =>
  `run ${id}, attempt ${attempt} (\`${serverUrl}/${repository}/actions/runs/${id}\`)`;

export const OLDER_RUN_ADVICE =
  'Re-running an older run does not roll policies back. To go back, revert the commit, or put a tag on the older commit and start the workflow on that tag.';
