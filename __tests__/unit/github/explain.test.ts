import { describe, expect, test } from '@jest/globals';
import { describeFailure, explainGitHubFailure } from '../../../src/github/explain.ts';

type Answer = { status: number; message: string; headers?: Record<string, string> };

/** As Octokit throws an answer that is no success. */
function answered({ status, message, headers = {} }: Answer): Error {
  const request = { url: 'https://github.example.com/api/v3/user' };
  return Object.assign(new Error(message), { name: 'HttpError', status, request, response: { headers } });
}

/** As Octokit wraps what undici's `fetch` throws: two covers around the reason, and a status that is none. */
function unanswered(reason: object, message = ''): Error {
  const cause = Object.assign(new Error(message), reason);
  const request = { url: 'https://github.example.com/api/v3/user' };
  const wrapped = new TypeError('fetch failed', { cause });
  return Object.assign(new Error(message, { cause: wrapped }), { name: 'HttpError', status: 500, request });
}

const explain = (error: unknown) => explainGitHubFailure(error, 'pull-requests: write');

describe('no answer came', () => {
  test.each([
    ['ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:443', 'refused', /refused the connection/],
    ['ENOTFOUND', 'getaddrinfo ENOTFOUND github.example.com', 'no-host', /was not found/],
    ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN github.example.com', 'no-host', /was not found/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'certificate', /is not trusted/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in chain', 'certificate', /is not trusted/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify', 'certificate', /is not trusted/],
    ['UND_ERR_CONNECT_TIMEOUT', 'Connect Timeout Error', 'timeout', /did not respond in time/],
    ['UND_ERR_HEADERS_TIMEOUT', 'Headers Timeout Error', 'timeout', /did not respond in time/],
    ['ETIMEDOUT', 'connect ETIMEDOUT 10.0.0.1:443', 'timeout', /did not respond in time/],
    ['ECONNRESET', 'read ECONNRESET', 'lost', /connection to github.example.com failed/],
    ['UND_ERR_SOCKET', 'other side closed', 'lost', /connection to github.example.com failed/],
    [
      'ERR_SSL_WRONG_VERSION_NUMBER',
      'wrong version number',
      'lost',
      /connection to github.example.com failed/,
    ],
  ])('%s', (code, message, kind, words) => {
    const error = unanswered({ code }, message);
    expect(describeFailure(error)).toMatchObject({
      kind,
      code,
      status: undefined,
      host: 'github.example.com',
    });
    const { cause } = explain(error);
    expect(cause).toMatch(words);
    expect(cause).toContain(message);
    if (kind !== 'timeout') expect(cause).not.toContain('in time');
  });

  test('every address of a host refused the connection', () => {
    const errors = [Object.assign(new Error('connect ECONNREFUSED ::1:443'), { code: 'ECONNREFUSED' })];
    const cause = new TypeError('fetch failed', { cause: new AggregateError(errors, '') });
    expect(describeFailure(new Error('', { cause }))).toMatchObject({ kind: 'refused', host: 'GitHub' });
  });

  test('a deadline of ours passed', () => {
    const cause = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    expect(describeFailure(new Error('aborted', { cause })).kind).toBe('timeout');
  });

  test('a proxy refused', () => {
    const error = unanswered({}, 'Proxy response (407) !== 200 when HTTP Tunneling');
    expect(explain(error)).toMatchObject({
      cause: expect.stringContaining('407'),
      advice: expect.stringContaining('HTTPS_PROXY'),
    });
  });

  test('a private CA: both ways to trust it are named', () => {
    const { advice } = explain(unanswered({ code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' }, 'unable'));
    expect(advice).toContain('NODE_EXTRA_CA_CERTS');
    expect(advice).toContain('`ca-certificate`');
  });

  test.each(['CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'])('%s: no bundle would help', (code) => {
    expect(explain(unanswered({ code }, 'x')).advice).not.toContain('NODE_EXTRA_CA_CERTS');
  });

  test('causes lead in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(explain(error).cause).toContain('round');
  });

  test.each([undefined, null, 'text', 7])('%j was thrown', (thrown) => {
    expect(explain(thrown).cause).toContain('GitHub');
  });
});

describe('GitHub answered', () => {
  const permission = /`pull-requests: write`/;

  test.each<[Answer, string, RegExp]>([
    [{ status: 401, message: 'Bad credentials' }, 'token', /github-token/],
    [{ status: 403, message: 'Resource not accessible by integration' }, 'permission', permission],
    [{ status: 403, message: 'Unable to create comment because issue is locked.' }, 'locked', /Unlock/],
    [{ status: 403, message: 'You have exceeded a secondary rate limit.' }, 'rate-limit', /rate limit/],
    [{ status: 403, message: 'x', headers: { 'retry-after': '9' } }, 'rate-limit', /rate limit/],
    [{ status: 403, message: 'x', headers: { 'x-ratelimit-remaining': '0' } }, 'rate-limit', /rate limit/],
    [{ status: 429, message: 'x' }, 'rate-limit', /rate limit/],
    [{ status: 404, message: 'Not Found' }, 'not-found', permission],
    [{ status: 503, message: 'Unavailable' }, 'server', /Run again/],
    [{ status: 422, message: 'Validation Failed' }, 'rejected', /^$/],
  ])('%j', (answer, kind, advice) => {
    expect(describeFailure(answered(answer))).toMatchObject({ kind, status: answer.status });
    const explained = explain(answered(answer));
    expect(explained.cause).toBe(`GitHub returned ${answer.status}: ${answer.message.replace(/\.$/, '')}`);
    expect(explained.advice).toMatch(advice);
  });

  test('its words are one line', () => {
    const message = "The target couldn't be found.\n\r\nSee\tthe documentation.\n";
    expect(explain(answered({ status: 404, message })).cause).toBe(
      "GitHub returned 404: The target couldn't be found. See the documentation",
    );
  });

  test('a page of HTML is not repeated, a long text cut', () => {
    expect(explain(answered({ status: 502, message: '<html>\n<h1>Bad' })).cause).toBe('GitHub returned 502');
    expect(explain(answered({ status: 500, message: 'x'.repeat(9000) })).cause.length).toBeLessThan(400);
  });
});
