import { KINDS, kindOfConfiguration } from '../model/kinds.ts';
import { pathBelow } from '../model/set-folder.ts';
import { SENTINEL_CONFIGURATION } from './kind-of-folder.ts';

/**
 * A configuration that goes to the archive's root: of an upload, the service is only known to look for one there
 * (docs/policy-sets.md#configuration-in-a-folder-below). Paths are from the root of what is packed.
 */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** Configurations at the root, which are not packed: there can be one. */
  readonly insteadOf: readonly string[];
  /** What is packed, where that is not the file as it is. */
  readonly content: Buffer | undefined;
}

/** A configuration that is packed at the root of the archive. */
export interface MovedConfiguration {
  /** From the workspace. */
  readonly from: string;
  /** In the archive. */
  readonly to: string;
  /** The file as it is. */
  readonly original: Buffer;
  readonly sources: readonly RebasedSource[];
}

/** A source that is written in another way, so that it leads to the same file from the root of the archive. */
export interface RebasedSource {
  /** In the file as it is. */
  readonly line: number;
  /** As it stands there; undefined where it was left out. */
  readonly before: string | undefined;
  readonly after: string;
}

/** @param name of the configuration file, which is in the folder `path` below the one that is packed */
export function moveOf(name: string, path: string, content: Buffer | undefined): Move {
  const insteadOf = KINDS[kindOfConfiguration(name)].configurationFiles ?? [SENTINEL_CONFIGURATION];
  return { from: pathBelow(path, name), to: name, insteadOf, content };
}

/** Where a file of the folder is in the archive. */
export const movedPath = (path: string, move: Move | undefined): string =>
  move !== undefined && path === move.from ? move.to : path;

/** What a file is packed as, where that is not what it holds. */
export const movedContent = (path: string, move: Move | undefined): Buffer | undefined =>
  path === move?.from ? move.content : undefined;

/** Why a file is not packed, as the report has it. */
export const givesWay = (path: string, move: Move | undefined): string | undefined =>
  move?.insteadOf.includes(path) === true
    ? `gives way to ${move.from}, which is packed at the root`
    : undefined;
