/** What sources, tests and documents cite is in the repository, down to the heading. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { marked, type Token, type Tokens } from 'marked';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const exists = (path: string) => existsSync(new URL(path, root));
const list = (...patterns: string[]) =>
  globSync(patterns, { cwd: root, exclude: ['__tests__/golden/reports/**'] })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted();

const sources = list('{src,sandbox,bench,scripts,demo,__tests__}/**/*.{ts,mjs}', '*.mjs');
const documents = list('*.md', 'docs/*.md', '.github/**/*.md');

interface Citation {
  readonly from: string;
  /** From the root of the repository. */
  readonly path: string;
  /** Of a heading; undefined if the document as a whole is cited. */
  readonly anchor: string | undefined;
}

const shown = ({ from, path, anchor }: Citation) =>
  `${from} → ${path}${anchor === undefined ? '' : `#${anchor}`}`;

describe('a place in a document that is cited', () => {
  const citations = [...sources.flatMap(citedBySource), ...documents.flatMap(linkedByDocument)];

  test('is found in sources and in documents', () => {
    expect(citations.some(({ from }) => from.startsWith('src/'))).toBe(true);
    expect(citations.some(({ from }) => from.startsWith('docs/'))).toBe(true);
  });

  test('exists', () => {
    const anchors = new Map(documents.map((path) => [path, anchorsOf(read(path))]));
    const missing = citations.filter(
      ({ path, anchor }) => !exists(path) || (anchor !== undefined && !anchors.get(path)?.has(anchor)),
    );
    expect(missing.map(shown)).toEqual([]);
  });
});

test('no comment names a document that is not in the repository', () => {
  const named = sources.flatMap((from) =>
    commentsOf(read(from)).flatMap((comment) => documentsNamedIn(comment).map((path) => ({ from, path }))),
  );
  const missing = named.filter(({ path }) => !exists(path));
  expect(missing.map(({ from, path }) => `${from} → ${path}`)).toEqual([]);
});

/** `docs/behavior.md#names`, in whatever part of a source. */
function citedBySource(from: string): Citation[] {
  const found = read(from).matchAll(/(?<![\w./-])(docs\/[\w.-]+\.md)(?:#([\w-]+))?/g);
  return [...found].map(([, path = '', anchor]) => ({ from, path, anchor }));
}

/** The relative links of a document. */
function linkedByDocument(from: string): Citation[] {
  return targetsOf(read(from))
    .filter((target) => !/^[a-z]+:/i.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#');
      return {
        from,
        path: path === '' ? from : posix.join(posix.dirname(from), decodeURIComponent(path)),
        anchor,
      };
    });
}

function targetsOf(markdown: string): string[] {
  const targets: string[] = [];
  marked.walkTokens(marked.lexer(markdown), (token) => {
    if (isLink(token)) targets.push(token.href);
  });
  return targets;
}

function isLink(token: Token): token is Tokens.Link | Tokens.Image {
  return token.type === 'link' || token.type === 'image';
}

/** The anchors that GitHub gives the headings of a document. A repeated heading gets a number. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = marked
    .lexer(markdown)
    .filter((token): token is Tokens.Heading => token.type === 'heading');
  return new Set(
    headings.map(({ text }) => {
      const slug = slugOf(text);
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    }),
  );
}

function slugOf(heading: string): string {
  const plain = heading.replaceAll('`', '').replace(/\[(.*?)\]\(.*?\)/g, '$1');
  return plain
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** The lines of comments, and comments at the end of a line. A line that starts with a glob pattern is not one. */
function commentsOf(source: string): string[] {
  return source.split('\n').flatMap((line) => {
    const whole = /^\s*(\/\*|\*(?!\*)|\/\/)/.test(line) ? line : undefined;
    return whole ?? /\s\/\/\s.*$/.exec(line)?.[0] ?? [];
  });
}

/** Names that end in `.md`, less addresses on the web and `<placeholders>`. */
function documentsNamedIn(comment: string): string[] {
  const local = comment.replace(/https?:\/\/\S+/g, '');
  return [...local.matchAll(/(?<![<\w./-])[\w./-]+\.md\b/g)].map(([name]) => name);
}
