import type { Problem } from '../model/problem.ts';
import { MAX_NAME_BYTES } from './limits.ts';

/**
 * Files that are never packed, because a version cannot be deleted: data of Git, Terraform and macOS, and files made for
 * credentials or state. In lower case, because file systems may ignore letter case.
 */
const NEVER =
  /^(?:\.git|\.terraform|\.github|\.ds_store|\._.*|\.env|\.env\..*|\.npmrc|\.netrc|\.terraformrc|gha-creds-.*\.json|.*\.tfstate|.*\.tfstate\..*)$/s;

/** Whether a part of the path is never packed. */
export const isNeverPacked = (path: string): boolean =>
  path.split('/').some((name) => NEVER.test(name.normalize('NFC').toLowerCase()));

/** What is wrong with a path, whatever the file contains. */
export function nameProblem(path: string, file: string): Problem | undefined {
  const tooLong = path.split('/').find((name) => Buffer.byteLength(name) > MAX_NAME_BYTES);
  if (tooLong !== undefined) {
    return {
      message: `A name in the path is ${Buffer.byteLength(tooLong)} bytes; the limit is ${MAX_NAME_BYTES}, so that it can be unpacked.`,
      place: { file },
      advice: 'Shorten it, or add the file to `exclude`.',
    };
  }
  // Node.js replaces bytes that are not UTF-8 by U+FFFD.
  if (!/[\p{Cc}\\\ufffd]/u.test(path)) return undefined;
  return {
    message:
      'The path contains a backslash, a control character or bytes that are not valid UTF-8, and cannot be unpacked on every system.',
    place: { file },
    advice: 'Rename it, or add the file to `exclude`.',
  };
}

/** Equal for paths that differ only in letter case or in the encoding of accents. */
export const collisionKey = (path: string): string => path.normalize('NFC').toLowerCase();
