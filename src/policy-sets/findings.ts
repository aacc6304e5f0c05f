import { describeReference } from '../model/policy-set.ts';
import { type Problem, REPORT_WRONG } from '../model/problem.ts';
import { unfitFor } from '../repository/languages/rego/fit.ts';
import { regoVersionNotes } from '../repository/version-notes.ts';
import { tooNewFor } from './check/sentinel-features.ts';
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
  const open = toolVersion === undefined ? pairs.map(ofOpenVersion) : [];
  return {
    problems: [...found(false), ...open.flatMap(({ problems }) => problems)],
    warnings: [
      ...found(true).map(asWarning),
      ...open.flatMap(({ warnings }) => warnings),
      ...pairs.flatMap((pair) => tooNew(pair, toolVersion)),
    ],
  };
}

/** Where no version of OPA is known: no version runs the files of both, and a new set gets the newest that there is. */
function ofOpenVersion({ local, set }: SetPair): Sorted {
  if (set?.settings.toolVersion !== undefined || (set && holds(set, local.digest)))
    return { problems: [], warnings: [] };
  const { warnings, notices } = regoVersionNotes(
    local.rego.map(({ file, versions }) => ({ path: file, versions })),
  );
  const place = { file: local.configuration.path };
  const problems = warnings.map(({ message, advice }) => ({
    message: message.replace('of this run', 'of the policy set'),
    place,
    advice: `${advice} ${REPORT_WRONG}`,
  }));
  if (set !== undefined) return { problems, warnings: [] };
  const newest = notices.map(({ message, advice }) => ({
    message: `A new policy set runs the newest OPA that the server has, most likely 1.x. ${message}`,
    place,
    advice: `Set \`policy-tool-version\` to an OPA 0.x, or convert the files: ${advice}`,
  }));
  return { problems, warnings: newest };
}

/** Files of a version of Rego that the OPA of the set does not run. */
function unfit({ local, set }: SetPair, wanted: string | undefined): Problem[] {
  const toolVersion = wanted ?? set?.settings.toolVersion;
  if (toolVersion === undefined) return [];
  const name = nameOf({ local, set });
  return local.rego.flatMap(
    ({ file, versions }) => unfitFor({ name, toolVersion }, { path: file, versions }) ?? [],
  );
}

/** What the Sentinel of the set does not know. Without an agent it is the server's own one, which knows everything. */
function tooNew({ local, set }: SetPair, wanted: string | undefined): Problem[] {
  const settings = set?.settings;
  const toolVersion = wanted ?? (settings?.agentEnabled === true ? settings.toolVersion : undefined);
  if (toolVersion === undefined) return [];
  return tooNewFor({ name: nameOf({ local, set }), toolVersion }, local.features);
}

const nameOf = ({ local, set }: SetPair): string => set?.name ?? describeReference(local.reference);

const asWarning = ({ message, cause, ...finding }: Problem): Problem => ({
  ...finding,
  message: `${message} The policy set has this content already, so it stays.`,
  ...(cause && {
    cause: { ...cause, summary: `${cause.summary}. The policy set has this content already, so it stays` },
  }),
});
