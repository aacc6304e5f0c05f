import { Readable } from 'node:stream';
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
   * A gzip-compressed tar, as the compressor gave it, since to join the pieces would hold all of them twice. Its bytes
   * depend on the compressor; those of the tar do not depend on anything but the files.
   */
  readonly pieces: readonly Buffer[];
  /** Size of the tar before compression. */
  readonly tarBytes: number;
}

/**
 * Packs the files (docs/policy-sets.md#what-is-packed): entries sorted by path, without times, owners and folders.
 *
 * They are read again, one after the other and piece by piece, so that no content is held but the compressed one.
 *
 * @throws ProblemsError where a file is no longer the one whose `blob` was computed.
 */
export async function archive(files: readonly PackedFile[]): Promise<Archive> {
  const { readable, controller } = createTarPacker();
  const compressed = compress(Readable.fromWeb(readable));
  // It is awaited below; until then a failure must not count as one that nobody handles.
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

/** In pieces of the usual 16 KiB a large archive would take longer to send. */
const PIECE_BYTES = 64 * 2 ** 10;

async function compress(tar: Readable): Promise<Archive> {
  const pieces: Buffer[] = [];
  const gzip = createGzip({ chunkSize: PIECE_BYTES });
  // Without something that reads to the end, `pipeline` is done when the compressor has taken all, not when it has given all.
  await pipeline(tar, gzip, async (compressed: AsyncIterable<Buffer>) => {
    for await (const piece of compressed) pieces.push(piece);
  });
  return { pieces, tarBytes: gzip.bytesWritten };
}

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
    throw changed(file, ` ${reason(error)}`);
  }
  if (hash.digest('hex') !== blob) throw changed(file, '');
}

const changed = (file: string, why: string) =>
  new ProblemsError([
    { message: `The file changed during the run.${why}`, place: { file }, advice: 'Run again.' },
  ]);
