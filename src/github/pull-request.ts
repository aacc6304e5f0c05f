import type { GitHub } from './client.ts';
import type { RunContext } from './context.ts';

/** The pull request to comment on (interface.md 5); undefined where there is none. Throws what GitHub answers. */
export async function findPullRequest(
  context: RunContext,
  pullRequestInput: number | undefined,
  github: GitHub,
): Promise<number | undefined> {
  if (pullRequestInput !== undefined) return pullRequestInput;
  if (context.pullRequest !== undefined) return context.pullRequest.number;
  if (context.eventName === 'merge_group') return pullRequestOfQueue(context.mergeGroupRef ?? context.ref);
  return context.eventName === 'push' && context.sha !== undefined
    ? pullRequestOfCommit(github, context.sha)
    : undefined;
}

/** `gh-readonly-queue/<base>/pr-<number>-<sha>` (github-platform.md 3). */
function pullRequestOfQueue(ref: string | undefined): number | undefined {
  const number = /\/pr-(\d+)-[0-9a-f]+$/.exec(ref ?? '')?.[1];
  return number === undefined ? undefined : Number(number);
}

/** The merged one whose merge commit it is, else the only open one whose head it is. */
async function pullRequestOfCommit(
  { octokit, owner, repo }: GitHub,
  sha: string,
): Promise<number | undefined> {
  const listing = octokit.rest.repos.listPullRequestsAssociatedWithCommit;
  const pulls = await octokit.paginate(listing, { owner, repo, commit_sha: sha, per_page: 100 });
  const merged = pulls.find((pull) => pull.merged_at !== null && pull.merge_commit_sha === sha);
  const open = pulls.filter((pull) => pull.state === 'open' && pull.head.sha === sha);
  return merged?.number ?? (open.length === 1 ? open[0]?.number : undefined);
}
