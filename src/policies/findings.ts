import { hasQuery, type Policy, type PolicyFile, type PolicySet } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import { unfitFor } from '../repository/languages/rego/fit.ts';
import type { Pair, SameCode } from './plan.ts';
import type { Renames } from './prune.ts';

/** What reading a file's code found: warnings where the organization has the code already, else problems. */
export interface Sorted {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Readers of code can be wrong, so they keep nobody from going on with what is there: a finding ends the run only for
 * code that is new to the organization.
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
  message: `${message} The organization has this code already, so it stays.`,
  ...(cause && {
    cause: { ...cause, summary: `${cause.summary}. The organization has their code already, so it stays` },
  }),
});

/** What was found in the file by itself, where the organization is not asked. */
export function assumedFindings(file: PolicyFile): readonly Problem[] {
  const assumed = hasQuery(file) ? file.unstatedQuery?.byDefault : undefined;
  return [...(file.findings ?? []), ...(assumed === undefined ? [] : [assumed])];
}

/** What was found in the file, and what only its policy's query or the policy sets that it joins make wrong. */
export function findingsOf(
  file: PolicyFile,
  policySets: readonly PolicySet[],
  policy?: Policy,
): readonly Problem[] {
  const own = file.findings ?? [];
  if (!hasQuery(file)) return own;
  // One without code was left by an interrupted run, which cannot have been of another mind about the query.
  const kept = policy?.hasCode === true ? (policy.query ?? '') : '';
  const asked = kept === '' ? file.unstatedQuery?.byDefault : file.unstatedQuery?.judge(kept);
  const unfitSets = policySets
    .filter((set) => set.kind === file.kind)
    .flatMap((set) => unfitFor(set, file) ?? [])
    .map((problem) => ({ ...problem, policies: [file.name] }));
  return [...own, ...(asked === undefined ? [] : [asked]), ...unfitSets];
}
