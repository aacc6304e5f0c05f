import { realpathSync } from 'node:fs';
import path from 'node:path';
import { readGitFile } from './read-git-file.ts';
import { originOf, type Remote } from './remote.ts';

/** A Git checkout in the workspace, as its own files tell, without Git. */
export interface Checkout {
  /** From the workspace, with `/` between folders; empty for the workspace itself. */
  readonly root: string;
  /** The commit of HEAD, 40 or 64 lower-case hexadecimal digits; undefined where it cannot be read. */
  readonly sha: string | undefined;
  /** Undefined where there is none, or none of a server. */
  readonly origin: Remote | undefined;
}

/** Git's own files are short, save the list of all refs. Bytes. */
const SHORT = 16 * 1024;
const CONFIG = 256 * 1024;
const PACKED_REFS = 16 * 1024 * 1024;

/** A ref may name another one, and that another. */
const MAX_REFS = 5;

/**
 * Reads the checkout that the working directory is in: the nearest one, not above the workspace. Undefined where there
 * is none. Never fails: what it says makes links, and nothing depends on it.
 */
export function readCheckout(workspace: string, workingDirectory: string): Checkout | undefined {
  try {
    const top = realpathSync.native(workspace);
    const start = realpathSync.native(path.resolve(top, workingDirectory));
    for (const folder of foldersUpTo(top, start)) {
      const data = gitDataOf(folder);
      if (data !== undefined) return { root: relative(top, folder), ...data };
    }
  } catch {
    // The working directory is checked where files are searched.
  }
  return undefined;
}

const relative = (from: string, to: string): string => path.relative(from, to).replaceAll(path.sep, '/');

/** The folder and those above it, up to the top one; none where it is not below. */
function foldersUpTo(top: string, start: string): string[] {
  const below = path.relative(top, start);
  if (path.isAbsolute(below)) return [];
  const parts = below === '' ? [] : below.split(path.sep);
  if (parts[0] === '..') return [];
  return [...parts.keys(), parts.length].reverse().map((count) => path.join(top, ...parts.slice(0, count)));
}

/** What is in `.git`: a folder, or a file that names one, as worktrees and submodules have it. */
function gitDataOf(folder: string): Pick<Checkout, 'sha' | 'origin'> | undefined {
  const dotGit = path.join(folder, '.git');
  const named = firstLine(readGitFile(dotGit, SHORT), 'gitdir: ');
  const own = named === undefined ? dotGit : path.resolve(folder, named);
  // What has no HEAD is no repository for Git either.
  if (readGitFile(path.join(own, 'HEAD'), SHORT) === undefined) return undefined;
  const common = firstLine(readGitFile(path.join(own, 'commondir'), SHORT), '');
  const shared = common === undefined ? own : path.resolve(own, common);
  return {
    sha: commitOf('HEAD', { own, shared }),
    origin: originOf(readGitFile(path.join(shared, 'config'), CONFIG) ?? ''),
  };
}

function firstLine(text: string | undefined, start: string): string | undefined {
  const [line = ''] = text?.split(/[\r\n]/, 1) ?? [];
  return line.startsWith(start) && line.length > start.length ? line.slice(start.length) : undefined;
}

/** A worktree has a HEAD of its own, and shares branches and tags with the others. */
interface Folders {
  readonly own: string;
  readonly shared: string;
}

function commitOf(head: string, folders: Folders): string | undefined {
  let ref = head;
  for (let count = 0; count < MAX_REFS; count++) {
    const value = readRef(ref, folders);
    const target = firstLine(value, 'ref: ')?.trim();
    if (target === undefined) return commitIn(value);
    if (!isRef(target)) return undefined;
    ref = target;
  }
  return undefined;
}

function readRef(ref: string, { own, shared }: Folders): string | undefined {
  return (
    readGitFile(path.join(own, ref), SHORT) ??
    readGitFile(path.join(shared, ref), SHORT) ??
    packedRef(readGitFile(path.join(shared, 'packed-refs'), PACKED_REFS) ?? '', ref)
  );
}

/** Only what is a commit's id, whatever else a file may hold. */
const commitIn = (text: string | undefined): string | undefined =>
  /^([0-9a-f]{40}|[0-9a-f]{64})\s*$/.exec(text ?? '')?.[1];

/** `refs/heads/main`: no way out of the folder of refs. */
const isRef = (ref: string): boolean =>
  ref.startsWith('refs/') &&
  !/[\p{Cc}\s\\:?*[~^]/u.test(ref) &&
  ref.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));

/** Lines of `<commit> <ref>`, and others. */
function packedRef(list: string, ref: string): string | undefined {
  const wanted = ` ${ref}`;
  for (let at = list.indexOf(wanted); at >= 0; at = list.indexOf(wanted, at + 1)) {
    const end = list[at + wanted.length];
    if (end === undefined || end === '\n' || end === '\r') {
      return list.slice(list.lastIndexOf('\n', at) + 1, at);
    }
  }
  return undefined;
}
