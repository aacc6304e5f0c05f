import * as core from '@actions/core';
import { cancelledBy } from '../runtime/cancellation.ts';
import { run } from './run.ts';

// Nobody may be reading any more; to say so would only fail again.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

const cancellation = cancelledBy(process, () => {
  core.setFailed('The run was cancelled, and could not end in time. The next run completes what is missing.');
  process.exit();
});

run(process.env, cancellation).then((succeeded) => {
  if (!succeeded) process.exitCode = core.ExitCode.Failure;
}, fail);

/** Only for defects of the action itself: whatever users can mend is part of the report. */
function fail(error: unknown): void {
  core.setFailed(error instanceof Error ? error : String(error));
}
