import { findHead, type RunHead } from '../github/head.ts';
import { ProblemsError } from '../model/problem.ts';
import { hasFailed, type Report } from '../report/report.ts';
import { type Discovery, discover, NOTHING_FOUND } from '../repository/discover.ts';
import type { Cancellation } from '../runtime/cancellation.ts';
import { explainFailure } from '../tfe/explain.ts';
import { deliver } from './deliver.ts';
import { checkedEntry } from './entries.ts';
import { type Job, openJob } from './job.ts';
import { commitOf, organizationOf, runUrlOf } from './links.ts';
import { type Decision, decideMode } from './mode.ts';
import { makePlan } from './plan-policies.ts';
import { carryOut } from './publish-policies.ts';
import { warnOfMovedBranch } from './rerun.ts';
import { openTerraform } from './terraform.ts';

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
  const { pullRequest, dryRun } = job.inputs.run;
  const head = await findHead(job.context, { pullRequest, auto: dryRun === 'auto' }, job.github);
  const decision = decideMode(job.inputs, job.context, head);
  const report = emptyReport(job, { head, found, decision });

  const problems = [...job.inputs.problems, ...decision.problems, ...found.problems];
  // What reading code found has to be compared with the organization's code, but not for a run that ends anyway.
  const findings = found.files.flatMap((file) => file.findings ?? []);
  if (problems.length > 0 || (decision.mode.kind === 'check' && findings.length > 0)) {
    return { ...report, problems: [...problems, ...findings] };
  }
  if (decision.mode.kind === 'check') return { ...report, entries: found.files.map(checkedEntry) };

  const [published, moved] = await Promise.all([
    publish(job, { found, decision, report }).catch((error) => ended(report, error)),
    decision.mode.kind === 'publish' ? warnOfMovedBranch(job) : [],
  ]);
  return { ...published, warnings: [...published.warnings, ...moved] };
}

const ended = (report: Report, error: unknown): Report => ({
  ...report,
  problems: error instanceof ProblemsError ? error.problems : [explainFailure(error)],
});

type Prepared = { found: Discovery; decision: Decision; report: Report };

/** Compares the files with the organization, and writes what has to be written. */
async function publish(job: Job, { found, decision, report }: Prepared): Promise<Report> {
  const terraform = openTerraform(job, decision, report.commit);
  try {
    const plan = await makePlan(job, terraform, found);
    const warnings = [...report.warnings, ...plan.warnings];
    if (plan.problems.length > 0) return { ...report, warnings, problems: plan.problems };
    const done = await carryOut(job, decision, terraform, plan);
    return {
      ...report,
      warnings: [...warnings, ...done.warnings],
      entries: done.entries.map((entry) => ({ ...entry, diff: plan.diffs.get(entry.name) })),
    };
  } finally {
    terraform.end();
  }
}

async function discoverFiles({ inputs, context }: Job): Promise<Discovery> {
  return inputs.files === undefined ? NOTHING_FOUND : discover(context.workspace, inputs.files);
}

type Findings = { head: RunHead; found: Discovery; decision: Decision };

/** What can be said before the organization is read. */
function emptyReport(job: Job, { head, found, decision }: Findings): Report {
  const { mode, previewOnly, problems } = decision;
  const { payloadProblem } = job.context;
  const unread =
    payloadProblem === undefined
      ? []
      : [{ message: `The event's payload cannot be read: ${payloadProblem}` }];
  return {
    mode: mode.kind,
    organization: mode.kind === 'check' ? undefined : organizationOf(job.inputs),
    commit: commitOf(job.context, head, job.checkout),
    runUrl: runUrlOf(job.context),
    entries: [],
    expectNoChanges: job.inputs.run.expectNoChanges,
    leftOut: found.leftOut,
    checkReason:
      mode.kind === 'check' && problems.length === 0
        ? { message: `Only the files were checked, since ${mode.why}.`, advice: mode.advice }
        : undefined,
    previewOnly,
    problems: [],
    warnings: [...unread, ...found.warnings],
    notices: found.notices,
  };
}
