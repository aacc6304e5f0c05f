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

/** Text: escaped, without mentions, references or links. */
export const text = (value: string): Text => ({ type: 'text', value: inert(value) });

/** Untrusted text, unchanged: GitHub does not look for mentions and references in code. */
export const code = (value: string): InlineCode => ({
  type: 'inlineCode',
  value: oneLine(value).trim() || ' ',
});

export const strong = (...children: PhrasingContent[]): PhrasingContent => ({ type: 'strong', children });

/** A link, only for URLs that this project creates. Without a URL, only its text. */
export function link(child: PhrasingContent, url: string | undefined): PhrasingContent {
  return url === undefined ? child : ({ type: 'link', url, children: [child] } as Link);
}

/** Text that people copy: a URL, a request with its method and path, and the ID of a request. */
const COPIED =
  /(https?:\/\/[^\s`]*[^\s`.,;:)]|\b(?:GET|POST|PUT|PATCH|DELETE) \/[^\s`]*[^\s`.,;:)]|(?<=\(request )[^\s()`]+)/;

/** A message of this project, in which backticks mark code. Text that people copy becomes code as well. */
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

/** An alert of GitHub. */
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

/** A collapsed section. Its summary is text of this project. */
export const folded = (summary: string, ...children: RootContent[]): RootContent[] => [
  raw(`<details><summary>${escapeHtml(inert(summary))}</summary>`),
  ...children,
  raw('</details>'),
];

/** Carriage returns are visible, because they may be the only difference. */
export const fence = (lang: string, value: string): BlockContent => ({
  type: 'code',
  lang,
  value: visible(value.replaceAll('\r', '␍')).trimEnd(),
});

const raw = (value: string): Html => ({ type: 'html', value });

const escapeHtml = (value: string) =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** GitHub's markup beyond CommonMark: strikethrough and mathematics. */
const GITHUB_ONLY: Unsafe[] = ['~', '$'].map((character) => ({ character, inConstruct: 'phrasing' }));

/** The rows of a table have many words in common, and escaping them is most of the work for a long report. */
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

/** Converts nodes to GitHub Flavored Markdown, without an empty line at the end. */
export function render(...children: RootContent[]): string {
  const root: Root = { type: 'root', children };
  const extensions = [
    gfmTableToMarkdown({ tablePipeAlign: false }),
    { unsafe: GITHUB_ONLY, handlers: { text: escapingOnce() } },
  ];
  return toMarkdown(root, { extensions, bullet: '-', rule: '-', fences: true }).trimEnd();
}
