import type { NewSet, PolicySetVersion, SetChange, VersionedSet } from '../model/policy-set.ts';

/** What publishing needs of the API for policy sets. Each read of it goes on in a run that was cancelled. */
export interface SetStore {
  /** The set that was made, or the one that has the name by now. */
  create(set: NewSet): Promise<{ readonly set: VersionedSet; readonly made: boolean }>;
  update(id: string, change: SetChange): Promise<VersionedSet>;
  /** Answers the version that has the archive now, which comes in pieces. */
  upload(id: string, archive: readonly Uint8Array[]): Promise<PolicySetVersion>;
  readVersion(id: string): Promise<PolicySetVersion>;
  readAgain(id: string): Promise<VersionedSet>;
}

/** Time as an argument, so that tests need not wait. Milliseconds. */
export interface Timer {
  now(): number;
  /** Waits; less where the run has to end. */
  wait(milliseconds: number): Promise<void>;
}
