import type { Policy, PolicyFile, Stamp } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import {
  describeRun,
  isLaterThan,
  OLDER_RUN_ADVICE,
  type PublishingRun,
  type ThisRun,
} from '../model/publishing-run.ts';
import { foreign, isForeign, type Ownership } from './ownership.ts';
import type { Change, Plan } from './plan.ts';
import type { Deletion, Stamped } from './prune.ts';

/** A policy whose stamp names a later run. */
interface Overtaken extends Stamped {
  readonly stamp: Stamp & { readonly run: PublishingRun };
}

/** Whether a later run of the same repository wrote the policy, so that this one must not. */
export function isOvertaken(policy: Policy | undefined, run: ThisRun | undefined): policy is Overtaken {
  const stamped = policy?.stamp?.run;
  return stamped !== undefined && run !== undefined && isLaterThan(stamped, run);
}

/** Why a policy that has appeared since the plan was made must not be written to. Undefined if it may be. */
export function refusal(file: PolicyFile, policy: Policy, ownership: Ownership): Problem | undefined {
  const { run } = ownership;
  if (policy.stamp !== undefined && isForeign(policy, ownership))
    return foreign(file, policy.stamp, ownership);
  return run !== undefined && isOvertaken(policy, run)
    ? overtaken(file.path, policy.stamp.run, run)
    : undefined;
}

/** The plan of a publishing run: policies that a later run wrote are neither changed nor deleted. */
export function refuseOvertaken(plan: Plan, { run }: Ownership): Plan {
  if (run === undefined) return plan;
  return {
    ...plan,
    changes: plan.changes.map((change) => refuseChange(change, run)),
    deletions: plan.deletions.map((deletion) => refuseDeletion(deletion, run)),
  };
}

function refuseChange(change: Change, run: ThisRun): Change {
  const later = overtakenBy(change, run);
  if (later === undefined) return change;
  const { file } = change;
  const policy = change.action === 'create' ? undefined : change.policy;
  const replaced = later === policy ? undefined : later.name;
  return { action: 'refused', file, policy, problem: overtaken(file.path, later.stamp.run, run, replaced) };
}

function refuseDeletion(deletion: Deletion, run: ThisRun): Deletion {
  const { policy } = deletion;
  return isOvertaken(policy, run)
    ? { ...deletion, problem: overtaken(policy.stamp.path, policy.stamp.run, run) }
    : deletion;
}

/** The policy that a change would roll back: itself, or the one that it replaces. */
function overtakenBy(change: Change, run: ThisRun): Overtaken | undefined {
  if (change.action !== 'create' && change.action !== 'update') return undefined;
  const written = change.action === 'update' ? change.policy : undefined;
  return [written, change.replaces].find((policy) => isOvertaken(policy, run));
}

/** The plan of a preview: it warns about what a publishing run would not do. */
export function announceOvertaken(plan: Plan, { run }: Ownership): Plan {
  if (run === undefined) return plan;
  const changed = plan.changes.map((change) => [change.file.name, overtakenBy(change, run)] as const);
  const deleted = plan.deletions.map(({ policy }) => [policy.name, policy] as const);
  const names = Map.groupBy(
    [...changed, ...deleted].filter((each): each is [string, Overtaken] => isOvertaken(each[1], run)),
    ([, { stamp }]) => describeRun(stamp.run, run),
  );
  if (names.size === 0) return plan;
  const listed = [...names].map(([by, each]) => `${each.map(([name]) => name).join(', ')} (${by})`);
  const warning: Problem = {
    message: `A publishing run would not change these policies, because later runs wrote to them: ${listed.join('; ')}. This is ${describeRun(run, run)}.`,
    advice: OLDER_RUN_ADVICE,
  };
  return { ...plan, warnings: [...plan.warnings, warning] };
}

/** The message is the same for all policies that one run wrote, so that the report groups them. */
function overtaken(file: string, later: PublishingRun, run: ThisRun, replaced?: string): Problem {
  const what =
    replaced === undefined ? 'this policy' : `policy \`${replaced}\`, which this one would replace`;
  return {
    message: `A later run wrote to ${what}: ${describeRun(later, run)}. This is ${describeRun(run, run)}. Nothing was written.`,
    place: { file },
    advice: OLDER_RUN_ADVICE,
  };
}
