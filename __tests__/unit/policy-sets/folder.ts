/** A workspace on disk for tests of what is packed. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PackingRules, Patterns } from '../../../src/policy-sets/exclusions.ts';
import type { PackedFile } from '../../../src/policy-sets/packed-file.ts';
import type { Folder } from '../../../src/repository/find-files.ts';

/** A file's content, or where a link leads. */
export type Content = string | Buffer | { readonly link: string };

/** Writes the files below a new workspace and gives the folder `set` in it, which is packed. */
export function workspaceWith(files: Readonly<Record<string, Content>>): Folder {
  const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'ws-')));
  const root = join(workspace, 'set');
  mkdirSync(root);
  // Windows has to know what a link leads to when it is made.
  const linksLast = Object.entries(files).sort(([, a], [, b]) => Number(isLink(a)) - Number(isLink(b)));
  for (const [path, content] of linksLast) write(join(workspace, path), content);
  return { workspace, root };
}

function write(file: string, content: Content): void {
  mkdirSync(dirname(file), { recursive: true });
  if (isLink(content)) symlinkSync(content.link, file);
  else writeFileSync(file, content);
}

const isLink = (content: Content): content is { readonly link: string } =>
  typeof content === 'object' && 'link' in content;

/** As another checkout may leave it: other times and bits. */
export function disturb(file: string, seed: number): void {
  utimesSync(file, seed, seed * 2);
  chmodSync(file, seed % 2 === 0 ? 0o755 : 0o640);
}

/** Where a file is that is packed as it is. */
export const locationOf = ({ bytes }: Pick<PackedFile, 'bytes'>): string =>
  'location' in bytes ? bytes.location : '';

export const patterns = (expression: RegExp | undefined): Patterns => ({
  matches: (path) => expression?.test(path) === true,
  prunes: () => false,
});

export const someRules = (overrides: Partial<PackingRules> = {}): PackingRules => ({
  exclude: patterns(undefined),
  builtIn: patterns(undefined),
  named: new Map(),
  executables: new Set(),
  move: undefined,
  secrets: [],
  ...overrides,
});
