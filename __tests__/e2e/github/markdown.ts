/** A reader of GitHub Flavored Markdown that knows as much of it as a report has: tables and code spans. */

export type Table = { head: string[]; rows: string[][] };

/** Every table of a text, its cells as they are written. Throws where a row has other cells than the head. */
export function tables(text: string): Table[] {
  const blocks = withoutFences(text)
    .split('\n')
    .reduce<string[][]>(
      (found, line) => {
        if (line.startsWith('|')) found.at(-1)?.push(line);
        else if (found.at(-1)?.length !== 0) found.push([]);
        return found;
      },
      [[]],
    );
  return blocks.filter((lines) => lines.length > 0).map(tableOf);
}

function tableOf([head = '', separator = '', ...lines]: string[]): Table {
  const titles = cells(head);
  if (!/^\|( -+ \|)+$/.test(separator)) throw new Error(`no separator: ${separator}`);
  const rows = lines.map(cells);
  for (const row of [cells(separator), ...rows]) {
    if (row.length !== titles.length)
      throw new Error(`${row.length} cells instead of ${titles.length}: ${row}`);
  }
  return { head: titles, rows };
}

/** A pipe ends a cell unless it is escaped, even within code. */
function cells(line: string): string[] {
  if (!/^\|.*[^\\]\|$/.test(line)) throw new Error(`a row that does not end: ${line}`);
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

/** The text without its fenced code. Throws where a fence does not end. */
export function withoutFences(text: string): string {
  const rest = text.replaceAll(/^(`{3,})[^`\n]*\n(?:[\s\S]*?\n)??\1`*[ ]*$/gm, '');
  if (/^`{3,}/m.test(rest)) throw new Error('a fence that does not end');
  return rest;
}

/** The text without its code, fenced or not, in which GitHub sees neither mentions nor references nor HTML. */
export function outsideCode(text: string): string {
  let rest = withoutFences(text);
  let outside = '';
  for (;;) {
    const opening = /(?<![\\`])`+(?!`)/.exec(rest);
    if (opening === null) return outside + rest;
    outside += rest.slice(0, opening.index);
    const [ticks] = opening;
    const after = rest.slice(opening.index + ticks.length);
    const closing = new RegExp(`(?<!\`)${ticks}(?!\`)`).exec(after);
    // Ticks that nothing closes are text; a span never reaches over an empty line.
    if (closing === null || after.slice(0, closing.index).includes('\n\n')) {
      outside += ticks;
      rest = after;
    } else {
      rest = after.slice(closing.index + ticks.length);
    }
  }
}

/** Addresses of the links and images. */
export const addresses = (text: string): string[] =>
  [...outsideCode(text).matchAll(/(?<!\\)\]\(<?([^)>\s]*)>?\)/g)].map(([, url = '']) => url);

/** What a reader sees of a text: escapes resolved, without characters that take no room. */
export const seen = (text: string): string =>
  text.replace(/\\(?=[!-/:-@[-`{-~])/g, '').replace(/[\u200b-\u200f\u2060\ufeff]/g, '');
