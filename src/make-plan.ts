import { type Discovery, selects } from './discover/discover.ts';
import type { Job } from './job.ts';
import type { CodeDiff } from './plan/diff.ts';
import { findingsOf, type Sorted, sortFindings } from './plan/findings.ts';
import { type CompareOptions, compareCode, digestsOf, readOrganization } from './plan/organization.ts';
import { isForeign } from './plan/ownership.ts';
import { createPlan, NO_PLAN, type Organization, type Pair, type Plan, pair } from './plan/plan.ts';
import { findOrphans, findRenames, type Stamped, tooMany } from './plan/prune.ts';
import type { Policy, PolicyFile } from './policy.ts';
import { progress } from './progress.ts';
import type { Terraform } from './terraform.ts';

export interface ShownPlan extends Plan {
  readonly diffs: ReadonlyMap<string, CodeDiff>;
  /** How many policies the organization has. */
  readonly there: number;
}

/** Reads the organization and decides what to write. Writes nothing. */
export async function makePlan(job: Job, terraform: Terraform, found: Discovery): Promise<ShownPlan> {
  const { log, inputs } = job;
  const { organization, inputs: given } = terraform;
  const { prune = false } = inputs.sync ?? {};
  return log.group(`Reading organization ${organization} on ${given.host.name}`, async () => {
    const query = { name: organization, references: given.policySets, prune };
    const state = await readOrganization(terraform, query).catch(async (error) => {
      throw await terraform.organizations.diagnose(error);
    });
    const there = state.policies.length;
    log.info(`${there} policies there, ${found.files.length} files here`);
    const { pairs, problems: wrongKinds } = pair(found.files, state);
    const orphans = await findDoomed(job, terraform, { policies: state.policies, files: found.files });
    const problems = [...state.problems, ...wrongKinds, ...tooMany(orphans, inputs.sync?.maxDeletes ?? 0)];
    const options = {
      parallelism: given.parallelism,
      trustStamps: inputs.run?.expectNoChanges !== true,
      onCompared: progress(log, 'Compared'),
    };
    const read: Read = { state, pairs, orphans, options };
    if (problems.length === 0) return { ...(await decide(terraform, read)), there };
    const sorted = await judgeFindings(terraform, read);
    return { ...NO_PLAN, ...sorted, problems: [...problems, ...sorted.problems], diffs: new Map(), there };
  });
}

/** What a plan is made from. */
interface Read {
  readonly state: Organization;
  readonly pairs: readonly Pair[];
  readonly orphans: readonly Stamped[];
  readonly options: CompareOptions;
}

/** Of a run that is refused already: of what was found in files, what is new to the organization. */
async function judgeFindings(terraform: Terraform, { pairs, state, options }: Read): Promise<Sorted> {
  const found = pairs.filter(({ file }) => findingsOf(file, state.policySets).length > 0);
  const { same } = await compareCode(found, terraform, options);
  return sortFindings(found, state.policySets, same);
}

async function decide(
  terraform: Terraform,
  { state, pairs, orphans, options }: Read,
): Promise<Omit<ShownPlan, 'there'>> {
  const { ownership } = terraform;
  const isOurs = ({ policy }: Pair) => policy === undefined || !isForeign(policy, ownership);
  const [ours, foreign] = [pairs.filter(isOurs), pairs.filter((each) => !isOurs(each))];
  const { same, diffs } = await compareCode(ours, terraform, options);
  const unstamped = ours.filter(({ policy }) => policy?.stamp === undefined).map(({ file }) => file);
  const asked = orphans.length > 0 && unstamped.length > 0 ? orphans : [];
  const renames = findRenames(unstamped, asked, await digestsOf(asked, terraform, options));
  const sorted = [
    sortFindings(ours, state.policySets, same, renames),
    await judgeFindings(terraform, { state, pairs: foreign, orphans, options }),
  ];
  const problems = sorted.flatMap((each) => each.problems);
  const warnings = sorted.flatMap((each) => each.warnings);
  if (problems.length > 0) return { ...NO_PLAN, problems, warnings, diffs: new Map() };
  const allPolicySets = orphans.length > 0 ? await terraform.policySets.list() : [];
  const plan = createPlan(
    pairs,
    { ...state, allPolicySets },
    { ownership, sameCode: same, orphans, renames },
  );
  return { ...plan, warnings: [...plan.warnings, ...warnings], diffs };
}

interface Both {
  readonly policies: readonly Policy[];
  readonly files: readonly PolicyFile[];
}

/** The policies that `prune` deletes: of this owner and prefix, without a file, of a path that is this step's. */
async function findDoomed(
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
