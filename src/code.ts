import { createHash } from 'node:crypto';
import { constants, open, realpath } from 'node:fs/promises';
import { MAX_CODE_BYTES } from './policy.ts';

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
    const stat = await file.stat();
    if (!stat.isFile() || (await realpath(location)) !== location)
      throw new Error('It is no regular file any more.');
    if (stat.size > MAX_CODE_BYTES) {
      throw new Error(
        `It holds ${stat.size} bytes; a policy may have at most ${MAX_CODE_BYTES} (10 MiB). Split it.`,
      );
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Lower-case hexadecimal SHA-256. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
