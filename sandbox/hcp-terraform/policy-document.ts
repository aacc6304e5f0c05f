import { policyPath } from './policy-level.ts';
import type { Service } from './service.ts';
import type { Policy } from './state.ts';

/** A policy in the API (docs/terraform-api.md#policies). Lists may omit memberships. */
export function policyResource(service: Service, policy: Policy, { membership = true } = {}): object {
  const sets = service.state.policySetsOf(policy);
  return {
    id: policy.id,
    type: 'policies',
    attributes: { ...attributes(service, policy), 'policy-set-count': sets.length },
    relationships: {
      organization: { data: { id: policy.organization, type: 'organizations' } },
      ...(membership ? { 'policy-sets': { data: sets.map(({ id }) => ({ id, type: 'policy-sets' })) } } : {}),
    },
    links: links(policy),
  };
}

function attributes({ settings: { dialect } }: Service, policy: Policy): object {
  const { name, description, kind, query, enforcementLevel, updatedAt } = policy;
  return {
    name,
    description,
    ...(dialect.kind ? { kind, query } : {}),
    ...(dialect.enforcementLevel ? { 'enforcement-level': enforcementLevel } : {}),
    enforce: policy.code === null ? [] : [{ path: policyPath(policy), mode: enforcementLevel }],
    'updated-at': updatedAt,
  };
}

function links({ id, code }: Policy): object {
  const self = `/api/v2/policies/${id}`;
  return { self, upload: `${self}/upload`, ...(code === null ? {} : { download: `${self}/download` }) };
}
