import fc from 'fast-check';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Keys that reach into the prototype of whoever copies them carelessly. */
const TRICKY_KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', ''];

const trickyValue: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(
    ...[null, true, false, 0, -1, 1, 2.5, 1e308, -1e308, 2 ** 53],
    ...['', '.', '..', '/', '../..', 'a b', 'a\nb', '\u0000', '\ud800', '%2e%2e', 'pol-1?x=1', '__proto__'],
    ...[[], {}, [[]], [null], { id: {} }, { data: {} }],
  ),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constant('x'.repeat(100_000)),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
  fc.integer({ min: 1, max: 2_000 }).map(nested),
);

/** A list in a list in a list. */
export function nested(depth: number): Json {
  let value: Json = [];
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}

type Mutation = (document: Json) => Json;

/** The places in a document, each as the keys that lead there. */
export function pathsOf(document: Json): (string | number)[][] {
  if (typeof document !== 'object' || document === null) return [[]];
  const entries: [string | number, Json][] = Array.isArray(document)
    ? document.map((value, index) => [index, value])
    : Object.entries(document);
  return [[], ...entries.flatMap(([key, value]) => pathsOf(value).map((path) => [key, ...path]))];
}

/** The document with something else at a place; undefined takes away what is there. */
export function replaced(document: Json, [key, ...rest]: (string | number)[], value: Json | undefined): Json {
  if (key === undefined) return value ?? null;
  if (Array.isArray(document)) {
    return document.flatMap((item, index) => {
      if (index !== key) return [item];
      return rest.length === 0 && value === undefined ? [] : [replaced(item, rest, value)];
    });
  }
  if (typeof document !== 'object' || document === null) return document;
  return Object.fromEntries(
    Object.entries(document).flatMap(([name, item]) => {
      if (name !== key) return [[name, item]];
      return rest.length === 0 && value === undefined ? [] : [[name, replaced(item, rest, value)]];
    }),
  );
}

function mutation(paths: (string | number)[][]): fc.Arbitrary<Mutation> {
  const path = fc.constantFrom(...paths);
  return fc.oneof(
    fc.tuple(path, trickyValue).map(
      ([at, value]): Mutation =>
        (document) =>
          replaced(document, at, value),
    ),
    path.map(
      (at): Mutation =>
        (document) =>
          replaced(document, at, undefined),
    ),
    fc.tuple(fc.constantFrom(...TRICKY_KEYS), trickyValue).map(
      ([key, value]): Mutation =>
        (document) =>
          // JSON.parse makes `__proto__` a member like any other, as a literal would not.
          typeof document === 'object' && document !== null && !Array.isArray(document)
            ? {
                ...document,
                ...(JSON.parse(JSON.stringify({ x: value }).replace('"x"', JSON.stringify(key))) as object),
              }
            : document,
    ),
  );
}

/** The document with up to three things changed. */
export function mutated(document: Json): fc.Arbitrary<Json> {
  return fc
    .array(mutation(pathsOf(document)), { maxLength: 3 })
    .map((changes) => changes.reduce((changed, change) => change(changed), document));
}

/** Text that is no JSON, or half of one. */
const noDocument: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', ' ', '<html></html>', 'null', '[]', '{', '{"data":', '\ufeff{}', '{"data":{}}x', 'NaN'),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constant('['.repeat(200_000)),
);

const errorDocument: fc.Arbitrary<Json> = fc.oneof(
  mutated({
    errors: [
      {
        status: '422',
        title: 'invalid attribute',
        detail: 'Name has been taken',
        source: { pointer: '/data' },
      },
      'text',
      { status: 429, title: 'Too many requests' },
    ],
  }),
  trickyValue,
);

export type AnyAnswer = { status: number; headers: Record<string, string>; body: string };

const LOCATIONS = [
  ...[
    '',
    '/',
    '//',
    'x',
    '?',
    '#',
    'http://',
    'https://',
    'https://[',
    'https://a b/',
    'HTTPS://store.invalid/x',
  ],
  ...[
    'https://store.invalid/v1/object/x',
    '/_archivist/v1/object/x',
    '//store.invalid/x',
    '/api/v2/organizations',
  ],
  ...['http://store.invalid/x', 'file:///etc/passwd', 'data:,main', 'javascript:0', 'ftp://store.invalid/x'],
  ...[
    'https://user:pass@store.invalid/x',
    '\u0000',
    'https://store.invalid/\ud800',
    `https://store.invalid/${'x'.repeat(9_000)}`,
  ],
];

const statuses = {
  fine: [200, 201, 204],
  redirect: [300, 301, 302, 303, 304, 307, 308],
  refused: [400, 401, 403, 404, 409, 413, 415, 418, 422, 425, 429, 451],
  failed: [500, 501, 502, 503, 504, 599],
} as const;

const textOf = (document: Json): string => JSON.stringify(document);

/** Whatever a server may answer where this document is expected. */
export function anyAnswer(expected: Json): fc.Arbitrary<AnyAnswer> {
  const rates = fc.record(
    {
      'x-ratelimit-limit': fc.constantFrom('30', '0', '-1', 'x', '', '1e9', 'NaN'),
      'x-ratelimit-remaining': fc.constantFrom('0', '29', '-5', 'x'),
      'x-ratelimit-reset': fc.constantFrom('0.5', '-1', '1e12', 'Infinity', 'x', '1790000000'),
      'x-request-id': fc.string({ maxLength: 20 }),
    },
    { requiredKeys: [] },
  );
  const answer = (status: fc.Arbitrary<number>, body: fc.Arbitrary<string>, location: fc.Arbitrary<string>) =>
    fc.record({ status, body, rates, location }).map(({ rates: headers, location: to, ...rest }) => ({
      ...rest,
      headers: to === 'none' ? headers : { ...headers, location: to },
    }));
  const nowhere = fc.constant('none');
  return fc.oneof(
    {
      weight: 8,
      arbitrary: answer(fc.constantFrom(...statuses.fine), mutated(expected).map(textOf), nowhere),
    },
    {
      weight: 2,
      arbitrary: answer(fc.constantFrom(...statuses.fine), noDocument, nowhere),
    },
    {
      weight: 2,
      arbitrary: answer(fc.constantFrom(...statuses.refused), errorDocument.map(textOf), nowhere),
    },
    {
      weight: 1,
      arbitrary: answer(fc.constantFrom(...statuses.failed), noDocument, nowhere),
    },
    {
      weight: 2,
      arbitrary: answer(
        fc.constantFrom(...statuses.redirect),
        fc.constant(''),
        fc.constantFrom('none', ...LOCATIONS),
      ),
    },
  );
}
