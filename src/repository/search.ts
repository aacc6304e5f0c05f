import { lstatSync } from 'node:fs';
import path from 'node:path';
import { create } from '@actions/glob';
import type { Patterns } from '../inputs/patterns.ts';
import { isSimple, matcherOf, plainBeginning, spelledOut } from './matcher.ts';
import { isGitName, type UnreadableFolder, visit } from './walk.ts';

/** The entries of a folder that some searches need. Paths are from the root, with `/` between folders. */
export interface Listing {
  readonly root: string;
  /** Everything except folders that one of the searches selects, in the order of code units. */
  readonly files: readonly string[];
  /** The start folders of patterns that the walk has reached. */
  readonly places: ReadonlySet<string>;
}

/**
 * Lists the folder for some searches, in one walk. Folders from which none of them can select a file are not entered,
 * because excluded folders may be large or not readable.
 *
 * @throws UnreadableFolder unless `unreadable` is given
 */
export function list(
  root: string,
  searches: readonly Patterns[],
  unreadable?: (failure: UnreadableFolder) => void,
): Listing {
  const matchers = searches.map(matcherOf);
  const begins = new Set(searches.flatMap(({ include }) => include.map(plainBeginning)));
  const files: string[] = [];
  const places = new Set<string>();
  visit(root, {
    enters: (folder) => !matchers.every(({ prunes }) => prunes(folder)),
    see: ({ path, type }) => {
      if (begins.has(path)) places.add(path);
      if (type !== 'folder' && matchers.some(({ matches }) => matches(path))) files.push(path);
    },
    unreadable,
  });
  return { root, files, places };
}

/**
 * The files that the patterns select in a folder that was listed for them, in the order of code units.
 *
 * Simple patterns are matched with the listing, others by `@actions/glob`, which also enters excluded folders and reads
 * the status of each file, and takes many times as long (`npm run bench -- --only crowd`).
 */
export async function search(listing: Listing, patterns: Patterns): Promise<readonly string[]> {
  const { exclude } = patterns;
  const { listed = [], hidden = [], special = [] } = divided(listing, patterns);
  const found = listing.files.filter(matcherOf({ include: listed, exclude }).matches);
  // A globber skips a start folder below another one, although it may not reach it from there.
  const others = [...(special.length === 0 ? [] : [special]), ...hidden.map((pattern) => [pattern])];
  if (others.length === 0) return found;
  const all = new Set(found);
  for (const include of others) {
    for (const file of await glob(listing.root, { include, exclude })) all.add(file);
  }
  return [...all].sort();
}

/**
 * `special` patterns have sets or escapes, which `@actions/glob` reads in its own way. `hidden` patterns start in a folder
 * that exists but that the walk has not reached: behind a link, or in another spelling than the file system's.
 */
function divided({ root, places }: Listing, { include, exclude }: Patterns) {
  const { prunes } = matcherOf({ include, exclude });
  const isHidden = (place: string) =>
    place !== '' &&
    !places.has(place) &&
    !place.split('/').some(isGitName) &&
    !prunes(place) &&
    isThere(path.join(root, place));
  const isSpecial = exclude.every(isSimple) ? (pattern: string) => !isSimple(pattern) : () => true;
  return Object.groupBy(include, (pattern) => {
    if (isSpecial(pattern)) return 'special';
    return isHidden(plainBeginning(pattern)) ? 'hidden' : 'listed';
  });
}

/** Whether anything has this name, even a broken link. */
export function isThere(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch {
    return false;
  }
}

async function glob(root: string, { include, exclude }: Patterns): Promise<string[]> {
  const begun: string[] = [];
  for (const pattern of include) {
    // If a pattern starts below a file, a globber throws instead of finding nothing.
    if ((await globberOf(root, { include: [pattern], exclude: [] })).getSearchPaths().every(isThere))
      begun.push(pattern);
  }
  const found = await (await globberOf(root, { include: begun, exclude })).glob();
  return found.map((file) => path.relative(root, file).replaceAll(path.sep, '/'));
}

const globberOf = (root: string, patterns: Patterns) =>
  create(patternLines(root, patterns).join('\n'), {
    followSymbolicLinks: false,
    matchDirectories: false,
    implicitDescendants: false,
  });

/** Exclusions come last, because the last matching pattern decides (docs/github.md#glob-patterns). */
function patternLines(root: string, patterns: Patterns): string[] {
  const { include, exclude } = spelledOut(patterns);
  const below = (pattern: string) => `${escapeGlob(root)}${path.sep}${pattern}`;
  return [
    ...include.map(below),
    ...exclude.map((pattern) => `!${below(pattern)}`),
    `!${below('**/.git/**')}`,
  ];
}

/** The root is a path, not a pattern, so special characters are escaped (docs/github.md#glob-patterns). */
const escapeGlob = (text: string) => text.replace(/[[?*]/g, '[$&]');
