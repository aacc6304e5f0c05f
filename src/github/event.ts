import * as v from 'valibot';

/** A pull request as the event that started the run tells of it. */
export interface EventPullRequest {
  readonly number: number;
  readonly merged: boolean;
  readonly author: string | undefined;
  /** Missing where the event does not say (`issue_comment`): it has to be looked up. */
  readonly head: Head | undefined;
}

export interface Head {
  readonly sha: string;
  /** `owner/repo`; null when the fork was deleted. */
  readonly repository: string | null;
}

/** The run that `workflow_run` follows. */
export interface FollowedRun {
  readonly event: string;
  readonly repository: string | null;
}

/** What the action needs of an event's payload (github-platform.md 3, "PR number by event"). */
export interface Payload {
  readonly repository: string | undefined;
  readonly pullRequest: EventPullRequest | undefined;
  readonly followedRun: FollowedRun | undefined;
  readonly mergeGroupRef: string | undefined;
}

export const NO_PAYLOAD: Payload = {
  repository: undefined,
  pullRequest: undefined,
  followedRun: undefined,
  mergeGroupRef: undefined,
};

const Repository = v.object({ full_name: v.string() });
const User = v.nullish(v.object({ login: v.string() }));

const PayloadSchema = v.object({
  repository: v.nullish(Repository),
  pull_request: v.nullish(
    v.object({
      number: v.number(),
      merged: v.nullish(v.boolean()),
      merged_at: v.nullish(v.string()),
      user: User,
      head: v.object({ sha: v.string(), repo: v.nullish(Repository) }),
    }),
  ),
  issue: v.nullish(
    v.object({
      number: v.number(),
      user: User,
      pull_request: v.nullish(v.object({ merged_at: v.nullish(v.string()) })),
    }),
  ),
  workflow_run: v.nullish(v.object({ event: v.string(), head_repository: v.nullish(Repository) })),
  merge_group: v.nullish(v.object({ head_ref: v.string() })),
});

/**
 * Decodes the text of an event payload.
 *
 * @throws SyntaxError or ValiError where it is not what GitHub documents.
 */
export function decodePayload(text: string): Payload {
  const payload = v.parse(PayloadSchema, JSON.parse(text));
  const run = payload.workflow_run;
  return {
    repository: payload.repository?.full_name,
    pullRequest: pullRequestOf(payload),
    followedRun:
      run == null ? undefined : { event: run.event, repository: run.head_repository?.full_name ?? null },
    mergeGroupRef: payload.merge_group?.head_ref,
  };
}

function pullRequestOf({
  pull_request: pull,
  issue,
}: v.InferOutput<typeof PayloadSchema>): EventPullRequest | undefined {
  if (pull != null) {
    return {
      number: pull.number,
      merged: pull.merged === true || typeof pull.merged_at === 'string',
      author: pull.user?.login,
      head: { sha: pull.head.sha, repository: pull.head.repo?.full_name ?? null },
    };
  }
  // A comment on an issue that is no pull request belongs to none.
  if (issue?.pull_request == null) return undefined;
  const merged = typeof issue.pull_request.merged_at === 'string';
  return { number: issue.number, merged, author: issue.user?.login, head: undefined };
}
