/** Glob patterns below the working directory, as `@actions/glob` understands them. */
export interface Patterns {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/**
 * Reads glob patterns, one a line: `!pattern` excludes wherever it stands, `#` starts a comment.
 *
 * @throws Error that names each line which could leave the working directory.
 */
export function parsePatterns(text: string): Patterns {
  const include: string[] = [];
  const exclude: string[] = [];
  for (const line of lines(text)) {
    if (line.startsWith('!')) exclude.push(line.slice(1).trim());
    else include.push(line);
  }
  refuseLeaving([...include, ...exclude]);
  return { include: include.map(withoutDot), exclude: exclude.map(withoutDot) };
}

/** The trimmed lines of a multi-line input, less empty ones and comments. */
function lines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function refuseLeaving(patterns: readonly string[]): void {
  const leaving = patterns.filter(
    (pattern) =>
      /^([/\\~]|[a-z]:)/i.test(pattern) ||
      withoutDot(pattern).split(/[/\\]/).some(isDots) ||
      withoutDot(pattern) === '',
  );
  if (leaving.length > 0) {
    throw new Error(
      `has patterns that are empty, absolute, or hold a "." or ".." folder: ${leaving.join(', ')}`,
    );
  }
}

const isDots = (segment: string) => segment === '.' || segment === '..';
const withoutDot = (pattern: string) => pattern.replace(/^(\.\/)+/, '');
