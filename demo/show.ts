/** Shows in a terminal what GitHub shows in its pages. */
import { stripVTControlCharacters, styleText } from 'node:util';
import { Marked, type Tokens } from 'marked';
import { markedTerminal } from 'marked-terminal';

const width = Math.min(process.stdout.columns ?? 110, 140);

/** Without a terminal, such as in a file or a log of CI, no control characters. */
function print(text: string): void {
  console.log(process.stdout.isTTY ? text : stripVTControlCharacters(text));
}

export function title(text: string, look: string): void {
  print(`${styleText('bold', text)}\n${'─'.repeat(width)}\n→ ${look}\n`);
}

export function note(text: string): void {
  print(`${styleText('dim', text)}\n`);
}

/** The log as GitHub's page has it: groups as headings, annotations with their level, commands that only the runner needs left out. */
export function showLog(log: string): void {
  for (const line of log.trim().split('\n')) {
    const [, command = '', , message = ''] = /^::([\w-]+)( [^:]*)?::(.*)$/.exec(line) ?? [];
    if (command === '') print(line);
    else if (command === 'group') print(styleText('bold', `▾ ${message}`));
    else if (['error', 'warning', 'notice'].includes(command)) print(`${command}: ${message}`);
  }
  print('');
}

/** Markdown as text: tables drawn, links by their words. Parts are folded as on GitHub's page, or all of them opened. */
export function showMarkdown(markdown: string, { opened }: { readonly opened: boolean }): void {
  const marked = new Marked(markedTerminal({ width, reflowText: true, showSectionPrefix: false }));
  marked.use({
    renderer: {
      table({ header, rows }) {
        const text = ({ tokens }: Tokens.TableCell) => plain(this.parser.parseInline(tokens));
        return `${table([header.map(text), ...rows.map((row) => row.map(text))], opened)}\n`;
      },
    },
  });
  const text = (opened ? open(markdown) : fold(markdown))
    .replace(/^<!--.*-->\n/, '')
    .replaceAll(/^> \[!(\w+)\]\n> /gm, (_, kind: string) => `> **${kind}:** `)
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  const drawn = String(marked.parse(text)).trim();
  // What colors a line stands before its words.
  print(wrapped(drawn.replaceAll(/(?<=▸ [^\n]*)\n\n(?=[^\n▸]{0,20}▸ )/g, '\n')));
  print('');
}

/** Without control characters, and with the colons that the library hides until the end. */
const plain = (text: string): string => stripVTControlCharacters(text).replaceAll('*#COLON|*', ':');

/** Lists come as one line each: continues them below their words. */
const wrapped = (text: string): string =>
  text
    .split('\n')
    .map((line) => (/^ +\* /.test(line) ? wrap(line) : line))
    .join('\n');

function wrap(line: string): string {
  const indent = ' '.repeat(line.indexOf('*') + 2);
  const lines = [''];
  for (const word of line.split(/(?<=\S) /)) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && plain(`${last} ${word}`).length > width) lines.push(indent + word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.join('\n');
}

const open = (markdown: string): string =>
  markdown.replaceAll(/<details><summary>(.*?)<\/summary>/g, '**▾ $1**').replaceAll('</details>', '');

/** How many folded parts in a row have a line of their own. */
const SHOWN = 3;

/** Leaves the words that a folded part has while it is closed. */
function fold(markdown: string): string {
  const part = '<details><summary>[\\s\\S]*?</details>\\s*';
  return markdown.replaceAll(new RegExp(`(?:${part})+`, 'g'), (parts) => {
    const words = [...parts.matchAll(/<summary>(.*?)<\/summary>/g)].map(([, summary]) => `▸ ${summary}`);
    const more = words.length - SHOWN;
    const shown = more > 1 ? [...words.slice(0, SHOWN), `▸ … and ${more} more`] : words;
    return `${shown.join('\n\n')}\n\n`;
  });
}

/** A table without lines, each row in one line. Folded, it has no files: their names are those of the policies. */
function table(rows: readonly (readonly string[])[], opened: boolean): string {
  const kept = (rows[0] ?? []).flatMap((name, column) => (name === 'File' && !opened ? [] : column));
  const cells = rows.map((row) => kept.map((column) => row[column] ?? ''));
  const widths = fitted(kept.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))));
  const [head = '', ...body] = cells.map((row) =>
    row
      .map((cell, column) => shortened(cell, widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
  return [styleText('bold', head), ...body, ''].join('\n');
}

const GAP = '  ';

/** What every column may keep. */
const LEAST = 20;

/** Takes what is too much from the widest columns, from the last one, which says what changes, only in the end. */
function fitted(widths: readonly number[]): number[] {
  const room = width - GAP.length * (widths.length - 1);
  const fitting = [...widths];
  while (fitting.reduce((sum, each) => sum + each, 0) > room) {
    const others = Math.max(...fitting.slice(0, -1));
    const widest = fitting.indexOf(others > LEAST ? others : Math.max(...fitting));
    fitting[widest] = (fitting[widest] ?? 0) - 1;
  }
  return fitting;
}

const shortened = (text: string, length: number): string =>
  (text.length <= length ? text : `${text.slice(0, length - 1)}…`).padEnd(length);
