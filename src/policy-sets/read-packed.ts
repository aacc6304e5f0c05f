import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';
import type { PackedBytes, PackedFile } from './packed-file.ts';

/** Bytes at a time: what is packed is never held whole. */
const CHUNK = 256 * 1024;

/**
 * Reads a file in pieces, and one that is held here in one. A location is a real path; that it still is one is checked on the open file, so that a link
 * swapped in afterwards is not followed, and a pipe is not waited for.
 *
 * @param size Bytes that it is known to have.
 * @throws Error that says what is wrong with the file.
 */
export function* readPieces(bytes: PackedBytes, size: number): Generator<Buffer> {
  if ('content' in bytes) {
    yield bytes.content;
    return;
  }
  const { location } = bytes;
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = openSync(location, flags);
  try {
    if (sizeOf(file, location) !== size) throw new Error('Its size changed.');
    for (let left = size; left > 0; ) {
      const piece = Buffer.allocUnsafe(Math.min(left, CHUNK));
      const length = readSync(file, piece);
      if (length === 0) throw new Error('Its size changed.');
      left -= length;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

/** A content that is short enough to be held whole. @throws Error that says what is wrong with the file */
export const readWhole = ({ bytes, size }: Pick<PackedFile, 'bytes' | 'size'>): Buffer =>
  Buffer.concat([...readPieces(bytes, size)]);

/** That the path is real says nothing of a file that was opened through a link: the two have to be one file. */
function sizeOf(file: number, location: string): number {
  const opened = fstatSync(file, { bigint: true });
  const isReal = realpathSync.native(location) === location;
  const there = lstatSync(location, { bigint: true });
  if (!opened.isFile() || !isReal || opened.ino !== there.ino || opened.dev !== there.dev)
    throw new Error('It is no longer a regular file.');
  return Number(opened.size);
}

/** Git's id of a content that is held whole. */
export const blobIdOf = (content: Buffer): string => blobHash(content.length).update(content).digest('hex');

/** Begins Git's id of a content of so many bytes, which comes piece by piece. */
export const blobHash = (size: number): Hash => createHash('sha1').update(`blob ${size}\0`);
