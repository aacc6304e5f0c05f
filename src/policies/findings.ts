import { hasQuery, type Policy, type PolicyFile, type PolicySet } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import { unfitFor } from '../repository/languages/rego/fit.ts';
import type { Pair, SameCode } from './plan.ts';
import type { Renames } from './prune.ts';

/** Findings in the code of files: warnings if the organization already has the code, otherwise problems. */
export interface Sorted {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * The readers of code can be wrong, so a finding ends the run only for code that the organization does not have yet.
 */
export function sortFindings(
  pairs: readonly Pair[],
  policySets: readonly PolicySet[],
  same: SameCode,
  renames: Renames = new Map(),
): Sorted {
  const isThere = ({ file, policy }: Pair) =>
    (policy !== undefined && same.has(policy.id)) || renames.has(file.name);
  const found = (wanted: boolean) =>
    pairs
      .filter((each) => isThere(each) === wanted)
      .flatMap(({ file, policy }) => findingsOf(file, policySets, renames.get(file.name) ?? policy));
  return { problems: found(false), warnings: found(true).map(asWarning) };
}

const asWarning = ({ message, cause, ...finding }: Problem): Problem => ({
  ...finding,
  message: `${message} The organization already has this code, so it is kept.`,
  ...(cause && {
    cause: { ...cause, summary: `${cause.summary}. The organization already has their code, so it is kept` },
  }),
});

/** Findings in the file alone, without the organization. */
export function assumedFindings(file: PolicyFile): readonly Problem[] {
  const assumed = hasQuery(file) ? file.unstatedQuery?.byDefault : undefined;
  return [...(file.findings ?? []), ...(assumed === undefined ? [] : [assumed])];
}

/** Findings in the file, and those that depend on its policy's query or on the policy sets that it joins. */
export function findingsOf(
  file: PolicyFile,
  policySets: readonly PolicySet[],
  policy?: Policy,
): readonly Problem[] {
  const own = file.findings ?? [];
  if (!hasQuery(file)) return own;
  // A policy without code is from an interrupted run, whose query was the default.
  const kept = policy?.hasCode === true ? (policy.query ?? '') : '';
  const asked = kept === '' ? file.unstatedQuery?.byDefault : file.unstatedQuery?.judge(kept);
  const unfitSets = policySets
    .filter((set) => set.kind === file.kind)
    .flatMap((set) => unfitFor(set, file) ?? [])
    .map((problem) => ({ ...problem, policies: [file.name] }));
  return [...own, ...(asked === undefined ? [] : [asked]), ...unfitSets];
}
