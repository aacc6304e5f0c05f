import type { CodeDiff } from '../model/code-diff.ts';
import type { Policy, PolicyFile } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import { findingsOf, type Sorted, sortFindings } from '../policies/findings.ts';
import { announceOvertaken, isOvertaken, refuseOvertaken } from '../policies/later-runs.ts';
import { type CompareOptions, compareCode, digestsOf, readOrganization } from '../policies/organization.ts';
import { isForeign } from '../policies/ownership.ts';
import { createPlan, NO_PLAN, type Organization, type Pair, type Plan, pair } from '../policies/plan.ts';
import {
  findOrphans,
  findRenames,
  keepUnnamed,
  type Renames,
  renamedByHand,
  renamedByHandWarning,
  type Stamped,
  tooMany,
  unnamedWarnings,
} from '../policies/prune.ts';
import { type Discovery, selects } from '../repository/discover.ts';
import { plural } from '../runtime/amount.ts';
import { progress } from '../runtime/progress.ts';
import type { Job } from './job.ts';
import type { Terraform } from './terraform.ts';

export interface ShownPlan extends Plan {
  readonly diffs: ReadonlyMap<string, CodeDiff>;
  /** Number of policies in the organization. */
  readonly policyCount: number;
}

/** Reads the organization and decides what to write. Writes nothing. */
export async function planPolicies(job: Job, terraform: Terraform, found: Discovery): Promise<ShownPlan> {
  const { log, inputs } = job;
  const { organization, ownership, inputs: given } = terraform;
  const { prune = false } = inputs.sync ?? {};
  return log.group(`Reading organization ${organization} on ${given.host.name}`, async () => {
    const query = { name: organization, references: given.policySets, prune };
    const state = await readOrganization(terraform, query).catch(async (error) => {
      throw await terraform.organizations.diagnose(error);
    });
    const policyCount = state.policies.length;
    log.info(
      `Found ${plural(found.files.length, 'policy file')}; the organization has ${plural(policyCount, 'policy')}.`,
    );
    const { pairs, problems: wrongKinds } = pair(found.files, state);
    const options = {
      parallelism: given.parallelism,
      trustStamps: !inputs.run.expectNoChanges,
      onCompared: progress(log, 'Compared'),
    };
    const ours = pairs.filter(({ policy }) => policy === undefined || !isForeign(policy, ownership));
    const leaving = await findLeaving(job, terraform, { state, found, ours }, options);
    const problems = [
      ...state.problems,
      ...wrongKinds,
      ...tooMany(leaving.counted, inputs.sync?.maxDeletes ?? 0),
    ];
    const read: Read = { state, pairs, ours, leaving, options };
    if (problems.length === 0) return { ...(await decide(terraform, read)), policyCount };
    const sorted = await judgeFindings(terraform, read, pairs);
    return {
      ...NO_PLAN,
      problems: [...problems, ...sorted.problems],
      warnings: [...leaving.warnings, ...sorted.warnings],
      diffs: new Map(),
      policyCount,
    };
  });
}

/** Everything that the plan is made from. */
interface Read {
  readonly state: Organization;
  readonly pairs: readonly Pair[];
  /** Without those of other owners. */
  readonly ours: readonly Pair[];
  readonly leaving: Leaving;
  readonly options: CompareOptions;
}

/** Findings in files whose code is not compared otherwise: problems if the code is new to the organization. */
async function judgeFindings(
  terraform: Terraform,
  { state, leaving, options }: Read,
  pairs: readonly Pair[],
): Promise<Sorted> {
  const { renames } = leaving;
  const found = pairs.filter(
    ({ file, policy }) => findingsOf(file, state.policySets, renames.get(file.name) ?? policy).length > 0,
  );
  const { same } = await compareCode(found, terraform, options);
  return sortFindings(found, state.policySets, same, renames);
}

async function decide(terraform: Terraform, read: Read): Promise<Omit<ShownPlan, 'policyCount'>> {
  const { ownership } = terraform;
  const { state, pairs, ours, leaving, options } = read;
  const { orphans, renames } = leaving;
  const { same, diffs } = await compareCode(ours, terraform, options);
  const foreign = pairs.filter(({ policy }) => policy !== undefined && isForeign(policy, ownership));
  const sorted = [
    sortFindings(ours, state.policySets, same, renames),
    await judgeFindings(terraform, read, foreign),
  ];
  const problems = sorted.flatMap((each) => each.problems);
  const warnings = [...leaving.warnings, ...sorted.flatMap((each) => each.warnings)];
  if (problems.length > 0) return { ...NO_PLAN, problems, warnings, diffs: new Map() };
  const allPolicySets = orphans.length > 0 ? await terraform.policySets.list() : [];
  const inputs = { ownership, sameCode: same, orphans, renames };
  const plan = createPlan(pairs, { ...state, allPolicySets }, inputs);
  const held = terraform.publishes ? refuseOvertaken(plan, ownership) : announceOvertaken(plan, ownership);
  return { ...held, warnings: [...held.warnings, ...warnings], diffs: shownDiffs(held, diffs) };
}

/** Refused policies have no diff. */
function shownDiffs({ changes }: Plan, diffs: ShownPlan['diffs']): ShownPlan['diffs'] {
  const refused = new Set(changes.filter(({ action }) => action === 'refused').map(({ file }) => file.name));
  return new Map([...diffs].filter(([name]) => !refused.has(name)));
}

interface Findings {
  readonly state: Organization;
  readonly found: Discovery;
  /** Without those of other owners. */
  readonly ours: readonly Pair[];
}

/** The policies to delete, and messages about them. */
interface Leaving {
  readonly orphans: readonly Stamped[];
  readonly renames: Renames;
  /** Those that count for `max-deletes`: without renamed policies, and those of later runs. */
  readonly counted: readonly Stamped[];
  readonly warnings: readonly Problem[];
}

async function findLeaving(
  job: Job,
  terraform: Terraform,
  { state: { policies }, found, ours }: Findings,
  options: CompareOptions,
): Promise<Leaving> {
  const { ownership } = terraform;
  const selected = await findOrphansOfStep(job, terraform, { policies, files: found.files });
  const { orphans, kept } = keepUnnamed(selected, found.leftOut);
  const unstamped = ours.filter(({ policy }) => policy?.stamp === undefined).map(({ file }) => file);
  const asked = unstamped.length > 0 ? orphans : [];
  const renames = findRenames(unstamped, asked, await digestsOf(asked, terraform, options));
  const renamed = new Set(renames.values());
  return {
    orphans,
    renames,
    counted: orphans.filter((each) => !renamed.has(each) && !isOvertaken(each, ownership.run)),
    warnings: [
      ...unnamedWarnings(kept),
      ...renamedByHandWarning(renamedByHand(found.files, policies, ownership), renames),
    ],
  };
}

interface Both {
  readonly policies: readonly Policy[];
  readonly files: readonly PolicyFile[];
}

/** The policies that `prune` would delete: of this owner and prefix, without a file, with a path that is selected. */
async function findOrphansOfStep(
  { inputs, context }: Job,
  { ownership }: Terraform,
  { policies, files }: Both,
): Promise<Stamped[]> {
  if (inputs.sync?.prune !== true || inputs.files === undefined) return [];
  const orphans = findOrphans(policies, files, ownership);
  const paths = orphans.map(({ stamp }) => stamp.path);
  const selected = await selects(context.workspace, inputs.files, paths);
  return orphans.filter(({ stamp }) => selected.has(stamp.path));
}
