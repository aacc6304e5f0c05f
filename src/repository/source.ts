import { statSync } from 'node:fs';
import type { Place, Problem } from '../model/problem.ts';
import type { FoundFile } from './find-files.ts';
import { readCode, reason, sha256 } from './read-file.ts';

/** A file's text and digest. */
export interface Source {
  /** Without a byte order mark. */
  readonly text: string;
  readonly hasByteOrderMark: boolean;
  /** Lower-case hexadecimal SHA-256 of the file's bytes. */
  readonly sha256: string;
}

export const EMPTY = 'The file is empty.';
export const NOT_UTF_8 = 'The file is not valid UTF-8 text.';
export const LFS_CONTENT_MISSING = 'The file is a Git LFS pointer: its content was not checked out.';

/** Reads a file as text, which may be empty. A file that is not text is a problem. */
export function readText({ path, location }: FoundFile): Source | Problem {
  try {
    return textOf(path, readCode(location));
  } catch (error) {
    return { message: `The file cannot be read: ${reason(error)}`, place: { file: path } };
  }
}

/** The same for bytes in memory. @param path of the file that problems are shown on */
function textOf(path: string, code: Buffer): Source | Problem {
  const place = { file: path };
  const text = decodeUtf8(code);
  if (text?.startsWith(LFS_POINTER)) return lfsPointer(place);
  if (text !== undefined)
    return { text, hasByteOrderMark: code.subarray(0, 3).equals(BYTE_ORDER_MARK), sha256: sha256(code) };
  return {
    message: NOT_UTF_8,
    place,
    advice: 'Save it as UTF-8, or add it to `exclude`.',
  };
}

/** The start of the small file that Git LFS leaves in place of the content (docs/github.md#checkouts). */
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1\n';

const lfsPointer = (place: Place): Problem => ({
  message: LFS_CONTENT_MISSING,
  place,
  advice: 'Set `lfs: true` on the step with `actions/checkout`.',
});

/** A larger file is not a real configuration, and takes too long to read. Bytes. */
const MAX_CONFIGURATION_BYTES = 2 ** 20;

/** The same for a configuration file, which may be up to 1 MiB. */
export function readConfigurationText({ path, location }: FoundFile): Source | Problem {
  const size = statSync(location, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= MAX_CONFIGURATION_BYTES) return readText({ path, location });
  return {
    message: `The configuration file is ${size} bytes; the limit is ${MAX_CONFIGURATION_BYTES} (1 MiB).`,
    place: { file: path },
    advice: 'Split it by folders, or add it to `exclude` if it is not a configuration file.',
  };
}

/** The same for a policy's code, which must not be empty. */
export const readSource = (file: FoundFile): Source | Problem => notEmpty(file, readText(file));

/** The same for code in memory. */
export const sourceOf = (path: string, code: Buffer): Source | Problem =>
  notEmpty({ path }, textOf(path, code));

function notEmpty({ path }: Pick<FoundFile, 'path'>, source: Source | Problem): Source | Problem {
  if (!('text' in source) || source.text.trim() !== '') return source;
  const advice = 'Write the policy, or add the file to `exclude`.';
  return { message: EMPTY, place: { file: path }, advice };
}

const BYTE_ORDER_MARK = Buffer.from('\ufeff');

function decodeUtf8(code: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(code);
  } catch {
    return undefined;
  }
}
