import { type Dirent, readdirSync } from 'node:fs';
import path from 'node:path';
import { reason } from './read-file.ts';

/** What a folder holds. A link is what it is itself, wherever it leads. */
export interface Entry {
  /** From the root of the walk, with `/` between folders. */
  readonly path: string;
  /** `other` is a pipe, a socket or a device. */
  readonly type: 'file' | 'folder' | 'link' | 'other';
}

/** A folder that cannot be read: its path as in `Entry`, empty for the root. */
export class UnreadableFolder extends Error {
  override readonly name = 'UnreadableFolder';
  readonly folder: string;

  constructor(folder: string, cause: unknown) {
    super(`The folder cannot be read. ${reason(cause)}`, { cause });
    this.folder = folder;
  }
}

/** What to do with a folder that cannot be read. */
type Unreadable = (failure: UnreadableFolder) => void;

/**
 * Lists what is below the root, in the order of the code units of the paths, where a folder's ends in `/`. A folder is
 * listed whether it is entered or not; a link is never followed. Whatever is called `.git`, in any spelling that a file
 * system takes for it, is neither listed nor entered.
 *
 * Nothing here waits: to hand each folder to another thread costs many times what it takes to read it. Node's own
 * recursive `readdir` would follow links to folders.
 *
 * @param enters Whether to look into a folder, by its path from the root.
 * @throws UnreadableFolder, unless it is given what to do with one.
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

/** The same for who keeps little of it: to hold on to all of a large tree takes longer than to read it. */
export function visit(root: string, { enters, see, unreadable = raise }: Visitor): void {
  // Trees may be deeper than the stack is. The next in order is the last.
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

/** Last in order comes first. */
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

/** Paths are ordered as wholes, and what is in a folder has a `/` behind the folder's name. */
const isBefore = (a: Dirent, b: Dirent): boolean => keyOf(a) < keyOf(b);

const keyOf = (entry: Dirent) => (entry.isDirectory() ? `${entry.name}/` : entry.name);

function typeOf(entry: Dirent): Entry['type'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** Whether it is the name of Git’s own data, in any spelling that a file system takes for it. */
export const isGitName = (name: string): boolean => name.length === 4 && name.toLowerCase() === '.git';
