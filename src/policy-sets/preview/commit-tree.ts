import { posix } from 'node:path';
import { type FileTree, isGitData, LINK_FAULTS, type Target } from '../file-tree.ts';

/** A file, link or submodule of a commit. */
export interface CommitEntry {
  /** From the workspace. */
  readonly place: string;
  readonly type: 'file' | 'link' | 'submodule';
  /** Git ID of the content, which is the target for a link. */
  readonly blob: string;
  /** In bytes, if known. */
  readonly size?: number | undefined;
}

/** Maximum length of a chain of links, as in file systems. */
const MOST_LINKS = 40;

/**
 * The files of a commit, as if it were checked out.
 *
 * @param targetOf returns the target of a link by its ID
 */
export function commitTree(
  entries: readonly CommitEntry[],
  targetOf: (blob: string) => string | undefined,
): FileTree {
  const byPlace = new Map(entries.map((entry) => [entry.place, entry]));
  const folders = foldersIn(entries);
  const resolve = resolver(byPlace, targetOf);
  return {
    list(folder) {
      const children = folders.get(folder);
      if (children === undefined) throw new Error('There is no such folder.');
      return [...children].map(([name, type]) => ({ name, type }));
    },
    follow(link): Target | { readonly fault: string } {
      const place = resolve(link);
      if (place === undefined) return { fault: LINK_FAULTS.nowhere };
      if (place.startsWith('../') || place === '..') return { fault: LINK_FAULTS.outside };
      if (isGitData(place)) return { fault: LINK_FAULTS.git };
      if (folders.has(place)) return { place, type: 'folder' };
      return byPlace.get(place)?.type === 'file' ? { place, type: 'file' } : { fault: LINK_FAULTS.nowhere };
    },
  };
}

type Children = Map<string, 'file' | 'folder' | 'link'>;

function foldersIn(entries: readonly CommitEntry[]): ReadonlyMap<string, Children> {
  const folders = new Map<string, Children>([['', new Map()]]);
  const add = (place: string, type: 'file' | 'folder' | 'link'): void => {
    const folder = place.includes('/') ? place.slice(0, place.lastIndexOf('/')) : '';
    if (!folders.has(folder)) {
      folders.set(folder, new Map());
      add(folder, 'folder');
    }
    folders.get(folder)?.set(place.slice(folder === '' ? 0 : folder.length + 1), type);
  };
  for (const { place, type } of entries) {
    // A submodule that is not checked out is an empty folder.
    if (type === 'submodule') folders.set(place, new Map());
    add(place, type === 'submodule' ? 'folder' : type);
  }
  return folders;
}

/** The path with all links resolved. Undefined if they are circular or not known. */
function resolver(
  byPlace: ReadonlyMap<string, CommitEntry>,
  targetOf: (blob: string) => string | undefined,
): (place: string) => string | undefined {
  return (start) => {
    let [done, rest]: [string, string[]] = ['', start.split('/')];
    for (let links = 0; ; ) {
      const [part, ...others] = rest;
      if (part === undefined) return done;
      const place = posix.normalize(posix.join(done, part));
      const entry = byPlace.get(place);
      if (entry?.type !== 'link') [done, rest] = [place === '.' ? '' : place, others];
      else {
        const target = targetOf(entry.blob);
        links++;
        if (target === undefined || links > MOST_LINKS) return undefined;
        // The target of an absolute link depends on the machine.
        if (target.startsWith('/')) return '..';
        rest = [...target.split('/'), ...others];
      }
      if (done.startsWith('..')) return '..';
    }
  };
}
