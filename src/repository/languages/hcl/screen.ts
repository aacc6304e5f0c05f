import type { SyntaxFault } from './document.ts';

/** A text as the parser can take it. */
export interface Screened {
  /** The same lines and tokens, with long white space between the tokens made comments. */
  readonly masked: string;
  /** Where in the masked text lines begin that lie in no bracket, string, heredoc or comment. Sorted, the first is 0. */
  readonly starts: readonly number[];
  /** Where the text is nested deeper than the parser can go, or has a longer word than it can keep. */
  readonly fault:
    | { readonly index: number; readonly fault: Omit<SyntaxFault, 'line' | 'column'> }
    | undefined;
}

type Mode =
  | { readonly type: 'code'; readonly ends?: 'template' }
  | { readonly type: 'quoted' }
  | { readonly type: 'heredoc'; readonly end: number };

/** The parser's scanner keeps what is open in 1,024 bytes, and breaks where that is not enough. */
const DEEPEST = 100;
const LONGEST_WORD = 100;
const DEEPEST_TEMPLATE = 40;

/** The parser looks through all of a run of white space at each of its characters. */
const LONG_SPACE = 32;

const CODE =
  /#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\s+|"|<<-?([^\s()[\]{}\\"<]+)[^\n]*\n|[{([]|[})\]]|[^\s#/"<{([})\]]+|[/<]/y;
const QUOTED = /[^"\\$%\n]+|\\[^\n]?|\$\$\{|%%\{|[$%]\{|[$%]|"|\n/y;
/** A line at a time, so that the one that ends the heredoc is met. */
const HEREDOC = /[^$%\n]*\n|[^$%\n]+|\$\$\{|%%\{|[$%]\{|[$%]/y;

/** Reads over a text once, in time that grows with its length, as the parser does not. */
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
    const piece =
      mode.type === 'code' && token.length > LONG_SPACE && /^\s/.test(token) ? mask(token) : token;
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

/** Where the line begins that ends the heredoc; the end of the text where none does. */
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
  return { message: "the heredoc's name is too long", advice: 'Use a short one, such as EOT.' };
}

/**
 * What never closes swallows the rest here, but the parser takes that for code when it looks for the next block: long
 * white space in it would keep it busy.
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

/**
 * The same lines, and the same columns of all tokens. Newlines cannot become a comment, so that one is put around them.
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
