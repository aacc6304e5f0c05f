import { type Discovery, selects } from './discover/discover.ts';
import type { Job } from './job.ts';
import type { CodeDiff } from './plan/diff.ts';
import { compareCode, digestsOf, readOrganization } from './plan/organization.ts';
import { isForeign } from './plan/ownership.ts';
import { createPlan, NO_PLAN, type Plan, pair } from './plan/plan.ts';
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
  const { organization, ownership, inputs: given } = terraform;
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
    if (problems.length > 0) return { ...NO_PLAN, problems, diffs: new Map(), there };

    const options = {
      parallelism: given.parallelism,
      trustStamps: inputs.run?.expectNoChanges !== true,
      onCompared: progress(log, 'Compared'),
    };
    const ours = pairs.filter(({ policy }) => policy === undefined || !isForeign(policy, ownership));
    const { same, diffs } = await compareCode(ours, terraform, options);
    const unstamped = ours.filter(({ policy }) => policy?.stamp === undefined).map(({ file }) => file);
    const asked = orphans.length > 0 && unstamped.length > 0 ? orphans : [];
    const renames = findRenames(unstamped, asked, await digestsOf(asked, terraform, options));
    const allPolicySets = orphans.length > 0 ? await terraform.policySets.list() : [];
    const plan = createPlan(
      pairs,
      { ...state, allPolicySets },
      { ownership, sameCode: same, orphans, renames },
    );
    return { ...plan, diffs, there };
  });
}

interface Both {
  readonly policies: readonly Policy[];
  readonly files: readonly PolicyFile[];
}

/** The policies that `prune` deletes: of this owner and prefix, without a file, of a path that is this step's. */
async function findDoomed(
  { inputs, context, temporaryFolder }: Job,
  { ownership }: Terraform,
  { policies, files }: Both,
): Promise<Stamped[]> {
  if (inputs.sync?.prune !== true || inputs.files === undefined) return [];
  const orphans = findOrphans(policies, files, ownership);
  const paths = orphans.map(({ stamp }) => stamp.path);
  const selected = await selects({ workspace: context.workspace, temporaryFolder }, inputs.files, paths);
  return orphans.filter(({ stamp }) => selected.has(stamp.path));
}
