import type { NewSet, PolicySetVersion, SetChange, VersionedSet } from '../model/policy-set.ts';

/** The parts of the policy set API that publishing needs. Reads continue in a cancelled run. */
export interface SetStore {
  /** Returns the new set, or the one that somebody else created with this name. */
  create(set: NewSet): Promise<{ readonly set: VersionedSet; readonly made: boolean }>;
  update(id: string, change: SetChange): Promise<VersionedSet>;
  /** Uploads an archive, which comes in pieces. Returns its version. */
  upload(id: string, archive: readonly Uint8Array[]): Promise<PolicySetVersion>;
  readVersion(id: string): Promise<PolicySetVersion>;
  readAgain(id: string): Promise<VersionedSet>;
  /** The shortest time from a request to its response so far. Milliseconds. */
  readonly latency: number;
}

/** Time as a dependency, so that tests do not wait. Milliseconds. */
export interface Timer {
  now(): number;
  /** Waits, or less if the run must end. */
  wait(milliseconds: number): Promise<void>;
}
