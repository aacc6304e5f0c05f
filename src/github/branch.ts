import * as v from 'valibot';
import type { GitHub } from './client.ts';
import type { RunContext } from './context.ts';

/** The branch that a run is tried again for; undefined at the first attempt, and for anything else than a branch. */
export function branchOfRerun({ runAttempt, ref }: RunContext): string | undefined {
  return runAttempt > 1 ? /^refs\/heads\/(.+)$/.exec(ref ?? '')?.[1] : undefined;
}

/** GitHub calls the commit's id `sha`, Gitea and Forgejo `id`. */
const Branch = v.object({ commit: v.object({ sha: v.optional(v.string()), id: v.optional(v.string()) }) });

const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

/** The commit that a branch is at; undefined where that cannot be found out. */
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
