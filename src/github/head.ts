import type { GitHub } from './client.ts';
import type { RunContext } from './context.ts';
import { describeFailure, explainGitHubFailure } from './explain.ts';

/** Whose commits the run works on, if that is known. */
export type RunHead = KnownHead | UnknownHead;

export interface KnownHead {
  /** `deleted`: a fork that no longer exists. */
  readonly origin: 'repository' | 'fork' | 'deleted';
  /** The head's commit, if a lookup found it. */
  readonly sha: string | undefined;
}

export interface UnknownHead {
  readonly origin: 'unknown';
  readonly sha: undefined;
  /** Why it is not known: a clause without a full stop. */
  readonly cause: string;
  readonly advice: string;
}

/** The relevant inputs. */
export interface HeadQuery {
  /** The input `pull-request`. */
  readonly pullRequest: number | undefined;
  /** Whether the event decides if the run publishes. */
  readonly auto: boolean;
}

/** Events that run for a commit of this repository, which somebody with access has accepted. */
const TRUSTED_EVENTS = ['push', 'merge_group', 'release', 'schedule'];

/**
 * Determines whose commits the run works on. A pull request whose head is not in the event is looked up. If the head
 * remains unknown, the caller treats it as a fork.
 */
export async function findHead(
  context: RunContext,
  query: HeadQuery,
  openGitHub: () => Promise<GitHub | undefined>,
): Promise<RunHead> {
  const known = headOfEvent(context, query);
  const wanted = pullsToLookUp(context, query.pullRequest);
  if (known.origin !== 'repository' || wanted.length === 0) return known;
  const github = await openGitHub();
  const heads = await Promise.all(wanted.map((pull) => lookUp(pull, context, github)));
  // A pull request that is only named receives the report. The checked-out commit is that of the event.
  return worst(context.pullRequest === undefined ? heads.map(withoutCommit) : heads) ?? known;
}

/** The head according to the event. If the event does not say, `repository` until a lookup. */
function headOfEvent(context: RunContext, { auto }: HeadQuery): RunHead {
  const { eventName, pullRequest, followedRun } = context;
  if (eventName === '' && auto) return NO_EVENT;
  const missing = missingPart(context);
  if (missing !== undefined) return incomplete(eventName, missing, context.payloadProblem);
  if (pullRequest?.head !== undefined) return originOf(pullRequest.head.repository, context);
  return followedRun === undefined
    ? { origin: 'repository', sha: undefined }
    : originOf(followedRun.repository, context);
}

/** What is missing in the payload and cannot be looked up. */
function missingPart({ eventName, pullRequest, hasIssue, followedRun }: RunContext): string | undefined {
  if (/^pull_request/.test(eventName)) return pullRequest === undefined ? 'pull request' : undefined;
  if (eventName === 'issue_comment') return hasIssue ? undefined : 'issue';
  if (eventName === 'workflow_run') return followedRun === undefined ? 'workflow run' : undefined;
  return undefined;
}

const NO_EVENT: UnknownHead = {
  origin: 'unknown',
  sha: undefined,
  cause: 'GITHUB_EVENT_NAME is empty, so `dry-run: auto` cannot determine the event',
  advice: 'Set `dry-run` to `true` or `false` on a runner without events.',
};

function incomplete(eventName: string, missing: string, payloadProblem: string | undefined): UnknownHead {
  const lack = payloadProblem === undefined ? `contains no ${missing}` : 'cannot be read';
  return {
    origin: 'unknown',
    sha: undefined,
    cause: `the payload of the event ${eventName} ${lack}`,
    advice:
      'Provide the payload that GitHub sends with this event. With act, pass the path of a JSON file as `--eventpath`.',
  };
}

interface WantedPull {
  readonly number: number;
  /** Whether the number is from the input. */
  readonly named: boolean;
}

/** The event's pull request if its head is not in the event, and one that the user names instead. */
function pullsToLookUp(
  { eventName, pullRequest }: RunContext,
  pullRequestInput: number | undefined,
): WantedPull[] {
  const own = pullRequest?.number;
  const silent = own !== undefined && pullRequest?.head === undefined ? [{ number: own, named: false }] : [];
  if (pullRequestInput === undefined || pullRequestInput === own) return silent;
  return TRUSTED_EVENTS.includes(eventName) ? silent : [...silent, { number: pullRequestInput, named: true }];
}

async function lookUp(pull: WantedPull, context: RunContext, github: GitHub | undefined): Promise<RunHead> {
  if (github === undefined) return notAsked(pull, context);
  const { octokit, owner, repo } = github;
  try {
    const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: pull.number });
    // The type does not allow for deleted forks.
    const repository: { readonly full_name: string } | null = data.head.repo;
    const head = originOf(repository?.full_name ?? null, context);
    return head.origin === 'unknown' ? head : { ...head, sha: data.head.sha };
  } catch (error) {
    return notFound(pull, error);
  }
}

function notAsked({ number }: WantedPull, { repositoryName }: RunContext): UnknownHead {
  if (repositoryName === undefined) return NO_REPOSITORY;
  return {
    origin: 'unknown',
    sha: undefined,
    cause: `pull request #${number} cannot be looked up without \`github-token\``,
    advice: 'Leave `github-token` at its default, or set it to a token with `pull-requests: read`.',
  };
}

function notFound({ number, named }: WantedPull, error: unknown): UnknownHead {
  const { cause, advice } = explainGitHubFailure(error, 'pull-requests: read');
  const check =
    named && describeFailure(error).kind === 'not-found' ? 'Check the number in `pull-request`. ' : '';
  return {
    origin: 'unknown',
    sha: undefined,
    cause: `pull request #${number} cannot be looked up: ${cause}`,
    advice: `${check}${advice}`,
  };
}

const NO_REPOSITORY: UnknownHead = {
  origin: 'unknown',
  sha: undefined,
  cause: 'neither GITHUB_REPOSITORY nor the event names this repository',
  advice: 'Set GITHUB_REPOSITORY to `owner/repo`.',
};

function originOf(headRepository: string | null, context: RunContext): RunHead {
  const own = context.repository ?? fullName(context.repositoryName);
  if (headRepository === null) return { origin: 'deleted', sha: undefined };
  if (own === undefined) return NO_REPOSITORY;
  const isOwn = headRepository.toLowerCase() === own.toLowerCase();
  return { origin: isOwn ? 'repository' : 'fork', sha: undefined };
}

const fullName = (repository: RunContext['repositoryName']) =>
  repository && `${repository.owner}/${repository.repo}`;

const withoutCommit = (head: RunHead): RunHead => ({ ...head, sha: undefined });

/** A run for several pull requests is as trustworthy as the least of them. A known fork is the best explanation. */
function worst(heads: readonly RunHead[]): RunHead | undefined {
  const order = ['fork', 'deleted', 'unknown', 'repository'] as const;
  return order.flatMap((origin) => heads.filter((head) => head.origin === origin))[0];
}
