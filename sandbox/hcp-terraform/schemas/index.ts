import { Schemas } from '../../http/schema.ts';
import { errors, identifiers } from './json-api.ts';
import { policies, policy, policyCreate, policyIdentifiers, policyUpdate } from './policies.ts';
import {
  entitlementSet,
  organization,
  parameter,
  parameters,
  policySet,
  policySetCreate,
  policySets,
  policySetUpdate,
  policySetVersion,
  policySetVersions,
} from './policy-sets.ts';

const all = {
  errors,
  identifiers,
  policy,
  policies,
  'policy-create': policyCreate,
  'policy-update': policyUpdate,
  'policy-identifiers': policyIdentifiers,
  'policy-set': policySet,
  'policy-sets': policySets,
  'policy-set-create': policySetCreate,
  'policy-set-update': policySetUpdate,
  'policy-set-version': policySetVersion,
  'policy-set-versions': policySetVersions,
  parameter,
  parameters,
  organization,
  'entitlement-set': entitlementSet,
};

export type SchemaName = keyof typeof all;

let compiled: Schemas<SchemaName> | undefined;

/** Compiled on first use, once per process. */
export function schemas(): Schemas<SchemaName> {
  compiled ??= new Schemas(all);
  return compiled;
}
