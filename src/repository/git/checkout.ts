import { realpathSync } from 'node:fs';
import path from 'node:path';
import { readGitFile } from './read-git-file.ts';
import { originOf, type Remote } from './remote.ts';

/** A Git checkout in the workspace, read from its files, without Git. */
export interface Checkout {
  /** From the workspace, with `/` between folders. Empty for the workspace itself. */
  readonly root: string;
  /** The commit of HEAD, 40 or 64 lower-case hexadecimal digits. Undefined if it cannot be read. */
  readonly sha: string | undefined;
  /** Undefined if there is none, or it is not on a server. */
  readonly origin: Remote | undefined;
}

/** Git's files are short, except the list of all refs. Bytes. */
const SHORT = 16 * 1024;
const CONFIG = 256 * 1024;
const PACKED_REFS = 16 * 1024 * 1024;

/** A ref may refer to another one. */
const MAX_REFS = 5;

/**
 * Reads the nearest checkout that contains the working directory, not above the workspace. Undefined if there is none.
 * Never throws, because it is only used for links and the commit in the report.
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

/** The folder and those above it, up to the top one. Empty if it is not below. */
function foldersUpTo(top: string, start: string): string[] {
  const below = path.relative(top, start);
  if (path.isAbsolute(below)) return [];
  const parts = below === '' ? [] : below.split(path.sep);
  if (parts[0] === '..') return [];
  return [...parts.keys(), parts.length].reverse().map((count) => path.join(top, ...parts.slice(0, count)));
}

/** Reads `.git`: a folder, or a file that names one, as in worktrees and submodules. */
function gitDataOf(folder: string): Pick<Checkout, 'sha' | 'origin'> | undefined {
  const dotGit = path.join(folder, '.git');
  const named = firstLine(readGitFile(dotGit, SHORT), 'gitdir: ');
  const own = named === undefined ? dotGit : path.resolve(folder, named);
  // Like Git, requires a HEAD.
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

/** A worktree has its own HEAD, and shares branches and tags with others. */
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

/** Undefined unless the text is a commit ID. */
const commitIn = (text: string | undefined): string | undefined =>
  /^([0-9a-f]{40}|[0-9a-f]{64})\s*$/.exec(text ?? '')?.[1];

/** A valid ref such as `refs/heads/main`, which cannot lead out of the folder of refs. */
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
