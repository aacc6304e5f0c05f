import { endOfName, isBlank, isLetter } from './scanner.ts';

/** The names in the path of a document, without `data`. */
export type Path = readonly string[];

/** The part of a reference with literal names. */
export interface Reference {
  /** `a.b["c-d"]` gives a, b, c-d. */
  readonly names: readonly string[];
  /** Index after the last name. */
  readonly end: number;
  /** Whether arguments follow. */
  readonly isCall: boolean;
  /** Whether it continues with brackets that do not contain a plain string. */
  readonly isOpen: boolean;
}

/** A longer reference is read as if it continued with a variable. */
const MOST_NAMES = 1000;

/**
 * Reads the reference that starts at `start`, like OPA: blanks and comments are allowed only inside brackets and, in the
 * head of a rule (`isHead`), after the first name.
 */
export function readReference(text: string, start: number, isHead = false): Reference {
  const names: string[] = [];
  let end = endOfName(text, start);
  names.push(text.slice(start, end));
  if (isHead) {
    const next = skipBlanks(text, end);
    if ('.[('.includes(text.charAt(next)) && next < text.length) end = next;
  }
  while (names.length < MOST_NAMES) {
    const part = readPart(text, end);
    if (part === undefined) break;
    names.push(part.name);
    end = part.end;
  }
  return { names, end, isCall: text.charAt(end) === '(', isOpen: text.charAt(end) === '[' };
}

/** `.name` or `["name"]`. */
function readPart(text: string, at: number): { name: string; end: number } | undefined {
  if (text.charAt(at) === '.' && isLetter(text.charCodeAt(at + 1))) {
    const end = endOfName(text, at + 1);
    return { name: text.slice(at + 1, end), end };
  }
  if (text.charAt(at) !== '[') return undefined;
  const start = skipBlanks(text, at + 1);
  const string = readString(text, start);
  if (string === undefined) return undefined;
  const close = skipBlanks(text, string.end);
  return text.charAt(close) === ']' ? { name: string.value, end: close + 1 } : undefined;
}

/** The index after blanks and comments. */
export function skipBlanks(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text.charAt(at) === '#') {
      const lineFeed = text.indexOf('\n', at);
      if (lineFeed < 0) return text.length;
      at = lineFeed;
    } else if (!isBlank(text.charCodeAt(at))) return at;
  }
  return text.length;
}

/** Maximum length of a name. Longer strings are not decoded. UTF-16 units. */
const LONGEST_NAME = 10_000;
const STRING = new RegExp(
  String.raw`"((?:[^"\\\n]|\\.){0,${LONGEST_NAME}})"|${'`'}([^${'`'}]{0,${LONGEST_NAME}})${'`'}`,
  'y',
);

function readString(text: string, start: number): { value: string; end: number } | undefined {
  STRING.lastIndex = start;
  const match = STRING.exec(text);
  if (match === null) return undefined;
  const end = start + match[0].length;
  const [, quoted, raw] = match;
  if (quoted === undefined) return { value: raw ?? '', end };
  return { value: quoted.includes('\\') ? decode(match[0]) : quoted, end };
}

function decode(string: string): string {
  try {
    return String(JSON.parse(string));
  } catch {
    return string.slice(1, -1);
  }
}

/** Words that some versions of OPA do not accept after a dot. */
const WORDS = new Set(
  'as default else false import package not null some true with if contains in every'.split(' '),
);

/** `a.b["c-d"]`, in a form that every version of OPA reads. */
export function formatPath([first = '', ...rest]: Path): string {
  const begin = /^[A-Za-z_]\w*$/.test(first) ? first : JSON.stringify(first);
  return begin + rest.map(formatName).join('');
}

const formatName = (name: string) =>
  /^[A-Za-z_]\w*$/.test(name) && !WORDS.has(name) ? `.${name}` : `[${JSON.stringify(name)}]`;

/** `data.a.b["c-d"]`. */
export const formatDocument = (path: Path): string => formatPath(['data', ...path]);

export const beginsWith = (path: Path, prefix: Path): boolean =>
  prefix.every((name, index) => path[index] === name);

/** Whether one path is a prefix of the other, or both are the same. */
export const areInLine = (a: Path, b: Path): boolean => beginsWith(a, b) || beginsWith(b, a);

/** A path as a key of a map. */
export const keyOf = (path: Path): string => JSON.stringify(path);

/** The path at the start of a query: `data.a["b-c"].deny` gives a, b-c, deny. Undefined if there is none. */
export function pathOf(query: string): Path | undefined {
  const start = skipBlanks(query, 0);
  if (!isLetter(query.charCodeAt(start))) return undefined;
  const [root, ...path] = readReference(query, start).names;
  return root === 'data' && path.length > 0 ? path : undefined;
}

/** Whether a query is a single reference and not an expression. */
export function isReference(query: string): boolean {
  const start = skipBlanks(query, 0);
  if (!isLetter(query.charCodeAt(start))) return false;
  const { end, isCall, isOpen } = readReference(query, start);
  return !isCall && !isOpen && skipBlanks(query, end) === query.length;
}
