import type { AnnotationReader } from './annotations.ts';
import type { Comment } from './scanner.ts';
import type { Reader } from './statements.ts';

/** More of the comment that opens a file is not read. UTF-16 units. */
const MOST = 64 * 1024;

/** Collects the comments before the first statement, less METADATA blocks. Empty lines between them stay. */
export class OpeningReader implements Reader {
  text = '';
  readonly #source: string;
  readonly #annotations: AnnotationReader;
  #hasBegun = false;
  #line = 1;

  /** The annotations have to be given each comment first. */
  constructor(source: string, annotations: AnnotationReader) {
    this.#source = source;
    this.#annotations = annotations;
  }

  statement(): void {
    this.#hasBegun = true;
  }

  comment({ start, end, line }: Comment): void {
    if (this.#hasBegun || this.#annotations.isInBlock || this.text.length > MOST) return;
    const gap = Math.min(line - this.#line, 2);
    this.text += '\n'.repeat(gap) + this.#source.slice(start, Math.min(end, start + MOST));
    this.#line = line;
  }
}
