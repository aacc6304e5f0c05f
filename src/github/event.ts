import * as v from 'valibot';

/** A pull request in the event that started the run. */
export interface EventPullRequest {
  readonly number: number;
  /** The branch that it was merged into. Undefined if it is not merged, or the event does not say. */
  readonly mergedInto: string | undefined;
  readonly author: string | undefined;
  /** Undefined if the event does not contain it (`issue_comment`), so that it must be looked up. */
  readonly head: Head | undefined;
}

export interface Head {
  readonly sha: string;
  /** `owner/repo`. Null if the fork was deleted. */
  readonly repository: string | null;
}

/** The run that `workflow_run` follows. */
export interface FollowedRun {
  readonly event: string;
  /** Null if the fork was deleted. */
  readonly repository: string | null;
  readonly headBranch: string | undefined;
}

/** The parts of an event's payload that the action uses (docs/github.md#events). */
export interface Payload {
  /** The activity type of events that have several: `opened`, `closed`, `labeled`. */
  readonly action: string | undefined;
  readonly repository: string | undefined;
  readonly defaultBranch: string | undefined;
  readonly pullRequest: EventPullRequest | undefined;
  /** Whether there is an issue, which may also be a pull request. */
  readonly hasIssue: boolean;
  readonly followedRun: FollowedRun | undefined;
  readonly mergeGroupRef: string | undefined;
}

export const NO_PAYLOAD: Payload = {
  action: undefined,
  repository: undefined,
  defaultBranch: undefined,
  pullRequest: undefined,
  hasIssue: false,
  followedRun: undefined,
  mergeGroupRef: undefined,
};

const Repository = v.object({ full_name: v.string() });
const User = v.nullish(v.object({ login: v.string() }));

const PayloadSchema = v.object({
  action: v.nullish(v.string()),
  // Payloads written by hand for a local runner often contain only the default branch.
  repository: v.nullish(
    v.object({ full_name: v.nullish(v.string()), default_branch: v.nullish(v.string()) }),
  ),
  pull_request: v.nullish(
    v.object({
      number: v.number(),
      merged: v.nullish(v.boolean()),
      user: User,
      head: v.object({ sha: v.string(), repo: v.nullish(Repository) }),
      base: v.nullish(v.object({ ref: v.string() })),
    }),
  ),
  issue: v.nullish(
    v.object({
      number: v.number(),
      user: User,
      pull_request: v.nullish(v.object({})),
    }),
  ),
  workflow_run: v.nullish(
    v.object({
      event: v.string(),
      head_branch: v.nullish(v.string()),
      head_repository: v.nullish(Repository),
    }),
  ),
  merge_group: v.nullish(v.object({ head_ref: v.string() })),
});

/**
 * Decodes the text of an event payload.
 *
 * @throws SyntaxError or ValiError if it is not what GitHub documents.
 */
export function decodePayload(text: string): Payload {
  const payload = v.parse(PayloadSchema, JSON.parse(text));
  return {
    action: payload.action ?? undefined,
    repository: payload.repository?.full_name ?? undefined,
    defaultBranch: payload.repository?.default_branch ?? undefined,
    pullRequest: pullRequestOf(payload),
    hasIssue: payload.issue != null,
    followedRun: followedRunOf(payload),
    mergeGroupRef: payload.merge_group?.head_ref,
  };
}

type DecodedPayload = v.InferOutput<typeof PayloadSchema>;

function followedRunOf({ workflow_run: run }: DecodedPayload): FollowedRun | undefined {
  if (run == null) return undefined;
  return {
    event: run.event,
    repository: run.head_repository?.full_name ?? null,
    headBranch: run.head_branch ?? undefined,
  };
}

function pullRequestOf({ pull_request: pull, issue }: DecodedPayload): EventPullRequest | undefined {
  if (pull != null) {
    return {
      number: pull.number,
      mergedInto: pull.merged === true ? pull.base?.ref : undefined,
      author: pull.user?.login,
      head: { sha: pull.head.sha, repository: pull.head.repo?.full_name ?? null },
    };
  }
  // The issue is not a pull request.
  if (issue?.pull_request == null) return undefined;
  return { number: issue.number, mergedInto: undefined, author: issue.user?.login, head: undefined };
}
