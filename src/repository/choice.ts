import type { LeftOut } from '../model/left-out.ts';
import type { Problem } from '../model/problem.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { OpaBlock, SentinelBlock } from './configuration/policy-blocks.ts';
import type { FoundFile, Locate } from './find-files.ts';
import type { Selected } from './selection.ts';

/** The parts of the repository that the selection needs. */
export interface Repository {
  /** The files that `policies` minus `exclude` matches, sorted by path. */
  readonly candidates: readonly FoundFile[];
  readonly configurations: readonly Configuration[];
  /** Finds a file that a block names, from the workspace. */
  readonly locate: Locate;
  /** The parts of a Rego file's package name. Empty if it declares none. */
  readonly packageOf: (file: FoundFile) => readonly string[];
  /** Rego files below a folder that `policies` minus `exclude` does not match. */
  readonly unselectedRego: (folder: string) => Promise<readonly FoundFile[]>;
}

/** The same, with a lookup for blocks. */
export interface Selectable extends Repository {
  /** Locations of the candidates. */
  readonly selectable: ReadonlySet<string>;
}

/** The result for one block of a configuration, or for one file. */
export interface Choice {
  readonly selected?: Selected;
  readonly leftOut?: LeftOut;
  readonly problem?: Problem;
  readonly warning?: Problem;
  readonly notice?: Problem;
}

/** Why a block's file that the inputs do not select is left out. */
export const NOT_SELECTED = 'is not matched by `policies`, or is excluded';

export function unmatched(
  block: SentinelBlock | OpaBlock,
  { path }: FoundFile,
  place: { file: string; line: number },
): Choice {
  const message = `Policy "${block.name}" is left out: ${path} is not matched by \`policies\`, or is excluded.`;
  return {
    leftOut: { path, why: NOT_SELECTED, isReported: true },
    notice: {
      message,
      place,
      cause: {
        summary: 'are left out because their files are not matched by `policies`, or are excluded',
        detail: `"${block.name}": ${path}`,
      },
    },
  };
}
