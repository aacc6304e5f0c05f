import type { Problem } from '../model/problem.ts';
import { reason } from '../repository/read-file.ts';
import type { PackedFile } from './packed-file.ts';
import { blobHash, readPieces } from './read-packed.ts';

export interface Content {
  /** Its Git ID. */
  readonly blob: string;
  readonly isLfsPointer: boolean;
  readonly holdsSecret: boolean;
}

const LFS = Buffer.from('version https://git-lfs.github.com/spec/v');
const MAX_POINTER_BYTES = 1024;

/** Reads a file once and collects everything about it. Returns a problem if it cannot be read. */
export function readContent(
  { file, bytes, size }: Pick<PackedFile, 'file' | 'bytes' | 'size'>,
  secrets: readonly Buffer[],
): Content | Problem {
  const hash = blobHash(size);
  const search = new SecretSearch(secrets);
  let isLfsPointer = false;
  try {
    for (const piece of readPieces(bytes, size)) {
      hash.update(piece);
      search.add(piece);
      isLfsPointer ||= size <= MAX_POINTER_BYTES && piece.subarray(0, LFS.length).equals(LFS);
    }
  } catch (error) {
    return unreadable(file, error);
  }
  return { blob: hash.digest('hex'), isLfsPointer, holdsSecret: search.found };
}

export const unreadable = (file: string, error: unknown): Problem => ({
  message: `The file cannot be read: ${reason(error)}`,
  place: { file },
  advice: 'Make the file readable, or add it to `exclude`.',
});

/** Looks for secrets in content that comes in pieces, also across the borders of pieces. */
class SecretSearch {
  found = false;
  readonly #secrets: readonly Buffer[];
  readonly #overlap: number;
  #end: Buffer = Buffer.alloc(0);

  constructor(secrets: readonly Buffer[]) {
    this.#secrets = secrets;
    this.#overlap = Math.max(1, ...secrets.map((secret) => secret.length)) - 1;
  }

  add(piece: Buffer): void {
    if (this.found) return;
    const bytes = this.#end.length === 0 ? piece : Buffer.concat([this.#end, piece]);
    this.found = this.#secrets.some((secret) => bytes.includes(secret));
    this.#end = bytes.subarray(Math.max(0, bytes.length - this.#overlap));
  }
}
