import { lstatSync } from 'node:fs';
import path from 'node:path';
import { create } from '@actions/glob';
import type { Patterns } from '../inputs/patterns.ts';
import { isSimple, matcherOf, plainBeginning, spelledOut } from './matcher.ts';
import { isGitName, type UnreadableFolder, visit } from './walk.ts';

/** What some searches need to know of a folder. Paths are from the root, with `/` between folders. */
export interface Listing {
  readonly root: string;
  /** All but folders that one of the searches selects, in the order of their code units. */
  readonly files: readonly string[];
  /** Where a pattern begins and the walk came by. */
  readonly places: ReadonlySet<string>;
}

/**
 * Lists the folder for some searches, in one walk. It enters no folder from which none of them can select a file: what
 * is excluded may be large, or not to be read.
 *
 * @throws UnreadableFolder, unless it is given what to do with one.
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
 * What the patterns select of a folder that was listed for them, in the order of code units.
 *
 * Simple patterns are asked of the listing. `@actions/glob` searches for the others: it enters what is excluded, and
 * waits for the facts of each file, which takes many times as long (`npm run bench -- --only crowd`).
 */
export async function search(listing: Listing, patterns: Patterns): Promise<readonly string[]> {
  const { exclude } = patterns;
  const { listed = [], hidden = [], special = [] } = divided(listing, patterns);
  const found = listing.files.filter(matcherOf({ include: listed, exclude }).matches);
  // A globber passes over a place that is below another, although it may not come there from above.
  const others = [...(special.length === 0 ? [] : [special]), ...hidden.map((pattern) => [pattern])];
  if (others.length === 0) return found;
  const all = new Set(found);
  for (const include of others) {
    for (const file of await glob(listing.root, { include, exclude })) all.add(file);
  }
  return [...all].sort();
}

/**
 * Who is to be asked. `special` are patterns with sets or escapes, which `@actions/glob` reads in ways of its own;
 * `hidden` those that begin at a place to which the walk did not come although it is there: behind a link to a folder, or
 * spelt in another way than the file system lists it.
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

/** Whether there is anything of this name, were it a broken link. */
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
    // A globber throws, instead of finding nothing, where a pattern begins below a file.
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

/** Exclusions come last, since the last pattern that matches decides (docs/github.md#glob-patterns). */
function patternLines(root: string, patterns: Patterns): string[] {
  const { include, exclude } = spelledOut(patterns);
  const below = (pattern: string) => `${escapeGlob(root)}${path.sep}${pattern}`;
  return [
    ...include.map(below),
    ...exclude.map((pattern) => `!${below(pattern)}`),
    `!${below('**/.git/**')}`,
  ];
}

/** The root is a place, not a pattern: `[` opens a set, `?` and `*` match anything (docs/github.md#glob-patterns). */
const escapeGlob = (text: string) => text.replace(/[[?*]/g, '[$&]');
