import { createHash } from 'node:crypto';
import type { Answer } from '../http/exchange.ts';
import { jsonAnswer, notAccessible } from './errors.ts';
import * as gitea from './gitea.ts';
import type { Call, Route, Service } from './service.ts';
import type { User } from './state.ts';

export const userRoutes: Route[] = [{ method: 'GET', path: '/user', answer: 'user', handle: show }];

/** Tokens of apps have no user. On Gitea, those of jobs have one. */
function show(call: Call): Answer {
  const { login, type } = call.caller;
  if (call.settings.dialect === 'gitea') {
    if (!call.settings.ownUser) throw gitea.missingScope('read:user');
    return jsonAnswer(200, userDocument(call, { login, type }));
  }
  if (type === 'Bot') throw notAccessible('');
  return jsonAnswer(200, { ...userDocument(call, { login, type }), ...profile(login) });
}

export function userDocument(service: Service, { login, type }: User): object {
  const { url, settings } = service;
  const self = `${url}/users/${encodeURIComponent(login)}`;
  const id = stableId(login);
  if (settings.dialect === 'gitea') return gitea.userDocument(service, { login, type }, id);
  return {
    login,
    id,
    node_id: nodeId('U', id),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: '',
    url: self,
    html_url: htmlUrl(settings.serverUrl, { login, type }),
    followers_url: `${self}/followers`,
    following_url: `${self}/following{/other_user}`,
    gists_url: `${self}/gists{/gist_id}`,
    starred_url: `${self}/starred{/owner}{/repo}`,
    subscriptions_url: `${self}/subscriptions`,
    organizations_url: `${self}/orgs`,
    repos_url: `${self}/repos`,
    events_url: `${self}/events{/privacy}`,
    received_events_url: `${self}/received_events`,
    type,
    user_view_type: 'public',
    site_admin: false,
  };
}

function htmlUrl(serverUrl: string, { login, type }: User): string {
  return type === 'Bot' ? `${serverUrl}/apps/${login.replace('[bot]', '')}` : `${serverUrl}/${login}`;
}

function profile(login: string): object {
  return {
    name: login,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 1,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: '2011-01-25T18:44:36Z',
    updated_at: '2026-01-01T00:00:00Z',
  };
}

/** Always the same number for the same name. */
export function stableId(name: string): number {
  return createHash('sha256').update(name).digest().readUInt32BE() >>> 4;
}

export function nodeId(prefix: string, id: number): string {
  return `${prefix}_${Buffer.from(String(id)).toString('base64url')}`;
}
