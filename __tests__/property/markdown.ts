import { Marked, type Token, type Tokens } from 'marked';
import { tables } from '../e2e/github/markdown.ts';

/** Code in a link whose address holds no spaces, as all of ours. An empty title keeps it from being a definition. */
const LINKED_CODE = /^\[((`+)(?!`)(?:[^\n]*?[^`\n])\2(?!`))\]\(((?:\\.|[^\\()\s])*)(?: "")?\)/;

/**
 * A reader of GitHub Flavored Markdown. By itself it takes `[`` a`b ``](…)` for no link, against the specification, by
 * which code binds tighter than the brackets of a link.
 */
export const marked = new Marked({
  extensions: [
    {
      name: 'link',
      level: 'inline',
      start: (text) => /\[`/.exec(text)?.index,
      tokenizer(text) {
        const match = LINKED_CODE.exec(text);
        if (match === null) return undefined;
        const [raw, code = '', , address = ''] = match;
        const href = address.replaceAll(/\\(?=[!-/:-@[-`{-~])/g, '');
        return { type: 'link', raw, href, text: code, tokens: this.lexer.inlineTokens(code, []) };
      },
    },
  ],
});

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

const decoded = (text: string) =>
  text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole);

/** Stands for code in the text around it, where GitHub looks for mentions and references in neither. */
const CODE = '\u0000';

const BLOCKS = ['space', 'heading', 'paragraph', 'blockquote', 'table', 'html', 'code', 'list'];
const SUMMARY = /^<details><summary>([^<>]*)<\/summary>\s*$/;
const HTML = [SUMMARY, /^<\/details>\s*$/];

/** What is wrong with a report as GitHub Flavored Markdown: blocks and markup that it does not have. */
export function strangeMarkup(markdown: string, ownAddresses: readonly string[]): string[] {
  const wrong: string[] = [];
  const blocks = marked.lexer(markdown);
  for (const block of blocks)
    if (!BLOCKS.includes(block.type)) wrong.push(`block ${block.type}: ${block.raw}`);
  const kinds = blocks.map(kindOf).filter((kind) => kind !== '');
  // Every folded part is closed before the next one, and holds one table, list, or piece of code.
  const folded = kinds.join(' ').replaceAll(/<details> (code|table|list) <\/details>/g, '');
  if (/details/.test(folded)) wrong.push(`folded parts: ${folded}`);
  marked.walkTokens(blocks, (token) => {
    const fault = faultOf(token, ownAddresses);
    if (fault !== undefined) wrong.push(`${fault}: ${token.raw}`);
  });
  for (const { head } of tables(markdown))
    if (![4, 6].includes(head.length)) wrong.push(`columns: ${head.join('|')}`);
  return wrong;
}

function kindOf(block: Token): string {
  if (block.type === 'space') return '';
  if (block.type !== 'html') return block.type;
  return block.raw.startsWith('</') ? '</details>' : '<details>';
}

function faultOf(token: Token, ownAddresses: readonly string[]): string | undefined {
  switch (token.type) {
    case 'html':
      return HTML.some((own) => own.test(token.raw)) ? undefined : 'HTML';
    case 'link':
      return ownAddresses.some((own) => (token as Tokens.Link).href.startsWith(own)) ? undefined : 'a link';
    case 'blockquote':
      return /^> \[!(NOTE|CAUTION|IMPORTANT|WARNING|TIP)\]\n> /.test(token.raw) ? undefined : 'a quotation';
    case 'heading':
      return [2, 3].includes((token as Tokens.Heading).depth) ? undefined : 'a heading';
    case 'table': {
      const { header, rows } = token as Tokens.Table;
      return rows.every((row) => row.length === header.length) ? undefined : 'a table';
    }
    case 'list':
      return (token as Tokens.List).ordered ? 'a numbered list' : undefined;
    case 'image':
    case 'em':
    case 'del':
    case 'br':
    case 'hr':
    case 'def':
    case 'checkbox':
      return token.type;
    default:
      return undefined;
  }
}

/** The text that a reader sees outside code, a line for each paragraph, cell and so on. */
export function visibleText(markdown: string): string[] {
  const found: string[] = [];
  marked.walkTokens(marked.lexer(markdown), (token) => {
    if (token.type === 'html') found.push(decoded(SUMMARY.exec(token.raw)?.[1] ?? ''));
    else if (token.type === 'table')
      for (const cell of [token.header, ...token.rows].flat() as Tokens.TableCell[])
        found.push(textOf(cell.tokens));
    else if (['paragraph', 'heading', 'text'].includes(token.type) && 'tokens' in token)
      found.push(textOf(token.tokens ?? []));
  });
  return found;
}

function textOf(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === 'codespan') return CODE;
      if ('tokens' in token && token.tokens !== undefined) return textOf(token.tokens);
      return decoded('text' in token ? String(token.text) : token.raw);
    })
    .join('');
}

/** Mentions, references and addresses that GitHub would make live. */
const LIVE = [
  /@[a-z0-9]/i,
  /#\d/,
  /\bGH-\d/i,
  /(?<![0-9a-z_])[0-9a-f]{7,40}(?![0-9a-z_])/i,
  /(https?|ftp):\/\/[^\s]/i,
  /\bwww\.[^\s]/i,
];

export const liveReferences = (markdown: string): string[] =>
  visibleText(markdown).filter((text) => LIVE.some((pattern) => pattern.test(text)));
