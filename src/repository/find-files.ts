import { lstatSync, realpathSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileInputs } from '../inputs/file-inputs.ts';
import type { Patterns } from '../inputs/patterns.ts';
import { type Problem, ProblemsError } from '../model/problem.ts';
import { matcherOf, patternsWithoutMatch } from './matcher.ts';
import { isThere, type Listing, list, search } from './search.ts';
import { isGitName, UnreadableFolder } from './walk.ts';

/** The folder that patterns are relative to, inside the workspace. Both are real paths, with links resolved. */
export interface Folder {
  readonly workspace: string;
  readonly root: string;
}

export interface FoundFile {
  /** From the workspace, with `/` between folders. */
  readonly path: string;
  /** Real path of the file: the target of a link, inside the workspace. */
  readonly location: string;
}

/** The patterns of policy files: `policies` minus `exclude`. */
export const patternsOf = ({ policies: { include, exclude }, ...inputs }: FileInputs) => ({
  include,
  exclude: [...exclude, ...inputs.exclude],
});

/**
 * Resolves the working directory.
 *
 * @throws ProblemsError if it is missing, not a folder, or outside the workspace
 */
export async function resolveFolder(workspace: string, workingDirectory: string): Promise<Folder> {
  const wrong = (message: string, advice: string) =>
    new ProblemsError([{ message, place: { input: 'working-directory' }, advice }]);
  const real = await realpath(workspace);
  const root = await realpath(path.resolve(real, workingDirectory)).catch(() => undefined);
  const isFolder = root !== undefined && (await stat(root)).isDirectory();
  if (!isFolder) {
    throw wrong(
      `Folder "${workingDirectory}" does not exist in the workspace.`,
      'Check that the repository is checked out before this step.',
    );
  }
  if (!isInside(real, root)) {
    throw wrong(`"${workingDirectory}" is outside the workspace.`, 'Use a folder inside the workspace.');
  }
  return { workspace: real, root };
}

export const isInside = (folder: string, file: string): boolean =>
  file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);

/** Finds a file by its path from the workspace. A problem if it does not exist or cannot be used. */
export type Locate = (path: string) => FoundFile | Problem;

export const locatorOf =
  (folder: Folder): Locate =>
  (file) =>
    locate(folder, path.join(folder.workspace, file));

/** A folder that was listed for some searches. */
export interface ListedFolder extends Folder {
  readonly listing: Listing;
}

/**
 * Lists the folder for these searches, once for all of them.
 *
 * @throws ProblemsError if a folder that one of them must search cannot be read
 */
export function listFolder(folder: Folder, searches: readonly Patterns[]): ListedFolder {
  try {
    return { ...folder, listing: list(folder.root, searches) };
  } catch (error) {
    if (!(error instanceof UnreadableFolder)) throw error;
    const file = path.posix.join(belowOf(folder), error.folder);
    const advice = 'Make it readable, or add it to `exclude`.';
    throw new ProblemsError([{ message: error.message, place: { file }, advice }]);
  }
}

/** The path of the folder from the workspace, with `/` between folders. Empty if it is the workspace. */
export const belowOf = ({ workspace, root }: Folder): string =>
  path.relative(workspace, root).replaceAll(path.sep, '/');

/**
 * Finds the files that the patterns select in a folder that was listed for them, sorted by path. Links to files inside
 * the workspace are followed. Links to folders are not, because they may lead anywhere.
 */
export async function findFiles(
  folder: ListedFolder,
  patterns: Patterns,
): Promise<{ files: FoundFile[]; problems: Problem[] }> {
  const matches = await search(folder.listing, patterns);
  const found = matches.map((match) => locate(folder, path.join(folder.root, match)));
  return {
    files: found.filter((each) => 'location' in each),
    problems: found.filter((each) => 'message' in each),
  };
}

/** The paths that the patterns would select if the files existed. Paths are from the workspace and not trusted. */
export function selectedPaths(
  folder: Folder,
  patterns: Patterns,
  paths: readonly string[],
): ReadonlySet<string> {
  const { matches } = matcherOf(patterns);
  const below = belowOf(folder);
  const prefix = below === '' ? '' : `${below}/`;
  const selected = (file: string) =>
    isPlain(file) && file.startsWith(prefix) && matches(file.slice(prefix.length));
  return new Set(paths.filter(selected));
}

/** Whether this can be the path of a file. Few systems support longer paths, and matching them takes long. */
function isPlain(file: string): boolean {
  const strange = (part: string) => part === '' || part === '.' || part === '..' || isGitName(part);
  return file.length <= 4096 && !/[\\\0]/.test(file) && !file.split('/').some(strange);
}

/** The patterns that match none of the selected paths. */
export function withoutMatch(
  folder: Folder,
  include: readonly string[],
  selected: readonly string[],
): string[] {
  const below = belowOf(folder);
  return patternsWithoutMatch(
    include,
    selected.map((file) => path.posix.relative(below, file)),
  );
}

/** Whether a path leads into a `.git` folder, in any spelling that a file system accepts. */
const isGitData = (relative: string) => relative.split(path.sep).some(isGitName);

/** Undefined if the path does not exist. */
function realPathOf(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch {
    return undefined;
  }
}

/** Finds a file by its path, which may contain links inside the workspace. */
function locate(folder: Folder, match: string): FoundFile | Problem {
  const file = path.relative(folder.workspace, match).replaceAll(path.sep, '/');
  const wrong = (message: string, advice: string): Problem => ({ message, place: { file }, advice });
  const location = realPathOf(match);
  if (location === undefined) {
    // If it exists but has no target, it is a link.
    return isThere(match)
      ? wrong('Broken symbolic link.', 'Fix or remove it, or add it to `exclude`.')
      : wrong('The file does not exist.', 'Correct the name.');
  }
  if (!isInside(folder.workspace, location)) {
    return wrong(
      'The path leads out of the workspace through a symbolic link.',
      'Replace the link with the file, or add it to `exclude`.',
    );
  }
  if (isGitData(path.relative(folder.workspace, location))) {
    return wrong(
      'The file is part of Git’s own data, which may contain credentials.',
      'Remove it, or add it to `exclude`.',
    );
  }
  if (!lstatSync(location).isFile()) {
    return wrong('Not a regular file.', 'Remove it, or add it to `exclude`.');
  }
  return { path: file, location };
}
