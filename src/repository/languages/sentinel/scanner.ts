/** Reads Sentinel's tokens one by one, according to its specification. Only open brackets are kept in memory. */

import { conflictAt, isMarker } from '../conflict.ts';
import type { Fault } from '../fault.ts';

export type TokenKind =
  | 'name'
  | 'number'
  | 'string'
  | 'open'
  | 'close'
  | 'dot'
  | 'comma'
  | 'colon'
  /** `=`, `+=` and the like. */
  | 'assign'
  /** One between two values: `==`, `<`, `*`. */
  | 'binary'
  /** `+` or `-`, which may also be before a value. */
  | 'sign'
  /** `!`. */
  | 'not'
  /** One that is not in the specification, or not in this place: `&&`, `||`, `...`. */
  | 'unclear'
  /** Explicit, or implied by the end of a line. */
  | 'semicolon'
  | 'end';

const code = (character: string) => character.charCodeAt(0);
const BYTE_ORDER_MARK = 0xfeff;
const [TAB, LF, CR, SPACE] = [9, 10, 13, 32] as const;
const [HASH, SLASH, STAR, QUOTE, BACKTICK, BACKSLASH] = ['#', '/', '*', '"', '`', '\\'].map(code);
const [DOT, EQUALS, BANG, LESS, GREATER, UNDERSCORE] = ['.', '=', '!', '<', '>', '_'].map(code);
const [AMPERSAND, BAR] = ['&', '|'].map(code);
const [LPAREN, RPAREN, LBRACK, RBRACK, LBRACE, RBRACE] = ['(', ')', '[', ']', '{', '}'].map(code);
const CLOSES = new Map([
  [LPAREN, RPAREN],
  [LBRACK, RBRACK],
  [LBRACE, RBRACE],
]);
const SINGLE = new Map<number, TokenKind>([
  [code(','), 'comma'],
  [code(':'), 'colon'],
  [code(';'), 'semicolon'],
]);
const ARITHMETIC = new Map<number, TokenKind>([
  [code('+'), 'sign'],
  [code('-'), 'sign'],
  [code('*'), 'binary'],
  [code('/'), 'binary'],
  [code('%'), 'binary'],
]);

/** Words after which a line end does not end the statement. Source: Sentinel's specification, Semicolons. */
const GOES_ON = new Set([
  ...['all', 'any', 'as', 'case', 'default', 'else', 'for', 'func', 'if', 'import', 'param', 'rule', 'when'],
  ...['and', 'contains', 'in', 'is', 'matches', 'not', 'or', 'xor'],
]);

const isBlank = (char: number) => char === SPACE || (char >= TAB && char <= CR);
const isDigit = (char: number) => char >= 48 && char <= 57;
const isLetter = (char: number) =>
  (char >= 97 && char <= 122) || (char >= 65 && char <= 90) || char === UNDERSCORE;
const UNICODE_LETTER = /^\p{L}$/u;
const UNICODE_LETTER_OR_DIGIT = /^[\p{L}\p{Nd}]$/u;

/** Digits of any base. Whether the number is valid is not checked. */
const NUMBER = /(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/y;

/**
 * Reads tokens. After `next()`, the fields describe the token, its position, and its depth in brackets. A bracket is
 * outside itself.
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
  /** Whether the token is a semicolon implied by the end of a line. */
  isLineEnd = false;
  fault: Fault | undefined;
  /** The line of `end`. */
  #row = 1;
  /** Whether the end of a line would end a statement here. */
  #mayEnd = false;
  #isBehindDot = false;
  readonly #open: number[] = [];
  readonly #rows: number[] = [];

  constructor(text: string) {
    this.text = text;
    if (text.charCodeAt(0) === BYTE_ORDER_MARK) this.end = 1;
  }

  /** Reads the next token. False at the end of the text, or if reading cannot continue. */
  next(): boolean {
    this.line = this.#row;
    this.isLineEnd = this.#skipBlanks();
    if (this.fault !== undefined) this.kind = 'end';
    else if (this.isLineEnd) this.#lineEnd();
    else this.#token();
    return this.kind !== 'end';
  }

  /** The innermost open bracket: `(`, `[`, `{`, or empty. */
  get within(): string {
    const close = this.#open.at(-1);
    return close === undefined ? '' : close === RPAREN ? '(' : close === RBRACK ? '[' : '{';
  }

  #lineEnd(): void {
    this.kind = 'semicolon';
    this.word = '';
    this.start = this.end;
    this.depth = this.#open.length;
    this.#mayEnd = false;
  }

  #token(): void {
    this.start = this.end;
    this.line = this.#row;
    this.depth = this.#open.length;
    this.word = '';
    if (this.start >= this.text.length) this.#finish();
    else this.#scan(this.text.charCodeAt(this.start));
    if (this.fault !== undefined) this.kind = 'end';
    this.#mayEnd = this.#endsOperand();
    this.#isBehindDot = this.kind === 'dot';
  }

  #endsOperand(): boolean {
    if (this.kind === 'name') return this.#isBehindDot || !GOES_ON.has(this.word);
    return this.kind === 'number' || this.kind === 'string' || this.kind === 'close';
  }

  #fail(message: string, advice: string, line = this.#row): void {
    this.fault ??= { line, message, advice };
  }

  /** Whether there was a line end that ends a statement. */
  #skipBlanks(): boolean {
    const { text } = this;
    while (this.end < text.length) {
      const char = text.charCodeAt(this.end);
      if (char === LF && this.#mayEnd) return true;
      if (char === LF) this.#row++;
      if (isBlank(char)) this.end++;
      else if (char === HASH || (char === SLASH && text.charCodeAt(this.end + 1) === SLASH))
        this.#lineComment();
      else if (char === SLASH && text.charCodeAt(this.end + 1) === STAR) {
        if (this.#comment() && this.#mayEnd) return true;
      } else return false;
    }
    return this.#mayEnd;
  }

  #lineComment(): void {
    const lineFeed = this.text.indexOf('\n', this.end);
    this.end = lineFeed < 0 ? this.text.length : lineFeed;
  }

  /** Whether the comment spans lines, because such a comment ends a statement. */
  #comment(): boolean {
    const close = this.text.indexOf('*/', this.end + 2);
    if (close < 0) {
      this.#fail('This comment is never closed: `*/` is missing.', 'Close it.');
      this.end = this.text.length;
      return false;
    }
    const row = this.#row;
    this.#countRows(this.end, close);
    this.end = close + 2;
    return this.#row > row;
  }

  #finish(): void {
    this.kind = 'end';
    const close = this.#open.at(-1);
    if (close === undefined) return;
    const what = String.fromCharCode(close);
    const message = `This is never closed: \`${what}\` is missing.`;
    this.#fail(message, 'Close it, or remove it.', this.#rows.at(-1));
  }

  #scan(char: number): void {
    const { text } = this;
    this.end = this.start + 1;
    const next = text.charCodeAt(this.end);
    if (isLetter(char) || char > 127) this.#name(char);
    else if (isDigit(char) || (char === DOT && isDigit(next) && !this.#mayEnd)) this.#number();
    else if (CLOSES.has(char)) this.#opening(CLOSES.get(char) ?? char);
    else if (char === RPAREN || char === RBRACK || char === RBRACE) this.#closing(char);
    else if (char === QUOTE) this.#string();
    else if (char === BACKTICK) this.#rawString();
    else if (SINGLE.has(char)) this.kind = SINGLE.get(char) ?? 'unclear';
    else if (isMarker(text, this.start)) this.fault = { ...conflictAt(this.#row), isConflict: true };
    else this.#operator(char, next);
  }

  #operator(char: number, next: number): void {
    const isDouble = next === EQUALS;
    const arithmetic = ARITHMETIC.get(char);
    if (char === DOT) this.#dots();
    else if (char === EQUALS) this.kind = isDouble ? 'binary' : 'assign';
    else if (char === BANG) this.kind = isDouble ? 'binary' : 'not';
    else if (char === LESS || char === GREATER) this.kind = 'binary';
    else if (arithmetic !== undefined) this.kind = isDouble ? 'assign' : arithmetic;
    else if ((char === AMPERSAND || char === BAR) && next === char) this.kind = 'unclear';
    else this.#illegal();
    if (isDouble && char !== DOT) this.end++;
    else if (this.kind === 'unclear' && char !== DOT) this.end++;
  }

  #dots(): void {
    while (this.text.charCodeAt(this.end) === DOT) this.end++;
    this.kind = this.end === this.start + 1 ? 'dot' : 'unclear';
  }

  #name(first: number): void {
    const { text } = this;
    if (first > 127 && !UNICODE_LETTER.test(this.#characterAt(this.start))) {
      this.#illegal();
      return;
    }
    this.kind = 'name';
    for (this.end = this.start; this.end < text.length; ) {
      const char = text.charCodeAt(this.end);
      const whole = char > 127 ? this.#characterAt(this.end) : '';
      if (char > 127 ? !UNICODE_LETTER_OR_DIGIT.test(whole) : !isLetter(char) && !isDigit(char)) break;
      this.end += Math.max(whole.length, 1);
    }
    this.word = text.slice(this.start, this.end);
  }

  #characterAt(index: number): string {
    return String.fromCodePoint(this.text.codePointAt(index) ?? 0);
  }

  #illegal(): void {
    const point = this.text.codePointAt(this.start) ?? 0;
    const shown = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
    const quoted = point > 32 && point < 127 ? ` \`${String.fromCodePoint(point)}\`` : '';
    this.#fail(
      `The character${quoted} (${shown}) is not allowed in Sentinel outside strings and comments.`,
      'Remove it, or put it in double quotes.',
    );
  }

  #number(): void {
    this.kind = 'number';
    NUMBER.lastIndex = this.start;
    this.end = this.start + (NUMBER.exec(this.text)?.[0].length ?? 1);
  }

  #opening(close: number): void {
    this.kind = 'open';
    this.#open.push(close);
    this.#rows.push(this.#row);
  }

  #closing(char: number): void {
    const expected = this.#open.pop();
    const row = this.#rows.pop();
    this.kind = 'close';
    this.depth = this.#open.length;
    if (expected === char) return;
    const found = `\`${String.fromCharCode(char)}\``;
    if (expected === undefined)
      this.#fail(`${found} has no opening bracket.`, 'Remove it, or add the opening bracket.');
    else {
      const missing = `\`${String.fromCharCode(expected)}\` is missing before the ${found} on line ${this.#row}`;
      this.#fail(`This is never closed: ${missing}.`, 'Correct the brackets.', row);
    }
  }

  /** A string may contain anything except a line end. Escapes are not checked. */
  #string(): void {
    this.kind = 'string';
    for (;;) {
      let char = this.text.charCodeAt(this.end++);
      if (char === BACKSLASH)
        char = this.text.charCodeAt(this.end) === LF ? LF : this.text.charCodeAt(this.end++);
      else if (char === QUOTE) return;
      if (char !== LF && !Number.isNaN(char)) continue;
      this.#neverEnds('"');
      return;
    }
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
    const what = quote === '`' ? 'a backtick' : `\`${quote}\``;
    this.#fail(`This string is never closed: ${what} is missing.`, 'Close it.');
  }

  #countRows(from: number, to: number): void {
    for (let at = from; at < to; at++) if (this.text.charCodeAt(at) === LF) this.#row++;
  }
}
