import type { GitHub } from './client.ts';
import { type HeadOrigin, mayBeForPullRequest, type RunContext } from './context.ts';
import type { Head } from './event.ts';
import { describeFailure } from './explain.ts';

/** Events that run for a commit of this repository, whoever wrote it: what they run was accepted before. */
const TRUSTED_EVENTS = ['push', 'merge_group', 'release', 'schedule'];

export interface RunHead {
  readonly origin: HeadOrigin;
  /** The head's commit, where a lookup told it. */
  readonly sha: string | undefined;
}

/**
 * Finds out whose commits the run works on. A pull request whose head the event does not tell is looked up; one
 * that stays unknown is for the caller to count as a fork's (interface.md 4).
 */
export async function findHead(
  context: RunContext,
  pullRequestInput: number | undefined,
  openGitHub: () => Promise<GitHub | undefined>,
): Promise<RunHead> {
  const told = originOfEvent(context);
  const numbers = numbersToLookUp(context, pullRequestInput);
  if (told !== 'repository' || numbers.length === 0) return { origin: told, sha: undefined };
  const github = await openGitHub();
  const heads = await Promise.all(numbers.map((number) => github && lookUpHead(github, number)));
  const origins = heads.map((head) => (head === undefined ? 'unknown' : originOf(head.repository, context)));
  // A pull request that is only named is where the report goes; what is checked out is the event's.
  const sha = context.pullRequest === undefined ? undefined : heads[0]?.sha;
  return { origin: origins.find((origin) => origin !== 'repository') ?? 'repository', sha };
}

/** What the event alone tells; where it is silent, `repository` until a lookup says otherwise. */
function originOfEvent(context: RunContext): HeadOrigin {
  const { eventName, pullRequest, followedRun, payloadProblem } = context;
  if (payloadProblem !== undefined && mayBeForPullRequest(eventName)) return 'unknown';
  if (pullRequest?.head !== undefined) return originOf(pullRequest.head.repository, context);
  return followedRun === undefined ? 'repository' : originOf(followedRun.repository, context);
}

/** The event's own pull request where its head is not told, and one that the user names instead. */
function numbersToLookUp(
  { eventName, pullRequest }: RunContext,
  pullRequestInput: number | undefined,
): number[] {
  const silent = pullRequest !== undefined && pullRequest.head === undefined ? [pullRequest.number] : [];
  const named =
    pullRequestInput === undefined || TRUSTED_EVENTS.includes(eventName) ? [] : [pullRequestInput];
  return [...new Set([...silent, ...named.filter((number) => number !== pullRequest?.number)])];
}

function originOf(headRepository: string | null, context: RunContext): HeadOrigin {
  const own = context.repository ?? fullName(context.repositoryName);
  if (headRepository === null || own === undefined) return 'unknown';
  return headRepository.toLowerCase() === own.toLowerCase() ? 'repository' : 'fork';
}

const fullName = (repository: RunContext['repositoryName']) =>
  repository && `${repository.owner}/${repository.repo}`;

async function lookUpHead({ octokit, owner, repo }: GitHub, number: number): Promise<Head | undefined> {
  try {
    const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: number });
    return {
      sha: data.head.sha,
      repository: (data.head.repo as { full_name: string } | null)?.full_name ?? null,
    };
  } catch {
    return undefined;
  }
}

/** The pull request to comment on (interface.md 5); undefined where there is none. Throws what GitHub answers. */
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

/** The same as far as it takes no look-up. */
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

/** `gh-readonly-queue/<base>/pr-<number>-<sha>` (github-platform.md 3). */
function pullRequestOfQueue(ref: string | undefined): number | undefined {
  const number = /\/pr-(\d+)-[0-9a-f]+$/.exec(ref ?? '')?.[1];
  return number === undefined ? undefined : Number(number);
}

async function pullRequestOfCommit(github: GitHub, sha: string): Promise<number | undefined> {
  try {
    return await listedPullRequest(github, sha);
  } catch (error) {
    // With GraphQL it is GitHub, which answers so where the token may not read the commit.
    if (describeFailure(error).status !== 404 || (await github.viewer()).known) throw error;
    return mergedPullRequest(github, sha);
  }
}

/** The merged one whose merge commit it is, else the only open one whose head it is. */
async function listedPullRequest({ octokit, owner, repo }: GitHub, sha: string): Promise<number | undefined> {
  const listing = octokit.rest.repos.listPullRequestsAssociatedWithCommit;
  const pulls = await octokit.paginate(listing, { owner, repo, commit_sha: sha, per_page: 100 });
  const merged = pulls.find((pull) => pull.merged_at !== null && pull.merge_commit_sha === sha);
  const open = pulls.filter((pull) => pull.state === 'open' && pull.head.sha === sha);
  return merged?.number ?? (open.length === 1 ? open[0]?.number : undefined);
}

/** What Gitea and Forgejo have in place of GitHub's list: the one whose merge commit it is, if there is one. */
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
