import { keyOf, type Path, readReference } from './reference.ts';
import type { Scanner } from './scanner.ts';
import type { Import, Reader } from './statements.ts';

/** Where a file reads a document, or calls a function, by `data.…` or by what it imports. */
export interface Use {
  /** Without `data`. */
  readonly path: Path;
  readonly line: number;
  readonly isCall: boolean;
  /** The import that it uses, if any. */
  readonly by?: Import;
}

/** Maximum number, because each can be a finding. */
const MOST = 200;

/** Collects the documents that a file uses, each once, on the first line that uses it. */
export class UseReader implements Reader {
  readonly uses: Use[] = [];
  readonly imports: Import[] = [];
  readonly #byName = new Map<string, Import>();
  readonly #seen = new Set<string>();

  import(statement: Import): void {
    if (this.imports.length >= MOST) return;
    this.imports.push(statement);
    if (statement.path[0] === 'data') this.#byName.set(statement.name, statement);
  }

  term({ text, start, word, line }: Scanner, isTarget: boolean): void {
    const by = this.#byName.get(word);
    if (isTarget || (word !== 'data' && by === undefined)) return;
    const { names, isCall } = readReference(text, start);
    const path = [...(by?.path.slice(1) ?? []), ...names.slice(1)];
    const key = keyOf([isCall ? 'call' : 'read', by?.name ?? '', ...path]);
    if (path.length === 0 || this.#seen.has(key) || this.#seen.size >= MOST) return;
    this.#seen.add(key);
    this.uses.push({ path, line, isCall, ...(by && { by }) });
  }
}
