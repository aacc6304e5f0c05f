import { branchOfRerun, findBranchHead } from '../github/branch.ts';
import type { Problem } from '../model/problem.ts';
import { after } from '../runtime/cancellation.ts';
import type { Job } from './job.ts';
import { publishedCommit } from './links.ts';

/**
 * Warns about a re-run on a branch that has moved on: stamps show what later runs wrote, but not what they deleted or
 * what has no stamp. Returns nothing if the head of the branch cannot be determined.
 */
export async function warnOfMovedBranch({
  context,
  checkout,
  github,
  cancellation,
}: Job): Promise<Problem[]> {
  const branch = branchOfRerun(context);
  const commit = publishedCommit(context, checkout);
  if (branch === undefined || commit === undefined) return [];
  const lookUp = async () => {
    const opened = await github();
    return opened && findBranchHead(opened, branch);
  };
  const cancelled = after(cancellation.requested, 0).then(() => undefined);
  const head = await Promise.race([lookUp().catch(() => undefined), cancelled]);
  if (head === undefined || head === commit) return [];
  const { runId, runAttempt } = context;
  return [
    {
      message: `Branch \`${branch}\` has moved on: this is attempt ${runAttempt} of run ${runId}, which publishes commit \`${commit.slice(0, 7)}\`, but the branch is at \`${head.slice(0, 7)}\`. Policies without a stamp may be rolled back to older code and settings, and policies that have been deleted since are created again.`,
      advice: 'To publish the current state, run the workflow on the branch instead of re-running this run.',
    },
  ];
}
