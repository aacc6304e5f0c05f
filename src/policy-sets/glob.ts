/**
 * Patterns of `.terraformignore`, matched against whole paths (docs/policy-sets.md#terraformignore).
 *
 * No library implements these rules, and the text is not trusted: regular expressions of libraries may take exponential
 * time. This matcher only backtracks to the last wildcard, so that matching takes at most the length of the path times
 * that of the pattern.
 */
export class Glob {
  readonly #steps: readonly Step[];

  /** @param steps from `parseGlob` */
  constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  matches(path: string): boolean {
    const steps = this.#steps;
    let [step, at] = [0, 0];
    let near: Retry | undefined;
    let far: Retry | undefined;
    for (;;) {
      const current = steps[step];
      if (current === undefined && at === path.length) return true;
      if (current !== undefined && 'skip' in current) {
        step += 1;
        const retry = { step, at, skip: current.skip };
        if (current.crossesFolders) [near, far] = [undefined, retry];
        else near = retry;
        continue;
      }
      const next = current?.take(path, at) ?? NOWHERE;
      if (next !== NOWHERE) {
        step += 1;
        at = next;
        continue;
      }
      // `*` cannot match beyond the end of its folder. Neither can an earlier one in the same folder.
      if (!further(near, path)) {
        near = undefined;
        if (!further(far, path)) return false;
      }
      ({ step, at } = near ?? far ?? { step, at });
    }
  }
}

/** The position if there is no match. */
const NOWHERE = -1;

/** Matches a literal text or one character. */
interface Taking {
  /** Returns where the match ends in the path, or `NOWHERE`. */
  readonly take: (path: string, at: number) => number;
}

/** A wildcard of any length. Matches as little as possible. */
interface Gap {
  /** Returns where to try next, or `NOWHERE`. */
  readonly skip: (path: string, at: number) => number;
  readonly crossesFolders: boolean;
}

export type Step = Taking | Gap;

interface Retry {
  readonly step: number;
  at: number;
  readonly skip: Gap['skip'];
}

function further(retry: Retry | undefined, path: string): boolean {
  if (retry === undefined) return false;
  retry.at = retry.skip(path, retry.at);
  return retry.at !== NOWHERE;
}

/** `*` */
const WITHIN_FOLDER: Gap = {
  skip: (path, at) => (at < path.length && path[at] !== '/' ? at + 1 : NOWHERE),
  crossesFolders: false,
};

/** Two stars and a slash: nothing, or anything that ends in `/`. */
const FOLDERS: Gap = {
  skip: (path, at) => path.indexOf('/', at) + 1 || NOWHERE,
  crossesFolders: true,
};

/** `**` at the end. */
const ANYTHING: Gap = { skip: (path, at) => (at < path.length ? at + 1 : NOWHERE), crossesFolders: true };

const literal = (text: string): Taking => ({
  take: (path, at) => (path.startsWith(text, at) ? at + text.length : NOWHERE),
});

/** One of the characters that `takes` accepts, except `/`. */
const character = (takes: (code: number) => boolean): Taking => ({
  take: (path, at) => {
    const code = path.codePointAt(at);
    if (code === undefined || code === SLASH || !takes(code)) return NOWHERE;
    return at + (code > 0xff_ff ? 2 : 1);
  },
});

const SLASH = 0x2f;

/**
 * The steps of a pattern: `*`, `?`, `[a-z]`, `**` and `\` before a literal character. Any text is a valid pattern.
 *
 * @param takesMore whether a pattern matches both what Git and what go-slug would match, if they differ
 */
export function parseGlob(pattern: string, takesMore: boolean): Step[] {
  const steps: Step[] = [];
  let run = '';
  const add = (step: Step) => {
    if (run !== '') steps.push(literal(run));
    run = '';
    const before = steps.at(-1);
    // After `**`, another wildcard that may be empty adds nothing.
    if (step !== before && !(step === FOLDERS && before === ANYTHING)) steps.push(step);
  };
  // If one bracket does not close, no later one does.
  let lastClose = pattern.lastIndexOf(']');
  for (let at = 0; at < pattern.length; ) {
    const isOpen = pattern[at] === '[';
    const inClass = isOpen && at < lastClose ? readClass(pattern, at, takesMore) : undefined;
    if (isOpen && inClass === undefined) lastClose = 0;
    const [length, read] = inClass ?? readStep(pattern, at, takesMore);
    if (typeof read === 'string') run += read;
    else read.forEach(add);
    at += length;
  }
  if (run !== '') steps.push(literal(run));
  return steps;
}

/** The step at this position of the pattern, and its length in characters. */
function readStep(
  pattern: string,
  at: number,
  takesMore: boolean,
): readonly [number, readonly Step[] | string] {
  const char = pattern[at];
  const next = pattern[at + 1];
  if (char === '*' && next === '*') return readStars(pattern, at, takesMore);
  if (char === '*') return [1, [WITHIN_FOLDER]];
  if (char === '?') return [1, [character(() => true)]];
  if (char === '\\' && next !== undefined) return [2, next];
  return [1, char ?? ''];
}

/** In Git, `**` next to other characters is `*`. In go-slug, it matches anything that ends in `/`, or nothing. */
function readStars(pattern: string, at: number, takesMore: boolean): readonly [number, readonly Step[]] {
  const length = pattern[at + 2] === '/' ? 3 : 2;
  if (at + length === pattern.length) return [length, [ANYTHING]];
  const isWhole = length === 3 && (at === 0 || pattern[at - 1] === '/');
  if (isWhole) return [length, [FOLDERS]];
  return [length, takesMore ? [ANYTHING] : [ANYTHING, literal('/')]];
}

/** Undefined if the bracket does not close. */
function readClass(
  pattern: string,
  at: number,
  takesMore: boolean,
): readonly [number, readonly Step[]] | undefined {
  const close = endOfClass(pattern, at);
  if (close === undefined) return undefined;
  const length = close + 1 - at;
  // In Git, `[!a]` matches anything except `a`. In go-slug, `!` or `a`.
  if (takesMore && pattern[at + 1] === '!') return [length, [character(() => true)]];
  const inverts = pattern[at + 1] === '^';
  const within = membership(pattern.slice(at + (inverts ? 2 : 1), close));
  return [length, [character((code) => within(code) !== inverts)]];
}

/** A `]` in first position is one of the characters. */
function endOfClass(pattern: string, at: number): number | undefined {
  let close = at + (/[\^!]/.test(pattern[at + 1] ?? '') ? 2 : 1);
  if (pattern[close] === ']') close += 1;
  for (; close < pattern.length; close++) {
    if (pattern[close] === ']') return close;
    if (pattern[close] === '\\') close += 1;
    const named = pattern[close] === '[' ? NAMED.exec(pattern.slice(close, close + LONGEST_NAME)) : null;
    if (named !== null) close += named[0].length - 1;
  }
  return undefined;
}

const NAMED = /^\[:(\w+):\]/;
const LONGEST_NAME = '[:xdigit:]'.length;

/** Whether a character is one of those in the brackets. Results are cached, because there may be many ranges. */
function membership(text: string): (code: number) => boolean {
  const ranges = [...readRanges(text)];
  const known = new Map<number, boolean>();
  return (code) => {
    const answer = known.get(code) ?? ranges.some(([first, last]) => first <= code && code <= last);
    known.set(code, answer);
    return answer;
  };
}

type Range = readonly [first: number, last: number];

function* readRanges(text: string): Generator<Range> {
  for (let at = 0; at < text.length; ) {
    const named = NAMED.exec(text.slice(at, at + LONGEST_NAME));
    const ranges = named === null ? undefined : POSIX_CLASSES[named[1] ?? ''];
    if (named !== null && ranges !== undefined) {
      yield* ranges;
      at += named[0].length;
      continue;
    }
    const [first, behind] = readMember(text, at);
    const isRange = text[behind] === '-' && behind + 1 < text.length;
    const [last, end] = isRange ? readMember(text, behind + 1) : [first, behind];
    yield [first, last];
    at = end;
  }
}

/** A character, and the position after it. */
function readMember(text: string, at: number): readonly [code: number, end: number] {
  const start = text[at] === '\\' && at + 1 < text.length ? at + 1 : at;
  const code = text.codePointAt(start) ?? 0;
  return [code, start + (code > 0xff_ff ? 2 : 1)];
}

const span = (...pairs: readonly string[]): Range[] =>
  pairs.map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)]);

const PUNCTUATION = ['!/', ':@', '[`', '{~'];

const POSIX_CLASSES: Readonly<Record<string, readonly Range[]>> = {
  alnum: span('09', 'AZ', 'az'),
  alpha: span('AZ', 'az'),
  blank: span('  ', '\t\t'),
  cntrl: span('\0\x1f', '\x7f\x7f'),
  digit: span('09'),
  graph: span('!~'),
  lower: span('az'),
  print: span(' ~'),
  punct: span(...PUNCTUATION),
  space: span('  ', '\t\r'),
  upper: span('AZ'),
  word: span('09', 'AZ', 'az', '__'),
  xdigit: span('09', 'AF', 'af'),
};
