import type { Answer } from '../http/exchange.ts';
import { ApiError, jsonAnswer, notFound } from './errors.ts';
import { type GitEntry, GitRepository } from './git-repository.ts';
import * as gitea from './gitea.ts';
import { positive } from './pagination.ts';
import { type Call, type Route, requireRepository } from './service.ts';

/** Trees in pages, blobs only in JSON, and 400 for anything that does not exist. */
export const giteaGitRoutes: Route[] = [
  { method: 'GET', path: '/repos/:owner/:repo/git/trees/:sha', handle: showTree },
  { method: 'GET', path: '/repos/:owner/:repo/git/blobs/:sha', handle: showBlob },
];

async function showTree(call: Call): Promise<Answer> {
  const repository = openRepository(call);
  const { sha = '' } = call.params;
  const recursive = /^(1|t|true)$/i.test(call.query.get('recursive') ?? '');
  const id = await repository?.resolve(sha);
  const entries = id === undefined ? undefined : await repository?.tree(id, recursive);
  if (id === undefined || entries === undefined) throw new ApiError(400, `sha not found [${sha}]`);
  const answer = jsonAnswer(200, { sha: id, url: `${gitUrl(call)}/trees/${id}`, ...pageOf(call, entries) });
  return { ...answer, headers: { ...answer.headers, 'x-total-count': String(entries.length) } };
}

/** After the last page there is `null` instead of an empty list. */
function pageOf(call: Call, entries: GitEntry[]): object {
  const { treeLimit } = call.settings;
  const size = Math.min(treeLimit, positive(call.query.get('per_page')) ?? treeLimit);
  const page = positive(call.query.get('page')) ?? 1;
  const shown = entries.slice((page - 1) * size, page * size);
  return {
    tree: shown.length === 0 ? null : shown.map((entry) => entryDocument(call, entry)),
    truncated: shown.length > 0 && page * size < entries.length,
    page,
    total_count: entries.length,
  };
}

function entryDocument(call: Call, { path, mode, type, size, sha }: GitEntry): object {
  const url = type === 'commit' ? '' : `${gitUrl(call)}/${type}s/${sha}`;
  return { path, mode, type, size: size ?? 0, sha, url };
}

async function showBlob(call: Call): Promise<Answer> {
  const repository = openRepository(call);
  const { sha = '' } = call.params;
  const id = /^[0-9a-f]+$/.test(sha) ? await repository?.resolve(sha) : undefined;
  const bytes = id === undefined ? undefined : await repository?.blob(id);
  if (bytes === undefined) throw new ApiError(400, `object does not exist [id: ${sha}, rel_path: ]`);
  const large = bytes.length > call.settings.blobLimit;
  return jsonAnswer(200, {
    content: large ? null : bytes.toString('base64'),
    encoding: large ? null : 'base64',
    url: `${gitUrl(call)}/blobs/${id}`,
    sha: id,
    size: bytes.length,
    lfs_oid: null,
    lfs_size: null,
  });
}

/** An empty repository contains nothing. */
function openRepository(call: Call): GitRepository | undefined {
  requireRepository(call);
  const { contents = 'read' } = call.caller;
  if (contents === 'hidden') throw notFound();
  if (contents === 'none') throw gitea.missingScope('read:repository');
  const { gitFolder } = call.settings;
  return gitFolder === null ? undefined : new GitRepository(gitFolder, call.settings);
}

const gitUrl = ({ url, settings }: Call): string => `${url}/repos/${settings.repository}/git`;
