import { findHead, type RunHead } from '../github/head.ts';
import { ProblemsError } from '../model/problem.ts';
import { assumedFindings } from '../policies/findings.ts';
import { hasFailed, type Report } from '../report/report.ts';
import { type Discovery, discover, NOTHING_FOUND } from '../repository/discover.ts';
import type { Cancellation } from '../runtime/cancellation.ts';
import { explainFailure } from '../tfe/explain.ts';
import { deliver } from './deliver.ts';
import { checkedEntry } from './entries.ts';
import { type Job, openJob } from './job.ts';
import { commitOf, organizationOf, runUrlOf } from './links.ts';
import { type Decision, decideMode } from './mode.ts';
import { planPolicies } from './plan-policies.ts';
import { publishPolicies } from './publish-policies.ts';
import { warnOfMovedBranch } from './rerun.ts';
import { type Connection, openTerraform } from './terraform.ts';

/** Runs the action, from its inputs to its report, whatever happens. True if nothing failed. */
export async function run(environment: NodeJS.ProcessEnv, cancellation: Cancellation): Promise<boolean> {
  // 1. Read the inputs, the environment and the event.
  const job = openJob(environment, cancellation);
  // 2. Find the policy files of the repository, and check them.
  const discovery = await discoverFiles(job);
  // 3. Find out whose commits these are, and decide what the run may do.
  const prepared = await prepare(job, discovery);
  // 4. Read the organization and plan; 5. write, if the run may.
  const report = await planAndWrite(job, prepared);
  // 6. Report what happened: comment, job summary, log, annotations, outputs.
  await deliver(report, job);
  return !hasFailed(report);
}

/** What is known before the organization is read. */
interface Prepared {
  readonly discovery: Discovery;
  readonly decision: Decision;
  /** Without entries. */
  readonly report: Report;
}

async function prepare(job: Job, discovery: Discovery): Promise<Prepared> {
  const { pullRequest, dryRun, expectNoChanges } = job.inputs.run;
  // A drift check compares, whatever the event.
  const auto = dryRun === 'auto' && !expectNoChanges;
  const head = await findHead(job.context, { pullRequest, auto }, job.github);
  const decision = decideMode(job.inputs, job.context, head);
  return { discovery, decision, report: emptyReport(job, { head, discovery, decision }) };
}

async function planAndWrite(job: Job, prepared: Prepared): Promise<Report> {
  const { discovery, decision, report } = prepared;
  const { mode, access } = decision;
  const { terraform } = job.inputs;
  const problems = [...job.inputs.problems, ...decision.problems, ...discovery.problems];
  // What reading code found has to be compared with the organization's code, but not for a run that ends anyway.
  const findings = discovery.files.flatMap(assumedFindings);
  if (problems.length > 0 || (mode.kind === 'check' && findings.length > 0))
    return { ...report, problems: [...problems, ...findings] };
  if (mode.kind === 'check') return { ...report, entries: discovery.files.map(checkedEntry) };
  // Where one of them is missing, there is a problem.
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

/** Compares the files with the organization, and writes what has to be written. */
async function publish(
  job: Job,
  { discovery, decision, report }: Prepared,
  connection: Connection,
): Promise<Report> {
  const terraform = openTerraform(job, decision.mode, { ...connection, commit: report.commit });
  try {
    const plan = await planPolicies(job, terraform, discovery);
    const warnings = [...report.warnings, ...plan.warnings];
    if (plan.problems.length > 0) return { ...report, warnings, problems: plan.problems };
    const done = await publishPolicies(job, terraform, plan);
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

interface Known {
  readonly head: RunHead;
  readonly discovery: Discovery;
  readonly decision: Decision;
}

/** What can be said before the organization is read. */
function emptyReport(job: Job, { head, discovery, decision }: Known): Report {
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
    leftOut: discovery.leftOut,
    checkReason:
      mode.kind === 'check' && problems.length === 0
        ? { message: `Only the files were checked, since ${mode.why}.`, advice: mode.advice }
        : undefined,
    previewOnly,
    problems: [],
    warnings: [...unread, ...discovery.warnings],
    notices: discovery.notices,
  };
}
