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
  /** What is not packed. A folder of which nothing is packed is listed once and ends in `/`. */
  readonly ignored: readonly LeftOut[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Files, from the workspace, that are pointers of Git LFS, of which `problems` has one for all. */
  readonly pointers: ReadonlySet<string>;
}

/**
 * Lists what is packed of a policy set's folder, and what is wrong with it (docs/policy-sets.md#what-is-packed).
 *
 * Takes time that grows with the number of files and their bytes. Nothing here waits.
 *
 * @param folder `root` is the folder that is packed.
 */
export function collect(folder: Folder, rules: PackingRules): Collected {
  const ignoreFile = readIgnoreFile(folder);
  const root = relative(folder.workspace, folder.root).replaceAll(sep, '/');
  const listing = selectFiles(diskTree(folder.workspace), root, new Exclusions(rules, ignoreFile.rules));
  const found = listing.files.map((file) => listed(file, folder, rules));
  const files = inArchiveOrder(found.flatMap((each) => ('message' in each ? [] : each)));
  const large = sizeProblem(files, MAX_BYTES);
  // What is too large as a whole is not read at all.
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

/** A name that is not valid UTF-8 is another one in JavaScript, by which there is no file. */
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

/** Any text is valid; what cannot be read leaves nothing out, and is an error. */
function readIgnoreFile({ workspace, root }: Folder): IgnoreFile {
  const location = join(root, IGNORE_FILE);
  const file = relative(workspace, location).replaceAll(sep, '/');
  const failed = (message: string): IgnoreFile => ({
    rules: NO_RULES,
    problems: [{ message, place: { file }, advice: 'Correct or remove it.' }],
  });
  try {
    const real = existsSync(location) ? realpathSync.native(location) : undefined;
    // A link that leads nowhere or out of the workspace is an error of the listing.
    if (real === undefined || !isInside(workspace, real)) return { rules: NO_RULES, problems: [] };
    const { size } = statSync(real);
    if (size > MAX_IGNORE_FILE_BYTES)
      return failed(`It has ${size} bytes; at most ${MAX_IGNORE_FILE_BYTES} (1 MiB) are read.`);
    return {
      rules: new IgnoreRules(readWhole({ bytes: { location: real }, size }).toString()),
      problems: [],
    };
  } catch (error) {
    return failed(`The file cannot be read. ${reason(error)}`);
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

/** What a secret is in a file: text is UTF-8, or UTF-16, as PowerShell writes it. */
function secretBytes(secrets: readonly string[]): Buffer[] {
  return secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => {
      const wide = Buffer.from(secret, 'utf16le');
      return [Buffer.from(secret), wide, Buffer.from(wide).swap16()];
    });
}

/** Names the file only: where in it the secret is would say something of the secret. */
const holdsSecret = ({ file }: ListedFile): Problem => ({
  message: 'The file holds a secret that this run uses, such as the API token.',
  place: { file },
  advice: 'Remove the secret from it and replace the secret, or add the file to `exclude`.',
});

function lfsPointers(files: readonly string[]): Problem {
  const [first = ''] = files;
  return {
    message:
      files.length === 1
        ? 'The file is a pointer of Git LFS in place of its content.'
        : `${files.length} files are pointers of Git LFS in place of their contents:`,
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

/** Sources that the configuration names and that are left out. What is not there at all is not spoken of here. */
function namedProblems({ ignored }: SelectedFiles, { named }: PackingRules): Problem[] {
  return [...named].flatMap(([path, place]) => {
    const leftOut = [path, ...foldersOf(path).map((each) => `${each}/`)].flatMap(
      (each) => ignored.get(each) ?? [],
    );
    const [first] = leftOut;
    if (first === undefined) return [];
    return {
      message: `The configuration names ${path}, which is not packed: ${first.path} ${first.why}.`,
      place,
      advice: `Every run that needs it would fail. ${howToPack(first.why)}`,
    };
  });
}

function howToPack(why: string): string {
  if (why === NEVER) return 'Keep what may be uploaded in a file of another name, and name that one.';
  const where = why === EXCLUDED ? '`exclude`' : '`.terraformignore`';
  return `Correct ${where} so that the file is packed, or name another file.`;
}

/** Pairs of paths that a file system may take for one. */
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
        'Paths differ only in letter case or in how accents are encoded, which not every system can unpack:',
      place: { file: pair[1].file },
      items: shortened(pairs.map(([a, b]) => `${a.file} and ${b.file}`)),
      advice: 'Rename or remove one of each.',
    },
  ];
}

const LARGEST = 3;

/** Undefined where the files together have no more than so many bytes. */
function sizeProblem(files: readonly ListedFile[], most: number): Problem | undefined {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total <= most) return undefined;
  const largest = [...files].sort((a, b) => b.size - a.size).slice(0, LARGEST);
  const [{ file } = { file: '' }] = largest;
  const limit = most === MAX_BYTES ? `; at most ${mebibytes(most)} can be published` : '';
  return {
    message: `The files of the policy set have ${mebibytes(total)} together${limit}. The largest:`,
    place: { file },
    items: largest.map((each) => [`${each.file} (${mebibytes(each.size)})`]),
    advice: 'Add what no policy needs to `exclude` or `.terraformignore`.',
  };
}

const mebibytes = (bytes: number) => `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
