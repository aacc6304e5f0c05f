import { lstatSync, realpathSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileInputs } from '../inputs/file-inputs.ts';
import type { Patterns } from '../inputs/patterns.ts';
import { type Problem, ProblemsError } from '../model/problem.ts';
import { matcherOf, patternsWithoutMatch } from './matcher.ts';
import { isThere, type Listing, list, search } from './search.ts';
import { isGitName, UnreadableFolder } from './walk.ts';

/** The folder that patterns are relative to, inside the workspace. Both are real paths, links resolved. */
export interface Folder {
  readonly workspace: string;
  readonly root: string;
}

export interface FoundFile {
  /** From the workspace, with `/` between folders. */
  readonly path: string;
  /** Real location of the file's bytes: the target of a link, inside the workspace. */
  readonly location: string;
}

/** What selects policy files: `policies` less `exclude`. */
export const patternsOf = ({ policies: { include, exclude }, ...inputs }: FileInputs) => ({
  include,
  exclude: [...exclude, ...inputs.exclude],
});

/**
 * Resolves the working directory.
 *
 * @throws ProblemsError where it is missing, no folder, or outside the workspace.
 */
export async function resolveFolder(workspace: string, workingDirectory: string): Promise<Folder> {
  const wrong = (message: string, advice: string) =>
    new ProblemsError([{ message, place: { input: 'working-directory' }, advice }]);
  const real = await realpath(workspace);
  const root = await realpath(path.resolve(real, workingDirectory)).catch(() => undefined);
  const isFolder = root !== undefined && (await stat(root)).isDirectory();
  if (!isFolder) {
    throw wrong(
      `There is no folder "${workingDirectory}" in the workspace.`,
      'Is the repository checked out before this step?',
    );
  }
  if (!isInside(real, root)) {
    throw wrong(`"${workingDirectory}" leads out of the workspace.`, 'Name a folder inside it.');
  }
  return { workspace: real, root };
}

export const isInside = (folder: string, file: string): boolean =>
  file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);

/** Finds one file by its path from the workspace; a problem where there is none to use. */
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
 * @throws ProblemsError where a folder that one of them has to look into cannot be read.
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

/** Where the patterns' folder is, from the workspace, with `/` between folders; empty where it is the workspace. */
export const belowOf = ({ workspace, root }: Folder): string =>
  path.relative(workspace, root).replaceAll(path.sep, '/');

/**
 * Lists what the patterns select below the folder, which was listed for them, sorted by path. A link is followed when it
 * leads to a file inside the workspace; folders behind links are not searched, as they may lie anywhere.
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

/** Which of these paths the patterns would select if there were files. The paths are from the workspace, and may come from anywhere. */
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

/** Whether there may be a file of this path: few systems take longer ones, and to match them would take long. */
function isPlain(file: string): boolean {
  const strange = (part: string) => part === '' || part === '.' || part === '..' || isGitName(part);
  return file.length <= 4096 && !/[\\\0]/.test(file) && !file.split('/').some(strange);
}

/** Those of the patterns that select none of what all of them together select. */
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

/** Whether a path leads into a `.git` folder, in any spelling that a file system takes for it. */
const isGitData = (relative: string) => relative.split(path.sep).some(isGitName);

/** Undefined where the path leads nowhere. */
function realPathOf(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch {
    return undefined;
  }
}

/** Finds a file by its path, which may lead through links inside the workspace. */
function locate(folder: Folder, match: string): FoundFile | Problem {
  const file = path.relative(folder.workspace, match).replaceAll(path.sep, '/');
  const wrong = (message: string, advice: string): Problem => ({ message, place: { file }, advice });
  const location = realPathOf(match);
  if (location === undefined) {
    // What leads nowhere although it is there is a link.
    return isThere(match)
      ? wrong('The link leads nowhere.', 'Correct or remove it, or add it to `exclude`.')
      : wrong('There is no such file.', 'Correct the name.');
  }
  if (!isInside(folder.workspace, location)) {
    return wrong(
      'The path leads out of the workspace through a link.',
      'Put the file itself there, or add it to `exclude`.',
    );
  }
  if (isGitData(path.relative(folder.workspace, location))) {
    return wrong(
      'It is part of Git’s own data, which may hold credentials.',
      'Remove it, or add it to `exclude`.',
    );
  }
  if (!lstatSync(location).isFile()) {
    return wrong('It is no regular file.', 'Remove it, or add it to `exclude`.');
  }
  return { path: file, location };
}
