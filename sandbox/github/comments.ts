import { type Answer, asObject, emptyAnswer } from '../http/exchange.ts';
import { ApiError, jsonAnswer, notFound, validationFailed } from './errors.ts';
import { pageAnswer } from './pagination.ts';
import { type Call, pullOf, type Route, requireRepository, requireWrite, type Service } from './service.ts';
import { type Comment, timestamp } from './state.ts';
import { nodeId, userDocument } from './users.ts';

const ofIssue = '/repos/:owner/:repo/issues/:number/comments';
const single = '/repos/:owner/:repo/issues/comments/:comment';

export const commentRoutes: Route[] = [
  { method: 'GET', path: ofIssue, answer: 'comments', handle: list },
  { method: 'POST', path: ofIssue, request: 'comment-body', answer: 'comment', handle: create },
  { method: 'GET', path: single, answer: 'comment', handle: show },
  { method: 'PATCH', path: single, request: 'comment-body', answer: 'comment', handle: update },
  { method: 'DELETE', path: single, handle: remove },
];

/** By ascending ID (docs/github.md#comments). */
function list(call: Call): Answer {
  const { number } = pullOf(call);
  const since = call.query.get('since') ?? '';
  const comments = call.state.comments.filter(
    (comment) => comment.pull === number && comment.updatedAt >= since,
  );
  return pageAnswer(call, comments, (comment) => commentDocument(call, comment));
}

function create(call: Call): Answer {
  const pull = pullOf(call);
  requireWrite(call);
  if (pull.locked) throw new ApiError(403, 'Unable to create comment because issue is locked.');
  const { login, type } = call.caller;
  const comment = call.state.addComment({ pull: pull.number, login, type, body: bodyOf(call) });
  return jsonAnswer(201, commentDocument(call, comment));
}

function show(call: Call): Answer {
  return jsonAnswer(200, commentDocument(call, commentOf(call)));
}

function update(call: Call): Answer {
  const comment = ownComment(call);
  comment.body = bodyOf(call);
  comment.updatedAt = timestamp();
  return jsonAnswer(200, commentDocument(call, comment));
}

function remove(call: Call): Answer {
  call.state.removeComment(ownComment(call).id);
  return emptyAnswer(204);
}

function commentOf(call: Call): Comment {
  requireRepository(call);
  const comment = call.state.comments.find(({ id }) => id === Number(call.params['comment']));
  if (comment === undefined) throw notFound();
  return comment;
}

function ownComment(call: Call): Comment {
  const comment = commentOf(call);
  requireWrite(call);
  if (comment.user.login !== call.caller.login) {
    call.recording.violation(call.incoming, `tried to change a comment of ${comment.user.login}`);
    // Anyone with write access can write there.
    if (call.settings.dialect === 'gitea') return comment;
    throw new ApiError(403, 'Must have admin rights to Repository.');
  }
  return comment;
}

/** "Characters" are code points (docs/github.md#comment-size). */
function bodyOf({ document, settings }: Call): string {
  const { body } = asObject(document);
  if (typeof body !== 'string' || body.trim() === '') {
    throw validationFailed('IssueComment', { code: 'missing_field', field: 'body' });
  }
  if ([...body].length > settings.bodyLimit) {
    throw validationFailed('IssueComment', {
      code: 'unprocessable',
      field: 'data',
      message: `Body is too long (maximum is ${settings.bodyLimit} characters)`,
    });
  }
  return body;
}

function commentDocument(service: Service, comment: Comment): object {
  const { url, settings } = service;
  const repository = `${url}/repos/${settings.repository}`;
  const self = `${repository}/issues/comments/${comment.id}`;
  const pulls = settings.dialect === 'gitea' ? 'pulls' : 'pull';
  const page = `${settings.serverUrl}/${settings.repository}/${pulls}/${comment.pull}`;
  return {
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    url: self,
    html_url: `${page}#issuecomment-${comment.id}`,
    issue_url: `${repository}/issues/${comment.pull}`,
    body: comment.body,
    user: userDocument(service, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: comment.user.type === 'Bot' ? 'NONE' : 'CONTRIBUTOR',
    performed_via_github_app: null,
    reactions: reactions(`${self}/reactions`),
  };
}

function reactions(url: string): object {
  const none = { '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };
  return { url, total_count: 0, ...none };
}
