import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { isInside } from '../repository/find-files.ts';
import { type Entry, walk } from '../repository/walk.ts';

/** Files and folders by their places, which are from the workspace, with `/` between folders; empty for the workspace. */
export interface FileTree {
  /** What a folder holds. Git's own data is not part of it. @throws Error in words */
  list(folder: string): readonly { readonly name: string; readonly type: Entry['type'] }[];
  /** What a link leads to, all links on the way followed; or why that is nothing to pack, as a sentence. */
  follow(link: string): Target | { readonly fault: string };
}

/** A place behind no link. */
export interface Target {
  readonly place: string;
  readonly type: 'file' | 'folder';
}

export const LINK_FAULTS = {
  nowhere: 'The link leads nowhere.',
  outside: 'The link leads out of the workspace.',
  git: 'The link leads into Git’s own data, which may hold credentials.',
  other: 'The link leads to what is neither a file nor a folder.',
} as const;

/** Whether a place is part of Git's own data, in any spelling that a file system takes for it. */
export const isGitData = (place: string): boolean => place.toLowerCase().split('/').includes('.git');

/** The tree on this machine. @param workspace its real path */
export const diskTree = (workspace: string): FileTree => ({
  list: (folder) =>
    walk(path.join(workspace, folder), () => false).map((entry) => ({ name: entry.path, type: entry.type })),
  follow(link) {
    const real = realPathOf(path.join(workspace, link));
    if (real === undefined) return { fault: LINK_FAULTS.nowhere };
    if (!isInside(workspace, real)) return { fault: LINK_FAULTS.outside };
    const place = path.relative(workspace, real).replaceAll(path.sep, '/');
    if (isGitData(place)) return { fault: LINK_FAULTS.git };
    const stat = statSync(real);
    if (!stat.isDirectory() && !stat.isFile()) return { fault: LINK_FAULTS.other };
    return { place, type: stat.isDirectory() ? 'folder' : 'file' };
  },
});

function realPathOf(file: string): string | undefined {
  try {
    return realpathSync.native(file);
  } catch {
    return undefined;
  }
}
