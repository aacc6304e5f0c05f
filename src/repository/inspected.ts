import type { PolicyFile, Stated } from '../model/policy.ts';
import { type Problem, REPORT_WRONG } from '../model/problem.ts';
import type { Selected } from './selection.ts';

/** The members that all policy files have. */
export type Base = Pick<PolicyFile, 'name' | 'path' | 'location' | 'sha256'>;

/** The result of inspecting a file of one kind. */
export type Checked = {
  /** Without the findings in its code. */
  readonly file: PolicyFile;
  /** Problems that apply even if the organization already has the code. */
  readonly problems: readonly Problem[];
  /** Problems in the code, which may be wrong. */
  readonly findings: readonly Problem[];
  readonly warnings: readonly Problem[];
};

/** A setting of the block, with the line that defines it. */
export function statedBy<T>(
  { by }: Selected,
  setting: { value: T; line: number } | undefined,
): Stated<T> | undefined {
  return setting && by && { value: setting.value, source: `${by.configuration}:${setting.line}` };
}

export const statedInFile = (value: string | undefined): Stated<string> | undefined =>
  value === undefined ? undefined : { value, source: 'file' };

/** The readers of code are not real parsers, so their findings may be wrong. */
export const withReport = ({ advice, cause, ...problem }: Problem): Problem => ({
  ...problem,
  advice: `${advice === undefined ? '' : `${advice} `}${REPORT_WRONG}`,
  ...(cause && { cause: cause.advice ? { ...cause, advice: `${cause.advice} ${REPORT_WRONG}` } : cause }),
});
