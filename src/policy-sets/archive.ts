import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { createTarPacker } from 'modern-tar';
import { ProblemsError } from '../model/problem.ts';
import { blobIdOf } from './digest.ts';
import type { PackedFile } from './packed-file.ts';

/** The moment that every entry is from. */
const EPOCH = new Date(0);

/**
 * Packs files as a gzip of a tar that is the same byte for byte on every system (docs/policy-sets.md#what-is-packed).
 * One file at a time is held.
 *
 * @throws ProblemsError where a file is not what it was when it was checked
 */
export async function archive(files: readonly PackedFile[]): Promise<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const packed = buffer(Readable.fromWeb(readable).pipe(createGzip()));
  try {
    for (const file of files) {
      const content = readUnchanged(file);
      const { path: name, mode } = file;
      const header = {
        name,
        mode,
        size: content.length,
        type: 'file',
        mtime: EPOCH,
        uid: 0,
        gid: 0,
      } as const;
      const writer = controller.add({ ...header, uname: '', gname: '' }).getWriter();
      await writer.write(content);
      await writer.close();
    }
    controller.finalize();
  } catch (error) {
    controller.error(error);
    await packed.catch(() => undefined);
    throw error;
  }
  return packed;
}

function readUnchanged({ file, location, blob }: PackedFile): Buffer {
  const content = readFileSync(location);
  if (blobIdOf(content) === blob) return content;
  throw new ProblemsError([
    {
      message: 'The file was changed while the run was under way.',
      place: { file },
      advice: 'Make sure that no other step or process writes to it, then run again.',
    },
  ]);
}
