import { KINDS, kindOfConfiguration } from '../model/kinds.ts';
import { pathBelow } from '../model/set-folder.ts';
import { SENTINEL_CONFIGURATION } from './kind-of-folder.ts';

/**
 * A configuration that is moved to the root of the archive, the only place where the service is known to look for it
 * (docs/policy-sets.md#configuration-in-a-folder-below). Paths are from the root of what is packed.
 */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** Configurations at the root, which are not packed, because only one is allowed. */
  readonly insteadOf: readonly string[];
  /** The content to pack. Undefined: the unchanged file. */
  readonly content: Buffer | undefined;
}

/** A configuration that is packed at the root of the archive. */
export interface MovedConfiguration {
  /** From the workspace. */
  readonly from: string;
  /** In the archive. */
  readonly to: string;
  /** The content of the file. */
  readonly original: Buffer;
  readonly sources: readonly RebasedSource[];
}

/** A source that is rewritten, so that it leads to the same file from the root of the archive. */
export interface RebasedSource {
  /** In the original file. */
  readonly line: number;
  /** The original source. Undefined if it was omitted. */
  readonly before: string | undefined;
  readonly after: string;
}

/** @param name of the configuration file in the folder `path`, which is below the one that is packed */
export function moveOf(name: string, path: string, content: Buffer | undefined): Move {
  const insteadOf = KINDS[kindOfConfiguration(name)].configurationFiles ?? [SENTINEL_CONFIGURATION];
  return { from: pathBelow(path, name), to: name, insteadOf, content };
}

/** The path of a file in the archive. */
export const movedPath = (path: string, move: Move | undefined): string =>
  move !== undefined && path === move.from ? move.to : path;

/** The content to pack instead of the file's own. */
export const movedContent = (path: string, move: Move | undefined): Buffer | undefined =>
  path === move?.from ? move.content : undefined;

/** Why a file is not packed, in the words of the report. */
export const givesWay = (path: string, move: Move | undefined): string | undefined =>
  move?.insteadOf.includes(path) === true
    ? `is replaced by ${move.from}, which is packed at the root`
    : undefined;
