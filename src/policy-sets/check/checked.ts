import type { Problem } from '../../model/problem.ts';

/** Results of checking the files of a policy set. */
export interface Checked {
  /** Problems that do not depend on reading code. */
  readonly problems: readonly Problem[];
  /** Findings in the code. They are warnings if the policy set already has this content. */
  readonly findings: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export const NOTHING_FOUND: Checked = { problems: [], findings: [], warnings: [] };

export const together = (all: readonly Checked[]): Checked => ({
  problems: all.flatMap(({ problems }) => problems),
  findings: all.flatMap(({ findings }) => findings),
  warnings: all.flatMap(({ warnings }) => warnings),
});
