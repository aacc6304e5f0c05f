import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { isInside } from '../repository/find-files.ts';
import { type Entry, walk } from '../repository/walk.ts';

/** Files and folders by their paths from the workspace, with `/` between folders. Empty for the workspace. */
export interface FileTree {
  /** The entries of a folder, without Git's own data. @throws Error with a message for users */
  list(folder: string): readonly { readonly name: string; readonly type: Entry['type'] }[];
  /** The target of a link, with all links resolved; or why it cannot be packed, as a sentence. */
  follow(link: string): Target | { readonly fault: string };
}

/** A path without links. */
export interface Target {
  readonly place: string;
  readonly type: 'file' | 'folder';
}

export const LINK_FAULTS = {
  nowhere: 'Broken symbolic link.',
  outside: 'The target of the link is outside the workspace.',
  git: 'The target of the link is in Git’s own data, which may contain credentials.',
  other: 'The target of the link is neither a file nor a folder.',
} as const;

/** Whether a path is part of Git's own data, in any letter case. */
export const isGitData = (place: string): boolean => place.toLowerCase().split('/').includes('.git');

/** The file system. @param workspace its real path */
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
