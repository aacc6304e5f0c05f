import type { GitHub } from './client.ts';
import type { Repository } from './context.ts';
import type { Explanation } from './explain.ts';

export interface TreeEntry {
  /** From the root of the repository, parts separated by `/`. */
  readonly path: string;
  /** As Git has it, with six digits: `100644`, `100755`, `120000` (link), `040000` (folder), `160000` (submodule). */
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  /** Git's id of the object: lower-case hexadecimal, 40 digits or 64. */
  readonly id: string;
  /** Bytes of a blob; undefined of anything else, or where the host does not say. */
  readonly size: number | undefined;
}

/** All that is in the tree of a commit, or why it cannot be known. */
export type Tree = { readonly entries: readonly TreeEntry[] } | { readonly unknown: Explanation };

/** The whole tree of a commit (docs/github.md#git-trees-and-blobs). Never throws. */
export async function readTree(_github: GitHub, _repository: Repository, _commit: string): Promise<Tree> {
  return { unknown: { cause: 'trees are not read yet', advice: '' } };
}

/** @throws Error with a message fit to be shown */
export async function readBlob(_github: GitHub, _repository: Repository, _id: string): Promise<Buffer> {
  throw new Error('Blobs are not read yet.');
}
