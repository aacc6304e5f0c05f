import type { Answer } from '../http/exchange.ts';
import { ApiError, jsonAnswer } from './errors.ts';
import { type Call, type Route, requireRepository } from './service.ts';
import { nodeId, stableId } from './users.ts';

export const branchRoutes: Route[] = [
  { method: 'GET', path: '/repos/:owner/:repo/branches/:branch', answer: 'branch', handle: show },
];

function show(call: Call): Answer {
  requireRepository(call);
  const { settings, params, url } = call;
  const { branch: name = '' } = params;
  const sha = settings.branches[name];
  if (sha === undefined) throw new ApiError(404, 'Branch not found');
  const self = `${url}/repos/${settings.repository}`;
  const page = `${settings.serverUrl}/${settings.repository}`;
  const branch = `${self}/branches/${encodeURIComponent(name)}`;
  return jsonAnswer(200, {
    name,
    commit: {
      sha,
      node_id: nodeId('C', stableId(sha)),
      url: `${self}/commits/${sha}`,
      html_url: `${page}/commit/${sha}`,
      parents: [],
    },
    _links: { self: branch, html: `${page}/tree/${name}` },
    protected: false,
    protection_url: `${branch}/protection`,
  });
}
