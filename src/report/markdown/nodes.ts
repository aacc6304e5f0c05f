import type {
  BlockContent,
  Html,
  InlineCode,
  Link,
  PhrasingContent,
  Root,
  RootContent,
  Table,
  Text,
} from 'mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { defaultHandlers, type Handle, toMarkdown, type Unsafe } from 'mdast-util-to-markdown';
import { inert, oneLine, visible } from '../../runtime/safe-text.ts';

/** Words: escaped, and without mentions, references or links. */
export const text = (value: string): Text => ({ type: 'text', value: inert(value) });

/** Text from elsewhere, as it is: code makes no mentions and no references. */
export const code = (value: string): InlineCode => ({
  type: 'inlineCode',
  value: oneLine(value).trim() || ' ',
});

export const strong = (...children: PhrasingContent[]): PhrasingContent => ({ type: 'strong', children });

/** Only for addresses that this project makes. Where there is none, the words stand alone. */
export function link(child: PhrasingContent, url: string | undefined): PhrasingContent {
  return url === undefined ? child : ({ type: 'link', url, children: [child] } as Link);
}

/** What people copy: an address, a request as its method and path, and the id of one. */
const COPIED =
  /(https?:\/\/[^\s`]*[^\s`.,;:)]|\b(?:GET|POST|PUT|PATCH|DELETE) \/[^\s`]*[^\s`.,;:)]|(?<=\(request )[^\s()`]+)/;

/** Words in which backticks mark code, as the messages of this project have them. What people copy is code, too. */
export function words(message: string): PhrasingContent[] {
  return message
    .split(/`([^`]*)`/)
    .flatMap((part, index) => (index % 2 === 1 ? [code(part)] : copied(part)))
    .filter((node) => node.value !== '');
}

const copied = (part: string): (InlineCode | Text)[] =>
  part.split(COPIED).map((piece, index) => (index % 2 === 1 ? code(piece) : text(piece)));

export const paragraph = (...children: PhrasingContent[]): BlockContent => ({ type: 'paragraph', children });

export const heading = (depth: 2 | 3, ...children: PhrasingContent[]): BlockContent => ({
  type: 'heading',
  depth,
  children,
});

export const bullets = (items: readonly PhrasingContent[][]): BlockContent => ({
  type: 'list',
  spread: false,
  children: items.map((children) => ({
    type: 'listItem',
    spread: false,
    children: [paragraph(...children)],
  })),
});

/** GitHub's coloured box. */
export const alert = (
  kind: 'NOTE' | 'WARNING' | 'CAUTION' | 'IMPORTANT',
  ...children: PhrasingContent[]
): BlockContent => ({
  type: 'blockquote',
  children: [paragraph(raw(`[!${kind}]\n`), ...children)],
});

export function table(head: readonly string[], rows: readonly PhrasingContent[][][]): Table {
  const cells = [head.map((title): PhrasingContent[] => [text(title)]), ...rows];
  return {
    type: 'table',
    children: cells.map((row) => ({
      type: 'tableRow',
      children: row.map((children) => ({ type: 'tableCell', children })),
    })),
  };
}

/** A folded part; the summary is this project's own words. */
export const folded = (summary: string, ...children: RootContent[]): RootContent[] => [
  raw(`<details><summary>${escapeHtml(inert(summary))}</summary>`),
  ...children,
  raw('</details>'),
];

/** A carriage return is shown, as it may be all that a diff is about. */
export const fence = (lang: string, value: string): BlockContent => ({
  type: 'code',
  lang,
  value: visible(value.replaceAll('\r', '␍')).trimEnd(),
});

const raw = (value: string): Html => ({ type: 'html', value });

const escapeHtml = (value: string) =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What GitHub takes for markup beyond CommonMark: strikethrough and mathematics. */
const GITHUB_ONLY: Unsafe[] = ['~', '$'].map((character) => ({ character, inConstruct: 'phrasing' }));

/** Rows of a table repeat most of their words, and to escape those is most of the work of a long report. */
function escapingOnce(): Handle {
  const known = new Map<string, string>();
  return (node: Text, parent, state, info) => {
    const around = (parent?.children ?? []).map((sibling) => (sibling === node ? 0 : sibling.type));
    const key = JSON.stringify([node.value, info.before, info.after, around, state.stack]);
    const escaped = known.get(key) ?? defaultHandlers.text(node, parent, state, info);
    known.set(key, escaped);
    return escaped;
  };
}

/** Writes nodes as GitHub Flavored Markdown, without an empty line at the end. */
export function render(...children: RootContent[]): string {
  const root: Root = { type: 'root', children };
  const extensions = [
    gfmTableToMarkdown({ tablePipeAlign: false }),
    { unsafe: GITHUB_ONLY, handlers: { text: escapingOnce() } },
  ];
  return toMarkdown(root, { extensions, bullet: '-', rule: '-', fences: true }).trimEnd();
}
