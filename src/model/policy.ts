/** The vocabulary of Terraform policies, as in HashiCorp's documentation. */
import type { EnforcementLevel, LevelOf, PolicyKind } from './kinds.ts';
import type { Problem } from './problem.ts';
import type { PublishingRun } from './publishing-run.ts';

/** Maximum size of code in bytes: "10 MB", read as 10·2^20 (docs/terraform-api.md#policy-code). */
export const MAX_CODE_BYTES = 10 * 2 ** 20;

/** A value and the place that defines it: `input`, `sentinel.hcl:12`, `file`. */
export interface Stated<T> {
  readonly value: T;
  readonly source: string;
}

interface File {
  /** The policy's name in the organization, including the prefix: letters, digits, `-`, `_`. */
  readonly name: string;
  /** From the workspace, with `/` between folders. */
  readonly path: string;
  /** Real path on this machine. */
  readonly location: string;
  /** Lower-case hexadecimal SHA-256 of the file's bytes. */
  readonly sha256: string;
  readonly description?: Stated<string>;
  /**
   * Problems found in the code. They end the run, unless the organization already has this code: the readers of code can
   * be wrong, and must not lock anybody out.
   */
  readonly findings?: readonly Problem[];
}

export interface SentinelFile extends File {
  readonly kind: 'sentinel';
  readonly enforcementLevel?: Stated<LevelOf<'sentinel'>>;
  /** Its imports of Terraform data that HashiCorp has deprecated. Undefined if there are none. */
  readonly deprecatedImports?: readonly string[];
}

export interface OpaFile extends File {
  readonly kind: 'opa';
  readonly enforcementLevel?: Stated<LevelOf<'opa'>>;
  readonly query?: Stated<string>;
  /** `data.<package>.deny`: the query of a new policy that does not define one. */
  readonly derivedQuery: string;
  readonly versions?: RegoVersions;
  /** Set if no query is defined. */
  readonly unstatedQuery?: UnstatedQuery;
}

/** What shows that a file is not in a version of Rego, and where. */
export interface RegoEvidence {
  readonly what: string;
  readonly line: number;
}

/** Why a file is not valid in a version of Rego. Neither: it has the same meaning in both. */
export interface RegoVersions {
  /** OPA 0.x, unless it runs in version 1 mode. */
  readonly notV0: RegoEvidence | undefined;
  /** OPA 1.x, unless it runs in version 0 mode. */
  readonly notV1: RegoEvidence | undefined;
  /** The line of `import rego.v1`, which OPA supports since 0.59. */
  readonly importsV1?: number | undefined;
}

/** Checks of a policy without a defined query: it keeps the organization's query, a new one gets the derived query. */
export interface UnstatedQuery {
  /** What is wrong with the derived query. */
  readonly byDefault: Problem | undefined;
  /** What is wrong with the query of the policy in the organization. */
  judge(query: string): Problem | undefined;
}

/** A policy in the repository. Undefined settings are not defined anywhere. */
export type PolicyFile = SentinelFile | OpaFile;

/** A policy in the organization. Values are kept as the server returns them: it may support more kinds and levels. */
export interface Policy {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  /** Undefined on releases without `enforcement-level` until code is uploaded. */
  readonly enforcementLevel: string | undefined;
  readonly query: string | null;
  /** Without the stamp. */
  readonly description: string | null;
  readonly stamp: Stamp | undefined;
  /** False if nothing was ever uploaded, for example after an interrupted run. */
  readonly hasCode: boolean;
  /** Time of the last upload, as the server returns it. Undefined before the first upload. */
  readonly updatedAt: string | undefined;
  /** Undefined if the server omits the relationship. */
  readonly policySetIds: readonly string[] | undefined;
}

/** Where a policy was published from, according to its description (docs/behavior.md#stamps). */
export interface Stamp {
  /** The run that wrote it. Undefined if written outside GitHub Actions, or before stamps contained the run. */
  readonly run: PublishingRun | undefined;
  readonly owner: string;
  readonly prefix: string;
  /** From the workspace, with `/` between folders. */
  readonly path: string;
  /** Lower-case hexadecimal SHA-256 of the code. */
  readonly sha256: string;
  /** The value that the server returned after the upload. */
  readonly updatedAt: string;
  /** As in the description. */
  readonly line: string;
}

export interface PolicySet {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly organization: string | undefined;
  /** Contains uploaded versions or is connected to VCS, so it cannot have individually managed policies. */
  readonly versioned: boolean;
  readonly vcs: boolean;
  readonly policyIds: readonly string[] | undefined;
  /** The version of Sentinel or OPA that it runs, as the server returns it. Undefined if it returns none. */
  readonly toolVersion?: string;
}

export interface NewPolicy {
  readonly name: string;
  readonly kind: PolicyKind;
  readonly enforcementLevel: EnforcementLevel;
  readonly description?: string;
  readonly query?: string;
}

/** A change of a policy's settings. Undefined settings stay the same. */
export interface PolicySettings {
  readonly enforcementLevel?: EnforcementLevel;
  /** Always sent, because omitting it may clear it (docs/terraform-api.md#policies). */
  readonly description: string | null;
  readonly query?: string;
}

/** Whether the policy has a query. */
export const hasQuery = (file: PolicyFile): file is OpaFile => 'derivedQuery' in file;

/** The parts that a change affects, as in the `policies` output (docs/behavior.md#plan). */
export type ChangedPart = 'code' | 'enforcement-level' | 'description' | 'query' | 'policy-sets' | 'stamp';
