import type { Reader } from './reader.ts';

/** Not allowed in branch names by Git, so a pattern with it never matches. */
const IMPOSSIBLE = /[~^:?[\\]|\.\.|@\{/;

/**
 * The branches that `dry-run: auto` publishes from, one pattern per line. `*` matches any characters except `/`, `**`
 * any characters. Undefined if the input is not set.
 *
 * @throws Error that says what to write instead
 */
export function readPublishBranches(reader: Reader): readonly string[] | undefined {
  const text = reader.text('publish-branches');
  if (text === undefined) return undefined;
  const patterns = text
    .split(/\r\n|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (patterns.length === 0)
    throw new Error('contains only comments; write one branch per line, such as main');
  const faults = patterns.flatMap((pattern) => faultOf(pattern) ?? []);
  if (faults.length > 0) throw new Error(`contains ${faults.join('; ')}`);
  return [...new Set(patterns)];
}

/** What is wrong with a pattern, and what to write. */
function faultOf(pattern: string): string | undefined {
  if (/[\p{Z}\p{C}]/u.test(pattern))
    return `"${pattern}", which has white space or control characters: write only one branch per line`;
  if (pattern.startsWith('!'))
    return `"${pattern}", but branches cannot be excluded: list only the branches to publish from`;
  if (pattern.startsWith('refs/heads/'))
    return `"${pattern}": write only the name of the branch, ${pattern.slice('refs/heads/'.length)}`;
  if (pattern.startsWith('refs/'))
    return `"${pattern}", which is not a branch: remove the line (tags are always published)`;
  const impossible = IMPOSSIBLE.exec(pattern)?.[0];
  if (impossible === undefined) return undefined;
  return `"${pattern}", but branch names cannot contain ${impossible}: use * for any characters except /, and ** for any characters`;
}

/** Whether a pattern matches a branch. Takes time proportional to the product of both lengths. */
export function matchesBranch(pattern: string, branch: string): boolean {
  const tokens = pattern.match(/\*+|[^*]/gu) ?? [];
  const characters = [...branch];
  const start = [true, ...characters.map(() => false)];
  return tokens.reduce((ends, token) => advance(ends, token, characters), start).at(-1) === true;
}

/** For each position in the name: whether the pattern, up to and including this token, can end there. */
function advance(ends: readonly boolean[], token: string, characters: readonly string[]): boolean[] {
  const next = ends.map(() => false);
  for (let at = 0; at < ends.length; at++) {
    const character = characters[at - 1];
    if (!token.startsWith('*')) next[at] = at > 0 && ends[at - 1] === true && character === token;
    else next[at] = ends[at] === true || (next[at - 1] === true && (token !== '*' || character !== '/'));
  }
  return next;
}

/**
 * A pattern that matches this branch and is safe to copy into a workflow: characters that are special in a pattern or an
 * expression (`${{ … }}`), or invisible, are replaced by `*`.
 */
export function patternFor(branch: string): string {
  return branch.replace(/^refs\//, 'refs**').replaceAll(/(?:^[!#]|\.(?=\.)|[\p{Z}\p{C}{`~^:?[\\])+/gu, '*');
}

/** The pattern as a YAML value, quoted if necessary. */
export function yamlOf(pattern: string): string {
  const isPlain =
    /^[a-z][\w./-]*$/i.test(pattern) && !/^(true|false|null|yes|no|on|off|[yn])$/i.test(pattern);
  return isPlain ? pattern : `'${pattern.replaceAll("'", "''")}'`;
}
