import type { Answer } from '../http/exchange.ts';
import { jsonAnswer } from './errors.ts';
import { mergedPullRoute } from './gitea.ts';
import { pageAnswer } from './pagination.ts';
import { repositoryDocument } from './repository.ts';
import { type Call, pullOf, type Route, requireRepository, type Service } from './service.ts';
import type { Pull } from './state.ts';
import { nodeId, stableId, userDocument } from './users.ts';

export const pullRoutes: Route[] = [
  { method: 'GET', path: '/repos/:owner/:repo/pulls/:number', answer: 'pull', handle: show },
  { method: 'GET', path: '/repos/:owner/:repo/commits/:sha/pulls', answer: 'pulls', handle: ofCommit },
];

/** In the dialect of Gitea. */
export const giteaPullRoutes: Route[] = [
  ...pullRoutes.filter(({ handle }) => handle !== ofCommit),
  mergedPullRoute((call, number) =>
    wholePull({ ...call, params: { ...call.params, number: String(number) } }),
  ),
];

function show(call: Call): Answer {
  return jsonAnswer(200, wholePull(call));
}

function wholePull(call: Call): object {
  const pull = pullOf(call);
  return { ...pullDocument(call, pull), ...details(call, pull) };
}

/** The merged pull request of a merge commit, the open ones of a head. */
function ofCommit(call: Call): Answer {
  requireRepository(call);
  const { sha = '' } = call.params;
  const listed = call.settings.commits[sha];
  const pulls = [...call.state.pulls.values()].filter((pull) =>
    listed ? listed.includes(pull.number) : pull.mergeCommitSha === sha || pull.headSha === sha,
  );
  return pageAnswer(call, pulls, (pull) => pullDocument(call, pull));
}

function pullDocument(service: Service, pull: Pull): object {
  const { settings, url } = service;
  const user = userDocument(service, {
    login: pull.user,
    type: pull.user.endsWith('[bot]') ? 'Bot' : 'User',
  });
  const ended = pull.state === 'closed' ? '2026-11-21T12:00:00Z' : null;
  return {
    ...addresses(`${url}/repos/${settings.repository}`, `${settings.serverUrl}/${settings.repository}`, pull),
    id: stableId(`pull ${pull.number}`),
    node_id: nodeId('PR', pull.number),
    number: pull.number,
    state: pull.state,
    locked: pull.locked,
    title: pull.title,
    user,
    body: null,
    labels: [],
    milestone: null,
    active_lock_reason: null,
    created_at: '2026-11-20T12:00:00Z',
    updated_at: '2026-11-21T12:00:00Z',
    closed_at: ended,
    merged_at: pull.merged ? ended : null,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: branch(service, { ref: pull.headRef, sha: pull.headSha, repository: pull.headRepository }),
    base: branch(service, { ref: pull.baseRef, sha: 'b'.repeat(40), repository: settings.repository }),
    author_association: 'CONTRIBUTOR',
    auto_merge: null,
    draft: false,
  };
}

function branch(
  service: Service,
  { ref, sha, repository }: { ref: string; sha: string; repository: string | null },
): object {
  const owner = repository?.split('/')[0] ?? 'unknown';
  return {
    label: `${owner}:${ref}`,
    ref,
    sha,
    user: userDocument(service, { login: owner, type: 'User' }),
    repo: repository === null ? null : repositoryDocument(service, repository),
  };
}

function addresses(api: string, page: string, { number, headSha }: Pull): object {
  const self = `${api}/pulls/${number}`;
  const issue = `${api}/issues/${number}`;
  const html = `${page}/pull/${number}`;
  const links = {
    self,
    html,
    issue,
    comments: `${issue}/comments`,
    review_comments: `${self}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${self}/commits`,
    statuses: `${api}/statuses/${headSha}`,
  };
  return {
    url: self,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
  };
}

function details(service: Service, pull: Pull): object {
  return {
    merged: pull.merged,
    merged_by: pull.merged ? userDocument(service, { login: 'octocat', type: 'User' }) : null,
    mergeable: pull.merged ? null : true,
    rebaseable: null,
    mergeable_state: 'clean',
    comments: service.state.comments.filter((comment) => comment.pull === pull.number).length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: 1,
    deletions: 0,
    changed_files: 1,
  };
}
