import { createHash } from 'node:crypto';
import type { PackedFile } from './packed-file.ts';

/**
 * What is packed, in one number: lower-case hexadecimal SHA-256 over the path, the mode and the Git blob id of each file,
 * in the order of the archive. No path holds the NUL that ends it. Neither times nor how it is compressed count.
 */
export function digestOf(files: readonly Pick<PackedFile, 'path' | 'mode' | 'blob'>[]): string {
  const hash = createHash('sha256');
  for (const { path, mode, blob } of files) hash.update(`${path}\0${mode.toString(8)} ${blob}\n`);
  return hash.digest('hex');
}

/** Git's id of a file's content: lower-case hexadecimal SHA-1 over a header and the bytes as they are. */
export const blobIdOf = (content: Buffer): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
