import type { Problem } from '../model/problem.ts';
import { unfitFor } from '../repository/languages/rego/fit.ts';
import { holds, type SetPair } from './plan.ts';

/** What reading the code of the sets found: warnings where a policy set has this content already, else problems. */
export interface Sorted {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Readers of code can be wrong, so they keep nobody from going on with what is there: a finding ends the run only for
 * content that is new to the policy set.
 *
 * @param toolVersion what the sets shall run; undefined: what each runs now
 */
export function sortFindings(pairs: readonly SetPair[], toolVersion: string | undefined): Sorted {
  const isThere = ({ local, set }: SetPair) => set !== undefined && holds(set, local.digest);
  // What is there may run now, and not with another version of the tool.
  const stays = ({ set }: SetPair) => toolVersion === undefined || set?.settings.toolVersion === toolVersion;
  const found = (wanted: boolean) =>
    pairs.flatMap((pair) => [
      ...(isThere(pair) === wanted ? pair.local.findings : []),
      ...((isThere(pair) && stays(pair)) === wanted ? unfit(pair, toolVersion) : []),
    ]);
  return { problems: found(false), warnings: found(true).map(asWarning) };
}

/** Files of a version of Rego that the OPA of the set does not run. */
function unfit({ local, set }: SetPair, wanted: string | undefined): Problem[] {
  const toolVersion = wanted ?? set?.settings.toolVersion;
  if (toolVersion === undefined) return [];
  const name = set?.name ?? ('name' in local.reference ? local.reference.name : local.reference.id);
  return local.rego.flatMap(
    ({ file, versions }) => unfitFor({ name, toolVersion }, { path: file, versions }) ?? [],
  );
}

const asWarning = ({ message, cause, ...finding }: Problem): Problem => ({
  ...finding,
  message: `${message} The policy set has this content already, so it stays.`,
  ...(cause && {
    cause: { ...cause, summary: `${cause.summary}. The policy set has this content already, so it stays` },
  }),
});
