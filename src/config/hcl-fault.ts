import type { Node, Parser } from 'web-tree-sitter';
import type { SyntaxFault } from './document.ts';

export interface FirstFault extends SyntaxFault {
  /** Something is opened or closed too often: what follows in the block cannot be judged. */
  readonly structural: boolean;
}

/** What is opened and never closed, by the token that the parser misses. */
const UNCLOSED: Readonly<Record<string, string>> = {
  '}': 'the brace',
  ')': 'the parenthesis',
  ']': 'the bracket',
  heredoc_identifier: 'the heredoc',
  quoted_template_end: 'the string',
};

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/^'/, 'Put strings in double quotes.'],
  [/^[,;][ \t]*(\n|$)/, 'End an argument with a new line.'],
  [/^:/, 'Give a value with `=`.'],
  [/^\\/, 'Write a backslash as `\\\\`.'],
  [/^(<<<<<<<|=======|>>>>>>>)/, 'Resolve the merge conflict.'],
];

/** The first place of a text that HCL's grammar does not allow. */
export function firstFault(parser: Parser, text: string): FirstFault | undefined {
  const { index, root } = parseWatched(parser, text);
  if (!root.hasError) return undefined;
  const start = index === undefined ? (firstError(root)?.startIndex ?? 0) : skipSpace(text, index);
  return unfinishedLine(text, start) ?? unclosed(root, text, start) ?? unexpected(text, start);
}

/**
 * Parses, and listens where the parser first meets a token it has no use for: the tree only shows what its recovery
 * made of that. Its log names the row and column, the latter in bytes of UTF-16.
 */
function parseWatched(parser: Parser, text: string): { root: Node; index: number | undefined } {
  let index: number | undefined;
  let met = false;
  parser.setLogger((message) => {
    const [, row, column] = /^lex_\w+ state:\d+, row:(\d+), column:(\d+)/.exec(message) ?? [];
    if (!met && row !== undefined) index = indexAt(text, Number(row), Number(column) / 2);
    met ||= message.startsWith('detect_error');
  });
  const tree = parser.parse(text);
  parser.setLogger(null);
  if (tree === null) throw new Error('The HCL parser gave no result.');
  return { root: tree.rootNode, index: met ? index : undefined };
}

const indexAt = (text: string, row: number, column: number) =>
  text.split('\n', row).reduce((sum, line) => sum + line.length + 1, 0) + column;

function skipSpace(text: string, index: number): number {
  const space = /(?:\s|#.*|\/\/.*|\/\*[\s\S]*?\*\/)*/y;
  space.lastIndex = index;
  return index + (space.exec(text)?.[0].length ?? 0);
}

function firstError(node: Node): Node | undefined {
  if (node.isError || node.isMissing) return node;
  return node.children
    .filter((child) => child.hasError)
    .map(firstError)
    .find((found) => found !== undefined);
}

/**
 * Line ends mean little to the grammar, so the token it has no use for may follow the line that is cut off: one that
 * ends in `=`, or one before a line with nothing but a name in front of its `=`.
 */
function unfinishedLine(text: string, index: number): FirstFault | undefined {
  const before = /^([\s\S]*\S)[^\S\n]*\n\s*([\w-]+[ \t]*)?$/.exec(text.slice(0, index));
  const [, lines, name] = before ?? [];
  if (lines === undefined) return undefined;
  const place = { ...position(text, lines.length), structural: false };
  if (lines.endsWith('=') && (name === undefined || text[index] === '=')) {
    return { ...place, message: 'a value is missing after "="' };
  }
  const cutOff =
    name === undefined ? /(^|\n)[ \t]*[\w-]+$/.test(lines) && index >= text.length : text[index] === '=';
  return cutOff ? { ...place, message: 'the line is not complete' } : undefined;
}

function unclosed(root: Node, text: string, index: number): FirstFault | undefined {
  if (index < text.length && !text.startsWith('/*', index)) return undefined;
  const missing = root.descendantsOfType(Object.keys(UNCLOSED)).find((node) => node.isMissing);
  const start = text.startsWith('/*', index) ? index : missing?.parent && opening(missing.parent);
  if (start === undefined || start === null) return undefined;
  const what = UNCLOSED[missing?.type ?? ''] ?? 'the comment';
  return { ...position(text, start), message: `${what} is never closed`, structural: true };
}

/** Where the token that opens a node stands, such as the `{` of a block. */
function opening(node: Node): number {
  const holder = /_end$/.test(node.type) ? (node.parent ?? node) : node;
  return (holder.children.find(({ type }) => /_start$|^[[({]$/.test(type)) ?? holder).startIndex;
}

function unexpected(text: string, index: number): FirstFault {
  const rest = text.slice(index);
  const token = /^(?:[\w-]+|([=<>|])\1*|\\?\S)/u.exec(rest)?.[0];
  const advice = ADVICE.find(([pattern]) => pattern.test(rest))?.[1];
  return {
    ...position(text, index),
    message: `${token === undefined ? 'the end' : quote(token)} is not expected here`,
    ...(advice === undefined ? {} : { advice }),
    structural: token === undefined || /^[{}]/.test(token),
  };
}

const quote = (token: string) => (token === '"' ? 'a double quote' : `"${token}"`);

function position(text: string, index: number): { line: number; column: number } {
  const lines = text.slice(0, index).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
