/** The vocabulary of Terraform policies, as HashiCorp's manual spells it. */
import type { EnforcementLevel, LevelOf, PolicyKind } from './kinds.ts';
import type { Problem } from './problem.ts';
import type { PublishingRun } from './publishing-run.ts';

/** The largest code the service takes, in bytes: "10 MB", read as 10·2^20 (docs/terraform-api.md#policy-code). */
export const MAX_CODE_BYTES = 10 * 2 ** 20;

/** A value together with the place that states it: `input`, `sentinel.hcl:12`, `file`. */
export interface Stated<T> {
  readonly value: T;
  readonly source: string;
}

interface File {
  /** The policy's name in the organization, prefix included: letters, digits, `-`, `_`. */
  readonly name: string;
  /** From the workspace, with `/` between folders. */
  readonly path: string;
  /** Real location on this machine. */
  readonly location: string;
  /** Lower-case hexadecimal SHA-256 of the file's bytes. */
  readonly sha256: string;
  readonly description?: Stated<string>;
  /**
   * What reading the code found: a reason to refuse it, unless the organization has this code already. Readers can be
   * wrong, and nobody is to be locked out by that.
   */
  readonly findings?: readonly Problem[];
}

export interface SentinelFile extends File {
  readonly kind: 'sentinel';
  readonly enforcementLevel?: Stated<LevelOf<'sentinel'>>;
  /** The imports of Terraform's data that it has in the form that HashiCorp deprecated; undefined where there are none. */
  readonly deprecatedImports?: readonly string[];
}

export interface OpaFile extends File {
  readonly kind: 'opa';
  readonly enforcementLevel?: Stated<LevelOf<'opa'>>;
  readonly query?: Stated<string>;
  /** `data.<package>.deny`: the query of a new policy for which nothing states one. */
  readonly derivedQuery: string;
  readonly versions?: RegoVersions;
  /** Where nothing states the query. */
  readonly unstatedQuery?: UnstatedQuery;
}

/** What shows that a file is not of some version of Rego, and where. */
export interface RegoEvidence {
  readonly what: string;
  readonly line: number;
}

/** What keeps OPA from running a file by the rules of a version of Rego. Neither: it means the same by both. */
export interface RegoVersions {
  /** OPA 0.x, unless it is asked for the rules of version 1. */
  readonly notV0: RegoEvidence | undefined;
  /** OPA 1.x, unless it is asked for the rules of version 0. */
  readonly notV1: RegoEvidence | undefined;
  /** The line of `import rego.v1`, which OPA knows since 0.59. */
  readonly importsV1?: number | undefined;
}

/** What becomes of a query that nothing states: the organization's holds, and a new policy gets the derived one. */
export interface UnstatedQuery {
  /** What is wrong with the derived query. */
  readonly byDefault: Problem | undefined;
  /** What is wrong with one that the policy has in the organization. */
  judge(query: string): Problem | undefined;
}

/** A policy as the repository has it. What is left out is stated by nothing. */
export type PolicyFile = SentinelFile | OpaFile;

/** A policy as the organization has it. What the server answers is kept as it is: it may know more kinds and levels. */
export interface Policy {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  /** Missing on releases without `enforcement-level` until code is uploaded. */
  readonly enforcementLevel: string | undefined;
  readonly query: string | null;
  /** Without the stamp. */
  readonly description: string | null;
  readonly stamp: Stamp | undefined;
  /** False when nothing was ever uploaded, as an interrupted run leaves it. */
  readonly hasCode: boolean;
  /** When code was uploaded last, as the server writes it; missing before the first upload. */
  readonly updatedAt: string | undefined;
  /** Missing where the server leaves the relationship out. */
  readonly policySetIds: readonly string[] | undefined;
}

/** Where a policy was published from, as its description says (docs/behavior.md#stamps). */
export interface Stamp {
  /** The run that wrote it; undefined where it was written outside GitHub Actions, or before stamps named runs. */
  readonly run: PublishingRun | undefined;
  readonly owner: string;
  readonly prefix: string;
  /** From the workspace, with `/` between folders. */
  readonly path: string;
  /** Lower-case hexadecimal SHA-256 of the code. */
  readonly sha256: string;
  /** What the server answered to the upload. */
  readonly updatedAt: string;
  /** As it stands in the description. */
  readonly line: string;
}

export interface PolicySet {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly organization: string | undefined;
  /** Holds uploaded versions or follows a VCS repository: takes no individually managed policies. */
  readonly versioned: boolean;
  readonly vcs: boolean;
  readonly policyIds: readonly string[] | undefined;
  /** The version of Sentinel or OPA that it runs, as the server writes it; missing where it names none. */
  readonly toolVersion?: string;
}

export interface NewPolicy {
  readonly name: string;
  readonly kind: PolicyKind;
  readonly enforcementLevel: EnforcementLevel;
  readonly description?: string;
  readonly query?: string;
}

/** A change of a policy's settings: what is left out stays as it is. */
export interface PolicySettings {
  readonly enforcementLevel?: EnforcementLevel;
  /** Always stated, as leaving it out may clear it (docs/terraform-api.md#policies). */
  readonly description: string | null;
  readonly query?: string;
}

/** Whether the policy answers a query: then Terraform has to know which. */
export const hasQuery = (file: PolicyFile): file is OpaFile => 'derivedQuery' in file;

/** What a change touches, in the words of the `policies` output (docs/behavior.md#plan). */
export type ChangedPart = 'code' | 'enforcement-level' | 'description' | 'query' | 'policy-sets' | 'stamp';
