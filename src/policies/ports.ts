import type { NewPolicy, Policy, PolicySettings } from '../model/policy.ts';

/** A policy, and whether this run created it. One that existed keeps settings that are not defined. */
export interface Created {
  readonly policy: Policy;
  readonly made: boolean;
}

/** The parts of the policies API that applying a plan needs. */
export interface PolicyStore {
  /** What the server's release supports. */
  readonly release: { readonly kind: boolean | undefined };
  create(policy: NewPolicy): Promise<Created>;
  read(id: string): Promise<Policy>;
  /** Undefined if deleted. */
  findById(id: string): Promise<Policy | undefined>;
  update(policy: Policy, settings: PolicySettings): Promise<Policy>;
  upload(policy: Policy, code: Uint8Array): Promise<Policy>;
  delete(id: string): Promise<void>;
}

/** The parts of the policy sets API that applying a plan needs. */
export interface PolicySetMembers {
  /** Returns the failure for each policy that could not be added. */
  addPolicies(id: string, policyIds: readonly string[]): Promise<ReadonlyMap<string, unknown>>;
}
