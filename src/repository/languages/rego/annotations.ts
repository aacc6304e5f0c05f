import type { Path } from './reference.ts';
import type { Comment } from './scanner.ts';
import type { Reader } from './statements.ts';

/** A METADATA block. */
export interface Block {
  /** The line of `# METADATA`, from 1. */
  readonly line: number;
  /** Whether words follow on that line, so that it may be prose that starts like a block. */
  readonly isProse: boolean;
  /** The lines of YAML below. Empty if it is too long. */
  readonly lines: readonly string[];
  readonly isTooLong: boolean;
  /** Whether it directly follows a byte order mark. OPA does not recognize the block then. */
  readonly isBehindMark: boolean;
  /** The statement below. Undefined if there is none. */
  readonly target: { readonly kind: 'package' | 'import' | 'rule'; readonly path: Path } | undefined;
}

type Open = { -readonly [Key in keyof Block]: Block[Key] } & {
  lines: string[];
  last: number;
  length: number;
};

/** Longer blocks are not parsed, because the YAML parser needs many times their memory. UTF-16 units. */
const LONGEST = 64 * 1024;
/** Maximum length of all parsed blocks of a file. UTF-16 units. */
const MOST = 128 * 1024;
/** Counted for each block in addition to its text. */
const OVERHEAD = 100;

/** OPA skips Unicode white space before the word, and accepts any word that starts with it. */
const METADATA = /^#[\s\u0085]*METADATA(.*)/;

/**
 * Collects METADATA blocks like OPA: a comment at the start of a line that starts with METADATA, and the comments at the
 * start of the lines directly below. Each belongs to the first statement on a later line.
 */
export class AnnotationReader implements Reader {
  readonly #text: string;
  readonly #blocks: Open[] = [];
  #open: Open | undefined;
  #waiting: Open[] = [];
  #length = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get blocks(): readonly Block[] {
    return this.#blocks;
  }

  /** Whether the last comment belongs to a block. */
  get isInBlock(): boolean {
    return this.#open !== undefined;
  }

  comment({ start, end, line }: Comment): void {
    const isBehindMark = start === 1 && this.#text.charCodeAt(0) === 0xfeff;
    const isFirst = start === 0 || isBehindMark || this.#text.charAt(start - 1) === '\n';
    const opening = isFirst ? METADATA.exec(this.#text.slice(start, Math.min(end, start + 1000))) : null;
    if (opening !== null) this.#begin(line, { isProse: opening[1]?.trim() !== '', isBehindMark });
    else if (!isFirst || this.#open?.last !== line - 1) this.#open = undefined;
    else this.#append(this.#open, { start, end, line });
  }

  #begin(line: number, mark: Pick<Block, 'isProse' | 'isBehindMark'>): void {
    this.#open = {
      ...mark,
      line,
      lines: [],
      isTooLong: false,
      target: undefined,
      last: line,
      length: 0,
    };
    this.#length += OVERHEAD;
    if (this.#length > MOST) return;
    this.#blocks.push(this.#open);
    this.#waiting.push(this.#open);
  }

  #append(block: Open, { start, end, line }: Comment): void {
    block.last = line;
    block.length += end - start;
    this.#length += end - start;
    block.isTooLong ||= block.length > LONGEST || this.#length > MOST;
    if (block.isTooLong) block.lines = [];
    else
      block.lines.push(
        this.#text
          .slice(start + 1, end)
          .replace(/^ /, '')
          .replace(/\r+$/, ''),
      );
  }

  statement(kind: 'package' | 'import' | 'rule', line: number, path: Path): void {
    if (this.#waiting.length === 0) return;
    for (const block of this.#waiting) if (block.line < line) block.target = { kind, path };
    this.#waiting = this.#waiting.filter((block) => block.target === undefined);
  }
}
