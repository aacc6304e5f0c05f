import { ComplaintsError } from './reader.ts';

/** Glob patterns below the working directory, as `@actions/glob` understands them. */
export interface Patterns {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/**
 * Reads glob patterns, one per line: `!pattern` excludes wherever it stands, `#` starts a comment.
 *
 * @throws ComplaintsError that names each line which could leave the working directory, or which can match nothing
 * that anybody means.
 */
export function parsePatterns(text: string): Patterns {
  const { patterns, complaints } = patternsOrComplaints(text);
  if (complaints.length > 0) throw new ComplaintsError(complaints);
  return patterns;
}

/** The same for those who have more to complain of: the patterns without the faulty ones, and the complaints. */
export function patternsOrComplaints(text: string): {
  readonly patterns: Patterns;
  readonly complaints: readonly string[];
} {
  const include: string[] = [];
  const exclude: string[] = [];
  const complaints = new Map<Fault, string[]>();
  for (const line of lines(text)) {
    const isExclusion = line.startsWith('!');
    const pattern = isExclusion ? line.slice(1).trim() : line;
    const faults = FAULTS.filter(({ isIn }) => isIn(pattern));
    for (const fault of faults) complaints.set(fault, [...(complaints.get(fault) ?? []), pattern]);
    if (faults.length === 0) (isExclusion ? exclude : include).push(withoutDot(pattern));
  }
  return { patterns: { include, exclude }, complaints: [...complaints].map(complaint) };
}

const complaint = ([{ what, instead }, patterns]: [Fault, string[]]): string =>
  [`${what}: ${patterns.join(', ')}`, ...(instead === undefined ? [] : [instead])].join('. Instead, ');

/** The trimmed lines of a multi-line input, less empty ones and comments. */
function lines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

interface Fault {
  readonly isIn: (pattern: string) => boolean;
  /** What is wrong, in front of the patterns. */
  readonly what: string;
  /** What to write instead, behind them. */
  readonly instead?: string;
}

/** In a set such as `[{]` a character stands for itself. */
const withoutSets = (pattern: string) => pattern.replace(/\[[^[\]]+\]/g, '?');

const IN_A_NAME = 'if a file name really has';

const FAULTS: readonly Fault[] = [
  {
    isIn: (pattern) =>
      /^([/\\~]|[a-z]:)/i.test(pattern) ||
      withoutDot(pattern).split(/[/\\]/).some(isDots) ||
      withoutDot(pattern) === '',
    what: 'has patterns that are empty, absolute, or hold a "." or ".." folder',
  },
  {
    isIn: (pattern) => /^!?(["'`]).*\1,?$/.test(pattern),
    what: 'has patterns in quotes, which would be part of the file name',
    instead: `remove the quotes; ${IN_A_NAME} them, write ? for each`,
  },
  {
    isIn: (pattern) => /[{}]/.test(withoutSets(pattern)),
    what: 'has patterns with braces, which are not expanded',
    instead: `put each alternative on its own line; ${IN_A_NAME} braces, write ? for each`,
  },
  {
    isIn: (pattern) => /^-(\s|$)/.test(pattern),
    what: 'has patterns that begin with "- ", as items of a YAML list do',
    instead: `write the pattern alone; ${IN_A_NAME} a hyphen there, write ? for it`,
  },
  {
    isIn: (pattern) => /,(\s|$)/.test(pattern),
    what: 'has several patterns on one line, or a comma at its end',
    instead: `put each pattern on its own line, without commas; ${IN_A_NAME} a comma there, write ? for it`,
  },
  {
    isIn: (pattern) => /\s#/.test(pattern),
    what: 'has patterns with a comment behind them',
    instead: `put the comment on its own line; ${IN_A_NAME} a "#" there, write ? for it`,
  },
];

const isDots = (segment: string) => segment === '.' || segment === '..';
const withoutDot = (pattern: string) => pattern.replace(/^(\.\/)+/, '');
