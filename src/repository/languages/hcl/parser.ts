import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { LogCallback, ParseOptions, Parser, Tree } from 'web-tree-sitter';

/** A parser whose trees are in the memory of its WebAssembly program, which nothing else frees. */
export class HclParser {
  readonly #parser: Parser;
  readonly #trees: Tree[] = [];

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  /** Null if the options stop it. */
  parse(text: string, options?: ParseOptions): Tree | null {
    const tree = this.#parser.parse(text, null, options);
    if (tree !== null) this.#trees.push(tree);
    return tree;
  }

  setLogger(logger: LogCallback | null): void {
    this.#parser.setLogger(logger);
  }

  reset(): void {
    this.#parser.reset();
  }

  /** Frees all trees. Their nodes must not be used afterwards. */
  free(): void {
    for (const tree of this.#trees.splice(0)) tree.delete();
  }
}

let parser: Promise<HclParser> | undefined;

/** The HCL parser, loaded on first use. */
export function hclParser(): Promise<HclParser> {
  parser ??= load();
  return parser;
}

/**
 * Uses the package's CommonJS form and passes the WebAssembly to it: when bundled by ncc, the other form cannot start, and
 * neither can find the file. It is a separate file in `dist/`, which most runs never read.
 */
async function load(): Promise<HclParser> {
  const { Language, Parser }: typeof import('web-tree-sitter') = await import(
    // @ts-expect-error The package has no types for its CommonJS form.
    /* webpackChunkName: "web-tree-sitter" */ '../../../../node_modules/web-tree-sitter/web-tree-sitter.cjs'
  );
  // It reads `__dirname`, which ES modules do not have. The value is not used.
  Object.assign(globalThis, { __dirname: '' });
  await Parser.init({ wasmBinary: await program('web-tree-sitter/web-tree-sitter.wasm') });
  const grammar = await program('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm');
  return new HclParser(new Parser().setLanguage(await Language.load(grammar)));
}

/** Reads a WebAssembly file: next to the bundle, where the build puts it, else from the npm package. */
function program(specifier: string): Promise<Uint8Array> {
  const name = specifier.slice(specifier.lastIndexOf('/') + 1);
  const beside = fileURLToPath(new URL(name, import.meta.url));
  return readFile(existsSync(beside) ? beside : createRequire(import.meta.url).resolve(specifier));
}
