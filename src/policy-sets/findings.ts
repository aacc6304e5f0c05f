import { describeReference } from '../model/policy-set.ts';
import { type Problem, REPORT_WRONG } from '../model/problem.ts';
import { unfitFor } from '../repository/languages/rego/fit.ts';
import { regoVersionNotes } from '../repository/version-notes.ts';
import { tooNewFor } from './check/sentinel-features.ts';
import { holds, type SetPair } from './plan.ts';

/** Findings in the code of the sets: warnings if the policy set already has this content, otherwise problems. */
export interface Sorted {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Readers of code can be wrong and must not lock anybody out: a finding ends the run only if the content is new to the
 * policy set.
 *
 * @param toolVersion the tool version to set. Undefined: each set keeps its own
 */
export function sortFindings(pairs: readonly SetPair[], toolVersion: string | undefined): Sorted {
  const isThere = ({ local, set }: SetPair) => set !== undefined && holds(set, local.digest);
  // Content that runs now may not run with another version of the tool.
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

/** For an unknown version of OPA: none can run both v0 and v1 files, and a new set gets the newest version. */
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
    message: `A new policy set runs the newest OPA version of the server, probably 1.x. ${message}`,
    place,
    advice: `Set \`policy-tool-version\` to an OPA 0.x, or convert the files: ${advice}`,
  }));
  return { problems, warnings: newest };
}

/** Files in a version of Rego that the OPA version of the set cannot run. */
function unfit({ local, set }: SetPair, wanted: string | undefined): Problem[] {
  const toolVersion = wanted ?? set?.settings.toolVersion;
  if (toolVersion === undefined) return [];
  const name = nameOf({ local, set });
  return local.rego.flatMap(
    ({ file, versions }) => unfitFor({ name, toolVersion }, { path: file, versions }) ?? [],
  );
}

/** Features that the set's Sentinel version does not support. Without an agent, the server's version supports all. */
function tooNew({ local, set }: SetPair, wanted: string | undefined): Problem[] {
  const settings = set?.settings;
  const toolVersion = wanted ?? (settings?.agentEnabled === true ? settings.toolVersion : undefined);
  if (toolVersion === undefined) return [];
  return tooNewFor({ name: nameOf({ local, set }), toolVersion }, local.features);
}

const nameOf = ({ local, set }: SetPair): string => set?.name ?? describeReference(local.reference);

const asWarning = ({ message, cause, ...finding }: Problem): Problem => ({
  ...finding,
  message: `${message} The policy set already has this content, so it is kept.`,
  ...(cause && {
    cause: { ...cause, summary: `${cause.summary}. The policy set already has this content, so it is kept` },
  }),
});
