import type { Problem } from '../../model/problem.ts';

/** What checking the files of a policy set found. */
export interface Checked {
  /** What no reading of the code can be wrong about. */
  readonly problems: readonly Problem[];
  /** What reading the code found: no reason to refuse content that the policy set has already. */
  readonly findings: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export const NOTHING_FOUND: Checked = { problems: [], findings: [], warnings: [] };

export const together = (all: readonly Checked[]): Checked => ({
  problems: all.flatMap(({ problems }) => problems),
  findings: all.flatMap(({ findings }) => findings),
  warnings: all.flatMap(({ warnings }) => warnings),
});
