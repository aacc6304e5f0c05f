import type { OnRequest } from '../http/stand-in.ts';
import { type Dialect, type DialectName, dialects } from './dialect.ts';
import type { PolicySetKind } from './state.ts';

export type OrganizationOptions = {
  name: string;
  /** The entitlement without which every policy endpoint returns 404 (docs/terraform-api.md#editions). */
  policyEnforcement?: boolean;
  /** Whether the token's user has Manage Policies. Otherwise policy endpoints also return 404. */
  managePolicies?: boolean;
  /** Limits of the edition. Null: no limit. */
  policyLimit?: number | null;
  policySetLimit?: number | null;
  versionedPolicySetLimit?: number | null;
  /** Policy sets of kind `tfpolicy`, which is in beta, may be created. */
  tfpolicy?: boolean;
};

/** The result of an uploaded archive. Undefined members are as in the options. */
export type Ingress = {
  /** Milliseconds. `Infinity` for never. */
  delay?: number;
  /** With `ready`, the archive decides, and may still make it `errored`. */
  status?: 'ready' | 'errored' | 'canceled';
  error?: string | null;
  message?: string;
};

export type HcpTerraformOptions = {
  organizations?: OrganizationOptions[];
  /** Accepted bearer tokens. All belong to the same user and share a rate limit. */
  tokens?: string[];
  /** Secrets that must never be sent here: the tokens of other services. */
  foreignSecrets?: string[];
  port?: number;
  /** Requests per second. Null turns off the limit and its headers (docs/terraform-api.md#rate-limit). */
  rateLimit?: number | null;
  /** Milliseconds before a request has its effect. */
  latency?: number;
  createStatus?: 200 | 201;
  /** Whether the response to an upload has no body. */
  emptyUploadAnswer?: boolean;
  redirectStatus?: 301 | 302 | 303 | 307 | 308;
  objectStore?: 'other-origin' | 'same-host';
  dialect?: DialectName;
  /** X-TFE-Version of responses. Default: that of the dialect. Null: none. */
  tfeVersion?: string | null;
  /** What happens to a new policy without a known level: rejected, or created with the default of its kind. */
  missingLevel?: 'refused' | 'default';
  patchClearsDescription?: boolean;
  patchMovesUpdatedAt?: boolean;
  /** How the server changes descriptions. */
  storedDescription?: (description: string) => string;
  /** Whether lists of policies include their policy sets by default. */
  includeMembershipInLists?: boolean;
  /** Lists have neither `meta` nor `links`. */
  plainLists?: boolean;
  /** Milliseconds for which an uploaded version is still `pending`. */
  pendingDelay?: number;
  /** Milliseconds for which it is then `ingressing`, before it is `ready` or `errored`. */
  ingressDelay?: number;
  /** Milliseconds after `ready` until the set names it as its current version. */
  currentVersionDelay?: number;
  /** Overrides for the sets with these names. */
  ingress?: Record<string, Ingress>;
  /** `lax` accepts every archive, even empty or broken ones. */
  ingressRules?: 'strict' | 'lax';
  /** Whether another publisher creates one more version each time a new one is ready. */
  rivals?: boolean;
  /** Milliseconds for which an upload URL is valid. */
  uploadLife?: number;
  uploadStatus?: 200 | 201 | 204;
  /** Whether the relationships of a set without versions are null or missing. */
  missingVersions?: 'null' | 'absent';
  /** Whether versions can be listed (only in the vendor's OpenAPI document). */
  versionLists?: boolean;
  /** The response when a limit of the edition is exceeded. */
  limitStatus?: 422 | 404;
  /** What happens to `agent-enabled` and `policy-tool-version` if a change of a set omits them. */
  omittedSettings?: 'kept' | 'reset';
  /** By kind of set, newest last. */
  toolVersions?: Record<PolicySetKind, string[]>;
  /** Whether tag selectors need a matching logic, which the vendor's own client does not send yet. */
  tagMatchingLogic?: 'required' | 'unknown';
  /** Keys of parameters must be identifiers, as since Terraform Enterprise 2.0.0. */
  parameterKeys?: 'any' | 'identifiers';
  /** Sets of individually managed policies have parameters, as since November 2024. */
  managedParameters?: boolean;
  tls?: { key: string; cert: string };
  onRequest?: OnRequest;
};

export type Settings = Required<
  Omit<HcpTerraformOptions, 'port' | 'latency' | 'tls' | 'onRequest' | 'dialect' | 'organizations'>
> & { dialect: Dialect; organizations: Required<OrganizationOptions>[] };

/** Some of the versions. The service does not document which ones it offers. */
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
