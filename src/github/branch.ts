import * as v from 'valibot';
import type { GitHub } from './client.ts';
import type { RunContext } from './context.ts';

/** The branch of a re-run. Undefined for a first attempt, and for anything other than a branch. */
export function branchOfRerun({ runAttempt, ref }: RunContext): string | undefined {
  return runAttempt > 1 ? /^refs\/heads\/(.+)$/.exec(ref ?? '')?.[1] : undefined;
}

/** The commit ID is `sha` on GitHub, and `id` on Gitea and Forgejo. */
const Branch = v.object({ commit: v.object({ sha: v.optional(v.string()), id: v.optional(v.string()) }) });

const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** The head commit of a branch. Undefined if it cannot be read. */
export async function findBranchHead(
  { octokit, owner, repo }: GitHub,
  branch: string,
): Promise<string | undefined> {
  try {
    const { data } = await octokit.rest.repos.getBranch({ owner, repo, branch });
    const { sha, id } = v.parse(Branch, data).commit;
    return [sha, id].find((each) => COMMIT.test(each ?? ''));
  } catch {
    return undefined;
  }
}
