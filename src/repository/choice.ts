import type { LeftOut } from '../model/left-out.ts';
import type { Problem } from '../model/problem.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { OpaBlock, SentinelBlock } from './configuration/policy-blocks.ts';
import type { FoundFile, Locate } from './find-files.ts';
import type { Selected } from './selection.ts';

/** What selecting needs to know of the repository. */
export interface Repository {
  /** What `policies` less `exclude` selects, sorted by path. */
  readonly candidates: readonly FoundFile[];
  readonly configurations: readonly Configuration[];
  /** Finds a file that a block names, from the workspace. */
  readonly locate: Locate;
  /** The names that the package of a Rego file is made of; none where it declares none. */
  readonly packageOf: (file: FoundFile) => readonly string[];
  /** Rego files below a folder that `policies` and `exclude` do not select. */
  readonly unselectedRego: (folder: string) => Promise<readonly FoundFile[]>;
}

/** The same, with what each block asks. */
export interface Selectable extends Repository {
  /** Locations of the candidates. */
  readonly selectable: ReadonlySet<string>;
}

/** What becomes of one block of a configuration, or of one file. */
export interface Choice {
  readonly selected?: Selected;
  readonly leftOut?: LeftOut;
  readonly problem?: Problem;
  readonly warning?: Problem;
  readonly notice?: Problem;
}

/** Why the file of a block is left out that the inputs do not select. */
export const NOT_SELECTED = 'is not selected by `policies` less `exclude`';

export function unmatched(
  block: SentinelBlock | OpaBlock,
  { path }: FoundFile,
  place: { file: string; line: number },
): Choice {
  const message = `Policy "${block.name}" is left out: \`policies\` less \`exclude\` does not select ${path}.`;
  return {
    leftOut: { path, why: NOT_SELECTED, isReported: true },
    notice: {
      message,
      place,
      cause: {
        summary: 'are left out: `policies` less `exclude` does not select their files',
        detail: `"${block.name}": ${path}`,
      },
    },
  };
}
