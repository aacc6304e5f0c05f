import type { RegoEvidence, RegoVersions } from '../../../model/policy.ts';
import { readReference } from './reference.ts';
import type { Scanner } from './scanner.ts';
import type { Import, Reader } from './statements.ts';

/** Keywords that `import rego.v1` and `import rego.v2` enable in a file of version 0. */
const KEYWORDS = ['if', 'contains', 'in', 'every'];
const MOST_NAMES = 10_000;

/** Functions that version 1 has removed. */
const REMOVED = new Set([
  ...['any', 'all', 're_match', 'set_diff', 'net'],
  ...['array', 'set', 'string', 'boolean', 'null', 'object'].map((type) => `cast_${type}`),
]);

/** Distinguishes versions by syntax that only one of them supports, without a parser. */
export class VersionReader implements Reader {
  /** By word, the line of the import that makes it a keyword from there on. */
  readonly #enabled = new Map<string, number>();
  readonly #used = new Map<string, number>();
  readonly #imported = new Set<string>();
  #old: RegoEvidence | undefined;
  #isStrict = false;
  #importsV1: number | undefined;

  keyword(word: string, line: number): void {
    if (!this.#used.has(word)) this.#used.set(word, line);
  }

  old(what: string, line: number): void {
    if (this.#old === undefined || line < this.#old.line) this.#old = { what, line };
  }

  term({ text, start, word, line }: Scanner): void {
    if (!REMOVED.has(word)) return;
    const { names, isCall } = readReference(text, start);
    const name = names.join('.');
    if (isCall && (names.length === 1 ? word !== 'net' : name === 'net.cidr_overlap')) {
      this.old(`the function \`${name}\``, line);
    }
  }

  import({ path: [root, first, second], name, line }: Import): void {
    if (this.#imported.has(name)) this.old(`the name \`${name}\`, imported twice`, line);
    if (this.#imported.size < MOST_NAMES) this.#imported.add(name);
    if (root === 'rego') {
      this.#isStrict = true;
      this.#importsV1 ??= line;
    }
    const all = root === 'rego' || (root === 'future' && first === 'keywords' && second === undefined);
    for (const word of all ? KEYWORDS : []) this.#enable(word, line);
    if (root !== 'future' || second === undefined) return;
    this.#enable(second, line);
    if (second === 'every') this.#enable('in', line);
  }

  #enable(word: string, line: number): void {
    if (!this.#enabled.has(word)) this.#enabled.set(word, line);
  }

  get versions(): RegoVersions {
    const missing = [...this.#used]
      .filter(([word, line]) => line < (this.#enabled.get(word) ?? Number.POSITIVE_INFINITY))
      .map(([word, line]) => ({
        what: word === '$' ? 'a template string' : `\`${word}\` without an import`,
        line,
      }))
      .sort((a, b) => a.line - b.line);
    // With `import rego.v1`, version 0 applies the rules of version 1.
    const notV0 = missing[0] ?? (this.#isStrict ? this.#old : undefined);
    return { notV1: this.#old, notV0, importsV1: this.#importsV1 };
  }
}
