import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';
import type { PackedBytes, PackedFile } from './packed-file.ts';

/** Bytes read at a time, so that large files are never in memory as a whole. */
const CHUNK = 256 * 1024;

/**
 * Reads a file in pieces, or content in memory as one piece. The location is a real path. This is checked again on the
 * open file, so that a link swapped in afterwards is not followed, and a pipe does not block.
 *
 * @param size its known size in bytes
 * @throws Error that says what is wrong with the file
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
    if (sizeOf(file, location) !== size) throw new Error('its size has changed.');
    for (let left = size; left > 0; ) {
      const piece = Buffer.allocUnsafe(Math.min(left, CHUNK));
      const length = readSync(file, piece);
      if (length === 0) throw new Error('its size has changed.');
      left -= length;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

/** Reads a small file as a whole. @throws Error that says what is wrong with the file */
export const readWhole = ({ bytes, size }: Pick<PackedFile, 'bytes' | 'size'>): Buffer =>
  Buffer.concat([...readPieces(bytes, size)]);

/** The open file must be the one at the path: it may have been opened through a link that was since replaced. */
function sizeOf(file: number, location: string): number {
  const opened = fstatSync(file, { bigint: true });
  const isReal = realpathSync.native(location) === location;
  const there = lstatSync(location, { bigint: true });
  if (!opened.isFile() || !isReal || opened.ino !== there.ino || opened.dev !== there.dev)
    throw new Error('it is no longer a regular file.');
  return Number(opened.size);
}

/** Git ID of content in memory. */
export const blobIdOf = (content: Buffer): string => blobHash(content.length).update(content).digest('hex');

/** Starts the Git ID of content that comes in pieces. @param size of all pieces in bytes */
export const blobHash = (size: number): Hash => createHash('sha1').update(`blob ${size}\0`);
