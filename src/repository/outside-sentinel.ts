import path from 'node:path';
import type { FileInputs } from '../inputs/file-inputs.ts';
import { literalPattern } from '../inputs/patterns.ts';
import { KINDS } from '../model/kinds.ts';
import type { Configuration } from './configuration/configuration.ts';
import { type Folder, type FoundFile, findFiles, listFolder } from './find-files.ts';
import { foldersNamedBy, namedFolders } from './folders-sentinel.ts';

/**
 * The Sentinel files outside the working directory that a configuration inside it decides about: those in the folders of
 * its sources. `exclude` applies relative to the workspace. None if `policies` is set
 * (docs/behavior.md#configuration-files).
 */
export async function outsideCandidates(
  folder: Folder,
  { hasDefaultPolicies, exclude }: FileInputs,
  configurations: readonly Configuration[],
): Promise<FoundFile[]> {
  const below = path.relative(folder.workspace, folder.root).replaceAll(path.sep, '/');
  if (!hasDefaultPolicies || below === '') return [];
  const isOutside = (each: string) => each !== below && !`${each}/`.startsWith(`${below}/`);
  const include = configurations
    .flatMap(foldersNamedBy)
    .filter((named) => isOutside(named.folder))
    .map((named) => patternOf(named.folder, named.isDeep));
  if (include.length === 0) return [];
  const whole = { workspace: folder.workspace, root: folder.workspace };
  const patterns = { include: [...new Set(include)], exclude };
  const { files } = await findFiles(listFolder(whole, [patterns]), patterns);
  const naming = namedFolders(configurations);
  // Files that cannot be used are reported for the block that names them.
  return files.filter((file) => isOutside(file.path) && naming(file).length > 0);
}

const patternOf = (folder: string, isDeep: boolean): string =>
  `${folder === '' ? '' : `${literalPattern(folder)}/`}${isDeep ? '**/' : ''}*${KINDS.sentinel.ending}`;
