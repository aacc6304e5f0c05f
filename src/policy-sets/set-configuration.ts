import { posix } from 'node:path';
import type { Problem } from '../model/problem.ts';
import type { Configuration } from '../repository/configuration/configuration.ts';
import {
  policyWords,
  type TerraformBlock,
  type TerraformFile,
} from '../repository/configuration/terraform-policies.ts';

/** What says which policies a set has: a file, or for Terraform's own policies all files that have some. */
export type SetConfiguration = Configuration | TerraformConfiguration;

/** All that the files of a set of Terraform policies say together: there is no configuration beside them. */
export interface TerraformConfiguration {
  readonly kind: 'tfpolicy';
  /** The folder that holds them, from the workspace. */
  readonly path: string;
  readonly files: readonly TerraformFile[];
  readonly policies: readonly TerraformBlock[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** What tells a policy from the others of its set. All files are in one folder, whatever that is called. */
export const policyId = (block: TerraformBlock): string =>
  `${posix.basename(block.place.file)}: ${policyWords(block)}`;
