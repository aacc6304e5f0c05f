import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

export type ArchiveEntry = Partial<Header> & { name: string; text?: string };

/** A tar of these entries in this order; a name alone is a file that holds its name. */
export async function tar(...entries: (string | ArchiveEntry)[]): Promise<Buffer> {
  const packing = pack();
  for (const entry of entries) {
    const { text, ...header } = typeof entry === 'string' ? { name: entry, text: entry } : entry;
    packing.entry(header, text ?? '');
  }
  packing.finalize();
  return buffer(packing as unknown as AsyncIterable<Uint8Array>);
}

/** The same compressed, as it is uploaded. */
export const archive = async (...entries: (string | ArchiveEntry)[]): Promise<Buffer> =>
  gzipSync(await tar(...entries));
