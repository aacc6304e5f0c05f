import { findHead, type RunHead } from '../github/head.ts';
import { ProblemsError } from '../model/problem.ts';
import { hasFailed, type Report } from '../report/report.ts';
import type { Cancellation } from '../runtime/cancellation.ts';
import { explainFailure } from '../tfe/explain.ts';
import { deliver } from './deliver.ts';
import { type Job, openJob } from './job.ts';
import { commitOf, organizationOf, runUrlOf } from './links.ts';
import { type Decision, decideMode } from './mode.ts';
import { warnOfMovedBranch } from './rerun.ts';
import { readSubject, type Subject } from './subject.ts';
import { type Connection, openTerraform } from './terraform.ts';

/** Runs the action, from its inputs to its report, whatever happens. True if nothing failed. */
export async function run(environment: NodeJS.ProcessEnv, cancellation: Cancellation): Promise<boolean> {
  // 1. Read the inputs, the environment and the event.
  const job = openJob(environment, cancellation);
  // 2. Find the policies or policy sets in the repository, and check them.
  const subject = await readSubject(job);
  // 3. Determine the origin of the commits, and decide what the run may do.
  const prepared = await prepare(job, subject);
  // 4. Read the organization and plan. 5. Write, if allowed.
  const report = await planAndWrite(job, prepared);
  // 6. Report what happened: comment, job summary, log, annotations, outputs.
  await deliver(report, job);
  return !hasFailed(report);
}

/** The state before the organization is read. */
interface Prepared {
  readonly subject: Subject;
  readonly decision: Decision;
  /** Without entries. */
  readonly report: Report;
}

async function prepare(job: Job, subject: Subject): Promise<Prepared> {
  const { pullRequest, dryRun, expectNoChanges } = job.inputs.run;
  // A drift check does not depend on the event.
  const auto = dryRun === 'auto' && !expectNoChanges;
  const head = await findHead(job.context, { pullRequest, auto }, job.github);
  const decision = decideMode(job.inputs, job.context, head);
  return { subject, decision, report: emptyReport(job, { head, subject, decision }) };
}

async function planAndWrite(job: Job, prepared: Prepared): Promise<Report> {
  const { subject, decision, report } = prepared;
  const { mode, access } = decision;
  const { terraform } = job.inputs;
  const problems = [...job.inputs.problems, ...decision.problems, ...subject.problems];
  // Findings in code depend on the organization's code, unless the run ends anyway.
  const { findings } = subject;
  if (problems.length > 0 || (mode.kind === 'check' && findings.length > 0))
    return { ...report, problems: [...problems, ...findings] };
  if (mode.kind === 'check') return { ...report, ...subject.checked };
  // If one of them is missing, there is a problem.
  if (access === undefined || terraform === undefined) return { ...report, problems };

  const [published, moved] = await Promise.all([
    publish(job, prepared, { access, terraform }).catch((error) => ended(report, error)),
    mode.kind === 'publish' ? warnOfMovedBranch(job) : [],
  ]);
  return { ...published, warnings: [...published.warnings, ...moved] };
}

const ended = (report: Report, error: unknown): Report => ({
  ...report,
  problems: error instanceof ProblemsError ? error.problems : [explainFailure(error)],
});

/** Compares the files with the organization, and publishes them if allowed. */
async function publish(
  job: Job,
  { subject, decision, report }: Prepared,
  connection: Connection,
): Promise<Report> {
  const terraform = openTerraform(job, decision.mode, { ...connection, commit: report.commit });
  try {
    const { warnings, ...published } = await subject.publish(terraform);
    return { ...report, ...published, warnings: [...report.warnings, ...warnings] };
  } finally {
    terraform.end();
  }
}

interface Known {
  readonly head: RunHead;
  readonly subject: Subject;
  readonly decision: Decision;
}

/** The report before the organization is read. */
function emptyReport(job: Job, { head, subject, decision }: Known): Report {
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
    ...subject.none,
    expectNoChanges: job.inputs.run.expectNoChanges,
    policyCount: subject.policyCount,
    leftOut: subject.leftOut,
    checkReason:
      mode.kind === 'check' && problems.length === 0
        ? { message: `Only the files were checked, because ${mode.why}.`, advice: mode.advice }
        : undefined,
    previewOnly,
    problems: [],
    warnings: [...unread, ...subject.warnings],
    notices: subject.notices,
  };
}
