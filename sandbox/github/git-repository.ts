import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { GitSettings } from './options.ts';

export type GitEntry = { path: string; mode: string; type: string; sha: string; size: number | undefined };

/** More than any test repository needs. Bytes. */
const maximumOutput = 256 * 2 ** 20;

/** A Git repository on this machine, read with Git. */
export class GitRepository {
  readonly #folder: string;
  readonly #settings: GitSettings;

  constructor(folder: string, settings: GitSettings) {
    this.#folder = folder;
    this.#settings = settings;
  }

  /** The full ID for an ID, branch or tag, with annotated tags resolved. Undefined if there is none. */
  async resolve(name: string): Promise<string | undefined> {
    // Neither an option nor a revision that Git would search for.
    if (!/^[\w][\w./+-]*$/.test(name) || name.includes('..')) return undefined;
    const id = (await this.#ask(['rev-parse', '--verify', '--quiet', `${name}^{}`]))?.toString().trim();
    return id !== undefined && (await this.#has(id)) ? id : undefined;
  }

  /** Undefined if the ID is not that of a commit or tree. */
  async tree(id: string, recursive: boolean): Promise<GitEntry[] | undefined> {
    const levels = recursive ? ['-r', '-t'] : [];
    const listing = await this.#ask(['ls-tree', ...levels, '-z', '-l', '--full-tree', id]);
    return listing?.toString().split('\0').filter(Boolean).map(entryOf);
  }

  /** Undefined if the ID is not that of a blob. */
  async blob(id: string): Promise<Buffer | undefined> {
    return this.#ask(['cat-file', 'blob', id]);
  }

  async #has(id: string): Promise<boolean> {
    const { goneObjects, keepsUnreachable } = this.#settings;
    if (goneObjects.includes(id) || (await this.#ask(['cat-file', '-e', id])) === undefined) return false;
    if (keepsUnreachable) return true;
    const reachable = (await this.#ask(['rev-list', '--objects', '--all']))?.toString() ?? '';
    return reachable.split('\n').some((line) => line.split(' ')[0] === id);
  }

  /** Undefined if Git fails. */
  async #ask(words: string[]): Promise<Buffer | undefined> {
    const options = { encoding: 'buffer', maxBuffer: maximumOutput, env: withoutRepository() } as const;
    try {
      return (await promisify(execFile)('git', ['-C', this.#folder, ...words], options)).stdout;
    } catch (error) {
      if (typeof (error as { code?: unknown }).code === 'number') return undefined;
      throw error;
    }
  }
}

/** In a Git hook, the environment refers to another repository. */
function withoutRepository(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));
}

/** `100644 blob <id> <size>\t<path>`, with the size `-` if there is none. */
function entryOf(line: string): GitEntry {
  const tab = line.indexOf('\t');
  const [mode = '', type = '', sha = '', size = ''] = line.slice(0, tab).split(/ +/);
  return { path: line.slice(tab + 1), mode, type, sha, size: size === '-' ? undefined : Number(size) };
}
