/** Shows in a terminal what GitHub shows in its pages. */
import { styleText } from 'node:util';
import { Marked } from 'marked';
import { markedTerminal } from 'marked-terminal';

const width = Math.min(process.stdout.columns ?? 110, 140);

const BORDERS = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
];

/** Columns without lines: those of the terminal are few. */
const PLAIN_TABLE = {
  chars: Object.fromEntries(BORDERS.map((border) => [border, ''])),
  style: { head: ['bold'], border: [], 'padding-left': 0, 'padding-right': 2 },
};

export function title(text: string): void {
  console.log(`\n${styleText('bold', text)}\n${'─'.repeat(width)}`);
}

/** The log as GitHub's page has it: groups as headings, annotations with their level, commands that only the runner needs left out. */
export function showLog(log: string): void {
  for (const line of log.split('\n')) {
    const [, command = '', , message = ''] = /^::([\w-]+)( [^:]*)?::(.*)$/.exec(line) ?? [];
    if (command === '') console.log(line);
    else if (command === 'group') console.log(styleText('bold', `▾ ${message}`));
    else if (['error', 'warning', 'notice'].includes(command)) console.log(`${command}: ${message}`);
  }
}

/** Markdown as text: tables drawn, folded parts opened, links by their words. */
export function showMarkdown(markdown: string): void {
  const marked = new Marked(
    markedTerminal({ width, reflowText: true, showSectionPrefix: false, tableOptions: PLAIN_TABLE }),
  );
  const opened = markdown
    .replace(/^<!--.*-->\n/, '')
    .replaceAll(/<details><summary>(.*?)<\/summary>/g, '**▾ $1**')
    .replaceAll('</details>', '')
    .replaceAll(/\[!(\w+)\]\n/g, '**$1** ')
    .replaceAll(/\[(`+[^\]]*`+)\]\([^)]*\)/g, '$1');
  console.log(marked.parse(opened));
}
