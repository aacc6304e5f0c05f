import { createHash } from 'node:crypto';
import type { PackedFile } from './packed-file.ts';

/**
 * The digest by which contents of policy sets are compared (docs/policy-sets.md#what-is-packed): lower-case hexadecimal
 * SHA-256 of the files in the order of the archive, each as `git ls-tree -r -z` prints it: mode, `blob`, ID, path.
 */
export function digest(files: readonly Pick<PackedFile, 'path' | 'mode' | 'blob'>[]): string {
  const hash = createHash('sha256');
  for (const { path, mode, blob } of inArchiveOrder(files)) {
    hash.update(`100${mode.toString(8)} blob ${blob}\t${path}\0`);
  }
  return hash.digest('hex');
}

/** Sorted by the UTF-8 bytes of the path, on every system. */
export function inArchiveOrder<T extends Pick<PackedFile, 'path'>>(files: readonly T[]): T[] {
  return files
    .map((file) => ({ file, bytes: Buffer.from(file.path) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ file }) => file);
}
