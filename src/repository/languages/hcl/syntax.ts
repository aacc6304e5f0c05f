import type { Node } from 'web-tree-sitter';
import { positions } from '../lines.ts';
import { MAX_FAULTS, type SyntaxFault } from './document.ts';
import { firstFault, hasFault, parse, parseQuickly, type Watching } from './fault.ts';
import type { HclParser } from './parser.ts';
import { screen } from './screen.ts';
import { TreeNode } from './tree.ts';

/** A part of the text without faults. */
export interface SoundPart {
  readonly root: TreeNode;
  /** The line, from 1, on which the part starts. */
  readonly line: number;
}

interface Part {
  readonly text: string;
  readonly line: number;
}

/** Start of a block at the outermost level: a name, then a label or the brace, at the start of a line. */
const BLOCK_START = /^(?=[A-Za-z_][\w-]*[ \t]*[A-Za-z_"'{])/m;
/** A line that looks like the start of a block may be inside one of these. */
const SPANS_BLOCKS = /<<|\/\*/;
/** Per part, because blanked lines may cause more faults. */
const MAX_FAULTS_OF_PART = 20;
/** Number of parts that are tried together if one looks cut in two. */
const MAX_TOGETHER = 20;
/** Number of messages in the parser's log that are processed: some per character, and enough for the faults. */
const MESSAGES = { each: 30, besides: 2 ** 18 };
/** The parser's recovery takes time proportional to the square of the length, so longer texts are split. */
const SHORT = 2 ** 13;

interface Found {
  readonly sound: SoundPart[];
  readonly faults: SyntaxFault[];
}

/**
 * Finds all syntax faults, up to a limit. The parser's recovery hides or invents faults after the first one, so a text with
 * faults is read block by block, and a faulty line is blanked before its block is read again.
 */
export function findFaults(parser: HclParser, text: string): Found {
  const { masked, starts, fault } = screen(text);
  if (fault !== undefined)
    return { sound: [], faults: [{ ...positions(text)(fault.index), ...fault.fault }] };
  const found: Found = { sound: [], faults: [] };
  const watching: Watching = { room: text.length * MESSAGES.each + MESSAGES.besides };
  let line = 1;
  for (const chunk of chunks(masked, starts)) {
    // One more than is shown, so that it shows that there are more.
    if (found.faults.length > MAX_FAULTS) break;
    readChunk(parser, { text: chunk, line }, { found, watching });
    line += lineEnds(chunk);
  }
  return found;
}

const lineEnds = (text: string) => text.split('\n').length - 1;

/** Splits a text at the outermost level, into short pieces if possible. */
function* chunks(text: string, starts: readonly number[]): Generator<string> {
  let [begin, last] = [0, 0];
  for (const start of [...starts, text.length]) {
    if (start - begin > SHORT && last > begin) {
      yield text.slice(begin, last);
      begin = last;
    }
    last = start;
  }
  yield text.slice(begin);
}

interface Reading {
  readonly found: Found;
  readonly watching: Watching;
}

function readChunk(parser: HclParser, { text, line }: Part, { found, watching }: Reading): void {
  const whole = soundRoot(parser, text, watching);
  if (whole !== undefined) {
    found.sound.push({ root: TreeNode.root(whole, text), line });
    return;
  }
  for (const part of split(parser, text)) {
    if (found.faults.length > MAX_FAULTS) break;
    const first = line + part.line - 1;
    const root = part.text === text ? undefined : soundRoot(parser, part.text, watching);
    if (root !== undefined) found.sound.push({ root: TreeNode.root(root, part.text), line: first });
    else
      for (const fault of faultsOf(parser, part.text, watching))
        found.faults.push({ ...fault, line: fault.line + first - 1 });
  }
}

/** The tree of a text without faults. */
function soundRoot(parser: HclParser, text: string, watching: Watching): Node | undefined {
  const quick = text.length > SHORT ? parseQuickly(parser, text) : parse(parser, text);
  if (quick === undefined && hasFault(parser, text, watching)) return undefined;
  const root = quick ?? parse(parser, text);
  return root.hasError ? undefined : root;
}

function* split(parser: HclParser, text: string): Generator<Part> {
  const texts = text.split(BLOCK_START);
  let line = 1;
  for (let index = 0; index < texts.length; ) {
    const count = SPANS_BLOCKS.test(texts[index] ?? '')
      ? soundLength(parser, texts.slice(index, index + MAX_TOGETHER))
      : 1;
    const part = texts.slice(index, index + count).join('');
    yield { text: part, line };
    line += part.split('\n').length - 1;
    index += count;
  }
}

/** Number of texts that together have no fault. 1 if there are none. */
function soundLength(parser: HclParser, texts: readonly string[]): number {
  for (let count = 1; count <= texts.length; count += 1) {
    if (!parse(parser, texts.slice(0, count).join('')).hasError) return count;
  }
  return 1;
}

function faultsOf(parser: HclParser, text: string, watching: Watching): SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  let rest: string | undefined = text;
  while (rest !== undefined && faults.length < MAX_FAULTS_OF_PART) {
    const fault = firstFault(parser, rest, watching);
    if (fault === undefined || (faults.length > 0 && fault.structural)) break;
    const { structural, ...found } = fault;
    faults.push(found);
    rest = structural ? undefined : withoutLine(rest, fault.line);
  }
  return faults;
}

/** Blanks a line, so that the lines after it keep their numbers. Undefined if brackets would no longer match. */
function withoutLine(text: string, line: number): string | undefined {
  const lines = text.split('\n');
  const faulty = lines[line - 1] ?? '';
  if (faulty.trim() === '' || faulty === OPENING) return undefined;
  if (/^[^{}]*\{[ \t]*$/.test(faulty)) lines[line - 1] = OPENING;
  else if (/[{}]|<<|\/\*|\*\//.test(faulty)) return undefined;
  else lines[line - 1] = '';
  return lines.join('\n');
}

const OPENING = 'x {';
