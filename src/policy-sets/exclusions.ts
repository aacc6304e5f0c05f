import path from 'node:path';
import type { Folder } from '../repository/find-files.ts';
import { matcherOf } from '../repository/matcher.ts';
import { IGNORE_FILE, type IgnoreRules } from './ignore-file.ts';

/** What the user, and what this action by itself, leaves out of a folder. */
export interface Exclusions {
  /** Why a file, or all that is below a folder, is left out; undefined where it is not. */
  why(asked: Asked): string | undefined;
}

/** A path in the archive and from the workspace. */
export interface Asked {
  readonly archive: string;
  readonly file: string;
  readonly isFolder: boolean;
  /** Whether the configuration names it, or something below it. */
  readonly isNamed: boolean;
}

interface Patterns {
  /** The patterns of `exclude` that are built in and hold, and those of the user. */
  readonly builtIn: readonly string[];
  readonly given: readonly string[];
}

/** @param working the folder that patterns are relative to */
export function exclusionsOf(working: Folder, { builtIn, given }: Patterns, ignore: IgnoreRules): Exclusions {
  const ofUser = excluder(given);
  const byDefault = excluder(builtIn);
  const root = path.relative(working.workspace, working.root).replaceAll(path.sep, '/');
  return {
    why({ archive, file, isFolder, isNamed }) {
      // Patterns are for what lies below the working directory. What lies elsewhere they cannot mean.
      const relative =
        root === '' ? file : file.startsWith(`${root}/`) ? file.slice(root.length + 1) : undefined;
      if (relative !== undefined && ofUser(relative, isFolder)) return 'matches `exclude`';
      if (isFolder ? ignore.prunes(archive) : ignore.lineFor(archive) !== undefined)
        return `is named by ${IGNORE_FILE}`;
      if (relative !== undefined && !isNamed && byDefault(relative, isFolder))
        return 'matches the built-in list of `exclude`';
      return undefined;
    },
  };
}

type Excludes = (relative: string, isFolder: boolean) => boolean;

function excluder(exclude: readonly string[]): Excludes {
  if (exclude.length === 0) return () => false;
  const matcher = matcherOf({ include: ['**'], exclude });
  return (relative, isFolder) => (isFolder ? matcher.prunes(relative) : !matcher.matches(relative));
}
