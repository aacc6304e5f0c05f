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

/** A folder to publish as the content of a policy set, from the workspace, read and checked. */
export interface LocalSet extends SetFolder {
  readonly reference: PolicySetReference;
  readonly kind: PolicyKind;
  /** Sources are relative to the root of the archive; those of Terraform policies to their folder. */
  readonly configuration: SetConfiguration;
  /** How the configuration is packed at the root of the archive. Undefined if it is packed unchanged. */
  readonly moved?: MovedConfiguration | undefined;
  /** In the order of the archive. */
  readonly files: readonly PackedFile[];
  /** Files in the folder that are not packed. */
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
  /** Lower-case hexadecimal SHA-256 of what is packed. */
  readonly digest: string;
  readonly policies: readonly SetPolicy[];
  /** Findings in the code. They are warnings if the policy set already has this content. */
  readonly findings: readonly Problem[];
  /** Parameters that its policies declare without a default and the configuration does not set. */
  readonly unsetParameters: readonly UnsetParameter[];
  /** The Rego versions of its files. */
  readonly rego: readonly RegoFile[];
  /** Features that not every version of Sentinel supports. */
  readonly features: readonly UsedFeature[];
  /** Dependencies between the files that are run, by path in the archive. */
  readonly needs: Needs;
  /** The parameters that policies and modules declare, by path in the archive. */
  readonly params: ReadonlyMap<string, readonly string[]>;
  /**
   * The files that depend on a removed file, or on an earlier version of a changed one. Paths are in the archive.
   *
   * @param text of that file. Undefined if it is not known
   */
  readonly usersOf: (path: string, text: string | undefined) => Promise<readonly string[]>;
  /** The exclusions of this run for another configuration and ignore file, such as those of an earlier commit. */
  readonly exclusionsWith: (packing: Pick<PackingRules, 'named' | 'move'>, ignore: IgnoreRules) => Exclusions;
}

export interface RegoFile {
  /** From the workspace. */
  readonly file: string;
  readonly versions: RegoVersions;
}

/**
 * The dependencies of each file that is run, by its path in the archive: paths of files, and what the configuration
 * provides, such as `module "tags"`.
 */
export type Needs = ReadonlyMap<string, readonly string[]>;

/** A policy of a set, as defined by its configuration. */
export interface SetPolicy {
  /** Unique in its set. The name, if that is unique. */
  readonly id: string;
  readonly name: string;
  /** Its name in reports, if the name alone is not clear. */
  readonly title?: string;
  readonly kind: PolicyKind;
  /** Its file, from the workspace, or the URL of its code. Undefined if neither is known. */
  readonly path: string | undefined;
  /** Stated, or the default of the kind. Undefined if it is only known in a run. */
  readonly enforcementLevel: EnforcementLevel | undefined;
  /** Where the level comes from if it is not stated: `default` or an expression. Only for kinds with expressions. */
  readonly levelFrom?: string | undefined;
  /** Its place in the configuration. */
  readonly place: Place;
  /** Paths in the archive of the files that Terraform runs for it. Their dependencies are in `needs`. */
  readonly entries: readonly string[];
}

export interface UnsetParameter {
  readonly name: string;
  readonly place: Place;
}
