import type { SchemaObject } from 'ajv';
import { type Answer, asObject, type Incoming } from '../http/exchange.ts';
import type { Recording } from '../http/recording.ts';
import { notFound, unprocessable } from './errors.ts';
import type { Settings } from './options.ts';
import type { SchemaName } from './schemas/index.ts';
import type { Organization, Policy, PolicySet, State } from './state.ts';

export type { SchemaObject };

/** The context of every endpoint. */
export type Service = {
  settings: Settings;
  state: State;
  recording: Recording;
  /** Origins of the API and the object store, without a path. Known once they listen. */
  origin: string;
  objectStore: string;
};

export type Call = Service & {
  incoming: Incoming;
  params: Record<string, string>;
  query: URLSearchParams;
  /** The parsed body. Undefined if there is none. */
  document: unknown;
};

export type Route = {
  method: string;
  /** Below /api/v2. */
  path: string;
  /** Schemas of the request and of the successful response. */
  request?: SchemaName;
  answer?: SchemaName;
  /** Needs no token. */
  open?: boolean;
  /** The body is binary. */
  upload?: boolean;
  handle: (call: Call) => Answer;
};

export function primaryData(call: Call, type: string): Record<string, unknown> {
  const data = asObject(asObject(call.document)['data']);
  if (data['type'] !== type) throw unprocessable(`data.type must be "${type}"`, '/data/type');
  return data;
}

export function attributesOf(data: Record<string, unknown>): Record<string, unknown> {
  return asObject(data['attributes']);
}

/** The organization of the path, if the token may see it. */
export function organizationOf({ state, params }: Call): Organization {
  const organization = state.organizations.get(params['organization'] ?? '');
  if (organization === undefined) throw notFound();
  return organization;
}

/** The same, if policies are available. A missing entitlement or permission is a 404. */
export function entitled(organization: Organization | undefined): Organization {
  if (!organization?.policyEnforcement || !organization.managePolicies) throw notFound();
  return organization;
}

export function policyOf({ state, params }: Call): Policy {
  const policy = state.policies.get(params['policy'] ?? '');
  if (policy === undefined) throw notFound();
  entitled(state.organizations.get(policy.organization));
  return policy;
}

export function policySetOf({ state, params }: Call): PolicySet {
  const set = state.policySets.get(params['policySet'] ?? '');
  if (set === undefined) throw notFound();
  entitled(state.organizations.get(set.organization));
  return set;
}

/** The identifiers of a to-many relationship, or undefined if the request has none. */
export function identifiers(value: unknown, type: string, pointer: string): string[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw unprocessable('must be an array of resource identifiers', pointer);
  return value.map((item: unknown) => {
    const { id, type: itemType } = asObject(item);
    if (itemType !== type || typeof id !== 'string') throw unprocessable(`must be ${type}`, pointer);
    return id;
  });
}

export function relationship(data: Record<string, unknown>, name: string): unknown {
  return asObject(asObject(data['relationships'])[name])['data'];
}
