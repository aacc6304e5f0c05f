import type { AnnotationReader } from './annotations.ts';
import type { Comment } from './scanner.ts';
import type { Reader } from './statements.ts';

/** Maximum length of the comments at the top of a file. UTF-16 units. */
const MOST = 64 * 1024;

/** Collects the comments before the first statement, without METADATA blocks. Keeps empty lines between them. */
export class OpeningReader implements Reader {
  text = '';
  readonly #source: string;
  readonly #annotations: AnnotationReader;
  #hasBegun = false;
  #line = 1;

  /** The annotation reader must receive each comment first. */
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
