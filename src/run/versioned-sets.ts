import { realpathSync } from 'node:fs';
import pMap from 'p-map';
import { BUILT_IN_EXCLUDE } from '../inputs/file-inputs.ts';
import type { PolicySetReference, VersionedSet } from '../model/policy-set.ts';
import type { Problem } from '../model/problem.ts';
import { archive } from '../policy-sets/archive.ts';
import { sortFindings } from '../policy-sets/findings.ts';
import { announceOvertaken } from '../policy-sets/judge.ts';
import type { LocalSet } from '../policy-sets/local-set.ts';
import { missingParameters, orphansAmong, stillInForce, unattached } from '../policy-sets/notes.ts';
import type { SetOwnership } from '../policy-sets/ownership.ts';
import { overtaken, planSets, refuseOvertaken, type SetChange, type SetPair } from '../policy-sets/plan.ts';
import { previewSet, type SetPreview } from '../policy-sets/preview/preview.ts';
import { leaveAll, publishSets, type SetResult } from '../policy-sets/publish.ts';
import { type FoundSets, NO_SETS, readSets } from '../policy-sets/read-sets.ts';
import type { SetEntry } from '../report/report.ts';
import { after, signalsHeard } from '../runtime/cancellation.ts';
import { ApiError } from '../tfe/api-error.ts';
import { systemClock } from '../tfe/clock.ts';
import { historyOf } from './history.ts';
import type { Job } from './job.ts';
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

/** What reading the code of the folders found, for a run that cannot know what the policy sets hold. */
export const assumedFindings = ({ inputs }: Job, found: readonly LocalSet[]): readonly Problem[] =>
  sortFindings(
    found.map((local) => ({ local, set: undefined })),
    inputs.versionedSets?.toolVersion,
  ).problems;

export interface PublishedSets {
  readonly sets: readonly SetEntry[];
  /** What ended the run before its first write. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Compares the folders with the organization's policy sets, and uploads what differs, if the run may. */
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
  // What GitHub is asked for the report keeps nothing from being published.
  const previews = previewAll(job, plan);
  const notes = await notesOn(plan, terraform);
  if (!publishes) {
    const said = [
      ...warnings,
      ...overtaken(plan, ownership).map(announceOvertaken),
      ...stillInForce(orphans),
      ...notes,
    ];
    return { sets: await shown(asPlanned(plan), previews), problems: [], warnings: said };
  }
  const results = await carryOut(job, terraform, refuseOvertaken(plan, ownership), ownership);
  return {
    sets: await shown(results.map(resultSet), previews),
    problems: [],
    warnings: [...warnings, ...notes, ...(await afterwards(job, terraform, results))],
  };
}

const shown = async (entries: readonly SetEntry[], previews: Promise<Previews>): Promise<SetEntry[]> => {
  const known = await previews;
  return entries.map((entry, index) => withPreview(entry, known[index]));
};

type Previews = readonly (SetPreview | undefined)[];

/** What a publish changes of each set, in the order of the plan; undefined for one that is refused. */
function previewAll(job: Job, plan: readonly SetChange[]): Promise<Previews> {
  const around = { history: historyOf(job), workspace: realpathSync.native(job.context.workspace) };
  const { requested } = job.cancellation;
  const previews = pMap(
    plan,
    async (change) =>
      change.action === 'refused'
        ? undefined
        : previewSet(change.local, 'set' in change ? change.set : undefined, around),
    { concurrency: PREVIEWS },
  );
  // A cancelled run waits for no answer of GitHub.
  return Promise.race([previews, after(requested, 0).then(() => [])]);
}

/** At once: each holds the tree of a commit. */
const PREVIEWS = 2;

const refusals = (plan: readonly SetChange[]): Problem[] =>
  plan.flatMap((change) => (change.action === 'refused' ? change.problem : []));

/** Where one is refused, a run that publishes would attempt none. */
function asPlanned(plan: readonly SetChange[]): SetEntry[] {
  const isRefused = plan.some(({ action }) => action === 'refused');
  return isRefused ? leaveAll(plan).map(resultSet) : plan.map(plannedSet);
}

function setOwnership({ inputs }: Job, { ownership }: Terraform): SetOwnership {
  const { create = false, adopt = false } = inputs.versionedSets ?? {};
  // Without an owner the inputs have a problem, and the run does not get here.
  return { owner: ownership.owner ?? '', run: ownership.run, mayCreate: create, mayAdopt: adopt };
}

interface LookedUp {
  readonly pairs: readonly SetPair[];
  /** What of this owner is in force and no longer published: known only to a drift check, which reads all sets. */
  readonly orphans: readonly VersionedSet[];
}

function lookUp(
  job: Job,
  terraform: Terraform,
  found: readonly LocalSet[],
  ownership: SetOwnership,
): Promise<LookedUp> {
  const { organization, inputs, organizations, versionedSets } = terraform;
  const isDriftCheck = job.inputs.run.expectNoChanges;
  return job.log.group(`Reading organization ${organization} on ${inputs.host.name}`, async () => {
    try {
      const all = isDriftCheck ? await versionedSets.list() : undefined;
      const find = finder(versionedSets, all);
      const pairs = await pMap(
        found,
        async (local) => ({ local, set: await sourced(await find(local.reference), versionedSets) }),
        { concurrency: inputs.parallelism },
      );
      return { pairs, orphans: orphansAmong(all ?? [], pairs, ownership) };
    } catch (error) {
      throw await organizations.diagnose(error);
    }
  });
}

/** One look-up a set; none where all are read anyway. */
function finder(
  versionedSets: Terraform['versionedSets'],
  all: readonly VersionedSet[] | undefined,
): (reference: PolicySetReference) => Promise<VersionedSet | undefined> {
  if (all !== undefined) {
    return async (reference) =>
      all.find(({ id, name }) => ('id' in reference ? id === reference.id : name === reference.name));
  }
  return (reference) =>
    'id' in reference ? versionedSets.findById(reference.id) : versionedSets.findByName(reference.name);
}

/** Where a version came from matters for a set without a stamp; servers need not send it along. */
async function sourced(
  set: VersionedSet | undefined,
  versionedSets: Terraform['versionedSets'],
): Promise<VersionedSet | undefined> {
  const latest = set?.currentVersion ?? set?.newestVersion;
  if (set === undefined || latest === undefined || latest.version !== undefined || set.stamp !== undefined)
    return set;
  const known = { id: latest.id, version: await versionedSets.readVersion(latest.id) };
  return set.currentVersion === undefined
    ? { ...set, newestVersion: known }
    : { ...set, currentVersion: known };
}

/** What is to be said of sets whether anything is written or not. */
async function notesOn(
  plan: readonly SetChange[],
  { versionedSets, ...terraform }: Terraform,
): Promise<Problem[]> {
  const accepted = plan.filter(({ action }) => action !== 'refused');
  const notes = await pMap(
    accepted,
    async (change) => {
      const set = 'set' in change ? change.set : undefined;
      const asks = change.local.unsetParameters.length > 0 && set !== undefined;
      const given = asks ? await versionedSets.parameterNames(set.id) : [];
      return [...missingParameters(change.local, given), ...unattached(change, terraform.policySetsUrl)];
    },
    { concurrency: terraform.inputs.parallelism },
  );
  return notes.flat();
}

async function carryOut(
  { log, cancellation }: Job,
  terraform: Terraform,
  plan: readonly SetChange[],
  ownership: SetOwnership,
): Promise<SetResult[]> {
  if (plan.some(({ action }) => action === 'refused')) return leaveAll(plan);
  const total = plan.filter(({ action }) => action !== 'unchanged').length;
  const { versionedSets: store, organization, inputs, commit, folderUrl, overdue } = terraform;
  const publish = async () => {
    // A signal that came together with the last answer is heard before anything is written.
    await signalsHeard();
    return publishSets(plan, {
      store,
      timer: {
        now: () => systemClock.now(),
        wait: (milliseconds) => systemClock.sleep(milliseconds, overdue),
      },
      organization,
      ownership,
      parallelism: inputs.parallelism,
      cancellation,
      commit,
      folderUrl,
      archive: async (local) => (await archive(local.files)).bytes,
      onStep: (set, step) => log.info(`${set}: ${step}`),
    });
  };
  return total === 0 ? publish() : log.group(`Publishing ${total} of ${plan.length} policy sets`, publish);
}

/** What explains how the run ended. */
async function afterwards(
  { cancellation }: Job,
  { organizations, organization }: Terraform,
  results: readonly SetResult[],
): Promise<Problem[]> {
  const complete = results.every(({ error, skipped }) => error === undefined && !skipped);
  if (cancellation.requested.aborted && !complete) return [CANCELLED];
  const refused = results.some(({ error }) => error instanceof ApiError && isCreate(error));
  const limit = refused ? await organizations.versionedSetLimit() : undefined;
  if (limit === undefined) return [];
  const message =
    limit === 0
      ? `The plan of organization ${organization} has no versioned policy sets.`
      : `The plan of organization ${organization} allows ${limit} versioned policy sets.`;
  return [{ message, advice: 'Change the plan, or publish the policies individually.' }];
}

/** Whether no policy set or no version of one could be made. */
const isCreate = ({ status, request: { method, path } }: ApiError): boolean =>
  [404, 422].includes(status) && method === 'POST' && /\/(policy-sets|versions)$/.test(path);

const CANCELLED: Problem = {
  message: 'The run was cancelled: what had begun was finished, the rest was not attempted.',
  advice: 'Run it again: it completes what is missing.',
};
