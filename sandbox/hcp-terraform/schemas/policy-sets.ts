import type { SchemaObject } from 'ajv';
import {
  closed,
  flag,
  flagOrNull,
  integer,
  listOf,
  open,
  text,
  textOrNull,
  time,
  uri,
} from '../../http/schema.ts';
import { constant, document, listDocument, toMany, toOne } from './json-api.ts';

const vcsRepo: SchemaObject = {
  type: ['object', 'null'],
  properties: { identifier: text, branch: textOrNull },
  required: ['identifier'],
};

/** See docs/terraform-api.md#policy-sets. */
const writable = {
  name: text,
  description: textOrNull,
  global: flag,
  overridable: flagOrNull,
  'agent-enabled': flag,
  'policy-tool-version': textOrNull,
  'policies-path': textOrNull,
  'vcs-repo': vcsRepo,
  'policy-update-patterns': listOf(text),
  'tag-selectors': listOf(closed({ 'tag-key': text, 'tag-value': textOrNull, 'is-exclude': flag })),
  'scoping-type': { type: 'string', enum: ['tag', 'explicit'] },
  'tag-selector-matching-logic': { type: ['string', 'null'], enum: ['any', 'all', null] },
};
const kind: SchemaObject = { type: 'string', enum: ['sentinel', 'opa', 'tfpolicy'] };

const scopes = {
  workspaces: toMany('workspaces'),
  projects: toMany('projects'),
  'workspace-exclusions': toMany('workspaces'),
  'project-exclusions': toMany('projects'),
};

function request(attributes: SchemaObject, relationships: Record<string, SchemaObject>): SchemaObject {
  const related = closed(relationships, Object.keys(relationships));
  return closed({
    data: closed({ id: text, type: constant('policy-sets'), attributes, relationships: related }, [
      'id',
      'attributes',
      'relationships',
    ]),
  });
}

const optional = Object.keys(writable);

export const policySetCreate = request(
  closed(
    { ...writable, kind },
    [...optional, 'kind'].filter((name) => name !== 'name'),
  ),
  { policies: toMany('policies'), ...scopes },
);
export const policySetUpdate = request(closed(writable, optional), scopes);

const versionOrNone = closed({
  data: { anyOf: [closed({ id: text, type: constant('policy-set-versions') }), { type: 'null' }] },
});

const policySetResource = closed({
  id: { type: 'string', pattern: '^polset-[A-Za-z0-9]{16}$' },
  type: constant('policy-sets'),
  attributes: closed(
    {
      ...writable,
      kind,
      versioned: flag,
      'policy-count': integer,
      'workspace-count': integer,
      'project-count': integer,
      'created-at': time,
      'updated-at': time,
    },
    [
      ...['kind', 'overridable', 'agent-enabled', 'policy-tool-version', 'policy-update-patterns'],
      ...['tag-selectors', 'scoping-type', 'tag-selector-matching-logic'],
    ],
  ),
  relationships: closed(
    {
      organization: toOne('organizations'),
      policies: toMany('policies'),
      ...scopes,
      'newest-version': versionOrNone,
      'current-version': versionOrNone,
      'ootb-source': toOne('ootb-sources'),
    },
    [...Object.keys(scopes), 'newest-version', 'current-version', 'ootb-source'],
  ),
  links: closed({ self: text }),
});

export const policySet = document(policySetResource);
export const policySets = listDocument(policySetResource);

const versionResource = closed({
  id: { type: 'string', pattern: '^polsetver-[A-Za-z0-9]{16}$' },
  type: constant('policy-set-versions'),
  attributes: closed(
    {
      source: text,
      status: { type: 'string', enum: ['pending', 'ingressing', 'ready', 'errored', 'canceled'] },
      'status-timestamps': { type: 'object', additionalProperties: time },
      error: textOrNull,
      'error-message': text,
      'ingress-attributes': {
        anyOf: [closed({ 'commit-sha': text, 'commit-url': text, identifier: text }), { type: 'null' }],
      },
      'created-at': time,
      'updated-at': time,
    },
    ['error-message'],
  ),
  relationships: closed({ 'policy-set': toOne('policy-sets') }),
  links: closed({ self: text, upload: uri }, ['upload']),
});

export const policySetVersion = document(versionResource);
export const policySetVersions = listDocument(versionResource);

const parameterResource = closed({
  id: text,
  type: constant('vars'),
  attributes: closed({
    key: text,
    value: textOrNull,
    sensitive: flag,
    category: constant('policy-set'),
  }),
  relationships: closed({ configurable: toOne('policy-sets') }),
  links: closed({ self: text }),
});

export const parameter = document(parameterResource);
export const parameters = listDocument(parameterResource);

export const organization = document(
  open({
    id: text,
    type: constant('organizations'),
    attributes: open({ name: text, permissions: { type: 'object', additionalProperties: flag } }),
  }),
);

export const entitlementSet = document(
  open({ id: text, type: constant('entitlement-sets'), attributes: open({ sentinel: flag }) }),
);
