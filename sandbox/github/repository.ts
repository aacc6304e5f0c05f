import type { Service } from './service.ts';
import { nodeId, stableId, userDocument } from './users.ts';

const addresses: Record<string, string> = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
};

/** A repository as in a pull request, with many members that comments do not need. */
export function repositoryDocument(service: Service, fullName: string): object {
  const { settings, url } = service;
  const [owner = '', name = ''] = fullName.split('/');
  const self = `${url}/repos/${fullName}`;
  const page = `${settings.serverUrl}/${fullName}`;
  const links = Object.entries(addresses).map(([key, path]) => [key, `${self}${path}`]);
  return {
    id: stableId(fullName),
    node_id: nodeId('R', stableId(fullName)),
    name,
    full_name: fullName,
    private: true,
    owner: userDocument(service, { login: owner, type: 'User' }),
    html_url: page,
    url: self,
    ...Object.fromEntries(links),
    clone_url: `${page}.git`,
    git_url: `git://${new URL(page).host}/${fullName}.git`,
    ssh_url: `git@${new URL(page).host}:${fullName}.git`,
    svn_url: page,
    fork: fullName !== settings.repository,
    ...facts,
  };
}

const facts = {
  description: null,
  homepage: null,
  mirror_url: null,
  language: null,
  license: null,
  default_branch: 'main',
  archived: false,
  disabled: false,
  has_downloads: true,
  has_issues: true,
  has_pages: false,
  has_projects: false,
  has_wiki: false,
  forks: 0,
  forks_count: 0,
  open_issues: 0,
  open_issues_count: 0,
  size: 1,
  stargazers_count: 0,
  watchers: 0,
  watchers_count: 0,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-11-01T00:00:00Z',
  pushed_at: '2026-11-01T00:00:00Z',
};
