import { posix } from 'node:path';
import type { Problem } from '../model/problem.ts';
import type { Configuration } from '../repository/configuration/configuration.ts';
import {
  policyWords,
  type TerraformBlock,
  type TerraformFile,
} from '../repository/configuration/terraform-policies.ts';

/** Defines the policies of a set: a configuration file, or all files with Terraform policies. */
export type SetConfiguration = Configuration | TerraformConfiguration;

/** The contents of all files of a set of Terraform policies, which has no configuration file. */
export interface TerraformConfiguration {
  readonly kind: 'tfpolicy';
  /** Their folder, from the workspace. */
  readonly path: string;
  readonly files: readonly TerraformFile[];
  readonly policies: readonly TerraformBlock[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Identifies a policy in its set. The folder is not needed, because all files are in the same one. */
export const policyId = (block: TerraformBlock): string =>
  `${posix.basename(block.place.file)}: ${policyWords(block)}`;
