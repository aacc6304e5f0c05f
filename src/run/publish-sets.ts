import { KINDS, type PolicyKind } from '../model/kinds.ts';
import type { Problem } from '../model/problem.ts';
import { archive } from '../policy-sets/archive.ts';
import type { SetOwnership } from '../policy-sets/ownership.ts';
import type { SetChange } from '../policy-sets/plan.ts';
import { leaveAll, publishSets, type SetResult } from '../policy-sets/publish.ts';
import { plural } from '../runtime/amount.ts';
import { signalsHeard } from '../runtime/cancellation.ts';
import { ApiError } from '../tfe/api-error.ts';
import { systemClock } from '../tfe/clock.ts';
import type { Job } from './job.ts';
import type { Terraform } from './terraform.ts';

/** Carries out the plan. Writes nothing if a policy set is refused. */
export async function carryOut(
  { log, cancellation }: Job,
  terraform: Terraform,
  plan: readonly SetChange[],
  ownership: SetOwnership,
): Promise<SetResult[]> {
  if (plan.some(({ action }) => action === 'refused')) return leaveAll(plan);
  const total = plan.filter(({ action }) => action !== 'unchanged').length;
  const { versionedSets: store, organization, inputs, commit, folderUrl, overdue } = terraform;
  const publish = async () => {
    // A signal that arrived with the last response is handled before anything is written.
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
      archive: async (local) => (await archive(local.files)).pieces,
      onStep: (set, step) => log.info(`${set}: ${step}`),
    });
  };
  return total === 0 ? publish() : log.group(`Publishing ${plural(total, 'policy set')}`, publish);
}

/** Warnings that explain the result of the run. */
export async function afterwards(
  { cancellation }: Job,
  { organizations, organization }: Terraform,
  results: readonly SetResult[],
): Promise<Problem[]> {
  const complete = results.every(({ error, skipped }) => error === undefined && !skipped);
  if (cancellation.requested.aborted && !complete) return [CANCELLED];
  const refused = results.filter(({ error }) => error instanceof ApiError && isCreate(error));
  const beta = refused.find(
    ({ change: { action, local } }) => action === 'create' && KINDS[local.kind].isBeta,
  );
  if (beta !== undefined) return [inBeta(beta.change.local.kind, organization)];
  const limit = refused.length > 0 ? await organizations.versionedSetLimit() : undefined;
  if (limit === undefined) return [];
  const message =
    limit === 0
      ? `The edition of organization ${organization} does not include versioned policy sets.`
      : `The edition of organization ${organization} allows ${limit} versioned policy sets.`;
  return [{ message, advice: 'Change the edition, or publish the policies individually.' }];
}

const inBeta = (kind: PolicyKind, organization: string): Problem => ({
  message: `Policy sets for ${KINDS[kind].label} policies are in beta, and may not be available to organization ${organization}.`,
  advice:
    'Enable the beta for the organization, or contact HashiCorp. Terraform Enterprise does not support it yet.',
});

/** Whether creating a policy set or a version failed. */
const isCreate = ({ status, request: { method, path } }: ApiError): boolean =>
  [404, 422].includes(status) && method === 'POST' && /\/(policy-sets|versions)$/.test(path);

const CANCELLED: Problem = {
  message: 'The run was cancelled. Policy sets in progress were completed, the others were not attempted.',
  advice: 'Run it again to complete what is missing.',
};
