import { type Answer, emptyAnswer } from '../http/exchange.ts';
import { jsonAnswer, notFound, simpleError } from './errors.ts';
import { objectAddress } from './object-store.ts';
import { policyResource } from './policy-document.ts';
import { type Call, policyOf, type Route } from './service.ts';

/** "10 MB". The exact unit is an assumption (docs/terraform-api.md#policy-code). */
const maximumBytes = 10 * 2 ** 20;

export const policyCodeRoutes: Route[] = [
  { method: 'PUT', path: '/policies/:policy/upload', answer: 'policy', upload: true, handle: upload },
  { method: 'GET', path: '/policies/:policy/download', handle: download },
];

/** Accepts any bytes, even none, and does not compile them (docs/terraform-api.md#policy-code). */
function upload(call: Call): Answer {
  const policy = policyOf(call);
  const { body } = call.incoming;
  if (body.length > maximumBytes) {
    throw simpleError(413, 'payload too large', 'Policies are limited to 10MB');
  }
  policy.code = body;
  policy.updatedAt = call.state.time();
  if (call.settings.emptyUploadAnswer) return emptyAnswer(200);
  return jsonAnswer(200, { data: policyResource(call, policy) });
}

/** Redirects to a URL that is a secret itself (docs/terraform-api.md#object-store). */
function download(call: Call): Answer {
  const { code } = policyOf(call);
  if (code === null) throw notFound();
  const location = objectAddress(call, call.state.store({ read: code }));
  return { ...emptyAnswer(call.settings.redirectStatus), headers: { location } };
}
