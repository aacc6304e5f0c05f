import type { Node } from 'web-tree-sitter';
import { RESOLVE } from '../conflict.ts';
import { type Position, positions } from '../lines.ts';
import type { SyntaxFault } from './document.ts';
import type { HclParser } from './parser.ts';

export interface FirstFault extends SyntaxFault {
  /** Brackets do not match, so the rest of the block cannot be checked. */
  readonly structural: boolean;
}

/** What is never closed, by the token that is missing. */
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
  [/^(<<<<<<<|=======|>>>>>>>)/, RESOLVE],
];

/** Number of messages in the parser's log that may still be processed. */
export interface Watching {
  room: number;
}

/**
 * The first place in a text that HCL's grammar does not allow. If `watching` has no room left, this is the start of the
 * text.
 */
export function firstFault(parser: HclParser, text: string, watching: Watching): FirstFault | undefined {
  const { index, met } = watchError(parser, text, watching);
  if (met === 'nothing') return undefined;
  const source = { text, positionOf: positions(text) };
  if (index === undefined) return { ...source.positionOf(0), ...UNCLEAR };
  const start = skipSpace(text, index);
  return unfinishedLine(source, start) ?? unclosed(parser, source, start) ?? unexpected(source, start);
}

const UNCLEAR = {
  message: 'this part of the file has errors',
  advice: 'Correct the other errors of the file first, or write it in smaller blocks.',
  structural: true,
};

export function parse(parser: HclParser, text: string): Node {
  const tree = parser.parse(text);
  if (tree === null) throw new Error('The HCL parser gave no result.');
  return tree.rootNode;
}

interface Source {
  readonly text: string;
  readonly positionOf: (index: number) => Position;
}

/** Many times as long as a text without faults takes. Milliseconds per UTF-16 unit. */
const QUICK = 0.02;

/** The tree. Undefined if it takes so long that the parser is probably recovering from faults. */
export function parseQuickly(parser: HclParser, text: string): Node | undefined {
  const end = performance.now() + text.length * QUICK;
  const tree = parser.parse(text, { progressCallback: () => performance.now() > end });
  if (tree === null) parser.reset();
  return tree?.rootNode;
}

/** Whether there is a fault, without the parser's recovery, which takes long. */
export const hasFault = (parser: HclParser, text: string, watching: Watching): boolean =>
  watchError(parser, text, watching).met !== 'nothing';

/**
 * Parses and reads in the log where the parser meets the first unexpected token, because the tree only shows the result of
 * its recovery. The log contains the row, and the column in bytes of UTF-16. It has a message for each step of the lexer,
 * so this takes many times as long as parsing.
 */
function watchError(
  parser: HclParser,
  text: string,
  watching: Watching,
): { readonly met: 'fault' | 'nothing' | 'unknown'; readonly index?: number } {
  if (watching.room <= 0) return { met: 'unknown' };
  let last = '';
  let met = false;
  parser.setLogger((message) => {
    if (met) return;
    watching.room--;
    if (message.startsWith('lex_')) last = message;
    else met = message.startsWith('detect_error');
  });
  const tree = parser.parse(text, { progressCallback: () => met || watching.room <= 0 });
  parser.setLogger(null);
  // Otherwise the next call would continue this parse.
  parser.reset();
  if (!met) return { met: tree !== null && !tree.rootNode.hasError ? 'nothing' : 'unknown' };
  const [, row, column] = /^lex_\w+ state:\d+, row:(\d+), column:(\d+)/.exec(last) ?? [];
  return row === undefined
    ? { met: 'unknown' }
    : { met: 'fault', index: indexAt(text, Number(row), Number(column) / 2) };
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

/**
 * The grammar mostly ignores line ends, so the unexpected token may be after the incomplete line: a line that ends in `=`,
 * or one before a line with only a name before its `=`.
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

/** Start of the run of such characters before the index. */
function skipBack(text: string, index: number, character: RegExp): number {
  let start = index;
  while (start > 0 && character.test(text.charAt(start - 1))) start--;
  return start;
}

function unclosed(parser: HclParser, { text, positionOf }: Source, index: number): FirstFault | undefined {
  if (index < text.length && !text.startsWith('/*', index)) return undefined;
  // The parser only recovers at the end here, which is quick.
  const missing = missingToken(parse(parser, text));
  const start = text.startsWith('/*', index) ? index : missing?.opening;
  if (start === undefined) return undefined;
  const what = UNCLOSED[missing?.type ?? ''] ?? 'the comment';
  return { ...positionOf(start), message: `${what} is never closed`, structural: true };
}

/**
 * The first missing token, and the position of its counterpart, such as the `{` of a block. Uses a cursor, because reading
 * the parent of a node overflows the parser's stack in deep trees.
 */
function missingToken(root: Node): { readonly type: string; readonly opening: number } | undefined {
  const cursor = root.walk();
  while (true) {
    const { isMissing, type, hasError } = cursor.currentNode;
    if (isMissing && UNCLOSED[type] !== undefined && cursor.gotoParent()) {
      if (/_end$/.test(cursor.nodeType)) cursor.gotoParent();
      return { type, opening: opening(cursor.currentNode) };
    }
    if (hasError && cursor.gotoFirstChild()) continue;
    while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return undefined;
  }
}

const opening = (holder: Node): number =>
  (holder.children.find(({ type }) => /_start$|^[[({]$/.test(type)) ?? holder).startIndex;

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
