import path from 'node:path';
import { Minimatch, type MinimatchOptions } from 'minimatch';
import type { Patterns } from '../inputs/patterns.ts';
import { once } from '../runtime/once.ts';

/** Matches paths, which are relative to the folder of the patterns and have `/` between folders. */
export interface Matcher {
  /** Whether the patterns select a file with this path. */
  readonly matches: Ask;
  /** Whether the patterns cannot select any file below a folder with this path. */
  readonly prunes: Ask;
}

type Ask = (path: string) => boolean;

const IS_WINDOWS = path.sep === '\\';

/** The options of `@actions/glob`, which uses the same library but has no public matcher (docs/github.md#glob-patterns). */
const OPTIONS: MinimatchOptions = {
  dot: true,
  nobrace: true,
  nocase: IS_WINDOWS,
  nocomment: true,
  noext: true,
  nonegate: true,
};

export function matcherOf(patterns: Patterns): Matcher {
  const { include, exclude } = spelledOut(patterns);
  const [included, excluded] = [anyOf(include), anyOf(exclude)];
  const excludedWhole = anyOf(patterns.exclude.map(wholeFolder));
  return {
    matches: (file) => included.matches(file) && !excluded.matches(file),
    prunes: (folder) => !included.reaches(folder) || excludedWhole.matches(folder),
  };
}

/**
 * The same patterns, but each matches only files (docs/behavior.md#patterns). Excluding a folder excludes everything below
 * it. To include a folder, a pattern must end with `/`, or with a plain name that is not that of a policy file.
 */
export const spelledOut = ({ include, exclude }: Patterns): Patterns => ({
  include: include.flatMap((pattern) => spellOut(pattern, isFolderName)),
  exclude: exclude.flatMap((pattern) => spellOut(pattern, () => true)),
});

function spellOut(pattern: string, mayBeFolder: (name: string) => boolean): string[] {
  const { text, isFolder, name } = partsOf(pattern);
  if (isFolder) return [`${text}/**/*`];
  return name !== '**' && mayBeFolder(name) ? [text, `${text}/**/*`] : [text];
}

const isFolderName = (name: string) => !/[*?[]|\.(sentinel|rego|hcl|json)$/i.test(name);

/** The pattern of the folders that an exclusion excludes entirely. */
function wholeFolder(pattern: string): string {
  const { text, name } = partsOf(pattern);
  return name === '**' ? text : `${text}/**`;
}

function partsOf(pattern: string): { text: string; isFolder: boolean; name: string } {
  const slashed = pattern.replace(IS_WINDOWS ? /[\\/]+/g : /\/+/g, '/');
  const text = slashed.replace(/\/$/, '');
  return { text, isFolder: text !== slashed, name: text.slice(text.lastIndexOf('/') + 1) };
}

/** The patterns that match none of these paths. */
export function patternsWithoutMatch(include: readonly string[], paths: readonly string[]): string[] {
  const files = new Set(paths);
  const folders = new Set(paths.flatMap(foldersOf));
  const has = (pattern: string) => {
    const plain = IS_WINDOWS ? undefined : plainly(pattern);
    if (plain === undefined) return paths.some(compile(pattern).matches);
    return files.has(plain.file ?? '') || folders.has(plain.folder ?? '');
  };
  return [...new Set(include)].filter((pattern) => !spellOut(pattern, isFolderName).some(has));
}

/** The part of a pattern before its first wildcard. Everything that it matches is below. */
export function plainBeginning(pattern: string): string {
  const segments = partsOf(pattern).text.split('/');
  const wild = segments.findIndex((segment) => WILD.test(segment));
  return segments.slice(0, wild < 0 ? segments.length : wild).join('/');
}

/** Whether a pattern consists of text, `*`, `**` and `?`. */
export const isSimple = (pattern: string): boolean => !/[[\\]/.test(partsOf(pattern).text);

const WILD = IS_WINDOWS ? /[*?[]/ : /[*?[\\]/;

interface Asked {
  readonly matches: Ask;
  /** Whether a file below a folder with this path may match. */
  readonly reaches: Ask;
}

/** Plain paths, of which there may be thousands, are looked up. Patterns are tried one by one. */
function anyOf(patterns: readonly string[]): Asked {
  const plain = IS_WINDOWS ? [] : patterns.flatMap((pattern) => plainly(pattern) ?? []);
  const rest = patterns.filter((pattern) => IS_WINDOWS || plainly(pattern) === undefined).map(compile);
  const files = new Set(plain.flatMap(({ file }) => file ?? []));
  const folders = new Set(plain.flatMap(({ folder }) => folder ?? []));
  const above = new Set([...[...files].flatMap(foldersOf), ...[...folders].flatMap(foldersOf), ...folders]);
  const isBelow = (at: string) => folders.size > 0 && foldersOf(at).some((folder) => folders.has(folder));
  return {
    matches: (file) => files.has(file) || isBelow(file) || rest.some(({ matches }) => matches(file)),
    reaches: (folder) => above.has(folder) || isBelow(folder) || rest.some(({ reaches }) => reaches(folder)),
  };
}

/** A pattern for a file, for everything below a folder, or both. Undefined if it has other wildcards. */
function plainly(pattern: string): { readonly file?: string; readonly folder?: string } | undefined {
  const [, text = '', below] = /^(.*?)(\/\*\*(?:\/\*)?)?$/s.exec(pattern) ?? [];
  if (WILD.test(text) || text === '') return undefined;
  if (below === undefined) return { file: text };
  return below === '/**' ? { file: text, folder: text } : { folder: text };
}

/** `a/b` and `a` for `a/b/c`. */
function foldersOf(at: string): string[] {
  const folders: string[] = [];
  for (let end = at.lastIndexOf('/'); end > 0; end = at.lastIndexOf('/', end - 1))
    folders.push(at.slice(0, end));
  return folders;
}

function compile(pattern: string): Asked {
  // Created on first use: this is slow, and most patterns never need it.
  const glob = once(() => new Minimatch(pattern, OPTIONS));
  const texts = textsOf(pattern);
  const begin = plainBeginning(pattern);
  const isAnywhere = pattern === '**' || pattern.startsWith('**/');
  // `a/**` also matches `a`: `@actions/glob` matches `a/`.
  const asked: (at: string) => string = partsOf(pattern).name === '**' ? (at) => `${at}/` : (at) => at;
  return {
    matches: (file) =>
      pattern === '**' || (texts.every((text) => file.includes(text)) && glob().match(asked(file))),
    reaches: (folder) => isAnywhere || (isOnWay(folder, begin) && glob().match(folder, true)),
  };
}

/** The texts that every path contains that a pattern matches: most paths need no closer look. */
function textsOf(pattern: string): string[] {
  return IS_WINDOWS || !isSimple(pattern) ? [] : pattern.split(/[*?/]/).filter((text) => text !== '');
}

const isOnWay = (folder: string, place: string) =>
  IS_WINDOWS || place === '' || `${place}/`.startsWith(`${folder}/`) || folder.startsWith(`${place}/`);
