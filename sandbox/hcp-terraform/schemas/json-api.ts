import type { SchemaObject } from 'ajv';
import { closed, integer, integerOrNull, listOf, open, text, textOrNull, uri } from '../../http/schema.ts';

export function constant(value: string): SchemaObject {
  return { type: 'string', const: value };
}

/** `{ data: [{ id, type }] }` */
export function toMany(type: string): SchemaObject {
  return closed({ data: listOf(closed({ id: text, type: constant(type) })) });
}

export function toOne(type: string): SchemaObject {
  return closed({ data: closed({ id: text, type: constant(type) }) });
}

export function document(resource: SchemaObject): SchemaObject {
  return closed({ data: resource, included: listOf(open({ id: text, type: text })) }, ['included']);
}

const pagination = closed({
  'current-page': integer,
  'page-size': integer,
  'prev-page': integerOrNull,
  'next-page': integerOrNull,
  'total-pages': integer,
  'total-count': integer,
});

const uriOrNull: SchemaObject = { type: ['string', 'null'], format: 'uri' };

/** A page of a list. `links` and `meta` are missing in plain lists. */
export function listDocument(resource: SchemaObject): SchemaObject {
  return closed(
    {
      data: listOf(resource),
      included: listOf(open({ id: text, type: text })),
      links: closed({ self: uri, first: uri, prev: uriOrNull, next: uriOrNull, last: uri }),
      meta: closed({ pagination }),
    },
    ['included', 'links', 'meta'],
  );
}

export const errors = closed({
  errors: listOf(
    closed(
      {
        status: { type: ['string', 'integer'] },
        title: text,
        detail: textOrNull,
        source: closed({ pointer: text }),
      },
      ['detail', 'source'],
    ),
  ),
});

/** The body of a change to any relationship. */
export const identifiers = closed({ data: listOf(open({ id: text, type: text })) });
