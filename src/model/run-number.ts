/** A run of a workflow. A later run has a higher ID, a re-run a higher attempt. */
export interface RunNumber {
  readonly id: number;
  readonly attempt: number;
}

/** Whether the first run was started after the second. */
export const isNewer = (a: RunNumber, b: RunNumber): boolean =>
  a.id > b.id || (a.id === b.id && a.attempt > b.attempt);
