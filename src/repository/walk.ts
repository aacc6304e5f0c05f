import { type Dirent, readdirSync } from 'node:fs';
import path from 'node:path';
import { reason } from './read-file.ts';

/** An entry of a folder. Links are not followed. */
export interface Entry {
  /** From the root of the walk, with `/` between folders. */
  readonly path: string;
  /** `other` is a pipe, a socket or a device. */
  readonly type: 'file' | 'folder' | 'link' | 'other';
}

/** A folder that cannot be read. Its path is as in `Entry`, empty for the root. */
export class UnreadableFolder extends Error {
  override readonly name = 'UnreadableFolder';
  readonly folder: string;

  constructor(folder: string, cause: unknown) {
    super(`The folder cannot be read: ${reason(cause)}`, { cause });
    this.folder = folder;
  }
}

/** What to do with a folder that cannot be read. */
type Unreadable = (failure: UnreadableFolder) => void;

/**
 * Lists everything below the root, ordered by the code units of the paths, with `/` at the end of folders. Folders are
 * listed whether they are entered or not. Links are not followed. `.git`, in any spelling that a file system accepts, is
 * neither listed nor entered.
 *
 * Synchronous, because passing each folder to another thread takes many times as long as reading it. Node's recursive
 * `readdir` would follow links to folders.
 *
 * @param enters whether to enter a folder, by its path from the root
 * @throws UnreadableFolder unless `unreadable` is given
 */
export function walk(root: string, enters: (folder: string) => boolean, unreadable?: Unreadable): Entry[] {
  const entries: Entry[] = [];
  visit(root, { enters, see: (entry) => entries.push(entry), unreadable });
  return entries;
}

export interface Visitor {
  readonly enters: (folder: string) => boolean;
  readonly see: (entry: Entry) => void;
  readonly unreadable?: Unreadable | undefined;
}

/** The same with a callback. Keeping all entries of a large tree takes longer than reading it. */
export function visit(root: string, { enters, see, unreadable = raise }: Visitor): void {
  // Not recursive, because trees may be deeper than the stack. The next entry is the last one.
  const pending = children(root, '', unreadable);
  for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
    see(entry);
    if (entry.type !== 'folder' || !enters(entry.path)) continue;
    for (const child of children(root, entry.path, unreadable)) pending.push(child);
  }
}

function raise(failure: UnreadableFolder): never {
  throw failure;
}

/** In reverse order. */
function children(root: string, folder: string, unreadable: Unreadable): Entry[] {
  const place = folder === '' ? root : path.join(root, folder);
  const prefix = folder === '' ? '' : `${folder}/`;
  let found: Dirent[];
  try {
    found = readdirSync(place, { withFileTypes: true });
  } catch (error) {
    unreadable(new UnreadableFolder(folder, error));
    return [];
  }
  return found
    .filter(({ name }) => !isGitName(name))
    .sort((a, b) => (isBefore(a, b) ? 1 : -1))
    .map((each) => ({ path: prefix + each.name, type: typeOf(each) }));
}

/** Whole paths are compared, so a folder's name is compared with a `/` after it. */
const isBefore = (a: Dirent, b: Dirent): boolean => keyOf(a) < keyOf(b);

const keyOf = (entry: Dirent) => (entry.isDirectory() ? `${entry.name}/` : entry.name);

function typeOf(entry: Dirent): Entry['type'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** Whether this is `.git`, in any spelling that a file system accepts. */
export const isGitName = (name: string): boolean => name.length === 4 && name.toLowerCase() === '.git';
