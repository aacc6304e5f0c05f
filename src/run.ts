import * as core from '@actions/core';
import type { Cancellation } from './cancellation.ts';
import { type Discovery, discover, NOTHING_FOUND } from './discover/discover.ts';
import { findHead, type RunHead } from './github/pull-request.ts';
import type { TerraformInputs } from './inputs/terraform-inputs.ts';
import { type Job, openJob } from './job.ts';
import { type Access, type Decision, decideMode } from './mode.ts';
import { applyPlan, type Result } from './plan/apply.ts';
import type { CodeDiff } from './plan/diff.ts';
import { compareCode, readOrganization } from './plan/organization.ts';
import { createPlan, type Plan, pair } from './plan/plan.ts';
import { type Problem, ProblemsError } from './problem.ts';
import { progress } from './progress.ts';
import { deliver } from './report/deliver.ts';
import { checkedEntry, plannedEntry, resultEntry } from './report/entries.ts';
import { commitOf, organizationOf, runUrlOf } from './report/links.ts';
import { type Entry, hasFailed, type Report } from './report/report.ts';
import { Api } from './tfe/api.ts';
import { ApiError } from './tfe/api-error.ts';
import { explainFailure } from './tfe/explain.ts';
import { Organizations } from './tfe/organizations.ts';
import { Policies } from './tfe/policies.ts';
import { PolicySets } from './tfe/policy-sets.ts';

/** Runs the action: reads, plans, writes, and reports whatever happened. True if nothing failed. */
export async function run(environment: NodeJS.ProcessEnv, cancellation: Cancellation): Promise<boolean> {
  const job = openJob(environment, cancellation);
  const report = await produceReport(job);
  await deliver(report, job);
  return !hasFailed(report);
}

/** The job itself, up to its report. */
async function produceReport(job: Job): Promise<Report> {
  const found = await discoverFiles(job);
  const head = await findHead(job.context, job.inputs.run?.pullRequest, job.github);
  const decision = decide(job, head);
  const report = emptyReport(job, { head, found, decision });

  const problems = [...job.inputs.problems, ...decision.problems, ...found.problems];
  if (problems.length > 0) return { ...report, problems };
  if (decision.mode.kind === 'check') return { ...report, entries: found.files.map(checkedEntry) };

  try {
    const terraform = openTerraform(job, decision);
    const plan = await makePlan(job, terraform, found);
    const warnings = [...report.warnings, ...plan.warnings];
    if (plan.problems.length > 0) return { ...report, warnings, problems: plan.problems };
    const done = await carryOut(job, decision, terraform, plan);
    return {
      ...report,
      warnings: [...warnings, ...done.warnings],
      entries: done.entries.map((entry) => ({ ...entry, diff: plan.diffs.get(entry.name) })),
    };
  } catch (error) {
    return { ...report, problems: error instanceof ProblemsError ? error.problems : [explainFailure(error)] };
  }
}

async function discoverFiles({ inputs, context }: Job): Promise<Discovery> {
  return inputs.files === undefined ? NOTHING_FOUND : discover(context.workspace, inputs.files);
}

function decide({ inputs: { run, terraform }, context }: Job, { origin }: RunHead): Decision {
  // What is missing has a problem of its own, which ends the run before anything is written.
  if (run === undefined || terraform === undefined) {
    return { mode: { kind: 'publish' }, access: undefined, problems: [] };
  }
  return decideMode({ run, terraform }, context, origin);
}

type Findings = { head: RunHead; found: Discovery; decision: Decision };

/** What can be said before the organization is read. */
function emptyReport(job: Job, { head, found, decision }: Findings): Report {
  const { mode } = decision;
  const { payloadProblem } = job.context;
  const unread =
    payloadProblem === undefined
      ? []
      : [{ message: `The event's payload cannot be read: ${payloadProblem}` }];
  return {
    mode: mode.kind,
    organization: mode.kind === 'check' ? undefined : organizationOf(job.inputs.terraform),
    commit: commitOf(job.context, head),
    runUrl: runUrlOf(job.context),
    entries: [],
    leftOut: found.leftOut,
    checkReason:
      mode.kind === 'check'
        ? { message: `Only the files were checked, since ${mode.why}.`, advice: mode.advice }
        : undefined,
    problems: [],
    warnings: [...unread, ...found.warnings],
    notices: found.notices,
  };
}

interface Terraform {
  readonly inputs: TerraformInputs;
  readonly organization: string;
  readonly policies: Policies;
  readonly policySets: PolicySets;
  readonly organizations: Organizations;
}

function openTerraform({ inputs, log, secrets, cancellation }: Job, { access }: Decision): Terraform {
  const terraform = inputs.terraform as TerraformInputs;
  const { organization, token } = access as Access;
  const api = new Api({
    origin: terraform.host.origin,
    token,
    parallelism: terraform.parallelism,
    certificates: terraform.certificates,
    cancellation,
    onSecret: core.setSecret,
    onFailedSecret: (address) => secrets.add(address),
    onAnswer: (line) => log.debug(line),
  });
  return {
    inputs: terraform,
    organization,
    policies: new Policies(api, organization),
    policySets: new PolicySets(api, organization),
    organizations: new Organizations(api, organization),
  };
}

interface ShownPlan extends Plan {
  readonly diffs: ReadonlyMap<string, CodeDiff>;
  /** How many policies the organization has. */
  readonly there: number;
}

async function makePlan({ log }: Job, terraform: Terraform, found: Discovery): Promise<ShownPlan> {
  const { organization, inputs } = terraform;
  return log.group(`Reading organization ${organization} on ${inputs.host.name}`, async () => {
    const wanted = { name: organization, references: inputs.policySets };
    const state = await readOrganization(terraform, wanted).catch(async (error) => {
      throw await terraform.organizations.diagnose(error);
    });
    const { pairs, problems } = pair(found.files, state);
    const there = state.policies.length;
    log.info(`${there} policies there, ${found.files.length} files here`);
    if (state.problems.length + problems.length > 0) {
      return {
        changes: [],
        problems: [...state.problems, ...problems],
        warnings: [],
        diffs: new Map(),
        there,
      };
    }
    const onCompared = progress(log, 'Compared');
    const { same, diffs } = await compareCode(pairs, terraform, {
      parallelism: inputs.parallelism,
      onCompared,
    });
    return { ...createPlan(pairs, state, same), diffs, there };
  });
}

interface Outcome {
  readonly entries: readonly Entry[];
  readonly warnings: readonly Problem[];
}

async function carryOut(
  { log, cancellation }: Job,
  { mode }: Decision,
  terraform: Terraform,
  plan: ShownPlan,
): Promise<Outcome> {
  const planned = plan.changes.map(plannedEntry);
  if (mode.kind !== 'publish') return { entries: planned, warnings: [] };
  const total = plan.changes.filter(({ action }) => action !== 'unchanged').length;
  if (total === 0)
    return { entries: planned.map((entry) => ({ ...entry, status: 'applied' })), warnings: [] };
  return log.group(`Publishing ${total} of ${plan.changes.length} policies`, async () => {
    const onProgress = progress(log, 'Published');
    let done = 0;
    const onResult = () => onProgress(++done, total);
    const results = await applyPlan(plan.changes, {
      ...terraform,
      parallelism: terraform.inputs.parallelism,
      cancellation,
      onResult,
    });
    const warnings = cancellation.requested.aborted
      ? [CANCELLED]
      : await explainRefusals(results, terraform, plan.there);
    return { entries: results.map(resultEntry), warnings };
  });
}

/** Servers do not say so when it is the plan of the organization that keeps them from creating a policy. */
async function explainRefusals(
  results: readonly Result[],
  { organizations }: Terraform,
  there: number,
): Promise<Problem[]> {
  const creates = results.filter(({ change }) => change.action === 'create');
  const refused = creates.some(({ wrote, error }) => !wrote && error instanceof ApiError);
  const limit = refused ? await organizations.policyLimit() : undefined;
  if (limit === undefined || there + creates.filter(({ wrote }) => wrote).length < limit) return [];
  const message = `The plan of the organization allows ${limit} policies.`;
  return [{ message, advice: 'Delete policies that are not needed any more, or change the plan.' }];
}

const CANCELLED: Problem = {
  message: 'The run was cancelled: what had begun was finished, the rest was not attempted.',
  advice: 'Run it again: it completes what is missing.',
};
