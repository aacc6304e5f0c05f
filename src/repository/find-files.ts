import { lstatSync, realpathSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as glob from '@actions/glob';
import type { FileInputs } from '../inputs/file-inputs.ts';
import type { Patterns } from '../inputs/patterns.ts';
import { type Problem, ProblemsError } from '../model/problem.ts';
import { reason } from './read-file.ts';

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

/**
 * Lists what the patterns select below the folder, sorted by path. A link is followed when it leads to a file
 * inside the workspace; folders behind links are not searched, as they may lie anywhere.
 */
export async function findFiles(
  folder: Folder,
  patterns: Patterns,
): Promise<{ files: FoundFile[]; problems: Problem[] }> {
  const globber = await globberFor(folder.root, patterns);
  const matches = (await globber.glob()).sort(byCodeUnit);
  const found = matches.map((match) => locate(folder, match));
  return {
    files: found.filter((each) => 'location' in each),
    problems: found.filter((each) => 'message' in each),
  };
}

/**
 * Which of these paths the patterns would select if there were files. The paths are from the workspace, and may come
 * from anywhere. Empty files stand in for them below the temporary folder, so that it is the same search that decides.
 *
 * @throws ProblemsError where the temporary folder cannot be used.
 */
export async function selectedPaths(
  { workspace, root }: Folder,
  patterns: Patterns,
  { paths, temporaryFolder }: { readonly paths: readonly string[]; readonly temporaryFolder: string },
): Promise<ReadonlySet<string>> {
  const below = path.relative(workspace, root);
  const stage = await makeStage(temporaryFolder);
  try {
    await mkdir(path.join(stage, below), { recursive: true });
    for (const each of paths) await standIn(stage, each);
    const { files } = await findFiles({ workspace: stage, root: path.join(stage, below) }, patterns);
    const found = new Set(files.map((file) => file.path));
    return new Set(paths.filter((each) => found.has(each)));
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function makeStage(temporaryFolder: string): Promise<string> {
  try {
    return await realpath(await mkdtemp(path.join(temporaryFolder, 'paths-')));
  } catch (error) {
    throw new ProblemsError([
      {
        message: `\`prune\` needs a temporary folder, and ${temporaryFolder} cannot be used: ${reason(error)}`,
        advice: 'Set RUNNER_TEMP or TMPDIR to a folder that exists and that the job may write to.',
      },
    ]);
  }
}

async function standIn(stage: string, file: string): Promise<void> {
  const isPlain = file.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (!isPlain || file.includes('\\') || file.includes('\0')) return;
  try {
    const target = path.join(stage, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, '');
  } catch {
    // No file can have such a name here, so no pattern selects it.
  }
}

/** Those of the patterns that select none of the files. Each that may select more than one file is searched for by itself. */
export async function withoutMatch(
  folder: Folder,
  patterns: Patterns,
  files: readonly FoundFile[],
): Promise<string[]> {
  const below = path.relative(folder.workspace, folder.root).replaceAll(path.sep, '/');
  const paths = new Set(files.map((file) => file.path));
  const unmatched: string[] = [];
  for (const pattern of new Set(patterns.include)) {
    if (paths.has(path.posix.join(below, pattern))) continue;
    if (!(await selectsAny(folder, { ...patterns, include: [pattern] }))) unmatched.push(pattern);
  }
  return unmatched;
}

/** The search ends with the first file that it finds. */
async function selectsAny(folder: Folder, patterns: Patterns): Promise<boolean> {
  const globber = await globberFor(folder.root, patterns);
  for await (const _ of globber.globGenerator()) return true;
  return false;
}

const globberFor = (root: string, patterns: Patterns) =>
  glob.create(patternLines(root, patterns).join('\n'), {
    followSymbolicLinks: false,
    matchDirectories: false,
  });

/** Exclusions come last, since the last pattern that matches decides (docs/github.md#glob-patterns). */
function patternLines(root: string, { include, exclude }: Patterns): string[] {
  const below = (pattern: string) => `${escapeGlob(root)}${path.sep}${pattern}`;
  return [
    ...include.map(below),
    ...exclude.map((pattern) => `!${below(pattern)}`),
    `!${below('**/.git/**')}`,
  ];
}

/** The root is a place, not a pattern: `[` opens a set, `?` and `*` match anything (docs/github.md#glob-patterns). */
const escapeGlob = (text: string) => text.replace(/[[?*]/g, '[$&]');

const byCodeUnit = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Whether a path leads into a `.git` folder, in any spelling that a file system takes for it. */
const isGitData = (relative: string) => relative.toLowerCase().split(path.sep).includes('.git');

/** Undefined where the path leads nowhere. */
function realPathOf(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch {
    return undefined;
  }
}

function isThere(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch {
    return false;
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
      ? wrong('The link leads nowhere.', 'Mend or remove it, or add it to `exclude`.')
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
