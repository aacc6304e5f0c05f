import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Parser } from 'web-tree-sitter';

let parser: Promise<Parser> | undefined;

/** The parser for HCL, loaded when it is first asked for and then kept. */
export function hclParser(): Promise<Parser> {
  parser ??= load();
  return parser;
}

/**
 * Takes the package's CommonJS form and hands it the program: bundled by ncc, its other form cannot start, nor can
 * it find its program. It is a file of its own in `dist/`, which most runs never read.
 */
async function load(): Promise<Parser> {
  const { Language, Parser }: typeof import('web-tree-sitter') = await import(
    // @ts-expect-error The package gives its CommonJS form no types of its own.
    /* webpackChunkName: "web-tree-sitter" */ '../../../../node_modules/web-tree-sitter/web-tree-sitter.cjs'
  );
  // It reads the name that CommonJS gives its own folder, which an ES module lacks; nothing is looked up there.
  Object.assign(globalThis, { __dirname: '' });
  await Parser.init({ wasmBinary: await program('web-tree-sitter/web-tree-sitter.wasm') });
  const grammar = await program('@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm');
  return new Parser().setLanguage(await Language.load(grammar));
}

/** Reads a WebAssembly file: beside the bundle, where the build puts it, else where npm installed it. */
function program(specifier: string): Promise<Uint8Array> {
  const name = specifier.slice(specifier.lastIndexOf('/') + 1);
  const beside = fileURLToPath(new URL(name, import.meta.url));
  return readFile(existsSync(beside) ? beside : createRequire(import.meta.url).resolve(specifier));
}
