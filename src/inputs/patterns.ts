/** Glob patterns relative to the working directory, in the syntax of `@actions/glob`. */
export interface Patterns {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Returns what is wrong with patterns that start with `!` (passed without it), or undefined. */
export type JudgeExclusions = (exclusions: readonly string[]) => string | undefined;

/**
 * Reads glob patterns, one per line. `!pattern` excludes, in any position. `#` starts a comment.
 *
 * @throws Error that names each line which could leave the working directory or cannot match what is meant, and what
 * `judgeExclusions` returns
 */
export function parsePatterns(text: string, judgeExclusions: JudgeExclusions = () => undefined): Patterns {
  const include: string[] = [];
  const exclude: string[] = [];
  for (const line of lines(text)) {
    if (line.startsWith('!')) exclude.push(line.slice(1).trim());
    else include.push(line);
  }
  const wrong = judgeExclusions(exclude.map(withoutDot));
  refuseFaulty([...include, ...exclude], wrong === undefined ? [] : [wrong]);
  return { include: include.map(withoutDot), exclude: exclude.map(withoutDot) };
}

/** The trimmed lines of a multi-line input, without empty ones and comments. */
function lines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function refuseFaulty(patterns: readonly string[], others: readonly string[]): void {
  const leaving = patterns.filter(mayLeave);
  const misspelt = patterns.flatMap((pattern) => misspelling(pattern) ?? []);
  const faults = [
    ...(leaving.length === 0
      ? []
      : [`contains patterns that are empty, absolute, or have a "." or ".." folder: ${leaving.join(', ')}`]),
    ...(misspelt.length === 0
      ? []
      : [
          `contains patterns that match nothing as written: ${misspelt.join('; ')}. If a file name really contains such a character, write ? instead`,
        ]),
    ...others,
  ];
  if (faults.length > 0) throw new Error(faults.join('; it also '));
}

const mayLeave = (pattern: string): boolean =>
  /^([/\\~]|[a-z]:)/i.test(pattern) ||
  withoutDot(pattern).split(/[/\\]/).some(isDots) ||
  withoutDot(pattern) === '';

/**
 * Syntax of YAML lists, shells or other globs. `@actions/glob` takes these characters literally, so the pattern would
 * silently match nothing, and a file that should be excluded would be published.
 */
const MISSPELLINGS: readonly (readonly [RegExp, (pattern: string) => string])[] = [
  [/^(["'`]).*\1[,;]?$/, (pattern) => `${pattern} is quoted: remove the quotes`],
  [/^- /, (pattern) => `${pattern} starts with "- ": write ${pattern.slice(2).trim()}`],
  [/[{}]/, (pattern) => `${pattern} has braces: write each alternative on its own line`],
  [/, /, (pattern) => `${pattern} has a comma and a space: write each pattern on its own line`],
  [/\*\S*[ \t,]\S*\*/, (pattern) => `${pattern} has several patterns: write each on its own line`],
  [/\s#/, (pattern) => `${pattern} is followed by a comment: write the comment on its own line`],
];

/** What is wrong with a pattern and what to write instead, or undefined. */
function misspelling(pattern: string): string | undefined {
  return MISSPELLINGS.find(([fault]) => fault.test(pattern))?.[1](pattern);
}

const isDots = (segment: string) => segment === '.' || segment === '..';
const withoutDot = (pattern: string) => pattern.replace(/^(\.\/)+/, '');

/** A pattern that matches only this path: `a/[[]x].rego` for `a/[x].rego`. */
export function literalPattern(path: string): string {
  const escaped = path.replace(/[[?*]/g, '[$&]');
  return isTaken(escaped) ? escaped : path.replace(/[^\w./ -]|^[ -]| $|(?<=,) | (?=#)/g, '?');
}

/** Whether an input with this line is read as this pattern. */
function isTaken(pattern: string): boolean {
  if (/[\\`\p{C}]/u.test(pattern)) return false;
  try {
    const { include } = parsePatterns(pattern);
    return include.length === 1 && include[0] === pattern;
  } catch {
    return false;
  }
}
