import type { Node, Parser } from 'web-tree-sitter';
import { MAX_FAULTS, type SyntaxFault } from './document.ts';
import { firstFault, soundRoot, type Watching } from './hcl-fault.ts';

/** A part of the text that has no fault. */
export interface SoundPart {
  readonly root: Node;
  /** The line, from 1, that the part begins on. */
  readonly line: number;
}

interface Part {
  readonly text: string;
  readonly line: number;
}

/** Where a block of the outermost level begins: a name, then a label or the brace, at the start of a line. */
const BLOCK_START = /^(?=[A-Za-z_][\w-]*[ \t]*[A-Za-z_"'{])/m;
/** What makes a line that looks like a block's beginning part of something else. */
const SPANS_BLOCKS = /<<|\/\*/;
/** In one part: its blanked lines may make faults of their own. */
const MAX_FAULTS_OF_PART = 20;
/** How many parts are tried together for one that looks cut in two. */
const MAX_TOGETHER = 20;
/** What is parsed with the parser's log at most, in UTF-16 units. */
const WATCHED = 2 ** 17;

/**
 * Finds every syntax fault. A parser's own recovery swallows or invents faults after the first one, so a text that
 * has any is taken block by block, and a line at fault is blanked before its block is read again.
 */
export function findFaults(parser: Parser, text: string): { sound: SoundPart[]; faults: SyntaxFault[] } {
  const whole = soundRoot(parser, text);
  if (whole !== undefined) return { sound: [{ root: whole, line: 1 }], faults: [] };
  const sound: SoundPart[] = [];
  const faults: SyntaxFault[] = [];
  const watching: Watching = { room: WATCHED };
  for (const { text: part, line } of split(parser, text)) {
    // One more than is shown, so that it shows that there are more.
    if (faults.length > MAX_FAULTS) break;
    const root = soundRoot(parser, part);
    if (root === undefined)
      faults.push(
        ...faultsOf(parser, part, watching).map((fault) => ({ ...fault, line: fault.line + line - 1 })),
      );
    else sound.push({ root, line });
  }
  return { sound, faults };
}

function* split(parser: Parser, text: string): Generator<Part> {
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

/** How many of the texts together make the first one sound; 1 where none do. */
function soundLength(parser: Parser, texts: readonly string[]): number {
  for (let count = 1; count <= texts.length; count += 1) {
    if (soundRoot(parser, texts.slice(0, count).join('')) !== undefined) return count;
  }
  return 1;
}

function faultsOf(parser: Parser, text: string, watching: Watching): SyntaxFault[] {
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

/** Blanks a line, so that what stands after it keeps its place; undefined where that would unbalance the text. */
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
