import type { EnforcementLevel, PolicyKind } from '../model/kinds.ts';
import type { RegoVersions } from '../model/policy.ts';
import type { PolicySetReference } from '../model/policy-set.ts';
import type { Place, Problem } from '../model/problem.ts';
import type { PackedFile } from './packed-file.ts';

/** A folder of the repository that is to be the content of a policy set, read and checked. */
export interface LocalSet {
  readonly reference: PolicySetReference;
  /** From the workspace, with `/` between folders; empty: the workspace itself. */
  readonly folder: string;
  readonly kind: PolicyKind;
  /** The configuration file, from the workspace. */
  readonly configuration: string;
  /** In the order of the archive. */
  readonly files: readonly PackedFile[];
  /** What the folder holds and is not packed. */
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
  /** Lower-case hexadecimal SHA-256 of what is packed. */
  readonly digest: string;
  readonly policies: readonly SetPolicy[];
  /** What reading the code found: no reason to refuse content that the policy set has already. */
  readonly findings: readonly Problem[];
  /** Parameters that its policies declare without a default, and that the configuration gives no value. */
  readonly unsetParameters: readonly UnsetParameter[];
  /** What its Rego files ask of OPA, each with its file. */
  readonly rego: readonly { readonly file: string; readonly versions: RegoVersions }[];
}

/** A policy of a set, as its configuration has it. */
export interface SetPolicy {
  readonly name: string;
  readonly kind: PolicyKind;
  /** Its file, from the workspace, or the address that its code comes from; undefined where neither is known. */
  readonly path: string | undefined;
  /** Stated, or the kind's default. */
  readonly enforcementLevel: EnforcementLevel;
  /** Where it stands in the configuration. */
  readonly place: Place;
}

export interface UnsetParameter {
  readonly name: string;
  readonly place: Place;
}
