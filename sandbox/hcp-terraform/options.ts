import type { OnRequest } from '../http/stand-in.ts';
import { type Dialect, type DialectName, dialects } from './dialect.ts';
import type { PolicySetKind } from './state.ts';

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
  /** Policy sets of kind `tfpolicy`, which is in beta, may be created. */
  tfpolicy?: boolean;
};

/** What becomes of an archive that was uploaded; what is left out is as the options have it. */
export type Ingress = {
  /** Milliseconds; `Infinity` for never. */
  delay?: number;
  /** `ready` leaves it to the archive, of which the rules may still make `errored`. */
  status?: 'ready' | 'errored' | 'canceled';
  error?: string | null;
  message?: string;
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
  /** Milliseconds that an uploaded version still says `pending`. */
  pendingDelay?: number;
  /** Milliseconds from then on that it is `ingressing`, before it is `ready` or `errored`. */
  ingressDelay?: number;
  /** Milliseconds after `ready` until the set names it as its current version. */
  currentVersionDelay?: number;
  /** For the sets of these names something else. */
  ingress?: Record<string, Ingress>;
  /** `lax` takes every archive, empty or broken. */
  ingressRules?: 'strict' | 'lax';
  /** Once a new version is seen as ready, another publisher makes one more: every time, or never. */
  rivals?: boolean;
  /** Milliseconds that the address for an archive is good for. */
  uploadLife?: number;
  uploadStatus?: 200 | 201 | 204;
  /** A set without a version has the relationships with null, or does not have them. */
  missingVersions?: 'null' | 'absent';
  /** Versions can be listed (in the vendor's OpenAPI document only). */
  versionLists?: boolean;
  /** What answers beyond a limit of the plan. */
  limitStatus?: 422 | 404;
  /** What a change of a set makes of `agent-enabled` and `policy-tool-version` that it does not name. */
  omittedSettings?: 'kept' | 'reset';
  /** By kind of set, the newest last. */
  toolVersions?: Record<PolicySetKind, string[]>;
  /** Whether tag selectors need a matching logic, which the vendor's own client does not send yet. */
  tagMatchingLogic?: 'required' | 'unknown';
  /** Keys of parameters have to be identifiers, as since Terraform Enterprise 2.0.0. */
  parameterKeys?: 'any' | 'identifiers';
  /** Sets of individually managed policies have parameters, as since November 2024. */
  managedParameters?: boolean;
  tls?: { key: string; cert: string };
  onRequest?: OnRequest;
};

export type Settings = Required<
  Omit<HcpTerraformOptions, 'port' | 'latency' | 'tls' | 'onRequest' | 'dialect' | 'organizations'>
> & { dialect: Dialect; organizations: Required<OrganizationOptions>[] };

/** Some of those that there are; which ones the service offers at a time is nowhere listed. */
const toolVersions: Record<PolicySetKind, string[]> = {
  sentinel: ['0.23.1', '0.26.3', '0.30.0', '0.40.0', '0.41.0'],
  opa: ['0.55.0', '0.70.0', '1.4.2', '1.22.3'],
  tfpolicy: ['0.1.0', '0.2.0', '0.3.0', '0.4.0'],
};

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
    pendingDelay: 0,
    ingressDelay: 500,
    currentVersionDelay: 0,
    ingress: {},
    ingressRules: 'strict',
    rivals: false,
    uploadLife: 3_600_000,
    uploadStatus: 200,
    missingVersions: 'null',
    versionLists: true,
    limitStatus: 422,
    omittedSettings: 'kept',
    toolVersions,
    tagMatchingLogic: 'required',
    parameterKeys: 'any',
    managedParameters: true,
    ...definedOnly(options),
    dialect,
    organizations: (options.organizations ?? [{ name: 'acme' }]).map(organization),
  };
}

export function organization(options: OrganizationOptions): Required<OrganizationOptions> {
  return {
    policyEnforcement: true,
    managePolicies: true,
    policyLimit: null,
    policySetLimit: null,
    versionedPolicySetLimit: null,
    tfpolicy: false,
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
