import type { Problem } from '../model/problem.ts';
import { MAX_NAME_BYTES } from './limits.ts';

/**
 * What is never packed, since a version can never be deleted: Git's and Terraform's own data, what macOS adds, and files
 * that hold credentials or state by their very purpose. In lower case, as file systems may not tell cases apart.
 */
const NEVER =
  /^(?:\.git|\.terraform|\.github|\.ds_store|\._.*|\.env|\.env\..*|\.npmrc|\.netrc|\.terraformrc|gha-creds-.*\.json|.*\.tfstate|.*\.tfstate\..*)$/s;

/** Whether a path has a part that is never packed. */
export const isNeverPacked = (path: string): boolean =>
  path.split('/').some((name) => NEVER.test(name.normalize('NFC').toLowerCase()));

/** What is wrong with a path, whatever the file holds. */
export function nameProblem(path: string, file: string): Problem | undefined {
  const tooLong = path.split('/').find((name) => Buffer.byteLength(name) > MAX_NAME_BYTES);
  if (tooLong !== undefined) {
    return {
      message: `A name in the path has ${Buffer.byteLength(tooLong)} bytes; a policy set can be unpacked with at most ${MAX_NAME_BYTES}.`,
      place: { file },
      advice: 'Shorten it, or add the file to `exclude`.',
    };
  }
  // Node.js shows what is not UTF-8 as U+FFFD.
  if (!/[\p{Cc}\\\ufffd]/u.test(path)) return undefined;
  return {
    message:
      'The path has a backslash, a control character or bytes that are not valid UTF-8, which not every system can unpack.',
    place: { file },
    advice: 'Rename it, or add the file to `exclude`.',
  };
}

/** The same for paths that a file system may take for one: in letter case, or in how accents are encoded. */
export const collisionKey = (path: string): string => path.normalize('NFC').toLowerCase();
