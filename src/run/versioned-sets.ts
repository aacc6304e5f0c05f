import { realpathSync } from 'node:fs';
import pMap from 'p-map';
import { BUILT_IN_EXCLUDE } from '../inputs/file-inputs.ts';
import type { Problem } from '../model/problem.ts';
import { sortFindings } from '../policy-sets/findings.ts';
import { announceOvertaken } from '../policy-sets/judge.ts';
import type { LocalSet } from '../policy-sets/local-set.ts';
import { stillInForce, unattached } from '../policy-sets/notes.ts';
import type { SetOwnership } from '../policy-sets/ownership.ts';
import { overtaken, planSets, refuseOvertaken, type SetChange } from '../policy-sets/plan.ts';
import { previewSet, type SetPreview } from '../policy-sets/preview/preview.ts';
import { leaveAll, type SetResult } from '../policy-sets/publish.ts';
import { type FoundSets, NO_SETS, readSets } from '../policy-sets/read-sets.ts';
import type { SetEntry } from '../report/report.ts';
import { after } from '../runtime/cancellation.ts';
import { messageOf } from '../runtime/error-message.ts';
import { historyOf } from './history.ts';
import type { Job } from './job.ts';
import { lookUp, unsetParameters } from './look-up-sets.ts';
import { afterwards, carryOut } from './publish-sets.ts';
import { plannedSet, resultSet, withPreview } from './set-entries.ts';
import type { Terraform } from './terraform.ts';

/** Reads and checks the folders that `versioned-policy-sets` names. */
export async function readVersionedSets({ inputs, context, secrets }: Job): Promise<FoundSets> {
  const { files, versionedSets } = inputs;
  if (files === undefined || versionedSets === undefined) return NO_SETS;
  const { workingDirectory } = files;
  const isBuiltIn = (pattern: string) => BUILT_IN_EXCLUDE.includes(pattern);
  const exclude = {
    builtIn: files.exclude.filter(isBuiltIn),
    given: files.exclude.filter((pattern) => !isBuiltIn(pattern)),
  };
  return readSets(context.workspace, {
    workingDirectory,
    exclude,
    sets: versionedSets.sets,
    toolVersion: versionedSets.toolVersion,
    secrets: secrets.forms,
  });
}

/** Findings in the code of the folders, for a run that does not read the policy sets. */
export const assumedFindings = ({ inputs }: Job, found: readonly LocalSet[]): readonly Problem[] =>
  sortFindings(
    found.map((local) => ({ local, set: undefined })),
    inputs.versionedSets?.toolVersion,
  ).problems;

export interface PublishedSets {
  readonly sets: readonly SetEntry[];
  /** Problems that ended the run before its first write. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Compares the folders with the organization's policy sets, and uploads changes if allowed. */
export async function publishVersionedSets(
  job: Job,
  terraform: Terraform,
  found: readonly LocalSet[],
): Promise<PublishedSets> {
  const ownership = setOwnership(job, terraform);
  const { pairs, orphans } = await lookUp(job, terraform, found, ownership);
  const { organization, publishes } = terraform;
  const toolVersion = job.inputs.versionedSets?.toolVersion;
  const plan = planSets(pairs, { organization, ownership, toolVersion });
  const { problems, warnings } = sortFindings(pairs, toolVersion);
  if (problems.length > 0) return { sets: [], problems: [...problems, ...refusals(plan)], warnings };
  // Requests to GitHub for the report do not delay publishing.
  const previews = previewAll(job, plan);
  const unset = await unsetParameters(plan, terraform);
  const isAttachedNowhere = (change: SetChange) => unattached(change, terraform.policySetsUrl);
  if (!publishes) {
    const said = [
      ...warnings,
      ...overtaken(plan, ownership).map(announceOvertaken),
      ...stillInForce(orphans),
      ...unset,
      ...plan.flatMap(isAttachedNowhere),
    ];
    return { sets: await shown(asPlanned(plan), previews), problems: [], warnings: said };
  }
  const results = await carryOut(job, terraform, refuseOvertaken(plan, ownership), ownership);
  return {
    sets: await shown(results.map(resultSet), previews),
    problems: [],
    warnings: [
      ...warnings,
      ...unset,
      ...results.filter(isThere).flatMap(({ change }) => isAttachedNowhere(change)),
      ...(await afterwards(job, terraform, results)),
    ],
  };
}

/** Whether the set exists now: creating it may have failed. */
const isThere = ({ change, set }: SetResult): boolean => change.action !== 'create' || set !== undefined;

const shown = async (entries: readonly SetEntry[], previews: Promise<Previews>): Promise<SetEntry[]> => {
  const known = await previews;
  return entries.map((entry, index) => withPreview(entry, known[index]));
};

type Previews = readonly (SetPreview | undefined)[];

/** What publishing changes in each set, in the order of the plan. Undefined for a set that is refused. */
function previewAll(job: Job, plan: readonly SetChange[]): Promise<Previews> {
  const around = { history: historyOf(job), workspace: realpathSync.native(job.context.workspace) };
  const { requested } = job.cancellation;
  const previews = pMap(
    plan,
    async (change) => {
      if (change.action === 'refused') return undefined;
      const preview = previewSet(change.local, 'set' in change ? change.set : undefined, around);
      // A version may already be current, so an error in the preview must not fail the run.
      return preview.catch(notCompared);
    },
    { concurrency: PREVIEWS },
  );
  // A cancelled run does not wait for GitHub.
  return Promise.race([previews, after(requested, 0).then(() => [])]);
}

const notCompared = (error: unknown): SetPreview => ({
  state: 'unknown',
  why: { cause: messageOf(error), advice: 'Run again.' },
});

/** Previews in parallel. Each keeps the tree of a commit in memory. */
const PREVIEWS = 2;

const refusals = (plan: readonly SetChange[]): Problem[] =>
  plan.flatMap((change) => (change.action === 'refused' ? change.problem : []));

/** If one is refused, a run that publishes would not attempt any. */
function asPlanned(plan: readonly SetChange[]): SetEntry[] {
  const isRefused = plan.some(({ action }) => action === 'refused');
  return isRefused ? leaveAll(plan).map(resultSet) : plan.map(plannedSet);
}

function setOwnership({ inputs }: Job, { ownership }: Terraform): SetOwnership {
  const { create = false, adopt = false } = inputs.versionedSets ?? {};
  // A missing owner is a problem with the inputs, which has ended the run before.
  return { owner: ownership.owner ?? '', run: ownership.run, mayCreate: create, mayAdopt: adopt };
}
