/** What the runner knows of the event: its name, the payload file, and the variables that follow from it. */
export type Event = { name: string; payload: object; env: Record<string, string> };

export const baseRepository = 'acme/policies';
export const forkRepository = 'mallory/policies';
export const headSha = 'feed000000000000000000000000000000000001';
export const mergeSha = 'c0ffee0000000000000000000000000000000001';

export type PullRequestFacts = {
  number?: number;
  action?: string;
  /** `owner/name` of the head; null when the fork is gone. */
  head?: string | null;
  headRef?: string;
  headSha?: string;
  /** The branch that it is to be merged into. */
  base?: string;
  merged?: boolean;
  state?: 'open' | 'closed';
  mergeCommitSha?: string | null;
  user?: string;
};

type Pull = Required<PullRequestFacts>;

function facts(given: PullRequestFacts): Pull {
  const merged = given.merged ?? false;
  return {
    number: 1,
    action: merged ? 'closed' : 'synchronize',
    head: baseRepository,
    headRef: 'change',
    headSha,
    base: 'main',
    state: merged ? 'closed' : 'open',
    mergeCommitSha: mergeSha,
    user: 'octocat',
    ...given,
    merged,
  };
}

/** `pull_request`, by default from a branch of the repository itself. */
export function pullRequest(given: PullRequestFacts = {}): Event {
  const pull = facts(given);
  return {
    name: 'pull_request',
    payload: pullPayload(pull),
    env: { ...pullVariables(pull), GITHUB_REF: `refs/pull/${pull.number}/merge`, GITHUB_SHA: mergeSha },
  };
}

export function forkPullRequest(given: PullRequestFacts = {}): Event {
  return pullRequest({ head: forkRepository, user: 'mallory', ...given });
}

export function closedPullRequest(given: PullRequestFacts = {}): Event {
  return pullRequest({ action: 'closed', state: 'closed', ...given });
}

export function mergedPullRequest(given: PullRequestFacts = {}): Event {
  return pullRequest({ merged: true, ...given });
}

export function dependabotPullRequest(given: PullRequestFacts = {}): Event {
  return pullRequest({ user: 'dependabot[bot]', headRef: 'dependabot/github_actions/x-2', ...given });
}

/** Runs on the base branch, with secrets, for forks too. */
export function pullRequestTarget(given: PullRequestFacts = {}): Event {
  const pull = facts(given);
  return {
    name: 'pull_request_target',
    payload: pullPayload(pull),
    env: { ...pullVariables(pull), GITHUB_REF: `refs/heads/${pull.base}` },
  };
}

export function pullRequestReview(given: PullRequestFacts = {}): Event {
  const pull = facts({ action: 'submitted', ...given });
  const review = { id: 5, state: 'approved', body: null, user: account('octocat'), commit_id: pull.headSha };
  return {
    name: 'pull_request_review',
    payload: { ...pullPayload(pull), review },
    env: { ...pullVariables(pull), GITHUB_REF: `refs/pull/${pull.number}/merge`, GITHUB_SHA: mergeSha },
  };
}

/** A comment on a pull request; of its head the payload says nothing. */
export function issueComment({ number = 1, user = 'octocat', body = '/plan', merged = false } = {}): Event {
  return commentEvent({ number, user, body, merged, onPullRequest: true });
}

export function issueCommentOnIssue({ number = 1, user = 'octocat', body = 'hello' } = {}): Event {
  return commentEvent({ number, user, body, merged: false, onPullRequest: false });
}

type CommentFacts = { number: number; user: string; body: string; merged: boolean; onPullRequest: boolean };

function commentEvent({ number, user, body, merged, onPullRequest }: CommentFacts): Event {
  const page = `https://github.com/${baseRepository}/${onPullRequest ? 'pull' : 'issues'}/${number}`;
  const link = {
    url: `https://api.github.com/repos/${baseRepository}/pulls/${number}`,
    html_url: page,
    merged_at: merged ? '2026-11-22T10:00:00Z' : null,
  };
  const issue = {
    number,
    title: `Change ${number}`,
    state: merged ? 'closed' : 'open',
    locked: false,
    html_url: page,
    user: account(user),
    ...(onPullRequest ? { pull_request: link } : {}),
  };
  const comment = { id: 77, body, user: account(user), html_url: `${page}#issuecomment-77` };
  return {
    name: 'issue_comment',
    payload: {
      action: 'created',
      issue,
      comment,
      repository: repository(baseRepository),
      sender: account(user),
    },
    env: { GITHUB_ACTOR: user, GITHUB_REF: 'refs/heads/main' },
  };
}

export function push({ sha = mergeSha, branch = 'main' } = {}): Event {
  const commit = { id: sha, message: 'Change policies', timestamp: '2026-11-22T10:00:00Z', distinct: true };
  return {
    name: 'push',
    payload: {
      ref: `refs/heads/${branch}`,
      before: '0'.repeat(39).concat('1'),
      after: sha,
      created: false,
      deleted: false,
      forced: false,
      head_commit: commit,
      commits: [commit],
      repository: repository(baseRepository),
      sender: account('octocat'),
      pusher: { name: 'octocat', email: 'octocat@example.com' },
    },
    env: { GITHUB_SHA: sha, GITHUB_REF: `refs/heads/${branch}`, GITHUB_REF_NAME: branch },
  };
}

export function pushedTag({ tag = 'v1.0.0', sha = mergeSha } = {}): Event {
  const { payload } = push({ sha });
  return {
    name: 'push',
    payload: { ...payload, ref: `refs/tags/${tag}`, base_ref: 'refs/heads/main' },
    env: { GITHUB_SHA: sha, GITHUB_REF: `refs/tags/${tag}`, GITHUB_REF_NAME: tag },
  };
}

/** The number of the pull request is in the ref alone. */
export function mergeGroup({ number = 1, sha = mergeSha } = {}): Event {
  const ref = `refs/heads/gh-readonly-queue/main/pr-${number}-${'d'.repeat(40)}`;
  return {
    name: 'merge_group',
    payload: {
      action: 'checks_requested',
      merge_group: { head_sha: sha, head_ref: ref, base_sha: 'd'.repeat(40), base_ref: 'refs/heads/main' },
      repository: repository(baseRepository),
      sender: account('octocat'),
    },
    env: { GITHUB_SHA: sha, GITHUB_REF: ref },
  };
}

export type WorkflowRunFacts = {
  /** What started the run that this one follows. */
  event?: string;
  head?: string | null;
  headBranch?: string;
  headSha?: string;
  /** Numbers of `pull_requests`; always empty for forks. */
  pulls?: number[];
};

export function workflowRun(given: WorkflowRunFacts = {}): Event {
  const {
    event = 'pull_request',
    head = baseRepository,
    headBranch = 'change',
    headSha: sha = headSha,
  } = given;
  const pulls = head === baseRepository && event !== 'push' ? (given.pulls ?? [1]) : [];
  const run = {
    id: 900,
    run_attempt: 1,
    name: 'Build',
    event,
    status: 'completed',
    conclusion: 'success',
    head_branch: headBranch,
    head_sha: sha,
    pull_requests: pulls.map((number) => ({ number, head: { ref: headBranch, sha }, base: { ref: 'main' } })),
    head_repository: head === null ? null : repository(head),
    repository: repository(baseRepository),
    actor: account('octocat'),
  };
  return {
    name: 'workflow_run',
    payload: {
      action: 'completed',
      workflow_run: run,
      workflow: { id: 3, name: 'Build', path: '.github/workflows/build.yml' },
      repository: repository(baseRepository),
      sender: account('octocat'),
    },
    env: { GITHUB_REF: 'refs/heads/main' },
  };
}

export function forkWorkflowRun(given: WorkflowRunFacts = {}): Event {
  return workflowRun({ head: forkRepository, ...given });
}

export function pushWorkflowRun(given: WorkflowRunFacts = {}): Event {
  return workflowRun({ event: 'push', headBranch: 'main', headSha: mergeSha, ...given });
}

export function schedule(): Event {
  const payload = { schedule: '17 5 * * *', repository: repository(baseRepository) };
  return { name: 'schedule', payload, env: { GITHUB_REF: 'refs/heads/main' } };
}

export function workflowDispatch(
  inputs: Record<string, string> = {},
  { ref = 'refs/heads/main' } = {},
): Event {
  return {
    name: 'workflow_dispatch',
    payload: {
      inputs,
      ref,
      workflow: '.github/workflows/policies.yml',
      repository: repository(baseRepository),
      sender: account('octocat'),
    },
    env: { GITHUB_REF: ref },
  };
}

/** Runs on the default branch, whatever it is about. */
export function repositoryDispatch({ action = 'policies-changed' } = {}): Event {
  return {
    name: 'repository_dispatch',
    payload: {
      action,
      branch: 'main',
      client_payload: {},
      repository: repository(baseRepository),
      sender: account('octocat'),
    },
    env: { GITHUB_REF: 'refs/heads/main' },
  };
}

/** The event as local runners send it where they are given no payload: act, and `exec` of Gitea and Forgejo. */
export const withoutPayload = (event: Event): Event => ({ ...event, payload: {} });

/** The same event under another name: payloads of several events are alike. */
export const named = (name: string, event: Event): Event => ({ ...event, name });

export function release({ tag = 'v1.0.0', action = 'published' } = {}): Event {
  return {
    name: 'release',
    payload: {
      action,
      release: { id: 4, tag_name: tag, target_commitish: 'main', draft: false, prerelease: false },
      repository: repository(baseRepository),
      sender: account('octocat'),
    },
    env: { GITHUB_REF: `refs/tags/${tag}`, GITHUB_REF_NAME: tag },
  };
}

function pullVariables(pull: Pull): Record<string, string> {
  return { GITHUB_ACTOR: pull.user, GITHUB_HEAD_REF: pull.headRef, GITHUB_BASE_REF: pull.base };
}

function pullPayload(pull: Pull): object {
  return {
    action: pull.action,
    number: pull.number,
    pull_request: {
      number: pull.number,
      title: `Change ${pull.number}`,
      state: pull.state,
      merged: pull.merged,
      merged_at: pull.merged ? '2026-11-22T10:00:00Z' : null,
      merge_commit_sha: pull.mergeCommitSha,
      draft: false,
      locked: false,
      user: account(pull.user),
      html_url: `https://github.com/${baseRepository}/pull/${pull.number}`,
      head: {
        ref: pull.headRef,
        sha: pull.headSha,
        label: `${pull.head?.split('/')[0] ?? 'unknown'}:${pull.headRef}`,
        repo: pull.head === null ? null : repository(pull.head),
      },
      base: {
        ref: pull.base,
        sha: 'b'.repeat(40),
        label: `acme:${pull.base}`,
        repo: repository(baseRepository),
      },
    },
    repository: repository(baseRepository),
    sender: account(pull.user),
  };
}

function repository(fullName: string): object {
  const [owner = '', name = ''] = fullName.split('/');
  return {
    id: fullName.length,
    name,
    full_name: fullName,
    private: true,
    fork: fullName !== baseRepository,
    default_branch: 'main',
    owner: account(owner),
    html_url: `https://github.com/${fullName}`,
  };
}

function account(login: string): object {
  return { login, id: login.length, type: login.endsWith('[bot]') ? 'Bot' : 'User' };
}
