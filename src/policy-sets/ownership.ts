import type { ThisRun } from '../model/publishing-run.ts';
import type { SetStamp } from '../model/set-stamp.ts';

/** Who publishes, and what it may do to get there. */
export interface SetOwnership {
  /** As stamps name it. */
  readonly owner: string;
  /** Undefined outside GitHub Actions. */
  readonly run: ThisRun | undefined;
  readonly mayCreate: boolean;
  /** Whether a set may be taken over that holds a version without a stamp. */
  readonly mayAdopt: boolean;
}

export const isForeign = (stamp: SetStamp | undefined, { owner }: Pick<SetOwnership, 'owner'>): boolean =>
  stamp !== undefined && stamp.owner !== owner;
