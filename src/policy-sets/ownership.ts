import type { ThisRun } from '../model/publishing-run.ts';
import type { SetStamp } from '../model/set-stamp.ts';

/** Who publishes, and what is allowed. */
export interface SetOwnership {
  /** As in stamps. */
  readonly owner: string;
  /** Undefined outside GitHub Actions. */
  readonly run: ThisRun | undefined;
  readonly mayCreate: boolean;
  /** Whether a set may be taken over that has a version but no stamp. */
  readonly mayAdopt: boolean;
}

export const isForeign = (stamp: SetStamp | undefined, { owner }: Pick<SetOwnership, 'owner'>): boolean =>
  stamp !== undefined && stamp.owner !== owner;
