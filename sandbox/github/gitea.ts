import { type Answer, textAnswer } from '../http/exchange.ts';
import { ApiError, jsonAnswer } from './errors.ts';
import type { Call, Route, Service } from './service.ts';
import type { User } from './state.ts';

/** The responses of Gitea 1.26 that differ from GitHub's. Its API follows an old version of GitHub's. */

/** Endpoints that clients may use because GitHub has them, although Gitea does not. */
export const absent = [
  { method: 'POST', path: '/graphql' },
  { method: 'GET', path: '/repos/:owner/:repo/commits/:sha/pulls' },
];

/** The response for an unknown endpoint. */
export const noSuchEndpoint = (): Answer =>
  textAnswer(404, 'text/plain; charset=utf-8', '404 page not found\n');

/** A single merged pull request instead of GitHub's list. */
export const mergedPullRoute = (document: (call: Call, number: number) => object): Route => ({
  method: 'GET',
  path: '/repos/:owner/:repo/commits/:sha/pull',
  handle: (call) => {
    const { sha = '' } = call.params;
    const pull = [...call.state.pulls.values()].find((each) => each.merged && each.mergeCommitSha === sha);
    if (pull === undefined) throw new ApiError(404, `pull request does not exist [merged commit: ${sha}]`);
    return jsonAnswer(200, document(call, pull.number));
  },
});

/** Has no `type`, so a person and the account of jobs look alike. */
export function userDocument({ settings }: Service, { login }: User, id: number): object {
  return {
    id,
    login,
    login_name: '',
    source_id: 0,
    full_name: '',
    email: `${login}@noreply.example.com`,
    avatar_url: `${settings.serverUrl}/avatars/${id}`,
    html_url: `${settings.serverUrl}/${login}`,
    language: '',
    is_admin: false,
    last_login: '0001-01-01T00:00:00Z',
    created: '2026-01-01T00:00:00Z',
    restricted: false,
    active: false,
    prohibit_login: false,
    location: '',
    website: '',
    description: '',
    visibility: 'public',
    followers_count: 0,
    following_count: 0,
    starred_repos_count: 0,
    username: login,
  };
}

export function errorAnswer({ settings }: Service, { message, answer }: ApiError): Answer {
  const url = `${settings.serverUrl}/api/swagger`;
  return jsonAnswer(answer.status, { message, url, errors: answer.status === 404 ? [] : null });
}

/** A valid token may lack the permission to read its user or a repository. */
export function missingScope(required: 'read:user' | 'read:repository'): ApiError {
  return new ApiError(
    403,
    `token does not have at least one of required scope(s), required=[${required}], token scope=write:issue`,
  );
}
