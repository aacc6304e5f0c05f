import type { Faults } from '../http/faults.ts';
import type { RecordedRequest } from '../http/recording.ts';
import { type OnRequest, StandIn } from '../http/stand-in.ts';
import { Api } from './api.ts';
import { faultAnswer } from './errors.ts';
import { isHookPath } from './hooks.ts';
import { isObjectPath, objectStoreAnswer } from './object-store.ts';
import { type HcpTerraformOptions, type OrganizationOptions, organization, settings } from './options.ts';
import { RateLimit } from './rate-limit.ts';
import { schemas } from './schemas/index.ts';
import {
  type PolicySeed,
  type PolicySetSeed,
  policySetNamed,
  publishVersion,
  removePolicy,
  seedPolicy,
  seedPolicySet,
  type VersionSeed,
} from './seed.ts';
import type { Service } from './service.ts';
import {
  namesById,
  type PolicySetSnapshot,
  type PolicySnapshot,
  policySetSnapshot,
  policySetSnapshots,
  policySnapshot,
  policySnapshots,
  type VersionedPolicySetSnapshot,
  type VersionSnapshot,
  versionedSnapshot,
  versionSnapshot,
} from './snapshot.ts';
import { type Organization, State } from './state.ts';

export type {
  HcpTerraformOptions,
  PolicySeed,
  PolicySetSeed,
  PolicySetSnapshot,
  PolicySnapshot,
  VersionedPolicySetSnapshot,
  VersionSeed,
  VersionSnapshot,
};

/** A running stand-in for HCP Terraform or Terraform Enterprise. */
export type HcpTerraform = {
  /** Origin of the API, without /api/v2. */
  url: string;
  /** `127.0.0.1:port` */
  host: string;
  /** Origin of the object store. That of the API if it is on the same host. */
  objectStore: string;
  /** Requests since the start or the last reset, in order of arrival, to the servers `api`, `object-store` and `sandbox`. */
  requests: readonly RecordedRequest[];
  violations: readonly string[];
  /** Number of requests over the rate limit. */
  readonly seen429: number;
  faults: Faults;
  onRequest: OnRequest | undefined;
  /** Permissions, entitlements and limits, which can be changed at any time. */
  organization(name: string): Organization;
  addOrganization(options: OrganizationOptions): void;
  seedPolicy(seed: PolicySeed): PolicySnapshot;
  seedPolicySet(seed: PolicySetSeed): PolicySetSnapshot;
  removePolicy(nameOrId: string): void;
  removePolicySet(id: string): void;
  policies(): PolicySnapshot[];
  policySets(): PolicySetSnapshot[];
  /** One set, by name or ID, with its versions and the content of the current one. */
  policySet(nameOrId: string): VersionedPolicySetSnapshot;
  /** The owner of each ID of a policy, set or version, and of each secret in an upload URL. */
  names(): ReadonlyMap<string, string>;
  /** A version of another publisher, which is ready or failed immediately. */
  publishVersion(nameOrId: string, seed?: VersionSeed): VersionSnapshot;
  /** A change by somebody else, with attribute names as in the API. */
  changePolicySet(nameOrId: string, attributes: Record<string, unknown>): void;
  /** Clears requests, violations, pending faults and the count of 429s. Keeps policies and sets. */
  reset(): void;
  close(): Promise<void>;
};

export async function startHcpTerraform(options: HcpTerraformOptions = {}): Promise<HcpTerraform> {
  schemas();
  const { latency, tls, onRequest, port } = options;
  const standIn = new StandIn({ latency, tls, onRequest, faultAnswer });
  const resolved = settings(options);
  const service: Service = {
    settings: resolved,
    state: new State(resolved.organizations),
    recording: standIn.recording,
    origin: '',
    objectStore: '',
  };
  const rateLimit = new RateLimit(resolved.rateLimit);
  const api = new Api(service, rateLimit);
  const name = (path: string): string =>
    isHookPath(path) ? 'sandbox' : isObjectPath(service, path) ? 'object-store' : 'api';
  service.origin = await standIn.listen(name, (incoming) => api.handle(incoming), port);
  service.objectStore =
    resolved.objectStore === 'same-host'
      ? service.origin
      : await standIn.listen(
          () => 'object-store',
          (incoming) => objectStoreAnswer(service, incoming),
        );
  return facade(service, standIn, rateLimit);
}

function facade(service: Service, standIn: StandIn, rateLimit: RateLimit): HcpTerraform {
  const { state } = service;
  return {
    url: service.origin,
    host: new URL(service.origin).host,
    objectStore: service.objectStore,
    requests: standIn.recording.requests,
    violations: standIn.recording.violations,
    faults: standIn.faults,
    get seen429() {
      return rateLimit.seen429;
    },
    get onRequest() {
      return standIn.onRequest;
    },
    set onRequest(hook) {
      standIn.onRequest = hook;
    },
    organization: (name) => {
      const organization = state.organizations.get(name);
      if (organization === undefined) throw new Error(`no organization ${name}`);
      return organization;
    },
    addOrganization: (options) => void state.organizations.set(options.name, organization(options)),
    seedPolicy: (seed) => policySnapshot(state, seedPolicy(service, seed)),
    seedPolicySet: (seed) => policySetSnapshot(state, seedPolicySet(service, seed)),
    removePolicy: (key) => removePolicy(service, key),
    removePolicySet: (id) => void state.policySets.delete(id),
    policies: () => policySnapshots(state),
    policySets: () => policySetSnapshots(state),
    policySet: (key) => versionedSnapshot(state, policySetNamed(service, key)),
    names: () => namesById(state),
    publishVersion: (key, seed) =>
      versionSnapshot(publishVersion(service, policySetNamed(service, key), seed)),
    changePolicySet: (key, attributes) =>
      void Object.assign(policySetNamed(service, key).attributes, attributes),
    reset: () => {
      standIn.reset();
      rateLimit.seen429 = 0;
    },
    close: () => standIn.close(),
  };
}
