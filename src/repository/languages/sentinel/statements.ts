import type { Fault } from '../fault.ts';
import { Scanner } from './scanner.ts';

export interface Import {
  readonly name: string;
  /** The line of the name. */
  readonly line: number;
}

export interface Param {
  readonly name: string;
  readonly line: number;
  readonly hasDefault: boolean;
}

/** Receives the statements of a file, in order. */
export interface Reader {
  import?(statement: Import): void;
  param?(statement: Param): void;
  /** A variable that is assigned in the scope of the file, not in a function or rule. */
  assignment?(name: string): void;
}

/** What may follow the previous token. If the specification leaves it open, anything. */
type State =
  /** A statement starts. */
  | 'start'
  /** A value must follow, because the previous token is an operator. */
  | 'value'
  /** A value has ended. */
  | 'ended'
  /** A value or a block has ended with a brace. */
  | 'closed'
  /** A name must follow, because the previous token is a dot. */
  | 'selector'
  /** `{` or `when` must follow. */
  | 'rule'
  /** The expression of a rule must follow, because the previous token is its brace. */
  | 'body'
  | 'any';

interface Assigned {
  readonly name: string;
  readonly line: number;
  /** Number of tokens in the statement up to the `=`. */
  readonly tokens: number;
}

/** The current statement, without the contents of its brackets, unless noted. */
interface Statement {
  /** The first token, if that is a name. */
  first: string;
  line: number;
  tokens: number;
  assigned: Assigned | undefined;
  /** Whether `as` names variables, which may be separated by a comma. */
  hasAs: boolean;
  hasOperator: boolean;
  /** Whether it contains a function or a rule, also in brackets. */
  hasInner: boolean;
  /** For `param`. */
  param: { readonly name: string; readonly line: number } | undefined;
  hasDefault: boolean;
}

const BINARY = new Set(['and', 'contains', 'in', 'is', 'matches', 'or', 'xor']);
/** Words that start a statement with a block. */
const WITH_BLOCK = new Set(['case', 'for', 'if']);
/** Words that start a statement and are not a value. */
const NO_VALUES = new Set([...WITH_BLOCK, 'import', 'param', 'return', 'as', 'default', 'when']);
/** Words that may follow a value. */
const BEHIND_VALUES = new Set(['as', 'default', 'else', 'not', 'when']);
/** Words that continue a statement. */
const CONTINUES = new Set(['as', 'default', 'else', 'when']);
/** Words after which the specification, or one of its versions, leaves the syntax open. */
const OPEN_WORDS = new Set([...NO_VALUES, 'all', 'any', 'else', 'filter', 'func', 'map', 'not']);
const CONSTANTS = new Set(['break', 'continue', 'false', 'null', 'return', 'true', 'undefined']);

const CORRECT = 'Correct the line, or make it a comment with `#`.';
const WRITE_VALUE = 'Write the value, or remove the line.';
const ON_ONE_LINE =
  'A statement ends at the end of the line unless the line ends with an operator or `{`: move this to the line before.';
const COMPARE = 'Use `is` or `==` to compare.';

/** Reads the statements of a file, and returns the first place that is not a statement or cannot be read. */
export function readStatements(text: string, ...readers: readonly Reader[]): Fault | undefined {
  const statements = new Statements(text, readers);
  const fault = statements.read();
  return statements.isWhole ? earlier(fault, undeclared(text, statements.bare)) : fault;
}

/** A name that is a statement on its own. */
interface Bare {
  readonly name: string;
  readonly line: number;
}

/** Maximum number that is checked. */
const MOST_BARE = 100;

/** The first such name that does not occur anywhere else in the file, so that it has no value. */
function undeclared(text: string, bare: readonly Bare[]): Fault | undefined {
  if (bare.length === 0) return undefined;
  const counts = new Map(bare.map(({ name }) => [name, 0]));
  const scanner = new Scanner(text);
  while (scanner.next()) {
    const count = counts.get(scanner.word);
    if (count !== undefined) counts.set(scanner.word, count + 1);
  }
  const found = bare.find(({ name }) => counts.get(name) === 1);
  return found && notStatement(`\`${found.name}\` is not declared anywhere in the file`, CORRECT, found.line);
}

const notStatement = (message: string, advice: string, line: number): Fault => ({
  line,
  message: `This is not a Sentinel statement: ${message}.`,
  advice,
});

const earlier = (a: Fault | undefined, b: Fault | undefined): Fault | undefined =>
  a === undefined || (b !== undefined && b.line < a.line) ? b : a;

class Statements {
  /** Names that are statements on their own. */
  readonly bare: Bare[] = [];
  readonly #scanner: Scanner;
  readonly #readers: readonly Reader[];
  #state: State = 'start';
  #statement = newStatement();
  /** The previous token. */
  readonly #before = { start: 0, end: 0, line: 1 };
  /** The previous token, if it is a name that starts a statement, in any bracket. */
  #beginning = '';
  #fault: Fault | undefined;

  constructor(text: string, readers: readonly Reader[]) {
    this.#scanner = new Scanner(text);
    this.#readers = readers;
  }

  /** Whether the text was read to its end. */
  get isWhole(): boolean {
    return this.#scanner.fault === undefined;
  }

  read(): Fault | undefined {
    const scanner = this.#scanner;
    while (scanner.next()) {
      this.#token();
      if (!scanner.isLineEnd) this.#remember();
    }
    if (scanner.fault?.isConflict === true) return scanner.fault;
    if (scanner.fault === undefined) this.#endStatement();
    return earlier(this.#fault, scanner.fault);
  }

  #remember(): void {
    const { start, end, line } = this.#scanner;
    this.#before.start = start;
    this.#before.end = end;
    this.#before.line = line;
  }

  #shown({ start, end }: { readonly start: number; readonly end: number } = this.#scanner): string {
    const shown = this.#scanner.text.slice(start, Math.min(end, start + SHOWN));
    return `\`${shown}${end - start > SHOWN ? '…' : ''}\``;
  }

  #token(): void {
    const { kind, depth, line } = this.#scanner;
    const beginning = this.#beginning;
    this.#beginning = '';
    if (depth === 0 && kind !== 'semicolon' && this.#statement.tokens++ === 0) this.#statement.line = line;
    this.#checkWhatHasToCome();
    if (depth === 0 && kind !== 'semicolon' && this.#statement.tokens === 2) this.#second();
    if (kind === 'assign') this.#assign(beginning);
    else if (kind === 'name') this.#name();
    else if (kind === 'number' || kind === 'string') this.#literal();
    else if (kind === 'open') this.#open();
    else if (kind === 'close') this.#close();
    else if (kind === 'dot') this.#infix('selector');
    else if (kind === 'binary') this.#infix('value');
    else if (kind === 'sign' || kind === 'not') this.#sign();
    else if (kind === 'comma' || kind === 'colon') this.#separator();
    else if (kind === 'semicolon') this.#semicolon();
    else this.#state = 'any';
  }

  #fail(message: string, advice: string, line = this.#scanner.line): void {
    this.#fault ??= notStatement(message, advice, line);
  }

  #misplaced(advice = CORRECT): void {
    this.#fail(`${this.#shown()} is not expected here`, advice);
  }

  /** What must follow the previous token is missing. */
  #missing(): void {
    const { assigned, tokens } = this.#statement;
    const isWhole = assigned !== undefined && tokens <= assigned.tokens + 1;
    const before = isWhole ? `\`${assigned.name} =\`` : this.#shown(this.#before);
    this.#fail(`nothing follows ${before}`, WRITE_VALUE, this.#before.line);
  }

  #checkWhatHasToCome(): void {
    const { kind, word, text, start } = this.#scanner;
    if (this.#state === 'selector' && kind !== 'name') this.#missing();
    if (this.#state === 'rule' && word !== 'when' && text[start] !== '{')
      this.#fail('`{` is missing after `rule`', 'Write `rule { … }`.', this.#before.line);
  }

  /** What must follow the first word. */
  #second(): void {
    const { kind, text, start, end, line, word } = this.#scanner;
    const { first } = this.#statement;
    const before = this.#before.line;
    // No version of the specification has a list in parentheses, but a later one may.
    if (first === 'import' && kind !== 'string' && text[start] !== '(')
      this.#fail('`import` must be followed by a name in double quotes', 'Write `import "name"`.', before);
    if (first === 'import' && kind === 'string')
      for (const reader of this.#readers) reader.import?.({ name: text.slice(start + 1, end - 1), line });
    if (first !== 'param') return;
    if (kind === 'name') this.#statement.param = { name: word, line };
    else this.#fail('`param` must be followed by a name', 'Write `param name default "value"`.', before);
  }

  /** A value starts, which must not directly follow another one. */
  #operand(): void {
    if (this.#state !== 'ended' && this.#state !== 'closed') return;
    this.#fail(`an operator or the end of the line is expected before ${this.#shown()}`, CORRECT);
  }

  #literal(): void {
    this.#operand();
    this.#state = 'ended';
  }

  #name(): void {
    const { word, depth } = this.#scanner;
    const [state, statement] = [this.#state, this.#statement];
    if (state === 'start') this.#beginning = word;
    if (depth === 0 && statement.tokens === 1) statement.first = word;
    if (state === 'selector') this.#state = 'ended';
    else if (BINARY.has(word)) this.#infix('value');
    else if (state === 'rule') this.#state = 'any';
    else this.#word(word);
  }

  #word(word: string): void {
    const { depth, line } = this.#scanner;
    if (this.#state === 'value' && NO_VALUES.has(word)) {
      if (line > this.#before.line) this.#missing();
      else this.#misplaced();
    }
    if (this.#state === 'start' && depth === 0 && CONTINUES.has(word)) this.#misplaced(ON_ONE_LINE);
    if (!BEHIND_VALUES.has(word)) this.#operand();
    this.#note(word);
    this.#state = word === 'rule' ? 'rule' : OPEN_WORDS.has(word) ? 'any' : 'ended';
  }

  #note(word: string): void {
    const statement = this.#statement;
    if (word === 'func' || word === 'rule') statement.hasInner = true;
    if (this.#scanner.depth > 0) return;
    if (word === 'as') statement.hasAs = true;
    if (word === 'default') statement.hasDefault = true;
  }

  /** An operator between two values. */
  #infix(next: State): void {
    if (this.#state === 'start' || this.#state === 'body') this.#misplaced(ON_ONE_LINE);
    else if (this.#state === 'value') this.#missing();
    if (next === 'value' && this.#scanner.depth === 0) this.#statement.hasOperator = true;
    this.#state = next;
  }

  #sign(): void {
    if (this.#scanner.kind === 'not') this.#operand();
    if (this.#scanner.depth === 0) this.#statement.hasOperator = true;
    this.#state = 'value';
  }

  #assign(beginning: string): void {
    const { depth, line, text } = this.#scanner;
    const statement = this.#statement;
    const isBehindSeparator = this.#state === 'any' && /[,:]/.test(text[this.#before.start] ?? '');
    if (this.#state === 'start' || isBehindSeparator) this.#misplaced();
    else if (this.#state === 'value') this.#missing();
    else if (depth > 0 && this.#scanner.within !== '{') this.#misplaced(COMPARE);
    else if (depth === 0) this.#assignOutside();
    const isOutside = depth === 0 || (WITH_BLOCK.has(statement.first) && !statement.hasInner);
    if (beginning !== '' && isOutside) for (const reader of this.#readers) reader.assignment?.(beginning);
    if (depth === 0) {
      const name = beginning === '' ? text.slice(this.#before.start, this.#before.end) : beginning;
      statement.assigned ??= { name, line, tokens: statement.tokens };
    }
    this.#state = 'value';
  }

  #assignOutside(): void {
    const { assigned, first, tokens, hasOperator } = this.#statement;
    const isCutOff =
      assigned !== undefined && tokens === assigned.tokens + 2 && assigned.line < this.#before.line;
    if (isCutOff) this.#fail(`nothing follows \`${assigned.name} =\``, WRITE_VALUE, assigned.line);
    else if (first === 'param') this.#misplaced('Use `default` instead.');
    else if (NO_VALUES.has(first)) this.#misplaced(COMPARE);
    else if (assigned !== undefined || hasOperator) this.#misplaced();
  }

  #open(): void {
    const { text, start } = this.#scanner;
    this.#state = this.#state === 'rule' ? 'body' : text[start] === '{' ? 'start' : 'any';
  }

  #close(): void {
    const { text, start } = this.#scanner;
    if (this.#state === 'value') this.#missing();
    if (this.#state === 'body') this.#fail('the rule is empty', 'Write `rule { … }`.', this.#before.line);
    this.#state = text[start] === '}' ? 'closed' : 'ended';
  }

  #separator(): void {
    const { kind, depth, within } = this.#scanner;
    if (this.#state === 'value') this.#missing();
    else if (depth === 0 && (kind === 'colon' || !this.#statement.hasAs)) this.#misplaced();
    // Followed by the statements of a `when`, or the value of a key.
    this.#state = kind === 'colon' && within === '{' ? 'start' : 'any';
  }

  #semicolon(): void {
    const { depth, within } = this.#scanner;
    if (depth === 0) this.#endStatement();
    else if (this.#state === 'value') this.#missing();
    // The specification does not say whether line ends end statements in these.
    this.#state = within === '(' || within === '[' ? 'any' : 'start';
  }

  #endStatement(): void {
    const { first, line, tokens, param, hasDefault, hasAs, assigned } = this.#statement;
    if (['value', 'selector', 'rule'].includes(this.#state)) this.#missing();
    if (tokens === 1) this.#endOfOneToken(first);
    if (WITH_BLOCK.has(first) && this.#state !== 'closed' && assigned === undefined)
      this.#fail(`the block in braces is missing after \`${first}\``, CORRECT, line);
    if (first === 'for' && !hasAs)
      this.#fail('`as` is missing after `for`', 'Write `for list as value { … }`.', line);
    const given = hasDefault || assigned !== undefined;
    if (param !== undefined)
      for (const reader of this.#readers) reader.param?.({ ...param, hasDefault: given });
    this.#statement = newStatement();
  }

  #endOfOneToken(first: string): void {
    const { line } = this.#before;
    if (first === 'import' || first === 'param') this.#missing();
    else if (first !== '' && !CONSTANTS.has(first) && this.bare.length < MOST_BARE)
      this.bare.push({ name: first, line });
  }
}

/** Maximum length of a token in a message. UTF-16 units. */
const SHOWN = 40;

const newStatement = (): Statement => ({
  first: '',
  line: 1,
  tokens: 0,
  assigned: undefined,
  hasAs: false,
  hasOperator: false,
  hasInner: false,
  param: undefined,
  hasDefault: false,
});
