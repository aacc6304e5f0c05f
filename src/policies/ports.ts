import type { NewPolicy, Policy, PolicySettings } from '../model/policy.ts';

/** A policy, and whether this run made it: one that was found instead keeps what nothing states. */
export interface Created {
  readonly policy: Policy;
  readonly made: boolean;
}

/** What applying a plan needs of the API for policies. */
export interface PolicyStore {
  /** What the release behind the API knows of, as far as it has shown. */
  readonly release: { readonly kind: boolean | undefined };
  create(policy: NewPolicy): Promise<Created>;
  read(id: string): Promise<Policy>;
  /** Undefined where it is gone. */
  findById(id: string): Promise<Policy | undefined>;
  update(policy: Policy, settings: PolicySettings): Promise<Policy>;
  upload(policy: Policy, code: Uint8Array): Promise<Policy>;
  delete(id: string): Promise<void>;
}

/** What applying a plan needs of the API for policy sets. */
export interface PolicySetMembers {
  /** Answers why each that could not be added was not. */
  addPolicies(id: string, policyIds: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
}
