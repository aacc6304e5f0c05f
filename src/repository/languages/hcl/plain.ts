import type { Position } from '../lines.ts';
import type { Attribute, Block, Element } from './document.ts';
import { PLAIN_STRING } from './string.ts';

/** Line ends, invisible and other characters that the parser may treat differently. */
const UNUSUAL = /[^\t\n\x20-\x7e\u00a1-\u1fff\u2010-\u2027\u2030-\ud7ff]/;

/** Keywords of expressions are not valid as names everywhere. */
const NAME = String.raw`(?!(?:true|false|null|for|in|if|else|endif|endfor)\b)[A-Za-z][\w-]*`;
const COMMENT = '(?:(?:#|//).*)?';

const LINE = new RegExp(
  `^(?:${[
    String.raw`[ \t]*${COMMENT}`,
    String.raw`(?<before>[ \t]*(?<name>${NAME})[ \t]*=[ \t]*)(?<value>${PLAIN_STRING})[ \t]*${COMMENT}`,
    String.raw`(?<opening>[ \t]*(?<block>${NAME})(?<labels>(?:[ \t]+${PLAIN_STRING})*)[ \t]*\{)[ \t]*`,
    String.raw`(?<indent>[ \t]*)\}[ \t]*`,
  ].join('|')})$`,
);

/** Deeper ones are left to the parser, which has a limit. */
const DEEPEST = 20;

/** A block whose end has not been reached. */
interface Open extends Omit<Block, 'inside'> {
  /** The column after its opening brace. */
  readonly column: number;
  readonly body: Element[];
}

/**
 * Reads HCL that only consists of blocks, comments, and attributes whose values are strings without templates and
 * escapes, each on lines of its own. Returns what the parser would return.
 *
 * Most configurations are written like this, and loading the parser for them would take longer than everything else that
 * a run does with its files: it is a WebAssembly program, which is compiled again in each run. The parser decides about
 * all other text, including every text with a fault.
 *
 * @returns undefined for any other text
 */
export function readPlain(text: string): readonly Element[] | undefined {
  if (UNUSUAL.test(text)) return undefined;
  const elements: Element[] = [];
  const open: Open[] = [];
  const innermost = () => open.at(-1)?.body ?? elements;
  for (const [index, source] of text.split('\n').entries()) {
    const line = index + 1;
    const parts = LINE.exec(source)?.groups;
    if (parts === undefined || open.length > DEEPEST) return undefined;
    const { value, opening, indent } = parts;
    if (value !== undefined) innermost().push(readAttribute(parts, line));
    else if (opening !== undefined) open.push(readOpening(parts, line));
    else if (indent !== undefined) {
      const ended = open.pop();
      if (ended === undefined) return undefined;
      innermost().push(closed(ended, { line, column: indent.length + 1 }));
    }
  }
  return open.length === 0 ? elements : undefined;
}

type Parts = Readonly<Record<string, string | undefined>>;

function readAttribute({ before = '', name = '', value = '' }: Parts, line: number): Attribute {
  const column = before.length + 1;
  const span = { start: { line, column }, end: { line, column: column + value.length } };
  return { type: 'attribute', name, line, value: { text: value.slice(1, -1) }, span };
}

function readOpening({ opening = '', block: name = '', labels = '' }: Parts, line: number): Open {
  const texts = labels.match(/"[^"]*"/g) ?? [];
  const labelTexts = texts.map((label) => label.slice(1, -1));
  return { type: 'block', name, labels: labelTexts, line, column: opening.length + 1, body: [] };
}

const closed = ({ column, ...block }: Open, end: Position): Block => ({
  ...block,
  inside: { start: { line: block.line, column }, end },
});
