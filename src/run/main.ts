import * as core from '@actions/core';
import { cancelledBy } from '../runtime/cancellation.ts';
import { run } from './run.ts';

// Ignores EPIPE.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

const cancellation = cancelledBy(process, () => {
  core.setFailed('The run was cancelled and did not end in time. The next run completes what is missing.');
  process.exit();
});

run(process.env, cancellation).then((succeeded) => {
  if (!succeeded) process.exitCode = core.ExitCode.Failure;
}, fail);

/** Only for bugs in the action: everything that users can fix is part of the report. */
function fail(error: unknown): void {
  core.setFailed(error instanceof Error ? error : String(error));
}
