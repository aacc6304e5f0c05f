import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/**
 * The text of a regular file of at most `limit` bytes. Undefined if it cannot be read. The path is not trusted: pipes are
 * not waited for, and devices are not read.
 */
export function readGitFile(file: string, limit: number): string | undefined {
  if (isOfAnotherMachine(file)) return undefined;
  try {
    const opened = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return fstatSync(opened).isFile() ? readUpTo(opened, limit) : undefined;
    } finally {
      closeSync(opened);
    }
  } catch {
    return undefined;
  }
}

/** Reads to the end, because some file systems report a size of 0. */
function readUpTo(file: number, limit: number): string | undefined {
  const size = Math.min(fstatSync(file).size, limit);
  let bytes = Buffer.alloc(size + 1);
  let length = 0;
  for (;;) {
    const read = readSync(file, bytes, length, bytes.length - length, null);
    length += read;
    if (read === 0) return bytes.toString('utf8', 0, length);
    if (length > limit) return undefined;
    if (length === bytes.length) bytes = Buffer.concat([bytes], Math.min(2 * length, limit) + 1);
  }
}

/** On Windows, such a path would make the runner sign in to a server. */
const isOfAnotherMachine = (file: string): boolean => /^[\\/]{2}/.test(file);
