import { type Answer, asObject } from '../http/exchange.ts';
import { jsonAnswer, notAccessible } from './errors.ts';
import type { Call, Route } from './service.ts';

/** The only query that is needed for a comment: the token's user (docs/github.md#own-login). */
export const graphqlRoute: Route = {
  method: 'POST',
  path: '/graphql',
  request: 'graphql-query',
  handle: answer,
};

function answer(call: Call): Answer {
  if (!call.settings.viewer) throw notAccessible('');
  const query = String(asObject(call.document)['query'] ?? '');
  if (/\bviewer\b[\s\S]*\blogin\b/.test(query)) {
    return jsonAnswer(200, { data: { viewer: { login: call.caller.login } } });
  }
  call.recording.violation(call.incoming, 'a GraphQL query that is not known here');
  return jsonAnswer(200, { errors: [{ type: 'undefinedField', message: 'The query is not known here' }] });
}
