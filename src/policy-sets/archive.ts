import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { createTarPacker } from 'modern-tar';
import { ProblemsError } from '../model/problem.ts';
import { reason } from '../repository/read-file.ts';
import { inArchiveOrder } from './digest.ts';
import type { PackedFile } from './packed-file.ts';
import { blobHash, readPieces } from './read-packed.ts';

export interface Archive {
  /**
   * A gzip-compressed tar, in pieces as the compressor returned them: joining them would need twice the memory. Its
   * bytes depend on the compressor. Those of the tar depend only on the files.
   */
  readonly pieces: readonly Buffer[];
  /** Size of the tar before compression. */
  readonly tarBytes: number;
}

/**
 * Packs the files (docs/policy-sets.md#what-is-packed): entries sorted by path, without times, owners and folders.
 *
 * They are read again, one after another and in pieces, so that only the compressed content is in memory.
 *
 * @throws ProblemsError if a file has changed since its `blob` was computed
 */
export async function archive(files: readonly PackedFile[]): Promise<Archive> {
  const { readable, controller } = createTarPacker();
  const compressed = compress(readable);
  // Awaited below. Until then, a failure must not count as an unhandled rejection.
  compressed.catch(() => undefined);
  try {
    for (const file of inArchiveOrder(files)) await pack(controller, file);
    controller.finalize();
  } catch (error) {
    controller.error(error);
    throw error;
  }
  return compressed;
}

/** With the default of 16 KiB, sending a large archive would take longer. */
const PIECE_BYTES = 64 * 2 ** 10;

async function compress(tar: AsyncIterable<Uint8Array>): Promise<Archive> {
  const pieces: Buffer[] = [];
  const gzip = createGzip({ chunkSize: PIECE_BYTES });
  // Without a consumer, `pipeline` ends when the compressor has read everything, not when it has written everything.
  await pipeline(inPieces(tar), gzip, async (compressed: AsyncIterable<Buffer>) => {
    for await (const piece of compressed) pieces.push(piece);
  });
  return { pieces, tarBytes: gzip.bytesWritten };
}

/** Joins short pieces, as most entries are short: each write to the compressor is a task for another thread. */
async function* inPieces(tar: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let short: Uint8Array[] = [];
  let length = 0;
  for await (const piece of tar) {
    short.push(piece);
    length += piece.length;
    if (length < PIECE_BYTES) continue;
    yield joined(short);
    [short, length] = [[], 0];
  }
  yield joined(short);
}

const joined = (pieces: readonly Uint8Array[]): Uint8Array => {
  const [only] = pieces;
  return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces);
};

const MODIFIED = new Date(0);

async function pack(controller: Controller, file: PackedFile): Promise<void> {
  const { path, size, mode } = file;
  const entry = controller.add({ name: path, size, mode, mtime: MODIFIED, uid: 0, gid: 0, type: 'file' });
  const writer = entry.getWriter();
  for (const piece of checkedPieces(file)) await writer.write(piece);
  await writer.close();
}

type Controller = ReturnType<typeof createTarPacker>['controller'];

function* checkedPieces({ file, bytes, size, blob }: PackedFile): Generator<Buffer> {
  const hash = blobHash(size);
  try {
    for (const piece of readPieces(bytes, size)) {
      hash.update(piece);
      yield piece;
    }
  } catch (error) {
    throw changed(file, `: ${reason(error)}`);
  }
  if (hash.digest('hex') !== blob) throw changed(file, '.');
}

const changed = (file: string, why: string) =>
  new ProblemsError([
    { message: `The file changed during the run${why}`, place: { file }, advice: 'Run again.' },
  ]);
