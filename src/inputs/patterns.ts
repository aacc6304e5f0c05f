/** Glob patterns below the working directory, as `@actions/glob` understands them. */
export interface Patterns {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** What is wrong with patterns that begin with `!`, given without it; undefined where nothing is. */
export type JudgeExclusions = (exclusions: readonly string[]) => string | undefined;

/**
 * Reads glob patterns, one per line: `!pattern` excludes wherever it stands, `#` starts a comment.
 *
 * @throws Error that names each line which could leave the working directory, or which can match nothing that is meant,
 * and what `judgeExclusions` has to say.
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
      : [`has patterns that are empty, absolute, or hold a "." or ".." folder: ${leaving.join(', ')}`]),
    ...(misspelt.length === 0
      ? []
      : [
          `has patterns that match nothing as they are written: ${misspelt.join('; ')}. If a file name really has such a character, write ? in its place`,
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
 * What people write who think of a YAML list, a shell or another glob. `@actions/glob` takes each of these characters
 * for itself, so that the pattern would silently match no file: one that was to be left out would be published.
 */
const MISSPELLINGS: readonly (readonly [RegExp, (pattern: string) => string])[] = [
  [/^(["'`]).*\1[,;]?$/, (pattern) => `${pattern} is in quotes: write it without them`],
  [/^- /, (pattern) => `${pattern} begins with "- ": write ${pattern.slice(2).trim()}`],
  [/[{}]/, (pattern) => `${pattern} has braces: write each alternative on a line of its own`],
  [/, /, (pattern) => `${pattern} has a comma and a space: write each pattern on a line of its own`],
  [/\*\S*[ \t,]\S*\*/, (pattern) => `${pattern} has several patterns: write each on a line of its own`],
  [/\s#/, (pattern) => `${pattern} has a comment behind it: write the comment on a line of its own`],
];

/** What is wrong with a pattern and what to write; undefined where nothing is. */
function misspelling(pattern: string): string | undefined {
  return MISSPELLINGS.find(([fault]) => fault.test(pattern))?.[1](pattern);
}

const isDots = (segment: string) => segment === '.' || segment === '..';
const withoutDot = (pattern: string) => pattern.replace(/^(\.\/)+/, '');

/** The pattern of one path, in which no character means another: `a/[[]x].rego` for `a/[x].rego`. */
export function literalPattern(path: string): string {
  const escaped = path.replace(/[[?*]/g, '[$&]');
  return isTaken(escaped) ? escaped : path.replace(/[^\w./ -]|^[ -]| $|(?<=,) | (?=#)/g, '?');
}

/** Whether a line of an input with this pattern is read as this pattern. */
function isTaken(pattern: string): boolean {
  if (/[\\`\p{C}]/u.test(pattern)) return false;
  try {
    const { include } = parsePatterns(pattern);
    return include.length === 1 && include[0] === pattern;
  } catch {
    return false;
  }
}
