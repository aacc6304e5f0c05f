import type { Node, Parser } from 'web-tree-sitter';
import { type Position, positions } from '../lines.ts';
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

/** How much text may still be parsed with the parser's log, in UTF-16 units. */
export interface Watching {
  room: number;
}

/**
 * The first place of a text that HCL's grammar does not allow. Where there is room to watch the parser it is the exact
 * one, else where the parser's recovery begins.
 */
export function firstFault(parser: Parser, text: string, watching: Watching): FirstFault | undefined {
  if (soundRoot(parser, text) !== undefined) return undefined;
  const root = text.length > MOST_RECOVERED ? undefined : parser.parse(text)?.rootNode;
  const positionOf = positions(text);
  const index = watchError(parser, text, watching);
  const start = index === undefined ? ((root && firstError(root)?.startIndex) ?? 0) : skipSpace(text, index);
  const source = { text, positionOf };
  return unfinishedLine(source, start) ?? unclosed(root, source, start) ?? unexpected(source, start);
}

/**
 * The longest text, in UTF-16 units, that is parsed on behind a fault: the parser's recovery takes time that squares
 * with the number of faults.
 */
const MOST_RECOVERED = 4_096;

/** The tree of a text that has no fault; undefined where it has one, at which the parser is stopped. */
export function soundRoot(parser: Parser, text: string): Node | undefined {
  const root = parser.parse(text, null, { progressCallback: ({ hasError }) => hasError })?.rootNode;
  // What was given up would be gone on with.
  parser.reset();
  return root === undefined || root.hasError ? undefined : root;
}

interface Source {
  readonly text: string;
  readonly positionOf: (index: number) => Position;
}

/**
 * Parses again, and listens where the parser first meets a token it has no use for: the tree only shows what its
 * recovery made of that. Its log names the row and column, the latter in bytes of UTF-16. Each step of the lexer is a
 * message, so that this takes a hundred times what parsing takes.
 */
function watchError(parser: Parser, text: string, watching: Watching): number | undefined {
  if (text.length > watching.room) return undefined;
  watching.room -= text.length;
  let last = '';
  let met = false;
  parser.setLogger((message) => {
    if (met) return;
    if (message.startsWith('lex_')) last = message;
    else met = message.startsWith('detect_error');
  });
  parser.parse(text, null, { progressCallback: () => met });
  parser.setLogger(null);
  // What was given up would be gone on with.
  parser.reset();
  const [, row, column] = /^lex_\w+ state:\d+, row:(\d+), column:(\d+)/.exec(last) ?? [];
  return met && row !== undefined ? indexAt(text, Number(row), Number(column) / 2) : undefined;
}

function indexAt(text: string, row: number, column: number): number {
  let start = 0;
  for (let line = 0; line < row; line++) start = text.indexOf('\n', start) + 1;
  return start + column;
}

function skipSpace(text: string, index: number): number {
  const space = /\s+|#.*|\/\/.*|\/\*[\s\S]*?\*\//y;
  let end = index;
  do {
    space.lastIndex = end;
    end += space.exec(text)?.[0].length ?? 0;
  } while (space.lastIndex > 0);
  return end;
}

function firstError(root: Node): Node | undefined {
  let node: Node | undefined = root;
  while (node !== undefined && !node.isError && !node.isMissing)
    node = node.children.find((child) => child.hasError || child.isMissing);
  return node;
}

/**
 * Line ends mean little to the grammar, so the token it has no use for may follow the line that is cut off: one that
 * ends in `=`, or one before a line with nothing but a name in front of its `=`.
 */
function unfinishedLine({ text, positionOf }: Source, index: number): FirstFault | undefined {
  const named = skipBack(text, skipBack(text, index, /[ \t]/), /[\w-]/);
  const hasName = /[\w-]/.test(text.slice(named, named + 1)) && named < index;
  const space = hasName ? named : index;
  const end = skipBack(text, space, /\s/);
  if (end === 0 || !text.slice(end, space).includes('\n')) return undefined;
  const place = { ...positionOf(end), structural: false };
  if (text[end - 1] === '=' && (!hasName || text[index] === '=')) {
    return { ...place, message: 'a value is missing after "="' };
  }
  const line = text.slice(text.lastIndexOf('\n', end - 1) + 1, end);
  const cutOff = hasName ? text[index] === '=' : /^[ \t]*[\w-]+$/.test(line) && index >= text.length;
  return cutOff ? { ...place, message: 'the line is not complete' } : undefined;
}

/** Where the run of such characters begins that ends before the index. */
function skipBack(text: string, index: number, character: RegExp): number {
  let start = index;
  while (start > 0 && character.test(text.charAt(start - 1))) start--;
  return start;
}

function unclosed(
  root: Node | undefined,
  { text, positionOf }: Source,
  index: number,
): FirstFault | undefined {
  if (index < text.length && !text.startsWith('/*', index)) return undefined;
  const missing = root?.descendantsOfType(Object.keys(UNCLOSED)).find((node) => node.isMissing);
  const start = text.startsWith('/*', index) ? index : missing?.parent && opening(missing.parent);
  if (start === undefined || start === null) return undefined;
  const what = UNCLOSED[missing?.type ?? ''] ?? 'the comment';
  return { ...positionOf(start), message: `${what} is never closed`, structural: true };
}

/** Where the token that opens a node stands, such as the `{` of a block. */
function opening(node: Node): number {
  const holder = /_end$/.test(node.type) ? (node.parent ?? node) : node;
  return (holder.children.find(({ type }) => /_start$|^[[({]$/.test(type)) ?? holder).startIndex;
}

function unexpected({ text, positionOf }: Source, index: number): FirstFault {
  const rest = text.slice(index);
  const token = /^(?:[\w-]+|([=<>|])\1*|\\?\S)/u.exec(rest)?.[0];
  const advice = ADVICE.find(([pattern]) => pattern.test(rest))?.[1];
  return {
    ...positionOf(index),
    message: `${token === undefined ? 'the end' : quote(token)} is not expected here`,
    ...(advice === undefined ? {} : { advice }),
    structural: token === undefined || /^[{}]/.test(token),
  };
}

const quote = (token: string) => (token === '"' ? 'a double quote' : `"${token}"`);
