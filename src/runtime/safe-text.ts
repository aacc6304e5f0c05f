/** Makes text from files, names and APIs harmless. How it looks is decided in `report/markdown/`. */

/** Control characters, characters that change the text direction, and invisible characters. */
const UNSEEN = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\n\t]]/gv;

const LONE_SURROGATE = /\p{Cs}/gu;

/** Shows control and direction characters as their code point instead of obeying them. Keeps tabs and newlines. */
export function visible(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(LONE_SURROGATE, '\ufffd')
    .replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** The same on one line. Linear in the length of the text, however many spaces it contains. */
export function oneLine(text: string): string {
  const [first = '', ...others] = visible(text).replaceAll('\t', ' ').split('\n');
  const last = others.pop();
  if (last === undefined) return first;
  const between = others.map((line) => line.trim()).filter((line) => line !== '');
  return [first.trimEnd(), ...between, last.trimStart()].join(' ');
}

const GAP = '\u200b';

/**
 * Text on one line that GitHub does not turn into mentions, references or links (docs/github.md#markdown): an invisible
 * gap breaks `@name`, `#1`, `GH-1`, URLs and commit IDs. Escaping does not help, because GitHub uses the rendered text.
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
 * A line for the runner's log. The runner executes `::command::` at the start of a line, after white space, and
 * `##[command]` anywhere in it. A lone carriage return also ends a line there (docs/github.md#log-commands).
 */
export function logLine(text: string): string {
  return oneLine(text)
    .replaceAll('##[', `#${GAP}#[`)
    .replace(/^(?=\s*::)/, GAP);
}
