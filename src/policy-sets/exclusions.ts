import path from 'node:path';
import type { Place } from '../model/problem.ts';
import type { Folder } from '../repository/find-files.ts';
import { matcherOf } from '../repository/matcher.ts';
import type { IgnoreRules } from './ignore-file.ts';
import { givesWay, type Move } from './move.ts';
import { isNeverPacked } from './names.ts';

/** Patterns that exclude files. Paths are from the workspace, with `/` between folders. */
export interface Patterns {
  matches(path: string): boolean;
  /** Whether everything below the folder matches. */
  prunes(folder: string): boolean;
}

/** Patterns relative to the working directory. They never match files outside it. */
export function patternsBelow({ workspace, root }: Folder, exclude: readonly string[]): Patterns {
  const below = path.relative(workspace, root).replaceAll(path.sep, '/');
  const matcher = matcherOf({ include: ['**'], exclude });
  const relative = (file: string): string | undefined => {
    if (below === '') return file;
    return file.startsWith(`${below}/`) ? file.slice(below.length + 1) : undefined;
  };
  const asked = (file: string, ask: (path: string) => boolean): boolean => {
    const inside = exclude.length === 0 ? undefined : relative(file);
    return inside !== undefined && ask(inside);
  };
  return {
    matches: (file) => asked(file, (inside) => !matcher.matches(inside)),
    prunes: (folder) => asked(folder, matcher.prunes),
  };
}

/** Decides which files of the folder are packed, and how. */
export interface PackingRules {
  /** The user's patterns in `exclude`. */
  readonly exclude: Patterns;
  /** The built-in patterns in use. */
  readonly builtIn: Patterns;
  /** The place in the configuration of each source, by the path of the source from the root of the archive. */
  readonly named: ReadonlyMap<string, Place>;
  /** Paths from the root of the archive of the sources of plugins. */
  readonly executables: ReadonlySet<string>;
  /** Set if the configuration is moved to the root of the archive. */
  readonly move: Move | undefined;
  /** The secrets of the run in each form that a file could contain. None of them is empty. */
  readonly secrets: readonly string[];
}

/** A path to check for exclusion. A file behind a link has two: that of the link, and its own. */
export interface Spot {
  /** From the root of what is packed. Undefined outside it. */
  readonly path: string | undefined;
  /** From the workspace. */
  readonly file: string;
}

/** Why something is not packed, in the words of the report. Undefined if it is packed. */
export type Why = string | undefined;

type ExclusionRules = Pick<PackingRules, 'exclude' | 'builtIn' | 'named' | 'move'>;

/** Which files are left out (docs/policy-sets.md#what-is-packed). */
export class Exclusions {
  readonly #rules: ExclusionRules;
  readonly #ignore: IgnoreRules;
  /** Folders that contain sources of the configuration. */
  readonly #onTheWay: ReadonlySet<string>;

  constructor(rules: ExclusionRules, ignore: IgnoreRules) {
    this.#rules = rules;
    this.#ignore = ignore;
    this.#onTheWay = new Set([...rules.named.keys()].flatMap(foldersOf));
  }

  /** @param path from the root of what is packed. Sources in the configuration override the built-in patterns. */
  ofFile(path: string, spots: readonly Spot[]): Why {
    const { exclude, builtIn, named, move } = this.#rules;
    const why = givesWay(path, move);
    if (why !== undefined) return why;
    return firstOf(spots, (spot) => {
      if (isNeverPacked(spot.path ?? spot.file)) return NEVER;
      if (exclude.matches(spot.file)) return EXCLUDED;
      const line = spot.path === undefined ? undefined : this.#ignore.lineFor(spot.path);
      if (line !== undefined) return ignoredBy(line);
      return !named.has(path) && builtIn.matches(spot.file) ? BUILT_IN : undefined;
    });
  }

  /** Why a folder is left out as a whole, as far as this can be decided without reading it. */
  ofFolder(path: string, spots: readonly Spot[]): Why {
    const { exclude, builtIn } = this.#rules;
    return firstOf(spots, (spot) => {
      if (isNeverPacked(spot.path ?? spot.file)) return NEVER;
      if (exclude.prunes(spot.file)) return EXCLUDED;
      if (spot.path !== undefined && this.#ignore.prunes(spot.path)) return IGNORED;
      return !this.#onTheWay.has(path) && builtIn.prunes(spot.file) ? BUILT_IN : undefined;
    });
  }
}

export const NEVER = 'is never packed';
export const EXCLUDED = 'is matched by `exclude`';
const BUILT_IN = 'is excluded by default';
const IGNORED = 'is matched by `.terraformignore`';
const ignoredBy = (line: number) => `${IGNORED}, line ${line}`;

function firstOf(spots: readonly Spot[], why: (spot: Spot) => Why): Why {
  for (const spot of spots) {
    const found = why(spot);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The folders above a path, without the root. */
export function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) folders.push(path.slice(0, at));
  return folders;
}
