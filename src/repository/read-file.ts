import { hash } from 'node:crypto';
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { MAX_CODE_BYTES, type PolicyFile } from '../model/policy.ts';
import { ProblemsError } from '../model/problem.ts';
import { messageOf } from '../runtime/error-message.ts';

/**
 * Reads the bytes of a policy.
 *
 * The location is a real path that was found inside the workspace. This is checked again on the open file: a link that
 * was put there later is not followed, and a pipe is not waited for. Synchronous, because passing the steps to another
 * thread takes many times as long (`npm run bench -- --only discovery`).
 *
 * @throws Error that completes "The file cannot be read: …"
 */
export function readCode(location: string): Buffer {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = openSync(location, flags);
  try {
    const size = sizeOf(file, location);
    if (size > MAX_CODE_BYTES) {
      throw new Error(`it is ${size} bytes; the limit is ${MAX_CODE_BYTES} (10 MiB). Split it.`);
    }
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** The file may have been opened through a link, so the path and the open file must be the same file. */
function sizeOf(file: number, location: string): bigint {
  const opened = fstatSync(file, { bigint: true });
  const isReal = realpathSync.native(location) === location;
  const there = lstatSync(location, { bigint: true });
  if (!opened.isFile() || !isReal || opened.ino !== there.ino || opened.dev !== there.dev)
    throw new Error('it was replaced during the run.');
  return opened.size;
}

/**
 * Reads the code of a policy file again after it was checked, because code is not kept in memory.
 *
 * @throws ProblemsError if the file has changed since
 */
export function readChecked({ path, location, sha256: checked }: PolicyFile): Buffer {
  const place = { file: path };
  let code: Buffer;
  try {
    code = readCode(location);
  } catch (error) {
    const message = `The file can no longer be read: ${reason(error)}`;
    throw new ProblemsError([{ message, place }]);
  }
  if (sha256(code) === checked) return code;
  throw new ProblemsError([{ message: 'The file changed during the run.', place, advice: 'Run again.' }]);
}

/** The message of a file system error, without paths of this machine. */
export function reason(error: unknown): string {
  const message = messageOf(error);
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? `${message.split(',')[0]}.`
    : message;
}

/** Lower-case hexadecimal SHA-256. */
export const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');
