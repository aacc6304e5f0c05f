/** Reads Rego's tokens one by one, by the rules of OPA's scanner. Only open brackets are kept in memory. */

import { conflictAt, isMarker } from '../conflict.ts';
import type { Fault } from '../fault.ts';

export type TokenKind =
  | 'name'
  | 'number'
  /** A complete string, or the parts of a template string between its expressions. */
  | 'string'
  | 'open'
  | 'close'
  /** The braces around an expression in a template string. */
  | 'template-open'
  | 'template-close'
  | 'dot'
  /** `:=` or `=`. */
  | 'assign'
  | 'operator'
  | 'end';

export interface Comment {
  /** Index of the `#`. */
  readonly start: number;
  /** Index of the line feed, or the length of the text. */
  readonly end: number;
  readonly line: number;
}

/** OPA does not parse code that is nested more deeply. */
const DEEPEST = 100_000;

const code = (character: string) => character.charCodeAt(0);
const BYTE_ORDER_MARK = 0xfeff;
const [TAB, LF, CR, SPACE] = [9, 10, 13, 32] as const;
const [HASH, QUOTE, BACKTICK, BACKSLASH, DOLLAR] = ['#', '"', '`', '\\', '$'].map(code);
const [DOT, COLON, EQUALS, BANG, LESS, GREATER] = ['.', ':', '=', '!', '<', '>'].map(code);
const [LPAREN, RPAREN, LBRACK, RBRACK, LBRACE, RBRACE] = ['(', ')', '[', ']', '{', '}'].map(code);
const OPERATORS = new Set(['+', '-', '*', '/', '%', '&', '|', ',', ';'].map(code));
const ESCAPED = new Set(['\\', '"', '/', 'b', 'f', 'n', 'r', 't'].map(code));
const CLOSES = new Map([
  [LPAREN, RPAREN],
  [LBRACK, RBRACK],
  [LBRACE, RBRACE],
]);

export const isBlank = (char: number) => char === SPACE || char === LF || char === TAB || char === CR;
const isDecimal = (char: number) => char >= 48 && char <= 57;
export const isLetter = (char: number) =>
  (char >= 97 && char <= 122) || (char >= 65 && char <= 90) || char === 95;
const UNICODE_DIGIT = /^\p{Nd}$/u;

/** The index after a name that starts at `start`. */
export function endOfName(text: string, start: number): number {
  for (let at = start; ; at++) {
    const char = text.charCodeAt(at);
    if (isLetter(char) || isDecimal(char)) continue;
    if (!(char >= 128)) return at;
    const whole = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (!UNICODE_DIGIT.test(whole)) return at;
    at += whole.length - 1;
  }
}

const NUMBER = /\d*(?:\.(\d*))?(?:[eE][+-]?(\d*))?/y;

/**
 * Reads tokens. After `next()`, the fields describe the token, its position, what is before it, and its depth in brackets.
 * A bracket is outside itself.
 */
export class Scanner {
  readonly text: string;
  kind: TokenKind = 'end';
  /** The name, if the token is a name, else empty. */
  word = '';
  start = 0;
  end = 0;
  /** From 1. */
  line = 1;
  depth = 0;
  /** Whether there is a blank or a comment between this token and the previous one. */
  spaced = false;
  /** Text that cannot be parsed. The scanner stops there. */
  fault: Fault | undefined;
  readonly #onComment: (comment: Comment) => void;
  /** The line of `end`. */
  #row = 1;
  /** The closing characters: brackets, or the `"` or backtick of the template string around a brace. */
  readonly #open: number[] = [];
  readonly #rows: number[] = [];
  /** Index of a character that is not allowed anywhere, not even in a comment, if there is one. */
  readonly #forbidden: number;

  constructor(text: string, onComment: (comment: Comment) => void = () => {}) {
    this.text = text;
    this.#onComment = onComment;
    if (text.charCodeAt(0) === BYTE_ORDER_MARK) this.end = 1;
    const found = ['\0', '\ufeff'].map((each) => text.indexOf(each, 1)).filter((at) => at >= 0);
    this.#forbidden = Math.min(...found, Number.POSITIVE_INFINITY);
  }

  /** Reads the next token. False at the end of the text, or if reading cannot continue. */
  next(): boolean {
    this.#skipBlanks();
    this.start = this.end;
    this.line = this.#row;
    this.depth = this.#open.length;
    if (this.fault !== undefined) this.kind = 'end';
    else if (this.start >= this.text.length) this.#finish();
    else this.#scan(this.text.charCodeAt(this.start));
    if (this.end > this.#forbidden) this.#refuseCharacter();
    if (this.fault !== undefined) this.kind = 'end';
    return this.kind !== 'end';
  }

  /** Whether the token starts a template string. */
  get isTemplate(): boolean {
    return this.text.charCodeAt(this.start) === DOLLAR;
  }

  #fail(message: string, advice: string, line = this.#row): void {
    this.fault ??= { line, message, advice };
  }

  #skipBlanks(): void {
    const { text } = this;
    this.spaced = false;
    for (; this.end < text.length; this.end++) {
      const char = text.charCodeAt(this.end);
      if (char === LF) this.#row++;
      else if (char === HASH) this.#comment();
      else if (!isBlank(char)) return;
      this.spaced = true;
    }
  }

  /** A comment only ends with a line feed. */
  #comment(): void {
    const start = this.end;
    const lineFeed = this.text.indexOf('\n', start);
    this.end = lineFeed < 0 ? this.text.length : lineFeed;
    this.#onComment({ start, end: this.end, line: this.#row });
    // The line feed is a blank and counted as such.
    this.end--;
  }

  #finish(): void {
    this.kind = 'end';
    const close = this.#open.at(-1);
    if (close === undefined) return;
    const [what, line] = [closes(close), this.#rows.at(-1)];
    this.#fail(`This is never closed: \`${what}\` is missing.`, 'Close it, or remove it.', line);
  }

  #scan(char: number): void {
    this.end = this.start + 1;
    this.word = '';
    if (isLetter(char)) {
      this.kind = 'name';
      this.end = endOfName(this.text, this.start);
      this.word = this.text.slice(this.start, this.end);
    } else if (isDecimal(char)) this.#number();
    else if (CLOSES.has(char)) this.#opening('open', CLOSES.get(char) ?? char);
    else if (char === RPAREN || char === RBRACK || char === RBRACE) this.#closing(char);
    else if (char === QUOTE) this.#string();
    else if (char === BACKTICK) this.#rawString();
    else if (char === DOLLAR) this.#template();
    else if (char === DOT) this.kind = 'dot';
    else this.#operator(char);
  }

  #operator(char: number): void {
    if (this.#isMarker()) return;
    const isDouble = this.text.charCodeAt(this.end) === EQUALS;
    if (char === COLON || char === EQUALS) {
      this.kind = (char === COLON) === isDouble ? 'assign' : 'operator';
      if (isDouble) this.end++;
    } else if (char === LESS || char === GREATER || (char === BANG && isDouble)) {
      this.kind = 'operator';
      if (isDouble) this.end++;
    } else if (OPERATORS.has(char)) this.kind = 'operator';
    else this.#illegal();
  }

  #illegal(): void {
    const point = this.text.codePointAt(this.start) ?? 0;
    const shown = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
    const quoted = point > 32 && point < 127 ? ` \`${String.fromCodePoint(point)}\`` : '';
    this.#fail(
      `The character${quoted} (${shown}) is not allowed in Rego outside strings and comments.`,
      'Remove it, or put it in quotes.',
    );
  }

  #refuseCharacter(): void {
    const name = this.text.charCodeAt(this.#forbidden) === 0 ? 'null character' : 'byte order mark';
    const line = this.text.slice(0, this.#forbidden).split('\n').length;
    this.#fail(`The file contains a ${name}, which OPA does not allow.`, 'Remove it.', line);
  }

  #isMarker(): boolean {
    if (!isMarker(this.text, this.start)) return false;
    this.fault = { ...conflictAt(this.#row), isConflict: true };
    return true;
  }

  #number(): void {
    const { text } = this;
    this.kind = 'number';
    NUMBER.lastIndex = this.start;
    const [whole = '', fraction, exponent] = NUMBER.exec(text) ?? [];
    this.end = this.start + whole.length;
    const goesOn = isLetter(text.charCodeAt(this.end));
    if (fraction !== '' && exponent !== '' && !goesOn) return;
    this.#fail('The number is not valid.', 'Write a number, a name or a string.');
  }

  #opening(kind: 'open' | 'template-open', close: number): void {
    this.kind = kind;
    this.#open.push(close);
    this.#rows.push(this.#row);
    if (this.#open.length > DEEPEST)
      this.#fail('Brackets are nested too deeply for OPA.', 'Reduce the nesting.');
  }

  #closing(char: number): void {
    const expected = this.#open.pop();
    const row = this.#rows.pop();
    this.depth = this.#open.length;
    this.kind = 'close';
    if (expected === char) return;
    const found = `\`${String.fromCharCode(char)}\``;
    if (expected === undefined)
      this.#fail(`${found} has no opening bracket.`, 'Remove it, or add the opening bracket.');
    else if (char === RBRACE && (expected === QUOTE || expected === BACKTICK)) this.#resumeTemplate(expected);
    else {
      const wanted = `\`${closes(expected)}\` is expected to close the bracket on line ${row}`;
      this.#fail(`${found} is not expected here: ${wanted}.`, 'Correct the brackets.');
    }
  }

  #string(): void {
    this.kind = 'string';
    let [escapes, controls] = [false, false];
    for (;;) {
      const char = this.text.charCodeAt(this.end++);
      if (char === QUOTE) break;
      if (char === LF || Number.isNaN(char)) {
        this.#neverEnds('"');
        return;
      }
      if (char < SPACE) controls = true;
      if (char !== BACKSLASH) continue;
      escapes = true;
      if (!this.#escape(false)) return;
    }
    // OPA decodes a string with escapes as JSON, which does not allow control characters.
    if (escapes && controls) {
      this.#fail(
        'A string with escapes contains a control character.',
        'Write it as an escape, such as `\\t`.',
      );
    }
  }

  #escape(inTemplate: boolean): boolean {
    const char = this.text.charCodeAt(this.end);
    const isUnicode = /^u[0-9a-fA-F]{4}$/.test(this.text.slice(this.end, this.end + 5));
    if (ESCAPED.has(char) || (inTemplate && char === LBRACE)) this.end++;
    else if (isUnicode) this.end += 5;
    else this.#fail('A string contains an invalid escape.', 'Write `\\\\`, or use a raw string.');
    return this.fault === undefined;
  }

  #rawString(): void {
    this.kind = 'string';
    const close = this.text.indexOf('`', this.end);
    if (close < 0) this.#neverEnds('`');
    else {
      this.#countRows(this.end, close);
      this.end = close + 1;
    }
  }

  #neverEnds(quote: string): void {
    this.#fail(`This string is never closed: \`${quote}\` is missing.`, 'Close it.', this.line);
  }

  #template(): void {
    const quote = this.text.charCodeAt(this.end++);
    if (quote === QUOTE || quote === BACKTICK) this.#templatePart(quote);
    else this.#illegal();
  }

  /** After the brace that closes an expression. */
  #resumeTemplate(quote: number): void {
    this.#templatePart(quote);
    this.kind = 'template-close';
  }

  /** Up to the end of the string, or to the brace that opens an expression and is the next token. */
  #templatePart(quote: number): void {
    this.kind = 'string';
    let char = this.text.charCodeAt(this.end++);
    while (char !== quote && char !== LBRACE && this.fault === undefined) {
      if (Number.isNaN(char) || (char === LF && quote === QUOTE)) this.#neverEnds(String.fromCharCode(quote));
      else if (char === LF) this.#row++;
      else if (char === BACKSLASH) this.#templateEscape(quote);
      char = this.text.charCodeAt(this.end++);
    }
    if (char === LBRACE) this.#opening('template-open', quote);
  }

  #templateEscape(quote: number): void {
    if (quote === QUOTE) this.#escape(true);
    else if (this.text.charCodeAt(this.end) === LBRACE) this.end++;
  }

  #countRows(from: number, to: number): void {
    for (let at = from; at < to; at++) if (this.text.charCodeAt(at) === LF) this.#row++;
  }
}

/** The closing character to show. In a template string, the brace comes before the quote. */
const closes = (close: number) => (close === QUOTE || close === BACKTICK ? '}' : String.fromCharCode(close));
