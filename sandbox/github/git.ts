import type { Answer } from '../http/exchange.ts';
import { ApiError, jsonAnswer, notAccessible, notFound } from './errors.ts';
import { type GitEntry, GitRepository } from './git-repository.ts';
import { type Call, type Route, requireRepository } from './service.ts';

export const gitRoutes: Route[] = [
  { method: 'GET', path: '/repos/:owner/:repo/git/trees/:sha', answer: 'tree', handle: showTree },
  { method: 'GET', path: '/repos/:owner/:repo/git/blobs/:sha', answer: 'blob', handle: showBlob },
];

async function showTree(call: Call): Promise<Answer> {
  const repository = openRepository(call);
  const id = await repository.resolve(call.params['sha'] ?? '');
  // With any value.
  const entries = id === undefined ? undefined : await repository.tree(id, call.query.has('recursive'));
  if (id === undefined || entries === undefined) throw notFound();
  const { treeLimit } = call.settings;
  return jsonAnswer(200, {
    // The ID of the commit if a commit was requested.
    sha: id,
    url: `${gitUrl(call)}/trees/${id}`,
    tree: entries.slice(0, treeLimit).map((entry) => entryDocument(call, entry)),
    truncated: entries.length > treeLimit,
  });
}

function entryDocument(call: Call, { size, ...entry }: GitEntry): object {
  if (entry.type === 'commit') return entry;
  const url = `${gitUrl(call)}/${entry.type}s/${entry.sha}`;
  return { ...entry, ...(size === undefined ? {} : { size }), url };
}

async function showBlob(call: Call): Promise<Answer> {
  const repository = openRepository(call);
  const { sha = '' } = call.params;
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(sha)) {
    throw new ApiError(422, 'The sha parameter must be exactly 40 characters and contain only [0-9a-f].');
  }
  const id = await repository.resolve(sha);
  const bytes = id === undefined ? undefined : await repository.blob(id);
  if (bytes === undefined) throw notFound();
  if (bytes.length > call.settings.blobLimit) throw tooLarge();
  return wantsRaw(call) ? rawAnswer(bytes) : blobAnswer(call, sha, bytes);
}

function blobAnswer(call: Call, sha: string, bytes: Buffer): Answer {
  return jsonAnswer(200, {
    sha,
    node_id: Buffer.from(`Blob:${sha}`).toString('base64'),
    size: bytes.length,
    url: `${gitUrl(call)}/blobs/${sha}`,
    content: bytes.toString('base64').replace(/.{1,60}/g, '$&\n'),
    encoding: 'base64',
  });
}

const rawAnswer = (body: Buffer): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
  body,
});

const wantsRaw = ({ incoming }: Call): boolean =>
  /application\/vnd\.github\.(v3\.)?raw\b/.test(incoming.headers.accept ?? '');

function tooLarge(): ApiError {
  const message =
    'This API returns blobs up to 100 MB in size. The requested blob is too large to fetch via the API.';
  return new ApiError(403, message, { errors: [{ resource: 'Blob', field: 'data', code: 'too_large' }] });
}

function openRepository(call: Call): GitRepository {
  requireRepository(call);
  const { contents = 'read' } = call.caller;
  if (contents === 'hidden') throw notFound();
  if (contents === 'none') throw notAccessible('contents=read');
  const { gitFolder } = call.settings;
  if (gitFolder === null) throw new ApiError(409, 'Git Repository is empty.');
  return new GitRepository(gitFolder, call.settings);
}

const gitUrl = ({ url, settings }: Call): string => `${url}/repos/${settings.repository}/git`;
