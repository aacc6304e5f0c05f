import type { Fault } from '../fault.ts';
import { type Path, type Reference, readReference, skipBlanks } from './reference.ts';
import { type Comment, endOfName, isLetter, Scanner, type TokenKind } from './scanner.ts';

export interface Import {
  /** The first name counts: `data`, `input`, `future` or `rego`. */
  readonly path: Path;
  /** Its name in the file. */
  readonly name: string;
  readonly line: number;
}

export interface Rule {
  /** The names of its head up to the first variable. */
  readonly path: Path;
  readonly line: number;
  readonly isFunction: boolean;
  readonly isDefault: boolean;
  /** Whether all its values are `true` or `false`. */
  readonly isBoolean: boolean;
}

/** Receives the statements of a file, in order. */
export interface Reader {
  package?(reference: Reference, line: number): void;
  import?(statement: Import): void;
  /** An import without a path, such as `import "x"`. */
  wrongImport?(line: number): void;
  /** A package, an import, or a rule with the head `path`. Also each further body of a rule. */
  statement?(kind: 'package' | 'import' | 'rule', line: number, path: Path): void;
  rule?(rule: Rule): void;
  /** A name used as an operand, at any depth. `isTarget` if `with` replaces it. */
  term?(scanner: Scanner, isTarget: boolean): void;
  /** A word that is a keyword since version 1. `$` for a template string. */
  keyword?(word: string, line: number): void;
  /** Syntax that version 1 no longer supports. */
  old?(what: string, line: number): void;
  comment?(comment: Comment): void;
  /** Whether to stop reading. */
  isDone?(): boolean;
}

/** The current rule. */
interface OpenRule {
  readonly path: Path;
  readonly line: number;
  /** False if this is not a rule. */
  isRule: boolean;
  isDefault: boolean;
  isFunction: boolean;
  isSet: boolean;
  isBoolean: boolean;
  /** Number of parts in its head. */
  parts: number;
  hasIf: boolean;
  hasBody: boolean;
  hasValue: boolean;
  isElse: boolean;
}

/** The position of the scanner in a rule. */
type Phase = 'head' | 'value' | 'key' | 'body';

/** Words that are followed by an operand. */
const BEFORE_OPERAND = new Set([
  'not',
  'some',
  'every',
  'with',
  'as',
  'in',
  'else',
  'if',
  'default',
  'import',
  'package',
]);
/** Words that continue an expression that could have ended. */
const AFTER_OPERAND = new Set(['with', 'as', 'in']);
const NO_NAMES = new Set(['as', 'else', 'not', 'some', 'with', 'null', 'true', 'false']);

const ENDS_OPERAND = new Set<TokenKind>(['number', 'string', 'close', 'template-close']);

/** Reads the statements of a file, and returns the fault that ends reading, if there is one. */
export function readStatements(text: string, ...readers: readonly Reader[]): Fault | undefined {
  return new Statements(text, readers).read();
}

class Statements {
  readonly #scanner: Scanner;
  readonly #readers: readonly Reader[];
  #rule: OpenRule | undefined;
  #phase: Phase = 'head';
  /** Whether an operand must follow, so that a name does not start a statement. */
  #expects = false;
  #isEvery = false;
  #isDefault = false;
  /** Whether the next token is the first one of the value. */
  #isFirst = false;
  /** Whether the previous token ends an operand. */
  #ended = false;
  readonly #before: { kind: TokenKind; word: string; line: number } = { kind: 'end', word: '', line: 0 };
  /** Tokens before this index belong to a reference that has been read. */
  #readUntil = 0;

  constructor(text: string, readers: readonly Reader[]) {
    this.#readers = readers;
    this.#scanner = new Scanner(text, (comment) => {
      for (const reader of readers) reader.comment?.(comment);
    });
  }

  read(): Fault | undefined {
    const scanner = this.#scanner;
    while (!this.#readers.some((reader) => reader.isDone?.() === true) && scanner.next()) {
      if (scanner.start >= this.#readUntil) this.#token();
      this.#remember();
    }
    if (scanner.fault === undefined) this.#finishRule();
    return scanner.fault;
  }

  #remember(): void {
    const { kind, line, word } = this.#scanner;
    this.#ended =
      kind === 'name' ? this.#before.kind === 'dot' || !BEFORE_OPERAND.has(word) : ENDS_OPERAND.has(kind);
    this.#before.kind = kind;
    this.#before.word = word;
    this.#before.line = line;
  }

  get #isSegment(): boolean {
    return this.#before.kind === 'dot' && !this.#scanner.spaced;
  }

  #token(): void {
    const { kind, depth } = this.#scanner;
    if (kind === 'name' && !this.#isSegment) this.#lookAtName();
    if (this.#scanner.isTemplate) {
      for (const reader of this.#readers) reader.keyword?.('$', this.#scanner.line);
    }
    if (depth > 0) return;
    if (kind === 'name') this.#name();
    else if (kind === 'open') this.#opening();
    else if (kind === 'close' || kind === 'template-close') this.#closed();
    else if (kind === 'string' || kind === 'number' || kind === 'template-open') this.#operand();
    else if (kind !== 'dot') this.#operator();
  }

  /** Handles a name at any depth. */
  #lookAtName(): void {
    const scanner = this.#scanner;
    const { word, line } = scanner;
    const isOperator = this.#ended && line === this.#before.line;
    if (word === 'in' && isOperator) for (const reader of this.#readers) reader.keyword?.('in', line);
    else if (this.#before.word === 'every' && line === this.#before.line && this.#before.kind === 'name') {
      for (const reader of this.#readers) reader.keyword?.('every', line);
    }
    if (scanner.depth > 0) this.#term();
  }

  #term(): void {
    for (const reader of this.#readers)
      reader.term?.(this.#scanner, this.#before.kind === 'name' && this.#before.word === 'with');
  }

  #name(): void {
    if (this.#isSegment) return;
    const { word } = this.#scanner;
    if (this.#rule === undefined) this.#begin(word);
    else if (this.#phase === 'head') this.#nameInHead(word);
    else if (this.#expects) this.#operandName(word);
    else this.#nameAfterOperand(word);
  }

  #nameInHead(word: string): void {
    const { line } = this.#scanner;
    const rule = this.#rule;
    if (rule === undefined) return;
    if (word === 'if') this.#if(rule, line);
    else if (word === 'contains' && !rule.isElse) {
      for (const reader of this.#readers) reader.keyword?.('contains', line);
      rule.isSet = true;
      this.#enter('key');
    } else this.#begin(word);
  }

  #operandName(word: string): void {
    if (this.#phase === 'value') this.#value(word === 'true' || word === 'false');
    if (BEFORE_OPERAND.has(word) && !this.#goesOn()) {
      if (word === 'every') this.#isEvery = true;
      return;
    }
    this.#term();
    this.#expects = false;
  }

  #nameAfterOperand(word: string): void {
    const rule = this.#rule;
    if (rule === undefined) return;
    const { line } = this.#scanner;
    if (word === 'if') this.#if(rule, line);
    else if (word === 'else' && !this.#goesOn()) {
      rule.hasIf = false;
      rule.isElse = true;
      rule.hasValue = false;
      this.#enter('head');
    } else if (AFTER_OPERAND.has(word) || this.#isLogical(word)) this.#expects = true;
    else this.#begin(word);
  }

  /** `and` and `or` are operators since version 2, but only after an operand on the same line. */
  #isLogical(word: string): boolean {
    return (word === 'and' || word === 'or') && this.#scanner.line === this.#before.line;
  }

  #if(rule: OpenRule, line: number): void {
    for (const reader of this.#readers) reader.keyword?.('if', line);
    rule.hasIf = true;
    rule.hasBody = true;
    if (!rule.hasValue && !rule.isSet) rule.hasValue = true;
    this.#enter('body');
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#expects = phase !== 'head';
  }

  /** Whether the name is the start of a reference and not a keyword. */
  #goesOn(): boolean {
    const next = this.#scanner.text.charAt(this.#scanner.end);
    return next === '.' || next === '[';
  }

  /** Handles a name where a statement can start. */
  #begin(word: string): void {
    this.#finishRule();
    const goesOn = this.#goesOn();
    const isDefault = this.#isDefault;
    this.#isDefault = false;
    if (word === 'package' && !goesOn && !isDefault) this.#package();
    else if (word === 'import' && !goesOn && !isDefault) this.#import();
    else if (word === 'default' && !goesOn && !isDefault) this.#isDefault = true;
    else this.#openRule(isDefault, goesOn || !NO_NAMES.has(word));
  }

  #openRule(isDefault: boolean, isRule: boolean): void {
    const { text, start, line } = this.#scanner;
    const { names, end } = readReference(text, start, true);
    this.#readUntil = end;
    this.#rule = {
      path: names,
      line,
      isRule,
      isDefault,
      isFunction: false,
      isSet: false,
      isBoolean: true,
      parts: names.length,
      hasIf: false,
      hasBody: false,
      hasValue: false,
      isElse: false,
    };
    this.#isEvery = false;
    this.#enter('head');
    if (isRule) for (const reader of this.#readers) reader.statement?.('rule', line, names);
  }

  #package(): void {
    const reference = this.#readPath();
    const { line } = this.#scanner;
    for (const reader of this.#readers) reader.statement?.('package', line, []);
    if (reference !== undefined) for (const reader of this.#readers) reader.package?.(reference, line);
  }

  #import(): void {
    const { line } = this.#scanner;
    for (const reader of this.#readers) reader.statement?.('import', line, []);
    const reference = this.#readPath();
    if (reference === undefined) {
      for (const reader of this.#readers) reader.wrongImport?.(line);
      return;
    }
    const path = reference.names;
    for (const reader of this.#readers)
      reader.import?.({ path, name: this.#alias(reference.end) ?? path.at(-1) ?? '', line });
  }

  /** The alias of an import. */
  #alias(end: number): string | undefined {
    const { text } = this.#scanner;
    const at = skipBlanks(text, end);
    if (at === end || !text.startsWith('as', at) || endOfName(text, at) !== at + 2) return undefined;
    const start = skipBlanks(text, at + 2);
    if (!isLetter(text.charCodeAt(start))) return undefined;
    this.#readUntil = endOfName(text, start);
    return text.slice(start, this.#readUntil);
  }

  /** The path after `package` or `import`. */
  #readPath(): Reference | undefined {
    const { text, end } = this.#scanner;
    const start = skipBlanks(text, end);
    if (!isLetter(text.charCodeAt(start))) return undefined;
    const reference = readReference(text, start);
    this.#readUntil = reference.end;
    return reference;
  }

  #opening(): void {
    const { text, start, line } = this.#scanner;
    const rule = this.#rule;
    if (rule === undefined) return;
    const bracket = text.charAt(start);
    if (bracket === '{' && !this.#expects) this.#body(rule, line);
    else if (this.#phase === 'head') {
      // With empty brackets it is not a function: `deny()` is the rule `deny`.
      if (bracket === '(') rule.isFunction = text.charAt(skipBlanks(text, start + 1)) !== ')';
      else rule.parts++;
    } else if (this.#phase === 'value') this.#value(false);
  }

  /** Handles a brace where no operand is expected: the body of a rule, or of `every`. */
  #body(rule: OpenRule, line: number): void {
    if (this.#isEvery) {
      this.#isEvery = false;
      return;
    }
    if (!rule.hasIf && rule.isRule) {
      const what = rule.isElse ? 'an `else`' : 'a rule';
      for (const reader of this.#readers) reader.old?.(`${what} body without \`if\``, line);
    }
    if (rule.hasBody && !rule.isElse && rule.isRule)
      for (const reader of this.#readers) reader.statement?.('rule', line, rule.path);
    rule.hasBody = true;
    this.#phase = 'body';
  }

  #closed(): void {
    if (this.#phase !== 'head') this.#expects = false;
  }

  #operand(): void {
    if (this.#rule === undefined) return;
    if (this.#phase === 'value') this.#value(false);
    if (this.#phase === 'head') this.#phase = 'body';
    this.#expects = false;
  }

  #operator(): void {
    const { kind } = this.#scanner;
    const rule = this.#rule;
    if (rule === undefined) return;
    if (this.#phase === 'head' && kind === 'assign') {
      rule.hasValue = true;
      this.#isFirst = true;
      this.#enter('value');
      return;
    }
    if (this.#phase === 'value') this.#value(false);
    if (this.#phase === 'head') this.#phase = 'body';
    this.#expects = true;
  }

  /** Handles another token of the value in the head. */
  #value(isBoolean: boolean): void {
    if (this.#rule !== undefined && !(isBoolean && this.#isFirst)) this.#rule.isBoolean = false;
    this.#isFirst = false;
  }

  #finishRule(): void {
    const rule = this.#rule;
    this.#rule = undefined;
    if (rule === undefined || !rule.isRule) return;
    const { path, line, isFunction, isDefault, hasBody, hasValue, parts } = rule;
    const isAlone = !hasBody && !hasValue && !rule.isSet;
    if (isAlone && parts < 2 && !isFunction) return;
    if (isAlone && !isFunction) {
      for (const reader of this.#readers) reader.old?.('a rule without `contains`', line);
    }
    const isSet = rule.isSet || (parts === 2 && !hasValue && !isFunction && !rule.hasIf);
    const isBoolean = rule.isBoolean && !isSet && parts === 1;
    for (const reader of this.#readers) reader.rule?.({ path, line, isFunction, isDefault, isBoolean });
  }
}
