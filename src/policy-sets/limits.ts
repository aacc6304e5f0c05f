import type { Problem } from '../model/problem.ts';

/** What a packed folder may hold, and when that is much (docs/policy-sets.md#what-is-packed). Bytes. */
const MOST = 50 * 2 ** 20;
const MUCH = 5 * 2 ** 20;

/** What a part of a path may have on the systems that unpack archives. Bytes of UTF-8. */
const LONGEST_PART = 255;

export interface Sized {
  /** In the archive. */
  readonly path: string;
  /** From the workspace. */
  readonly file: string;
  readonly size: number;
}

interface Judged {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Judges how much a folder holds, without compression. */
export function judgeSizes(files: readonly Sized[], folder: string): Judged {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total <= MUCH) return { problems: [], warnings: [] };
  const largest = files.toSorted((a, b) => b.size - a.size).slice(0, 5);
  const items = largest.map(({ path, size }) => `${path} (${inMiB(size)})`).join(', ');
  const shown = folder === '' ? 'The workspace' : `Folder ${folder}`;
  const problem = (limit: string): Problem => ({
    message: `${shown} holds ${inMiB(total)} in ${files.length} files${limit}. The largest: ${items}.`,
    place: { input: 'versioned-policy-sets' },
    advice: 'Leave out what the policies do not need, by `exclude` or in a .terraformignore.',
  });
  return total > MOST
    ? { problems: [problem(`, more than the ${inMiB(MOST)} that this action uploads`)], warnings: [] }
    : { problems: [], warnings: [problem('')] };
}

const inMiB = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** Judges the paths of the files together. */
export const judgeFiles = (files: readonly Sized[]): Problem[] => [...longParts(files), ...alike(files)];

function longParts(files: readonly Sized[]): Problem[] {
  return files
    .filter(({ path }) => path.split('/').some((part) => Buffer.byteLength(part) > LONGEST_PART))
    .map(({ file }) => ({
      message: `A part of the path is longer than ${LONGEST_PART} bytes, which no system unpacks.`,
      place: { file },
      advice: 'Give it a shorter name, or exclude it.',
    }));
}

/** On many systems one would overwrite the other. */
function alike(files: readonly Sized[]): Problem[] {
  const groups = Map.groupBy(files, ({ path }) => path.normalize('NFC').toLowerCase());
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : others.map(({ file }) => ({
          message: `The path differs from ${first.file} in letter case only: on some systems one takes the place of the other.`,
          place: { file },
          advice: 'Rename one of them, or exclude it.',
        })),
  );
}

const POINTER = 'version https://git-lfs.github.com/spec/v1';
const LONGEST_POINTER = 1024;

/** Why a file's content must not be part of a version; undefined where nothing stands against it. */
export function judgeContent(
  file: string,
  content: Buffer,
  holdsSecret: (content: Buffer) => boolean,
): Problem | undefined {
  if (content.length <= LONGEST_POINTER && content.toString('latin1', 0, POINTER.length) === POINTER) {
    return {
      message: 'The file is a Git LFS pointer, not the content that it stands for.',
      place: { file },
      advice: 'Set `lfs: true` on the step that checks out the repository, or exclude the file.',
    };
  }
  return holdsSecret(content)
    ? {
        message: 'The file holds one of the secrets of this run. A version cannot be deleted.',
        place: { file },
        advice: 'Remove the secret from the file, or exclude the file.',
      }
    : undefined;
}
