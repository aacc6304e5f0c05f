import { hash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { MAX_CODE_BYTES, type PolicyFile } from '../model/policy.ts';
import { ProblemsError } from '../model/problem.ts';
import { messageOf } from '../runtime/error-message.ts';

/**
 * Reads the bytes of a policy.
 *
 * The location is a real path that was found inside the workspace. That it still is one is checked on the
 * open file: a link swapped in afterwards is not followed, a pipe is not waited for. Nothing here waits: to hand the
 * steps to another thread costs many times what they take (`npm run bench -- --only discovery`).
 *
 * @throws Error that says what is wrong with the file.
 */
export function readCode(location: string): Buffer {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = openSync(location, flags);
  try {
    const size = sizeOf(file, location);
    if (size > MAX_CODE_BYTES) {
      throw new Error(
        `It holds ${size} bytes; a policy may have at most ${MAX_CODE_BYTES} (10 MiB). Split it.`,
      );
    }
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** That the path is real says nothing of a file that was opened through a link: the two have to be one file. */
function sizeOf(file: number, location: string): bigint {
  const opened = fstatSync(file, { bigint: true });
  const isReal = realpathSync.native(location) === location;
  const there = lstatSync(location, { bigint: true });
  if (!opened.isFile() || !isReal || opened.ino !== there.ino || opened.dev !== there.dev)
    throw new Error('It is no regular file any more.');
  return opened.size;
}

/**
 * Reads the code of a policy file again, after it was found sound: code is not held meanwhile.
 *
 * @throws ProblemsError where the file is no longer the one that was checked.
 */
export function readChecked({ path, location, sha256: checked }: PolicyFile): Buffer {
  const place = { file: path };
  let code: Buffer;
  try {
    code = readCode(location);
  } catch (error) {
    const message = `The file cannot be read any more: ${reason(error)}`;
    throw new ProblemsError([{ message, place }]);
  }
  if (sha256(code) === checked) return code;
  throw new ProblemsError([{ message: 'The file changed during the run.', place, advice: 'Run again.' }]);
}

/** What a failure of the file system says, without the path of this machine. */
export function reason(error: unknown): string {
  const message = messageOf(error);
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? `${message.split(',')[0]}.`
    : message;
}

/** Lower-case hexadecimal SHA-256. */
export const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');
