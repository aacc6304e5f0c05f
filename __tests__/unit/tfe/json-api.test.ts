import { describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { DecodeError } from '../../../src/tfe/api-error.ts';
import { decodeErrors, decodeOne, decodePage, Id } from '../../../src/tfe/json-api.ts';

const LINE = { method: 'GET', path: '/api/v2/x' };
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const decode = (resource: unknown) => v.parse(v.object({ id: Id }), resource);

describe('Id', () => {
  test.each([['pol-0123456789abcdef'], ['pl-x'], ['1'], ['%2F'], ['...']])('takes %s', (id) => {
    expect(v.is(Id, id)).toBe(true);
  });

  test.each([[''], ['a/b'], ['a b'], ['a?b'], ['a#b'], ['.'], ['..'], ['a\n'], [7], [null]])(
    'refuses %j',
    (id) => {
      expect(v.is(Id, id)).toBe(false);
    },
  );
});

describe('decodeOne', () => {
  test('reads the resource, whatever else there is', () => {
    expect(decodeOne(LINE, bytes({ data: { id: 'pol-1' }, included: [], jsonapi: {} }), decode)).toEqual({
      id: 'pol-1',
    });
  });

  test.each<[string, unknown]>([
    ['nothing', ''],
    ['a page', '<html>Sign in</html>'],
    ['half a document', '{"data":'],
    ['no object', '[]'],
    ['no data', {}],
    ['null', { data: null }],
    ['another resource', { data: { name: 'x' } }],
    ['an id that would change the path', { data: { id: '../../account' } }],
  ])('refuses %s', (_, body) => {
    expect(() => decodeOne(LINE, bytes(body), decode)).toThrow(new DecodeError(LINE, 'a JSON:API document'));
  });

  test('lets a defect be one', () => {
    const broken = () => {
      throw new RangeError('x');
    };
    expect(() => decodeOne(LINE, bytes({ data: {} }), broken)).toThrow(RangeError);
  });
});

describe('decodePage', () => {
  const pagination = {
    'current-page': 1,
    'page-size': 100,
    'prev-page': null,
    'next-page': 2,
    'total-pages': 2,
    'total-count': 101,
  };

  test('reads the resources and where the page stands', () => {
    const body = bytes({ data: [{ id: 'a' }, { id: 'b' }], meta: { pagination } });
    expect(decodePage(LINE, body, decode)).toEqual({
      items: [{ id: 'a' }, { id: 'b' }],
      pagination: { 'current-page': 1, 'next-page': 2, 'total-pages': 2, 'total-count': 101 },
    });
  });

  test.each<[string, object]>([
    ['no meta', {}],
    ['null', { meta: null }],
    ['an empty meta', { meta: {} }],
  ])('reads a list with %s', (_, more) => {
    expect(decodePage(LINE, bytes({ data: [], ...more }), decode)).toEqual({
      items: [],
      pagination: undefined,
    });
  });

  test.each<[string, unknown]>([
    ['one resource', { data: { id: 'a' } }],
    ['a page of something else', { data: [{ id: 'a' }, { name: 'b' }] }],
    ['HTML', '<html>'],
    ['pages that are no numbers', { data: [], meta: { pagination: { 'current-page': '1' } } }],
  ])('refuses %s', (_, body) => {
    expect(() => decodePage(LINE, bytes(body), decode)).toThrow(DecodeError);
  });
});

describe('decodeErrors', () => {
  test.each<[string, unknown, object[]]>([
    ['a title', { errors: [{ status: '404', title: 'not found' }] }, [{ title: 'not found' }]],
    [
      'title, detail and pointer',
      {
        errors: [
          {
            status: '422',
            title: 'invalid attribute',
            detail: 'Name has already been taken',
            source: { pointer: '/data/attributes/name' },
          },
        ],
      },
      [
        {
          title: 'invalid attribute',
          detail: 'Name has already been taken',
          pointer: '/data/attributes/name',
        },
      ],
    ],
    [
      'a status that is a number',
      { errors: [{ status: 429, title: 'Too many requests', detail: 'You have exceeded the limit.' }] },
      [{ title: 'Too many requests', detail: 'You have exceeded the limit.' }],
    ],
    ['plain texts', { errors: ['one', 'two'] }, [{ title: 'one' }, { title: 'two' }]],
    ['several of either form', { errors: ['one', { detail: 'two' }] }, [{ title: 'one' }, { detail: 'two' }]],
    ['null members', { errors: [{ title: null, detail: 'x', source: null }] }, [{ detail: 'x' }]],
    ['an empty source', { errors: [{ title: 'x', source: {} }] }, [{ title: 'x' }]],
    ['one that is neither', { errors: [7, null, 'x'] }, [{ title: 'x' }]],
    ['an empty list', { errors: [] }, []],
  ])('reads %s', (_, body, expected) => {
    const none = { title: undefined, detail: undefined, pointer: undefined };
    expect(decodeErrors(bytes(body))).toEqual(expected.map((error) => ({ ...none, ...error })));
  });

  test.each<[string, unknown]>([
    ['nothing', ''],
    ['HTML', '<html><h1>502 Bad Gateway</h1></html>'],
    ['another document', { message: 'no' }],
    ['errors that are no list', { errors: 'no' }],
    ['null', 'null'],
  ])('finds none in %s', (_, body) => {
    expect(decodeErrors(bytes(body))).toEqual([]);
  });
});
