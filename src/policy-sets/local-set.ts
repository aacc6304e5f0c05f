import type { EnforcementLevel, PolicyKind } from '../model/kinds.ts';
import type { RegoVersions } from '../model/policy.ts';
import type { PolicySetReference } from '../model/policy-set.ts';
import type { Place, Problem } from '../model/problem.ts';
import type { SetFolder } from '../model/set-folder.ts';
import type { UsedFeature } from './check/sentinel-features.ts';
import type { Exclusions, PackingRules } from './exclusions.ts';
import type { IgnoreRules } from './ignore-file.ts';
import type { MovedConfiguration } from './move.ts';
import type { PackedFile } from './packed-file.ts';
import type { SetConfiguration } from './set-configuration.ts';

/** A folder of the repository that is to be the content of a policy set, from the workspace, read and checked. */
export interface LocalSet extends SetFolder {
  readonly reference: PolicySetReference;
  readonly kind: PolicyKind;
  /** Its sources are relative to the root of the archive, those of Terraform's own policies to their folder. */
  readonly configuration: SetConfiguration;
  /** How it is packed at the root of the archive; undefined where it is packed as it is. */
  readonly moved?: MovedConfiguration | undefined;
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
  readonly rego: readonly RegoFile[];
  /** What it has that not every version of Sentinel knows. */
  readonly features: readonly UsedFeature[];
  /** What the files that are run need of each other, by path in the archive. */
  readonly needs: Needs;
  /** The parameters that the files of its policies and modules declare, by path in the archive. */
  readonly params: ReadonlyMap<string, readonly string[]>;
  /**
   * Which files would need one that is not there now, or that was another one, by path in the archive.
   *
   * @param text of that file; undefined where it is not known
   */
  readonly usersOf: (path: string, text: string | undefined) => Promise<readonly string[]>;
  /** What is left out by the rules of this run, with a configuration and an ignore file that may be of another time. */
  readonly exclusionsWith: (packing: Pick<PackingRules, 'named' | 'move'>, ignore: IgnoreRules) => Exclusions;
}

export interface RegoFile {
  /** From the workspace. */
  readonly file: string;
  readonly versions: RegoVersions;
}

/**
 * By path in the archive of a file that is run, what it needs: paths of files, and the words for what the configuration
 * provides, `module "tags"`.
 */
export type Needs = ReadonlyMap<string, readonly string[]>;

/** A policy of a set, as its configuration has it. */
export interface SetPolicy {
  /** What tells it from the others of its set: its name, where that is enough. */
  readonly id: string;
  readonly name: string;
  /** What it is called in reports where its name alone does not say enough. */
  readonly title?: string;
  readonly kind: PolicyKind;
  /** Its file, from the workspace, or the address that its code comes from; undefined where neither is known. */
  readonly path: string | undefined;
  /** Stated, or the kind's default; undefined where only a run can say. */
  readonly enforcementLevel: EnforcementLevel | undefined;
  /** What decides it where the policy does not state it: `default`, or an expression. Undefined of kinds that have no other. */
  readonly levelFrom?: string | undefined;
  /** Where it stands in the configuration. */
  readonly place: Place;
  /** What of the archive Terraform runs for it, by path; what that needs is in `needs`. */
  readonly entries: readonly string[];
}

export interface UnsetParameter {
  readonly name: string;
  readonly place: Place;
}
