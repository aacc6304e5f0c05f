import type { Answer } from '../http/exchange.ts';
import { jsonAnswer } from './errors.ts';
import { type Call, organizationOf, type Route } from './service.ts';

export const organizationRoutes: Route[] = [
  { method: 'GET', path: '/organizations/:organization', answer: 'organization', handle: show },
  {
    method: 'GET',
    path: '/organizations/:organization/entitlement-set',
    answer: 'entitlement-set',
    handle: entitlements,
  },
];

/** Includes the token's permissions. `can-update-sentinel` is Manage Policies. */
function show(call: Call): Answer {
  const organization = organizationOf(call);
  const permissions = {
    'can-update': false,
    'can-destroy': false,
    'can-access-via-teams': true,
    'can-create-workspace': false,
    'can-update-sentinel': organization.managePolicies,
    'can-traverse': true,
  };
  return jsonAnswer(200, {
    data: {
      id: organization.name,
      type: 'organizations',
      attributes: { name: organization.name, email: 'owner@example.com', permissions },
      relationships: {
        'entitlement-set': { data: { id: organization.name, type: 'entitlement-sets' } },
      },
      links: { self: `/api/v2/organizations/${organization.name}` },
    },
  });
}

/** Formerly `sentinel`, now `policy-enforcement` (docs/terraform-api.md#editions). */
function entitlements(call: Call): Answer {
  const organization = organizationOf(call);
  const { enforcementLevel } = call.settings.dialect;
  return jsonAnswer(200, {
    data: {
      id: organization.name,
      type: 'entitlement-sets',
      attributes: {
        agents: true,
        operations: true,
        ...(enforcementLevel ? { 'policy-enforcement': organization.policyEnforcement } : {}),
        sentinel: organization.policyEnforcement,
        'policy-limit': organization.policyLimit,
        'policy-set-limit': organization.policySetLimit,
        'versioned-policy-set-limit': organization.versionedPolicySetLimit,
        'policy-mandatory-enforcement-limit': null,
      },
      links: { self: `/api/v2/entitlement-sets/${organization.name}` },
    },
  });
}
