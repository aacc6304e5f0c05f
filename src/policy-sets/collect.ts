import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { LeftOut } from '../model/left-out.ts';
import type { Problem } from '../model/problem.ts';
import { type Folder, isInside } from '../repository/find-files.ts';
import { reason } from '../repository/read-file.ts';
import { inArchiveOrder } from './digest.ts';
import { EXCLUDED, Exclusions, foldersOf, NEVER, type PackingRules } from './exclusions.ts';
import { diskTree } from './file-tree.ts';
import { IGNORE_FILE, IgnoreRules } from './ignore-file.ts';
import { readContent, unreadable } from './inspect-packed.ts';
import { LARGE_BYTES, MAX_BYTES, MAX_IGNORE_FILE_BYTES, MEBIBYTE } from './limits.ts';
import { movedContent, movedPath } from './move.ts';
import { collisionKey, nameProblem } from './names.ts';
import type { PackedFile } from './packed-file.ts';
import { readWhole } from './read-packed.ts';
import { type SelectedFile, type SelectedFiles, selectFiles } from './select-files.ts';

export interface Collected {
  /** In the order of the archive. */
  readonly files: readonly PackedFile[];
  /** Files that are not packed. A folder that is left out as a whole is listed once, with a `/` at the end. */
  readonly ignored: readonly LeftOut[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Files, from the workspace, that are Git LFS pointers. `problems` contains one problem for all of them. */
  readonly pointers: ReadonlySet<string>;
}

/**
 * Lists the files of a policy set's folder that are packed, and the problems with them
 * (docs/policy-sets.md#what-is-packed). Synchronous. Takes time proportional to the number and size of the files.
 *
 * @param folder `root` is the folder that is packed
 */
export function collect(folder: Folder, rules: PackingRules): Collected {
  const ignoreFile = readIgnoreFile(folder);
  const root = relative(folder.workspace, folder.root).replaceAll(sep, '/');
  const listing = selectFiles(diskTree(folder.workspace), root, new Exclusions(rules, ignoreFile.rules));
  const found = listing.files.map((file) => listed(file, folder, rules));
  const files = inArchiveOrder(found.flatMap((each) => ('message' in each ? [] : each)));
  const large = sizeProblem(files, MAX_BYTES);
  // If the folder is too large, its files are not read.
  const read = large === undefined ? readAll(files, rules) : { files: [], problems: [large], pointers: [] };
  const warning = large === undefined ? sizeProblem(files, LARGE_BYTES) : undefined;
  return {
    files: read.files,
    ignored: [...listing.ignored.values()],
    problems: [
      ...ignoreFile.problems,
      ...listing.problems,
      ...namedProblems(listing, rules),
      ...found.flatMap((each) => ('message' in each ? each : [])),
      ...files.flatMap(({ path, file }) => nameProblem(path, file) ?? []),
      ...collisions(files),
      ...read.problems,
    ],
    warnings: warning === undefined ? [] : [warning],
    pointers: new Set(read.pointers),
  };
}

type ListedFile = Omit<PackedFile, 'blob'>;

/** In JavaScript, a name that is not valid UTF-8 becomes a different name, and no file has that name. */
function listed(
  { path, file, place }: SelectedFile,
  { workspace }: Folder,
  { executables, move }: PackingRules,
): ListedFile | Problem {
  const packed = { path: movedPath(path, move), file, mode: modeOf(path, executables) };
  const content = movedContent(path, move);
  if (content !== undefined) return { ...packed, bytes: { content }, size: content.length };
  const location = join(workspace, place);
  try {
    return { ...packed, bytes: { location }, size: statSync(location).size };
  } catch (error) {
    return nameProblem(path, file) ?? unreadable(file, error);
  }
}

export const modeOf = (path: string, executables: PackingRules['executables']): PackedFile['mode'] =>
  executables.has(path) ? 0o755 : 0o644;

interface IgnoreFile {
  readonly rules: IgnoreRules;
  readonly problems: readonly Problem[];
}

const NO_RULES = new IgnoreRules('');

/** The rules of the folder's ignore file, if they can be read. */
export const ignoreRulesOf = (folder: Folder): IgnoreRules => readIgnoreFile(folder).rules;

/** Any text is valid. A file that cannot be read is an error and excludes nothing. */
function readIgnoreFile({ workspace, root }: Folder): IgnoreFile {
  const location = join(root, IGNORE_FILE);
  const file = relative(workspace, location).replaceAll(sep, '/');
  const failed = (message: string): IgnoreFile => ({
    rules: NO_RULES,
    problems: [{ message, place: { file }, advice: 'Fix or remove it.' }],
  });
  try {
    const real = existsSync(location) ? realpathSync.native(location) : undefined;
    // The listing reports a broken link, and one to a target outside the workspace.
    if (real === undefined || !isInside(workspace, real)) return { rules: NO_RULES, problems: [] };
    const { size } = statSync(real);
    if (size > MAX_IGNORE_FILE_BYTES)
      return failed(`The file is ${size} bytes; the limit is ${MAX_IGNORE_FILE_BYTES} (1 MiB).`);
    return {
      rules: new IgnoreRules(readWhole({ bytes: { location: real }, size }).toString()),
      problems: [],
    };
  } catch (error) {
    return failed(`The file cannot be read: ${reason(error)}`);
  }
}

function readAll(files: readonly ListedFile[], rules: PackingRules) {
  const secrets = secretBytes(rules.secrets);
  const packed: PackedFile[] = [];
  const problems: Problem[] = [];
  const pointers: string[] = [];
  for (const file of files) {
    const content = readContent(file, secrets);
    if ('message' in content) {
      problems.push(content);
      continue;
    }
    if (content.holdsSecret) problems.push(holdsSecret(file));
    if (content.isLfsPointer) pointers.push(file.file);
    packed.push({ ...file, blob: content.blob });
  }
  if (pointers.length > 0) problems.push(lfsPointers(pointers));
  return { files: packed, problems, pointers };
}

/** The bytes of each secret in UTF-8, and in UTF-16, which PowerShell writes. */
function secretBytes(secrets: readonly string[]): Buffer[] {
  return secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => {
      const wide = Buffer.from(secret, 'utf16le');
      return [Buffer.from(secret), wide, Buffer.from(wide).swap16()];
    });
}

/** Names only the file, because the position would reveal something about the secret. */
const holdsSecret = ({ file }: ListedFile): Problem => ({
  message: 'The file contains a secret that this run uses, such as the API token.',
  place: { file },
  advice: 'Remove the secret from the file and rotate it, or add the file to `exclude`.',
});

function lfsPointers(files: readonly string[]): Problem {
  const [first = ''] = files;
  return {
    message:
      files.length === 1
        ? 'The file is a Git LFS pointer instead of the content.'
        : `${files.length} files are Git LFS pointers instead of the content:`,
    place: { file: first },
    ...(files.length === 1 ? {} : { items: shortened(files) }),
    advice: 'Set `lfs: true` for actions/checkout.',
  };
}

const SHOWN = 10;

function shortened(texts: readonly string[]): string[][] {
  const rest = texts.length - SHOWN;
  return [...texts.slice(0, SHOWN), ...(rest > 0 ? [`${rest} more`] : [])].map((text) => [text]);
}

/** Sources in the configuration that are left out. Missing files are reported elsewhere. */
function namedProblems({ ignored }: SelectedFiles, { named }: PackingRules): Problem[] {
  return [...named].flatMap(([path, place]) => {
    const leftOut = [path, ...foldersOf(path).map((each) => `${each}/`)].flatMap(
      (each) => ignored.get(each) ?? [],
    );
    const [first] = leftOut;
    if (first === undefined) return [];
    return {
      message: `The configuration uses ${path}, but it is not packed: ${first.path} ${first.why}.`,
      place,
      advice: `Runs that need it would fail. ${howToPack(first.why)}`,
    };
  });
}

function howToPack(why: string): string {
  if (why === NEVER) return 'Move what may be uploaded to a file with another name, and use that file.';
  const where = why === EXCLUDED ? '`exclude`' : '`.terraformignore`';
  return `Change ${where} so that the file is packed, or use another file.`;
}

/** Pairs of paths that are the same path on some file systems. */
function collisions(files: readonly ListedFile[]): Problem[] {
  const seen = new Map<string, ListedFile>();
  const pairs: (readonly [ListedFile, ListedFile])[] = [];
  for (const file of files) {
    const key = collisionKey(file.path);
    const other = seen.get(key);
    if (other === undefined) seen.set(key, file);
    else pairs.push([other, file]);
  }
  const [pair] = pairs;
  if (pair === undefined) return [];
  return [
    {
      message:
        'Some paths differ only in letter case or in the encoding of accents, and cannot be unpacked on every system:',
      place: { file: pair[1].file },
      items: shortened(pairs.map(([a, b]) => `${a.file} and ${b.file}`)),
      advice: 'Rename or remove one of each pair.',
    },
  ];
}

const LARGEST = 3;

/** Undefined if the total size is within the limit. */
function sizeProblem(files: readonly ListedFile[], most: number): Problem | undefined {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total <= most) return undefined;
  const largest = [...files].sort((a, b) => b.size - a.size).slice(0, LARGEST);
  const [{ file } = { file: '' }] = largest;
  const limit = most === MAX_BYTES ? `; the limit is ${mebibytes(most)}` : '';
  return {
    message: `The files of the policy set are ${mebibytes(total)} in total${limit}. The largest are:`,
    place: { file },
    items: largest.map((each) => [`${each.file} (${mebibytes(each.size)})`]),
    advice: 'Add files that no policy needs to `exclude` or `.terraformignore`.',
  };
}

const mebibytes = (bytes: number) => `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
