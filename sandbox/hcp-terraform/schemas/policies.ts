import type { SchemaObject } from 'ajv';
import { closed, integer, listOf, open, text, textOrNull, timeOrNull } from '../../http/schema.ts';
import { constant, document, listDocument, toMany, toOne } from './json-api.ts';

const enforce = listOf(closed({ path: text, mode: text }));
const kind: SchemaObject = { type: 'string', enum: ['sentinel', 'opa'] };
const level: SchemaObject = {
  type: 'string',
  enum: ['hard-mandatory', 'soft-mandatory', 'advisory', 'mandatory'],
};

/** The request bodies of clients (docs/terraform-api.md#policies). Other members are an error of the client. */
const writable = {
  name: text,
  description: textOrNull,
  kind,
  query: textOrNull,
  'enforcement-level': level,
  enforce,
};

export const policyCreate = closed({
  data: closed(
    {
      type: constant('policies'),
      attributes: closed(writable, ['description', 'kind', 'query', 'enforcement-level', 'enforce']),
      relationships: closed({ 'policy-sets': toMany('policy-sets') }),
    },
    ['relationships'],
  ),
});

export const policyUpdate = closed({
  data: closed(
    {
      id: text,
      type: constant('policies'),
      attributes: closed(
        { name: text, description: textOrNull, query: textOrNull, 'enforcement-level': level, enforce },
        ['name', 'description', 'query', 'enforcement-level', 'enforce'],
      ),
    },
    ['id'],
  ),
});

const policyResource = closed({
  id: { type: 'string', pattern: '^pol-[A-Za-z0-9]{16}$' },
  type: constant('policies'),
  attributes: closed({ ...writable, 'policy-set-count': integer, 'updated-at': timeOrNull }, [
    'kind',
    'query',
    'enforcement-level',
  ]),
  relationships: closed({ organization: toOne('organizations'), 'policy-sets': toMany('policy-sets') }, [
    'policy-sets',
  ]),
  links: closed({ self: text, upload: text, download: text }, ['download']),
});

export const policy = document(policyResource);
export const policies = listDocument(policyResource);

export const policyIdentifiers = closed({
  data: { ...listOf(open({ id: text, type: constant('policies') })), minItems: 1 },
});
