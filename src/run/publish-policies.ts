import type { Problem } from '../model/problem.ts';
import { applyPlan, type Result } from '../policies/apply.ts';
import type { Change } from '../policies/plan.ts';
import type { Deletion } from '../policies/prune.ts';
import type { Entry } from '../report/report.ts';
import { plural } from '../runtime/amount.ts';
import { signalsHeard } from '../runtime/cancellation.ts';
import { progress } from '../runtime/progress.ts';
import { ApiError } from '../tfe/api-error.ts';
import { deletedEntry, plannedDeletion, plannedEntry, resultEntry } from './entries.ts';
import type { Job } from './job.ts';
import type { ShownPlan } from './plan-policies.ts';
import type { Terraform } from './terraform.ts';

export interface Outcome {
  readonly entries: readonly Entry[];
  readonly warnings: readonly Problem[];
}

/** Carries out the plan, if the run publishes, and returns the result of each policy. */
export async function publishPolicies(
  { log, cancellation }: Job,
  terraform: Terraform,
  plan: ShownPlan,
): Promise<Outcome> {
  const planned = [...plan.changes.map(plannedEntry), ...plannedDeletions(plan)];
  if (!terraform.publishes) return { entries: planned, warnings: [] };
  const total = plan.changes.filter(isWrite).length + plan.deletions.filter(isAllowed).length;
  if (total === 0) return { entries: planned.map(asApplied), warnings: [] };
  return log.group(`Publishing ${plural(total, 'policy')}`, async () => {
    // A signal that arrived with the last response is handled before anything is written.
    await signalsHeard();
    const onProgress = progress(log, 'Published');
    let done = 0;
    const { results, deleted } = await applyPlan(plan, {
      ...terraform,
      parallelism: terraform.inputs.parallelism,
      cancellation,
      onResult: () => onProgress(++done, total),
    });
    const complete = [...results, ...deleted].every(({ error, skipped }) => error === undefined && !skipped);
    const warnings =
      cancellation.requested.aborted && !complete
        ? [CANCELLED]
        : await explainRefusals(results, terraform, plan.policyCount);
    return { entries: [...results.map(resultEntry), ...deleted.map(deletedEntry)], warnings };
  });
}

/** If a policy is refused, a publishing run would not delete anything. */
function plannedDeletions({ changes, deletions }: ShownPlan): Entry[] {
  const entries = deletions.map(plannedDeletion);
  const holdBack = changes.some(({ action }) => action === 'refused') || !deletions.every(isAllowed);
  return entries.map((entry) =>
    holdBack && entry.error === undefined ? { ...entry, status: 'skipped' } : entry,
  );
}

const isAllowed = ({ problem }: Deletion): boolean => problem === undefined;

const isWrite = ({ action }: Change): boolean => action === 'create' || action === 'update';

/** Without writes, nothing remains to be done. */
const asApplied = (entry: Entry): Entry =>
  entry.status === 'planned' ? { ...entry, status: 'applied' } : entry;

/** Servers do not say so if the edition of the organization prevents a policy from being created. */
async function explainRefusals(
  results: readonly Result[],
  { organizations }: Terraform,
  policyCount: number,
): Promise<Problem[]> {
  const creates = results.filter(({ change }) => change.action === 'create');
  const refused = creates.some(({ wrote, error }) => !wrote && error instanceof ApiError);
  const limit = refused ? await organizations.policyLimit() : undefined;
  if (limit === undefined || policyCount + creates.filter(({ wrote }) => wrote).length < limit) return [];
  const message = `The edition of the organization allows ${limit} policies.`;
  return [{ message, advice: 'Delete policies that are no longer needed, or change the edition.' }];
}

const CANCELLED: Problem = {
  message: 'The run was cancelled. Policies in progress were completed, the others were not attempted.',
  advice: 'Run it again to complete what is missing.',
};
