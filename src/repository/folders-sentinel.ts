import { kindOfFile } from '../model/kinds.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { FoundFile } from './find-files.ts';
import { namedPaths } from './select-sentinel.ts';
import { folderOf } from './selection.ts';

/** A folder with files that a configuration names, from the workspace. */
export interface NamedFolder {
  readonly folder: string;
  /** Whether folders below it count as well. Not if the configuration itself is in one of them. */
  readonly isDeep: boolean;
}

/** The folders of the files that a configuration names (docs/behavior.md#configuration-files). */
export function foldersNamedBy(configuration: Configuration): NamedFolder[] {
  if (configuration.kind !== 'sentinel') return [];
  const own = folderOf(configuration.path);
  const folders = new Set(namedPaths(configuration).map(folderOf));
  return [...folders].map((folder) => ({ folder, isDeep: !isWithin(own, folder) }));
}

/**
 * Returns the paths of the configurations that name other files in a file's folder, or in one above it. If none of them
 * names the file, it was left out on purpose, or its block is commented out. It is not a policy then, even if no
 * configuration is above it.
 */
export function namedFolders(
  configurations: readonly Configuration[],
): (file: FoundFile) => readonly string[] {
  const [direct, deep] = [new Map<string, Set<string>>(), new Map<string, Set<string>>()];
  for (const configuration of configurations) {
    for (const { folder, isDeep } of foldersNamedBy(configuration)) {
      const known = isDeep ? deep : direct;
      known.set(folder, (known.get(folder) ?? new Set()).add(configuration.path));
    }
  }
  // One list for all files of a folder, because there may be thousands of both.
  const known = new Map<string, readonly string[]>();
  return ({ path }) => {
    if (kindOfFile(path) !== 'sentinel') return [];
    const folder = folderOf(path);
    const above = () => foldersFrom(folder).flatMap((each) => [...(deep.get(each) ?? [])]);
    const naming = known.get(folder) ?? [...new Set([...(direct.get(folder) ?? []), ...above()])];
    known.set(folder, naming);
    return naming;
  };
}

const isWithin = (folder: string, outer: string): boolean =>
  outer === '' || folder === outer || folder.startsWith(`${outer}/`);

/** The folder and all above it; the workspace is `''`. */
function foldersFrom(folder: string): string[] {
  const folders = [folder];
  for (let each = folder; each !== ''; each = folderOf(each)) folders.push(folderOf(each));
  return folders;
}
