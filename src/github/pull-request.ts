import type { GitHub } from './client.ts';
import type { RunContext } from './context.ts';
import { describeFailure } from './explain.ts';

/** The pull request to comment on (docs/behavior.md#comment). Undefined if there is none. Throws GitHub's errors. */
export async function findPullRequest(
  context: RunContext,
  pullRequestInput: number | undefined,
  github: GitHub,
): Promise<number | undefined> {
  const named = namedPullRequest(context, pullRequestInput);
  if (named !== undefined) return named;
  return context.eventName === 'push' && context.sha !== undefined
    ? pullRequestOfCommit(github, context.sha)
    : undefined;
}

/** The same without a lookup. */
export function namedPullRequest(
  context: RunContext,
  pullRequestInput: number | undefined,
): number | undefined {
  if (pullRequestInput !== undefined) return pullRequestInput;
  if (context.pullRequest !== undefined) return context.pullRequest.number;
  return context.eventName === 'merge_group'
    ? pullRequestOfQueue(context.mergeGroupRef ?? context.ref)
    : undefined;
}

/** `gh-readonly-queue/<base>/pr-<number>-<sha>` (docs/github.md#events). */
function pullRequestOfQueue(ref: string | undefined): number | undefined {
  const number = /\/pr-(\d+)-[0-9a-f]+$/.exec(ref ?? '')?.[1];
  return number === undefined ? undefined : Number(number);
}

async function pullRequestOfCommit(github: GitHub, sha: string): Promise<number | undefined> {
  try {
    return await listedPullRequest(github, sha);
  } catch (error) {
    // A host with GraphQL is GitHub, which returns 404 if the token cannot read the commit.
    if (describeFailure(error).status !== 404 || (await github.viewer()).known) throw error;
    return mergedPullRequest(github, sha);
  }
}

/** The merged pull request with this merge commit, else the only open one with this head. */
async function listedPullRequest({ octokit, owner, repo }: GitHub, sha: string): Promise<number | undefined> {
  const listing = octokit.rest.repos.listPullRequestsAssociatedWithCommit;
  const pulls = await octokit.paginate(listing, { owner, repo, commit_sha: sha, per_page: 100 });
  const merged = pulls.find((pull) => pull.merged_at !== null && pull.merge_commit_sha === sha);
  const open = pulls.filter((pull) => pull.state === 'open' && pull.head.sha === sha);
  return merged?.number ?? (open.length === 1 ? open[0]?.number : undefined);
}

/** On Gitea and Forgejo, which have no such list: the pull request with this merge commit. */
async function mergedPullRequest({ octokit, owner, repo }: GitHub, sha: string): Promise<number | undefined> {
  const path = 'GET /repos/{owner}/{repo}/commits/{sha}/pull';
  try {
    const { number }: { number?: unknown } = (await octokit.request(path, { owner, repo, sha })).data ?? {};
    return typeof number === 'number' ? number : undefined;
  } catch (error) {
    if (describeFailure(error).status === 404) return undefined;
    throw error;
  }
}
