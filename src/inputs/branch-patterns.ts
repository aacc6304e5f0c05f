import type { Reader } from './reader.ts';

/** What Git allows in no branch name, so that nothing with it ever matches. */
const IMPOSSIBLE = /[~^:?[\\]|\.\.|@\{/;

/**
 * The branches that `dry-run: auto` publishes from, one pattern per line: `*` stands for any characters but `/`, `**`
 * for any, and everything else for itself. Undefined where the input is not set.
 *
 * @throws Error that says what to write instead.
 */
export function readPublishBranches(reader: Reader): readonly string[] | undefined {
  const text = reader.text('publish-branches');
  if (text === undefined) return undefined;
  const patterns = text
    .split(/\r\n|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (patterns.length === 0) throw new Error('has only comments; write one branch per line, such as main');
  const faults = patterns.flatMap((pattern) => faultOf(pattern) ?? []);
  if (faults.length > 0) throw new Error(`has ${faults.join('; ')}`);
  return [...new Set(patterns)];
}

/** What is wrong with a pattern, and what to write. */
function faultOf(pattern: string): string | undefined {
  if (/[\p{Z}\p{C}]/u.test(pattern))
    return `"${pattern}", with white space or control characters: write one branch per line and nothing else`;
  if (pattern.startsWith('!'))
    return `"${pattern}", but nothing can be excluded here: list only the branches to publish from`;
  if (pattern.startsWith('refs/heads/'))
    return `"${pattern}": write the name of the branch alone, ${pattern.slice('refs/heads/'.length)}`;
  if (pattern.startsWith('refs/'))
    return `"${pattern}", which is not a branch: leave the line out (tags are always published)`;
  const impossible = IMPOSSIBLE.exec(pattern)?.[0];
  if (impossible === undefined) return undefined;
  return `"${pattern}", but no branch has ${impossible} in its name: use * for any characters but /, and ** for any`;
}

/** Whether a pattern stands for a branch. Takes time in proportion to the product of both lengths. */
export function matchesBranch(pattern: string, branch: string): boolean {
  const tokens = pattern.match(/\*+|[^*]/gu) ?? [];
  const characters = [...branch];
  const start = [true, ...characters.map(() => false)];
  return tokens.reduce((ends, token) => advance(ends, token, characters), start).at(-1) === true;
}

/** At each place of the name: whether what has been read of the pattern can end there, with one more token. */
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
 * A pattern that stands for this branch and is safe to copy into a workflow: what is special in a pattern, in an
 * expression (`${{ … }}`) or cannot be seen becomes `*`.
 */
export function patternFor(branch: string): string {
  return branch.replace(/^refs\//, 'refs**').replaceAll(/(?:^[!#]|\.(?=\.)|[\p{Z}\p{C}{`~^:?[\\])+/gu, '*');
}

/** The same as YAML has it behind `publish-branches: `. */
export function yamlOf(pattern: string): string {
  const isPlain =
    /^[a-z][\w./-]*$/i.test(pattern) && !/^(true|false|null|yes|no|on|off|[yn])$/i.test(pattern);
  return isPlain ? pattern : `'${pattern.replaceAll("'", "''")}'`;
}
