import { appendFile } from 'node:fs/promises';
import * as core from '@actions/core';
import { after } from '../cancellation.ts';
import { describeFailure } from '../github/client.ts';
import { upsertComment } from '../github/comment.ts';
import { findPullRequest } from '../github/pull-request.ts';
import type { Job } from '../job.ts';
import type { Log } from '../log.ts';
import { describeProblem, describeWhat, type Problem } from '../problem.ts';
import type { Secrets } from '../secrets.ts';
import { annotate } from './annotations.ts';
import { COMMENT_LIMIT, composeReport, SUMMARY_LIMIT } from './markdown/markdown.ts';
import { outputsOf } from './outputs.ts';
import { type Entry, hasChanges, hasFailed, headline, outcome, type Report } from './report.ts';

/** What is said where GitHub takes less than it should. Bytes of UTF-8. */
const SHORTEST = 4_000;

/** Room that the marker and the newline before the text take in a comment. Bytes. */
const MARKER_ROOM = 1_000;

/** Shows the report everywhere: comment, job summary, log, annotations, outputs. None of them can fail the run. */
export async function deliver(produced: Report, job: Job): Promise<void> {
  const { secrets, log } = job;
  // Before it is escaped or cut, which would hide a secret from whoever looks for it, but not from readers.
  const report = secrets.redactAll(produced);
  const render = renderer(report, secrets);
  const text = render(COMMENT_LIMIT - MARKER_ROOM);
  const comment = await Promise.race([deliverComment(report, render, job), whenCancelled(job)]);
  const delivered = { ...report, warnings: [...report.warnings, ...comment.warnings] };
  const summary = await deliverSummary(
    comment.warnings.length === 0 ? render : renderer(delivered, secrets),
    job,
  );
  const complete = { ...delivered, warnings: [...delivered.warnings, ...summary] };
  await log.group('Report', async () => logReport(complete, log));
  annotate(complete, secrets);
  for (const [name, value] of Object.entries(outputsOf(report.entries, text)))
    core.setOutput(name, secrets.redact(value));
  core.setOutput('comment-url', comment.url ?? '');
  log.info(`Terraform policies: ${headline(report)}`);
}

/** Renders a text of at most so many bytes. */
type Render = (limit: number) => string;

function renderer(report: Report, secrets: Secrets): Render {
  const render = composeReport(report);
  return (limit) => secrets.redact(render(limit));
}

interface Delivered {
  readonly url: string | undefined;
  readonly warnings: readonly Problem[];
}

const NOT_COMMENTED: Delivered = { url: undefined, warnings: [] };

/** How long a cancelled run may wait for GitHub. Milliseconds. */
const LAST_WORD = 2_000;

async function whenCancelled({ cancellation }: Job): Promise<Delivered> {
  await after(cancellation.requested, LAST_WORD);
  const message =
    'The pull request got no comment: GitHub did not answer before the cancelled run had to end.';
  return { url: undefined, warnings: [{ message, advice: 'The job summary holds the report.' }] };
}

async function deliverComment(report: Report, render: Render, job: Job): Promise<Delivered> {
  const { inputs, context } = job;
  const { comment } = inputs;
  const github = comment?.mode === 'never' ? undefined : await job.github();
  if (comment === undefined || github === undefined) return NOT_COMMENTED;
  try {
    const pullRequest = await findPullRequest(context, inputs.run?.pullRequest, github);
    if (pullRequest === undefined) return NOT_COMMENTED;
    const url = await upsertComment(github, {
      pullRequest,
      key: comment.key,
      speaker: {
        id: context.runId,
        attempt: context.runAttempt,
        wrote: report.entries.some((entry) => entry.wrote),
      },
      text: render(COMMENT_LIMIT - MARKER_ROOM),
      shortText: render(SHORTEST),
      create: comment.mode === 'always' || hasChanges(report.entries) || hasFailed(report),
    });
    return { url, warnings: [] };
  } catch (error) {
    return { url: undefined, warnings: [refusedComment(error)] };
  }
}

/** Says why GitHub took no comment, and the permission that is missing where one is (github-platform.md 3). */
function refusedComment(error: unknown): Problem {
  const failure = describeFailure(error);
  const message = failure.message.replace(/\.$/, '');
  return { message: `The pull request got no comment: ${message}.`, advice: adviceFor(failure) };
}

function adviceFor({ status, message, headers }: ReturnType<typeof describeFailure>): string {
  if (
    /rate limit/i.test(message) ||
    headers['x-ratelimit-remaining'] === '0' ||
    headers['retry-after'] !== undefined
  ) {
    return 'The rate limit of `github-token` is used up for now; the job summary holds the report.';
  }
  if (/locked/i.test(message)) return 'The conversation is locked; the job summary holds the report.';
  if (status === 401) return 'The token in `github-token` is wrong or has expired.';
  if (status === 403 || status === 404) {
    return 'Give the job `permissions:` with `pull-requests: write` (runs for forks and Dependabot cannot have it); the job summary holds the report.';
  }
  if (status === undefined) return 'GitHub did not answer in time; the job summary holds the report.';
  return 'The job summary holds the report.';
}

async function deliverSummary(render: Render, { summaryFile }: Job): Promise<Problem[]> {
  if (summaryFile === undefined || summaryFile === '') return [];
  try {
    // Appended as the toolkit does, so that what earlier steps wrote stays; without its 1 MiB failure.
    await appendFile(summaryFile, `${render(SUMMARY_LIMIT - 1)}\n`);
    return [];
  } catch (error) {
    return [{ message: `The job summary could not be written: ${(error as Error).message}.` }];
  }
}

function logReport(report: Report, log: Log): void {
  const lines = [
    ...report.problems.map((problem) => `error: ${describeProblem(problem)}`),
    ...report.entries.map((entry) => entryLine(report, entry)),
    ...report.leftOut.map(({ path, why }) => `left out: ${path} ${why}`),
    ...report.warnings.map((warning) => `warning: ${describeProblem(warning)}`),
    ...report.notices.map((notice) => `notice: ${describeProblem(notice)}`),
  ];
  if (lines.length > 0) log.info(lines.join('\n'));
}

function entryLine(report: Report, entry: Entry): string {
  const { action, name, path, changes, joins, error, duration, hasCode } = entry;
  const reached = hasCode === undefined ? '' : hasCode ? ' (code uploaded)' : ' (without code)';
  const what = action === 'update' && changes.length > 0 ? ` (${changes.join(', ')})` : reached;
  const verb = hasCode === undefined ? 'joins' : 'not yet in';
  const sets = joins.length === 0 ? '' : `, ${verb} ${joins.join(', ')}`;
  // The file is named already.
  const why = error === undefined ? '' : `: ${describeWhat(error)}`;
  const time = duration === undefined || duration === 0 ? '' : ` (${Math.round(duration)} ms)`;
  return `${outcome(report, entry)}: ${name}${what}${sets} — ${path}${time}${why}`;
}
