import { expect, test } from '@jest/globals';
import { ApiError, ConnectionError, DecodeError } from '../../../src/tfe/api-error.ts';
import { explainFailure } from '../../../src/tfe/explain.ts';

const PATH = '/api/v2/policies/pol-1';

const organizationOrToken =
  'The name in `organization` is wrong, the token cannot manage policies there (use an organization token, or a team or user token with Manage Policies), or the edition of the organization does not include policy enforcement.';
const gone = 'The policy was deleted during the run, or the token can no longer manage policies: run again.';
const failed = 'The server or a gateway in front of it failed: run again.';
const redirected = 'The host redirects to another address: set `hostname` to that one.';

test.each([
  ['GET', 401, 'The token is missing, invalid, expired or revoked: store a valid one in `token`.'],
  ['GET', 403, 'The token lacks a permission: use one with the permission Manage Policies.'],
  ['GET', 404, organizationOrToken],
  ['POST', 404, organizationOrToken],
  ['PATCH', 404, gone],
  ['PUT', 404, gone],
  ['PUT', 413, 'The code is larger than the server accepts: split the policy.'],
  ['POST', 415, 'The server rejected the content type: check whether a proxy changes the request.'],
  [
    'POST',
    422,
    'The server rejected these values for the reason that it gives. A limit of the edition is also reported like this.',
  ],
  ['GET', 429, 'Other clients use up the rate limit: run again later, or lower `parallelism`.'],
  ['GET', 301, redirected],
  ['POST', 308, redirected],
  ['GET', 500, failed],
  ['GET', 503, failed],
  ['GET', 400, 'Check that the server supports this request.'],
  ['POST', 409, 'Check that the server supports this request.'],
])('%s answered %d', (method, status, advice) => {
  const errors = [{ title: 'in its own words', detail: undefined, pointer: undefined }];
  expect(explainFailure(new ApiError({ method, path: PATH }, status, errors, 'r-1'))).toEqual({
    message: `${method} ${PATH} returned ${status}: in its own words (request r-1).`,
    advice,
  });
});

const setGone = 'The policy set was deleted during the run, or the token can no longer manage it: run again.';
const refused = (what: string) =>
  `The object store refused the ${what}: run again, or check the network between it and the runner.`;

test.each([
  ['PUT', '/policy-sets/polset-1/versions → object store', 403, refused('upload')],
  ['GET', '/policies/pol-1/download → object store', 404, refused('download')],
  [
    'PUT',
    '/policy-sets/polset-1/versions → object store',
    413,
    'The archive is larger than the object store accepts: exclude files that the policies do not need.',
  ],
  ['PUT', '/policy-sets/polset-1/versions → object store', 503, failed],
  [
    'POST',
    '/policy-sets/polset-1/versions',
    404,
    'The policy set was deleted during the run, the token cannot manage it, or the edition of the organization does not include versioned policy sets.',
  ],
  ['GET', '/api/v2/policy-sets/polset-1?include=current_version', 404, setGone],
  ['PATCH', '/api/v2/policy-sets/polset-1', 404, setGone],
  ['GET', '/api/v2/policy-set-versions/polsetver-1', 404, setGone],
  ['POST', '/api/v2/organizations/acme/policy-sets', 404, organizationOrToken],
])('%s %s answered %d', (method, path, status, advice) => {
  expect(explainFailure(new ApiError({ method, path }, status, [], undefined)).advice).toBe(advice);
});

const noHost = 'The host name was not found: correct `hostname`, or check the DNS of the runner.';
const untrusted =
  'The certificate is not trusted: set `ca-certificate` to the CA bundle, or correct `hostname`.';
const late = 'The server did not respond in time: run again, or check the network between it and the runner.';
const other = 'The connection failed: run again.';

test.each([
  ['ENOTFOUND', noHost],
  ['EAI_AGAIN', noHost],
  ['ECONNREFUSED', 'The connection was refused: check `hostname`, and that the runner can reach it.'],
  ['CERT_HAS_EXPIRED', untrusted],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', untrusted],
  ['SELF_SIGNED_CERT_IN_CHAIN', untrusted],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', untrusted],
  ['ERR_TLS_CERT_ALTNAME_INVALID', untrusted],
  ['UND_ERR_CONNECT_TIMEOUT', late],
  ['UND_ERR_HEADERS_TIMEOUT', late],
  ['UND_ERR_BODY_TIMEOUT', late],
  ['ETIMEDOUT', late],
  ['ECONNRESET', other],
  ['UND_ERR_SOCKET', other],
  ['', other],
])('a connection that fails with %j', (code, advice) => {
  const cause = Object.assign(new Error('in its own words'), { code });
  expect(explainFailure(new ConnectionError({ method: 'GET', path: PATH }, cause))).toEqual({
    message: `GET ${PATH}: in its own words.`,
    advice,
  });
});

test('what a failure was about comes before why it failed', () => {
  const cause = new ApiError({ method: 'POST', path: PATH }, 503, [], undefined);
  const error = new Error('The policy could not be added to policy set "production".', { cause });
  expect(explainFailure(error)).toEqual({
    message: `The policy could not be added to policy set "production". POST ${PATH} returned 503.`,
    advice: failed,
  });
});

test.each<[string, unknown, string]>([
  [
    'an error',
    new Error('cost.rego changed during the run; run it again.'),
    'cost.rego changed during the run; run it again.',
  ],
  ['a cause without advice', new Error('One.', { cause: new Error('Two.') }), 'One. Two.'],
  ['no error at all', 'text', 'text'],
])('says %s as it is', (_, error, message) => {
  expect(explainFailure(error)).toEqual({ message });
});

test('has advice for an answer that is no document', () => {
  const { message, advice } = explainFailure(
    new DecodeError({ method: 'GET', path: PATH }, 'a JSON:API document'),
  );
  expect(message).toMatch(
    /^GET \/api\/v2\/policies\/pol-1 returned an invalid response \(expected a JSON:API document\)/,
  );
  expect(advice).toBeDefined();
});
