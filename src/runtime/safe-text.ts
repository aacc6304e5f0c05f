/** Text from files, names and APIs, made harmless. Nothing here is about how it looks; see `report/markdown/`. */

/** Control characters, those that turn the direction of what follows, and those that are not to be seen at all. */
const UNSEEN = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\n\t]]/gv;

const LONE_SURROGATE = /\p{Cs}/gu;

/** Shows control and direction characters as their code point instead of obeying them. Keeps tabs and newlines. */
export function visible(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(LONE_SURROGATE, '\ufffd')
    .replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** The same on one line. Linear in the length of the text, however many spaces it holds. */
export function oneLine(text: string): string {
  const [first = '', ...others] = visible(text).replaceAll('\t', ' ').split('\n');
  const last = others.pop();
  if (last === undefined) return first;
  const between = others.map((line) => line.trim()).filter((line) => line !== '');
  return [first.trimEnd(), ...between, last.trimStart()].join(' ');
}

const GAP = '\u200b';

/**
 * Text on one line that GitHub makes no mention, reference or link of (docs/github.md#markdown): an invisible gap
 * breaks `@name`, `#1`, `GH-1`, addresses and commit ids. Escaping does not help, as GitHub looks at the rendered text.
 */
export function inert(text: string): string {
  return oneLine(text)
    .replace(/[@#]/g, `$&${GAP}`)
    .replace(/\bGH-(?=\d)/gi, `$&${GAP}`)
    .replace(/:(?=\/\/)/g, `:${GAP}`)
    .replace(/www\.(?=\S)/gi, `www${GAP}.`)
    .replace(/\b[0-9a-f]{7,40}\b/gi, (hex) => hex.replace(/.{6}(?=.)/g, `$&${GAP}`));
}

/**
 * A line for the runner's log. The runner obeys `::command::` at the start of a line, white space skipped, and
 * `##[command]` anywhere in it. To the runner, a lone carriage return ends a line, too (docs/github.md#log-commands).
 */
export function logLine(text: string): string {
  return oneLine(text)
    .replaceAll('##[', `#${GAP}#[`)
    .replace(/^(?=\s*::)/, GAP);
}
