import type { PolicyFile, Stated } from '../model/policy.ts';
import { type Problem, REPORT_WRONG } from '../model/problem.ts';
import type { Selected } from './selection.ts';

/** What every policy file has. */
export type Base = Pick<PolicyFile, 'name' | 'path' | 'location' | 'sha256'>;

/** What inspecting a file of one kind gives. */
export type Checked = {
  /** Without what reading its code found. */
  readonly file: PolicyFile;
  /** What holds whether the organization has the code or not. */
  readonly problems: readonly Problem[];
  /** What reading the code found, which may be wrong. */
  readonly findings: readonly Problem[];
  readonly warnings: readonly Problem[];
};

/** A setting of the block, with the line that states it. */
export function statedBy<T>(
  { by }: Selected,
  setting: { value: T; line: number } | undefined,
): Stated<T> | undefined {
  return setting && by && { value: setting.value, source: `${by.configuration}:${setting.line}` };
}

export const statedInFile = (value: string | undefined): Stated<string> | undefined =>
  value === undefined ? undefined : { value, source: 'file' };

/** The readers of code are written by hand: what they find may be wrong. */
export const withReport = ({ advice, cause, ...problem }: Problem): Problem => ({
  ...problem,
  advice: `${advice === undefined ? '' : `${advice} `}${REPORT_WRONG}`,
  ...(cause && { cause: cause.advice ? { ...cause, advice: `${cause.advice} ${REPORT_WRONG}` } : cause }),
});
