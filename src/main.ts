import * as core from '@actions/core';
import { run } from './run.ts';

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

run(process.env).then((succeeded) => {
  if (!succeeded) process.exitCode = core.ExitCode.Failure;
}, fail);

/** Only for defects of the action itself: whatever users can mend is part of the report. */
function fail(error: unknown): void {
  core.setFailed(error instanceof Error ? error : String(error));
}
