import { createHash } from 'node:crypto';
import { constants, type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { MAX_CODE_BYTES, type PolicyFile } from './policy.ts';
import { ProblemsError } from './problem.ts';

/**
 * Reads the bytes of a policy.
 *
 * The location is a real path that was found inside the workspace. That it still is one is checked on the
 * open file: a link swapped in afterwards is not followed, a pipe is not waited for.
 *
 * @throws Error that says what is wrong with the file.
 */
export async function readCode(location: string): Promise<Buffer> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(location, flags);
  try {
    const size = await sizeOf(file, location);
    if (size > MAX_CODE_BYTES) {
      throw new Error(
        `It holds ${size} bytes; a policy may have at most ${MAX_CODE_BYTES} (10 MiB). Split it.`,
      );
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** That the path is real says nothing of a file that was opened through a link: the two have to be one file. */
async function sizeOf(file: FileHandle, location: string): Promise<bigint> {
  const opened = await file.stat({ bigint: true });
  const isReal = (await realpath(location)) === location;
  const there = await lstat(location, { bigint: true });
  if (!opened.isFile() || !isReal || opened.ino !== there.ino || opened.dev !== there.dev)
    throw new Error('It is no regular file any more.');
  return opened.size;
}

/**
 * Reads the code of a policy file again, after it was found sound: code is not held meanwhile.
 *
 * @throws ProblemsError where the file is no longer the one that was checked.
 */
export async function readChecked(file: PolicyFile): Promise<Buffer> {
  const place = { file: file.path };
  const code = await readCode(file.location).catch((error: Error) => {
    throw new ProblemsError([{ message: `The file cannot be read any more: ${reason(error)}`, place }]);
  });
  if (sha256(code) === file.sha256) return code;
  throw new ProblemsError([{ message: 'The file changed during the run.', place, advice: 'Run again.' }]);
}

/** What a failure of the file system says, without the path of this machine. */
export const reason = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? `${error.message.split(',')[0]}.` : error.message;

/** Lower-case hexadecimal SHA-256. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
