import type { OnRequest } from '../http/stand-in.ts';
import { type Dialect, type DialectName, dialects } from './dialect.ts';

export type OrganizationOptions = {
  name: string;
  /** The entitlement without which every policy endpoint answers 404 (docs/terraform-api.md#editions). */
  policyEnforcement?: boolean;
  /** Whether the token's user has Manage Policies; without it, 404 again. */
  managePolicies?: boolean;
  /** Limits of the plan; null is none. */
  policyLimit?: number | null;
  policySetLimit?: number | null;
  versionedPolicySetLimit?: number | null;
};

export type HcpTerraformOptions = {
  organizations?: OrganizationOptions[];
  /** Bearer tokens accepted; all of them belong to one user, and share one rate limit. */
  tokens?: string[];
  /** What must never be seen here: the tokens of other services. */
  foreignSecrets?: string[];
  port?: number;
  /** Requests a second; null turns the limit and its headers off (docs/terraform-api.md#rate-limit). */
  rateLimit?: number | null;
  /** Milliseconds before a request has its effect. */
  latency?: number;
  createStatus?: 200 | 201;
  /** The answer to an upload has no body. */
  emptyUploadAnswer?: boolean;
  redirectStatus?: 301 | 302 | 303 | 307 | 308;
  objectStore?: 'other-origin' | 'same-host';
  dialect?: DialectName;
  /** X-TFE-Version of the answers; by default that of the dialect, null for none. */
  tfeVersion?: string | null;
  /** A new policy that states no level the server knows: refused, or given the kind's default. */
  missingLevel?: 'refused' | 'default';
  patchClearsDescription?: boolean;
  patchMovesUpdatedAt?: boolean;
  /** What a server makes of the descriptions that it is sent. */
  storedDescription?: (description: string) => string;
  /** Whether policies in a list say which policy sets they are members of without being asked to. */
  includeMembershipInLists?: boolean;
  /** Lists have neither `meta` nor `links`. */
  plainLists?: boolean;
  /** How often an uploaded policy set version is seen as `ingressing` before it is `ready` or `errored`. */
  versionPolls?: number;
  versionOutcome?: 'ready' | 'errored';
  tls?: { key: string; cert: string };
  onRequest?: OnRequest;
};

export type Settings = Required<
  Omit<HcpTerraformOptions, 'port' | 'latency' | 'tls' | 'onRequest' | 'dialect' | 'organizations'>
> & { dialect: Dialect; organizations: Required<OrganizationOptions>[] };

export function settings(options: HcpTerraformOptions): Settings {
  const dialect = dialects[options.dialect ?? 'current'];
  return {
    tokens: ['terraform-token'],
    foreignSecrets: [],
    rateLimit: 30,
    createStatus: 201,
    emptyUploadAnswer: false,
    redirectStatus: 302,
    objectStore: 'other-origin',
    tfeVersion: dialect.tfeVersion,
    missingLevel: dialect.missingLevel,
    patchClearsDescription: false,
    patchMovesUpdatedAt: false,
    storedDescription: (description) => description,
    includeMembershipInLists: true,
    plainLists: false,
    versionPolls: 1,
    versionOutcome: 'ready',
    ...definedOnly(options),
    dialect,
    organizations: (options.organizations ?? [{ name: 'acme' }]).map(organization),
  };
}

function organization(options: OrganizationOptions): Required<OrganizationOptions> {
  return {
    policyEnforcement: true,
    managePolicies: true,
    policyLimit: null,
    policySetLimit: null,
    versionedPolicySetLimit: null,
    ...options,
  };
}

type Plain = Omit<
  HcpTerraformOptions,
  'port' | 'latency' | 'tls' | 'onRequest' | 'dialect' | 'organizations'
>;

function definedOnly(options: HcpTerraformOptions): Plain {
  const { port, latency, tls, onRequest, dialect, organizations, ...plain } = options;
  return Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
}
