/** A run of a workflow. A later run has a higher id; the same run tried again, a higher attempt. */
export interface RunNumber {
  readonly id: number;
  readonly attempt: number;
}

/** Whether the first run was started after the second. */
export const isNewer = (a: RunNumber, b: RunNumber): boolean =>
  a.id > b.id || (a.id === b.id && a.attempt > b.attempt);
