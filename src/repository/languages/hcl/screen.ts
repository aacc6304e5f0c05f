import type { SyntaxFault } from './document.ts';

/** A text that the parser can read safely. */
export interface Screened {
  /** The same lines and tokens, with long white space between tokens replaced by comments. */
  readonly masked: string;
  /** Start indexes of lines in the masked text that are not in a bracket, string, heredoc or comment. Sorted, from 0. */
  readonly starts: readonly number[];
  /** Where the text is nested too deeply for the parser, or has a word that is too long. */
  readonly fault:
    | { readonly index: number; readonly fault: Omit<SyntaxFault, 'line' | 'column'> }
    | undefined;
}

type Mode =
  | { readonly type: 'code'; readonly ends?: 'template' }
  | { readonly type: 'quoted' }
  | { readonly type: 'heredoc'; readonly end: number };

/** The parser's scanner keeps its state in 1,024 bytes, and crashes if that is not enough. */
const DEEPEST = 100;
const LONGEST_WORD = 100;
const DEEPEST_TEMPLATE = 40;

/** At each character of white space, the parser reads the rest of the run. */
const LONG_SPACE = 32;

const CODE =
  /#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\s+|"|<<-?([^\s()[\]{}\\"<]+)[^\n]*\n|[{([]|[})\]]|[^\s#/"<{([})\]]+|[/<]/y;
const QUOTED = /[^"\\$%\n]+|\\[^\n]?|\$\$\{|%%\{|[$%]\{|[$%]|"|\n/y;
/** One line at a time, to find the end of the heredoc. */
const HEREDOC = /[^$%\n]*\n|[^$%\n]+|\$\$\{|%%\{|[$%]\{|[$%]/y;

/** Reads a text once, in time proportional to its length, unlike the parser. */
export function screen(text: string): Screened {
  const pieces: string[] = [];
  const starts = [0];
  const modes: Mode[] = [{ type: 'code' }];
  let templates = 0;
  let length = 0;
  for (let index = 0; index < text.length; ) {
    const mode = modes.at(-1) ?? { type: 'code' };
    if (mode.type === 'heredoc' && index >= mode.end) {
      modes.pop();
      continue;
    }
    const [token = text.charAt(index), word] = next(patternOf(mode), text, index) ?? [];
    const end = index + token.length;
    const piece = mode.type === 'code' ? maskCode(token) : token;
    pieces.push(piece);
    length += piece.length;
    if (/^[$%]\{$/.test(token) && mode.type !== 'code') {
      modes.push({ type: 'code', ends: 'template' });
      templates++;
    } else if (mode.type === 'quoted') {
      if (token === '"' || token === '\n') modes.pop();
    } else if (mode.type === 'code') {
      if (token === '"') modes.push({ type: 'quoted' });
      else if (word !== undefined) modes.push({ type: 'heredoc', end: heredocEnd(text, end, word) });
      else if (/^[{([]$/.test(token)) modes.push({ type: 'code' });
      else if (/^[})\]]$/.test(token) && modes.length > 1) {
        if (mode.ends === 'template') templates--;
        modes.pop();
      } else if (modes.length === 1 && /^\s*\n$/.test(token)) starts.push(length);
    }
    const message =
      tooMuch(modes.length, templates, word) ??
      (mode.type === 'code' ? openEnd(token, text, end, word) : undefined);
    if (message !== undefined) return { masked: text, starts: [], fault: { index, fault: message } };
    index = end;
  }
  return { masked: pieces.join(''), starts, fault: undefined };
}

const patternOf = ({ type }: Mode): RegExp => (type === 'code' ? CODE : type === 'quoted' ? QUOTED : HEREDOC);

function next(pattern: RegExp, text: string, index: number): RegExpExecArray | null {
  pattern.lastIndex = index;
  return pattern.exec(text);
}

/** Start of the line that ends the heredoc, or the end of the text. */
function heredocEnd(text: string, index: number, word: string): number {
  const last = new RegExp(`^[ \\t]*${word.replace(/[.*+?^$|]/g, '\\$&')}[ \\t]*$`, 'gm');
  last.lastIndex = index;
  return last.exec(text)?.index ?? text.length;
}

function tooMuch(
  depth: number,
  templates: number,
  word: string | undefined,
): Omit<SyntaxFault, 'line' | 'column'> | undefined {
  if (depth > DEEPEST || templates > DEEPEST_TEMPLATE)
    return { message: 'this is nested too deeply', advice: 'Write it with fewer levels.' };
  if (word === undefined || word.length <= LONGEST_WORD) return undefined;
  return { message: 'the heredoc delimiter is too long', advice: 'Use a short one, such as EOT.' };
}

/**
 * An unclosed comment or heredoc extends to the end here, but the parser reads the rest as code when it looks for the next
 * block, and long white space in it takes very long.
 */
function openEnd(
  token: string,
  text: string,
  end: number,
  word: string | undefined,
): Omit<SyntaxFault, 'line' | 'column'> | undefined {
  const isComment = token.startsWith('/*') && (token.length < 4 || !token.endsWith('*/'));
  const isHeredoc = word !== undefined && heredocEnd(text, end, word) === text.length;
  if (!isComment && !isHeredoc) return undefined;
  const rest = isComment ? token : text.slice(end);
  return VERY_LONG_SPACE.test(rest)
    ? { message: `the ${isComment ? 'comment' : 'heredoc'} is never closed` }
    : undefined;
}

const VERY_LONG_SPACE = new RegExp(`\\s{${LONG_SPACE + 1}}`);

/** Replaces what the grammar does not support or takes long to read. */
function maskCode(token: string): string {
  if (/^\s/.test(token)) return token.length > LONG_SPACE ? mask(token) : token;
  return /^[#/]/.test(token) ? token : token.replace(EXPONENT, (number) => number.replace(/[^\d]/g, '0'));
}

/** The exponent of a whole number, such as `1e6`. The grammar only supports exponents after a fraction. */
const EXPONENT = /(?<![\w.]|\w-)\d+[eE][+-]?\d+(?!\w)/g;

/**
 * Keeps the lines, and the columns of all tokens. Newlines must remain, so the comment is between the first and the last.
 */
function mask(space: string): string {
  const [first, last] = [space.indexOf('\n'), space.lastIndexOf('\n')];
  if (first < 0) return blanks(space);
  const between = space.slice(first + 1, last);
  const middle = between.length > LONG_SPACE ? `/*${between}*/` : between;
  return `${blanks(space.slice(0, first))}\n${middle}${last > first ? '\n' : ''}${blanks(space.slice(last + 1))}`;
}

const blanks = (space: string) =>
  space.length > LONG_SPACE ? `${space[0]}/*${' '.repeat(space.length - 6)}*/${space.at(-1)}` : space;
