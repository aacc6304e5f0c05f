import { describe, expect, test } from '@jest/globals';
import { ApiError, ConnectionError, DecodeError, type ErrorObject } from '../../../src/tfe/api-error.ts';

const LINE = { method: 'PATCH', path: '/api/v2/policies/pol-1' };
const said = (title: string | undefined, detail?: string): ErrorObject => ({
  title,
  detail,
  pointer: undefined,
});

describe('ApiError', () => {
  test.each<[string, ErrorObject[], string | undefined, string]>([
    ['nothing', [], undefined, ''],
    ['a title', [said('not found')], undefined, ': not found'],
    ['a detail', [said('invalid attribute', 'Name is taken')], undefined, ': Name is taken'],
    ['several', [said('a', 'one'), said('two')], undefined, ': one; two'],
    ['one that says nothing', [said(undefined), said('two')], undefined, ': two'],
    ['only one that says nothing', [said(undefined)], undefined, ''],
    ['the request id', [], 'r-1', ' (request r-1)'],
    ['an empty request id', [], '', ''],
    ['all', [said('not found')], 'r-1', ': not found (request r-1)'],
  ])('says %s', (_, errors, requestId, expected) => {
    const error = new ApiError(LINE, 422, errors, requestId);
    expect(error.message).toBe(`PATCH /api/v2/policies/pol-1 returned 422${expected}`);
    expect(error).toMatchObject({ name: 'ApiError', status: 422, request: LINE, errors });
  });
});

describe('ConnectionError', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' });

  test.each<[string, unknown, string, string]>([
    ['an error', refused, 'connect ECONNREFUSED 10.0.0.1:443', 'ECONNREFUSED'],
    ['several addresses', new AggregateError([refused, new Error('x')]), refused.message, 'ECONNREFUSED'],
    ['an error without a code', new Error('too many redirects'), 'too many redirects', ''],
    ['an error without words', Object.assign(new Error(''), { code: 'EPIPE' }), 'EPIPE', 'EPIPE'],
    ['a code that is no text', Object.assign(new Error('x'), { code: 7 }), 'x', ''],
    ['no error', 'text', 'text', ''],
  ])('says %s', (_, cause, message, code) => {
    const error = new ConnectionError(LINE, cause);
    expect(error.message).toBe(`PATCH /api/v2/policies/pol-1: ${message}`);
    expect(error).toMatchObject({ name: 'ConnectionError', code, cause });
  });
});

test('DecodeError says what was expected', () => {
  expect(new DecodeError(LINE, 'a JSON:API document').message).toBe(
    'PATCH /api/v2/policies/pol-1 returned an invalid response (expected a JSON:API document)',
  );
});
