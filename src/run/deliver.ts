import { appendFile } from 'node:fs/promises';
import * as core from '@actions/core';
import { upsertComment } from '../github/comment.ts';
import { type Explanation, explainGitHubFailure } from '../github/explain.ts';
import { findPullRequest, namedPullRequest } from '../github/pull-request.ts';
import { type Problem, withoutRepeats } from '../model/problem.ts';
import { annotate } from '../report/annotations.ts';
import { logLines } from '../report/log-lines.ts';
import { COMMENT_LIMIT, composeReport, SUMMARY_LIMIT } from '../report/markdown/markdown.ts';
import { outputsOf } from '../report/outputs.ts';
import { hasChanges, hasFailed, outcomesOf, type Report, titleOf } from '../report/report.ts';
import { after } from '../runtime/cancellation.ts';
import { messageOf } from '../runtime/error-message.ts';
import type { Secrets } from '../runtime/secrets.ts';
import type { Job } from './job.ts';

/** Size of the text if GitHub accepts less than it should. Bytes of UTF-8. */
const SHORTEST = 4_000;

/** Reserved in a comment for the marker and the newline after it. Bytes. */
const MARKER_ROOM = 1_000;

/** Delivers the report: comment, job summary, log, annotations, outputs. A failure of these does not fail the run. */
export async function deliver(produced: Report, job: Job): Promise<void> {
  const { secrets, log } = job;
  // Redacted before it is escaped or cut: readers, but not the search, would still recognize a secret after that.
  const report = secrets.redactAll(eachOnce(produced));
  const render = renderer(report, secrets);
  const text = render(COMMENT_LIMIT - MARKER_ROOM);
  const comment = await Promise.race([deliverComment(report, render, job), whenCancelled(job)]);
  const outputs = { ...outputsOf(report, text), 'comment-url': comment.url ?? '' };
  const warnings = [...report.warnings, ...comment.warnings, ...setOutputs(outputs, secrets)];
  const delivered = { ...report, warnings };
  const summary = await deliverSummary(
    warnings.length === report.warnings.length ? render : renderer(delivered, secrets),
    job,
  );
  const complete = { ...delivered, warnings: [...warnings, ...summary] };
  await log.group('Report', async () => {
    const lines = logLines(complete);
    if (lines.length > 0) log.info(lines.join('\n'));
  });
  annotate(complete, secrets);
  log.info(titleOf(report));
}

/** Renders a text of at most `limit` bytes. */
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

/** How long a cancelled run waits for GitHub. Milliseconds. */
const LAST_WORD = 2_000;

async function whenCancelled({ cancellation }: Job): Promise<Delivered> {
  await after(cancellation.requested, LAST_WORD);
  const message =
    'Could not comment on the pull request: GitHub did not respond before the cancelled run had to end.';
  return { url: undefined, warnings: [{ message, advice: 'See the job summary for the report.' }] };
}

async function deliverComment(report: Report, render: Render, job: Job): Promise<Delivered> {
  const { inputs, context } = job;
  const { comment } = inputs;
  if (comment === undefined || comment.mode === 'never') return NOT_COMMENTED;
  let permission = 'contents: read';
  try {
    const github = await job.github();
    if (github === undefined) return withoutGitHub(job);
    const pullRequest = await findPullRequest(context, inputs.run.pullRequest, github);
    if (pullRequest === undefined) return NOT_COMMENTED;
    permission = 'pull-requests: write';
    const url = await upsertComment(github, {
      pullRequest,
      key: comment.key,
      speaker: {
        id: context.runId,
        attempt: context.runAttempt,
        wrote: outcomesOf(report).some((entry) => entry.wrote),
      },
      text: render(COMMENT_LIMIT - MARKER_ROOM),
      shortText: render(SHORTEST),
      create: comment.mode === 'always' || hasChanges(outcomesOf(report)) || hasFailed(report),
    });
    return { url, warnings: [] };
  } catch (error) {
    return notCommented(explainGitHubFailure(error, permission));
  }
}

/** Only warns if a pull request is known, because looking for one also needs a token. */
function withoutGitHub({ inputs: { comment, run }, context }: Job): Delivered {
  if (namedPullRequest(context, run?.pullRequest) === undefined) return NOT_COMMENTED;
  return comment?.githubToken === undefined
    ? notCommented({
        cause: '`github-token` is empty',
        advice:
          'Remove the input to use the token of the job, or set it to a token with `pull-requests: write` (with `act`, pass `-s GITHUB_TOKEN`). `comment: never` turns comments off.',
      })
    : notCommented({
        cause: 'the repository is not known',
        advice: 'Set GITHUB_REPOSITORY to `owner/repo`.',
      });
}

function notCommented({ cause, advice }: Explanation): Delivered {
  const warning = {
    message: `Could not comment on the pull request: ${cause}.`,
    advice: `${advice} See the job summary for the report.`.trim(),
  };
  return { url: undefined, warnings: [warning] };
}

function setOutputs(outputs: Readonly<Record<string, string>>, secrets: Secrets): Problem[] {
  try {
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, secrets.redact(value));
    return [];
  } catch (error) {
    const message = `The outputs could not be written: ${messageOf(error)}.`;
    return [
      {
        message,
        advice: 'Check that the file in GITHUB_OUTPUT exists and that the job can write to it.',
      },
    ];
  }
}

async function deliverSummary(render: Render, { summaryFile }: Job): Promise<Problem[]> {
  if (summaryFile === undefined || summaryFile === '') return [];
  try {
    // Appended, as in the toolkit, so that summaries of earlier steps are kept, but without its error above 1 MiB.
    await appendFile(summaryFile, `${render(SUMMARY_LIMIT - 1)}\n`);
    return [];
  } catch (error) {
    const message = `The job summary could not be written: ${messageOf(error)}.`;
    return [
      {
        message,
        advice:
          'Check that the job can write to the file in GITHUB_STEP_SUMMARY. The log contains the report.',
      },
    ];
  }
}

/** A problem with a file that defines two policies is reported once. */
const eachOnce = (report: Report): Report => ({
  ...report,
  problems: withoutRepeats(report.problems),
  warnings: withoutRepeats(report.warnings),
  notices: withoutRepeats(report.notices),
});
