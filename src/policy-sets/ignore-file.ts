import { Glob, parseGlob } from './glob.ts';

/** The file at the root of what is packed whose lines exclude files. */
export const IGNORE_FILE = '.terraformignore';

interface Rule {
  /** From 1. */
  readonly line: number;
  /** Includes files again that earlier lines exclude. */
  readonly isNegated: boolean;
}

/** Position of a rule. If several match, the last one decides. */
type Index = number;

const NONE: Index = -1;

/**
 * The rules of a `.terraformignore` (docs/policy-sets.md#terraformignore): excludes what HashiCorp's packer, go-slug,
 * excludes. Where go-slug differs from what a line means, it excludes more. Any text is valid.
 */
export class IgnoreRules {
  readonly #rules: readonly Rule[];
  readonly #literals: Literals;
  /** The last rule first. */
  readonly #globs: readonly { readonly index: Index; readonly glob: Glob }[];
  readonly #lastNegated: Index;
  /** By the path of a folder: the last rule that matches it or a folder above it. */
  readonly #inherited = new Map<string, Index>([['', NONE]]);

  constructor(text: string) {
    const lines = [...readLines(text)];
    this.#rules = lines;
    this.#lastNegated = lines.findLastIndex(({ isNegated }) => isNegated);
    this.#literals = new Literals();
    const globs = new Map<string, Line & { readonly index: Index }>();
    for (const [index, line] of lines.entries()) {
      const isLiteral = this.#literals.add(line.pattern, index);
      if (!isLiteral) globs.set(`${line.isNegated} ${line.pattern}`, { ...line, index });
    }
    this.#globs = [...globs.values()]
      .sort((a, b) => b.index - a.index)
      .map(({ index, pattern, isNegated }) => ({ index, glob: new Glob(parseGlob(pattern, !isNegated)) }));
  }

  /**
   * The line that excludes a file, from 1. Undefined if none does.
   *
   * @param path from the root of what is packed, with `/` between folders
   */
  lineFor(path: string): number | undefined {
    const normal = path.normalize('NFC');
    const own = this.#last(normal);
    // What go-slug excludes stays excluded. It packs files below a folder that a line names without a slash.
    return this.#exclusion(own) ?? this.#exclusion(Math.max(own, this.#inheritedBy(parentOf(normal))));
  }

  /** Whether everything below the folder is excluded, so that it need not be read. */
  prunes(folder: string): boolean {
    const normal = folder.normalize('NFC');
    const index = Math.max(this.#inheritedBy(normal), this.#last(`${normal}/`));
    return index > this.#lastNegated && this.#exclusion(index) !== undefined;
  }

  #exclusion(index: Index): number | undefined {
    const rule = this.#rules[index];
    return rule?.isNegated === false ? rule.line : undefined;
  }

  #inheritedBy(folder: string): Index {
    const known = this.#inherited.get(folder);
    if (known !== undefined) return known;
    const index = Math.max(this.#inheritedBy(parentOf(folder)), this.#last(folder));
    this.#inherited.set(folder, index);
    return index;
  }

  /** The last rule that matches the path itself. */
  #last(path: string): Index {
    const literal = this.#literals.last(path);
    for (const { index, glob } of this.#globs) {
      if (index < literal) break;
      if (glob.matches(path)) return index;
    }
    return literal;
  }
}

const parentOf = (path: string) => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

interface Line extends Rule {
  /** Matches a whole path from the root. */
  readonly pattern: string;
}

const BYTE_ORDER_MARK = /^\ufeff/;

function* readLines(text: string): Generator<Line> {
  for (const [at, raw] of text.replace(BYTE_ORDER_MARK, '').normalize('NFC').split('\n').entries()) {
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const isNegated = trimmed.startsWith('!');
    const said = isNegated ? trimmed.slice(1) : meant(trimmed);
    if (said !== '') yield { line: at + 1, isNegated, pattern: anchored(said) };
  }
}

/** `./a` and `a//b` match nothing as written, but their meaning is clear. */
const meant = (pattern: string) => pattern.replace(/^\.\/+(?=.)/, '/').replace(/(?<=[^/])\/{2,}/g, '/');

/** A line that does not start with a slash matches in any folder. One that ends in a slash matches everything below. */
function anchored(pattern: string): string {
  const deep = pattern.endsWith('/') ? `${pattern}**` : pattern;
  return deep.startsWith('/') ? deep.slice(1) : `**/${deep.replace(/^(?:\*\*\/)+/, '')}`;
}

/** Patterns without wildcards. Most are, so they are looked up instead of tried one by one. */
class Literals {
  /** By the last parts of the path. */
  readonly #anywhere = new Tails();
  readonly #whole = new Map<string, Index>();
  readonly #belowAnywhere = new Tails();
  readonly #belowWhole = new Map<string, Index>();
  readonly #below = new Map<string, Index>([['', NONE]]);

  /** Returns false if the pattern has wildcards. */
  add(pattern: string, index: Index): boolean {
    const isAnywhere = pattern.startsWith('**/');
    const isBelow = pattern.endsWith('/**');
    const text = pattern.slice(isAnywhere ? 3 : 0, isBelow ? -3 : undefined);
    if (text === '' || /[*?[\\]/.test(text) || text.startsWith('/')) return false;
    if (isAnywhere) (isBelow ? this.#belowAnywhere : this.#anywhere).set(text, index);
    else (isBelow ? this.#belowWhole : this.#whole).set(text, index);
    return true;
  }

  last(path: string): Index {
    return Math.max(
      this.#whole.get(path) ?? NONE,
      this.#anywhere.last(path),
      this.#lastBelow(parentOf(path)),
    );
  }

  /** The last rule for everything in the folder. */
  #lastBelow(folder: string): Index {
    const known = this.#below.get(folder);
    if (known !== undefined) return known;
    const index = Math.max(
      this.#lastBelow(parentOf(folder)),
      this.#belowWhole.get(folder) ?? NONE,
      this.#belowAnywhere.last(folder),
    );
    this.#below.set(folder, index);
    return index;
  }
}

/** Rules by the end of a path. */
class Tails {
  readonly #indexes = new Map<string, Index>();
  #mostParts = 0;

  set(tail: string, index: Index): void {
    this.#indexes.set(tail, index);
    this.#mostParts = Math.max(this.#mostParts, tail.split('/').length);
  }

  last(path: string): Index {
    let index = NONE;
    for (let parts = 0, end = path.length; parts < this.#mostParts && end >= 0; parts++) {
      const slash = end === 0 ? -1 : path.lastIndexOf('/', end - 1);
      index = Math.max(index, this.#indexes.get(path.slice(slash + 1)) ?? NONE);
      end = slash;
    }
    return index;
  }
}
