import { posix } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { asObject } from '../http/exchange.ts';

/** An entry of an unpacked archive: a file with its permission bits, or a link with its target. */
export type StoredFile = { mode: number; bytes: Buffer } | { link: string };
export type StoredFiles = ReadonlyMap<string, StoredFile>;

/** An archive that is rejected, with the message of the service. */
export class BadArchive extends Error {}

/** Maximum length of a part of a path in HashiCorp's unpacker. Bytes. */
const maximumNameBytes = 255;

/**
 * Unpacks a gzip tar by the rules of HashiCorp's go-slug (docs/terraform-api.md#archives).
 *
 * @throws BadArchive for what they refuse.
 */
export async function unpack(archive: Buffer): Promise<StoredFiles> {
  const tree = new Tree();
  for await (const entry of entries(await decompressed(archive))) tree.add(entry);
  return tree.files;
}

/** The same, but reads everything that can be read and rejects nothing. */
export async function unpackLeniently(archive: Buffer): Promise<StoredFiles> {
  const files = new Map<string, StoredFile>();
  try {
    for await (const entry of entries(await decompressed(archive))) {
      const { header, bytes } = entry;
      if (header.type === 'file') files.set(header.name, { mode: modeOf(entry), bytes });
    }
  } catch (error) {
    if (!(error instanceof BadArchive)) throw error;
  }
  return files;
}

async function decompressed(archive: Buffer): Promise<Buffer> {
  if (archive.length === 0) throw new BadArchive('failed to decompress slug: EOF');
  if (archive.length < 10) throw new BadArchive('failed to decompress slug: unexpected EOF');
  if (archive.readUInt16BE(0) !== 0x1f8b) {
    throw new BadArchive('failed to decompress slug: gzip: invalid header');
  }
  try {
    return await promisify(gunzip)(archive);
  } catch (error) {
    throw new BadArchive(
      `failed to untar slug: ${endedEarly(error) ? 'unexpected EOF' : 'gzip: invalid data'}`,
    );
  }
}

const endedEarly = (error: unknown): boolean => asObject(error)['code'] === 'Z_BUF_ERROR';

type Entry = { header: Header; bytes: Buffer };

async function* entries(tar: Buffer): AsyncGenerator<Entry> {
  const reader = extract();
  reader.end(tar);
  try {
    for await (const source of reader) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of source as AsyncIterable<Uint8Array>) chunks.push(chunk);
      yield { header: source.header, bytes: Buffer.concat(chunks) };
    }
  } catch (error) {
    if (error instanceof BadArchive) throw error;
    const text = String(asObject(error)['message']);
    throw new BadArchive(
      `failed to untar slug: ${text === 'Unexpected end of data' ? 'unexpected EOF' : text}`,
    );
  }
}

const modeOf = ({ header }: Entry): number => header.mode & 0o777;

/** The folder that an archive is unpacked into. */
class Tree {
  readonly files = new Map<string, StoredFile>();
  readonly #folders = new Set<string>(['.']);

  add(entry: Entry): void {
    const given = entry.header.name;
    const name = posix.normalize(given).replace(/(?<=.)\/$/, '');
    // The metadata that macOS adds is ignored.
    if (given === '' || posix.basename(name).startsWith('._')) return;
    this.#checkPlace(name);
    this.#checkType(name, entry);
    this.#put(name, entry);
  }

  #checkPlace(name: string): void {
    if (name.split('/').includes('..')) {
      throw illegal('invalid filename, traversal with ".." outside of current directory');
    }
    if (name.split('/').some((part) => Buffer.byteLength(part) > maximumNameBytes)) {
      throw illegal(`failed to evaluate path "${name}": file name too long`);
    }
    const through = parents(name).find((folder) => isLink(this.files.get(folder)));
    if (through !== undefined) throw illegal(`cannot extract "${name}" through symlink`);
  }

  #checkType(name: string, { header }: Entry): void {
    if (header.type === 'file' || header.type === 'directory' || header.type === 'symlink') return;
    const flag = { link: 1, 'character-device': 3, 'block-device': 4, fifo: 6, 'contiguous-file': 7 };
    const shown = Object.entries(flag).find(([type]) => type === header.type)?.[1] ?? '?';
    throw illegal(`failed creating "${name}", unsupported file type ${shown}`);
  }

  #put(name: string, entry: Entry): void {
    this.#makeFolders(name);
    const { type, linkname } = entry.header;
    if (type === 'directory') this.#folders.add(name);
    else if (type === 'symlink') this.#link(name, linkname);
    else this.#write(name, entry);
  }

  #write(name: string, entry: Entry): void {
    if (posix.isAbsolute(name))
      throw new BadArchive(`failed creating file "${name}": path escapes from parent`);
    const target = this.#resolved(name);
    if (this.#folders.has(target)) throw new BadArchive(`failed creating file "${name}": is a directory`);
    // A repeated name replaces the previous entry.
    this.files.set(target, { mode: modeOf(entry), bytes: entry.bytes });
  }

  #makeFolders(name: string): void {
    const folder = posix.dirname(name);
    if (folder === '.' || folder === '/') return;
    const failed = `failed to create directory "${folder}"`;
    if (posix.isAbsolute(folder)) throw new BadArchive(`${failed}: path escapes from parent`);
    for (const each of parents(name)) {
      if (this.files.has(each)) throw new BadArchive(`${failed}: not a directory`);
      this.#folders.add(each);
    }
  }

  #link(name: string, target: string): void {
    const outside = posix.isAbsolute(target) || posix.isAbsolute(name);
    if (outside || leaves(posix.join(posix.dirname(name), target)))
      throw illegal(`invalid symlink ("${name}" -> "${target}") has external target`);
    if (this.files.has(name) || this.#folders.has(name)) {
      throw new BadArchive(`failed creating symlink ("${name}" -> "${target}"): file exists`);
    }
    this.files.set(name, { link: posix.normalize(target) });
  }

  /** Where a file is written if its name is already a link. */
  #resolved(name: string): string {
    const seen = new Set<string>();
    let path = name;
    for (let file = this.files.get(path); file !== undefined && 'link' in file; file = this.files.get(path)) {
      if (seen.has(path))
        throw new BadArchive(`failed creating file "${name}": too many levels of symbolic links`);
      seen.add(path);
      path = posix.join(posix.dirname(path), file.link);
    }
    return path;
  }
}

function illegal(text: string): BadArchive {
  return new BadArchive(`illegal slug error: ${text}`);
}

const isLink = (file: StoredFile | undefined): boolean => file !== undefined && 'link' in file;

const leaves = (path: string): boolean => path === '..' || path.startsWith('../');

/** The folders above a path, the outermost first. */
function parents(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
