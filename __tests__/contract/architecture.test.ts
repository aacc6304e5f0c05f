/** Which part of the sources may know of which. */
import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, test } from '@jest/globals';

const src = new URL('../../src/', import.meta.url);
const files = globSync('**/*.ts', { cwd: src })
  .map((path) => path.replaceAll('\\', '/'))
  .toSorted();
const sources = new Map(files.map((path) => [path, readFileSync(new URL(path, src), 'utf8')]));

/** What a file imports, types too: paths below `src/`, or names of packages. */
function importsOf(path: string): string[] {
  const specifiers = (sources.get(path) ?? '').matchAll(
    /\bfrom '([^']+)'|^import '([^']+)'|\bimport\((?:\s*\/\*.*?\*\/\s*)?'([^']+)'\)/gm,
  );
  return [...specifiers].map(([, from, bare, dynamic]) => {
    const name = from ?? bare ?? dynamic ?? '';
    return name.startsWith('.') ? posix.join(posix.dirname(path), name) : name;
  });
}

const imports = files.flatMap((from) => importsOf(from).map((to) => ({ from, to })));
const offending = (wrong: (from: string, to: string) => boolean) =>
  imports.filter(({ from, to }) => wrong(from, to)).map(({ from, to }) => `${from} → ${to}`);

test('every import leads to a file that is there', () => {
  expect(imports.length).toBeGreaterThan(files.length);
  expect(offending((_, to) => to.endsWith('.ts') && !sources.has(to))).toEqual([]);
});

test('there is no cycle', () => {
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (done.has(path) || trail.includes(path)) return;
    for (const to of importsOf(path)) if (sources.has(to)) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const path of files) visit(path, []);
  expect(cycles).toEqual([]);
});

test.each([
  ['the vocabulary knows nothing', /^(policy|problem)\.ts$/, /^(?!(policy|problem)\.ts$)/],
  ['planning knows no API, no GitHub, no report', /^plan\//, /^(tfe|github|report)\//],
  ['the client of Terraform stands alone', /^tfe\//, /^(github|report|plan)\//],
  ['the reader of Git’s files stands alone', /^git\//, /^(?!git\/|node:)/],
  ['the client of GitHub stands alone', /^github\//, /^(tfe|report|plan)\//],
])('%s', (_, part, forbidden) => {
  expect(offending((from, to) => part.test(from) && forbidden.test(to))).toEqual([]);
});

test.each([
  ['@actions/core', /^((main|job|terraform|log)\.ts$|report\/(annotations|deliver)\.ts$)/],
  ['@actions/glob', /^discover\//],
  ['@actions/github', /^github\//],
  ['undici', /^(dispatcher|tfe\/transport)\.ts$/],
])('%s is used only where it belongs', (name, place) => {
  expect(imports.some(({ to }) => to === name)).toBe(true);
  expect(offending((from, to) => to === name && !place.test(from))).toEqual([]);
});

test('the environment is read in main.ts alone', () => {
  expect(files.filter((path) => /\bprocess\.env\b/.test(sources.get(path) ?? ''))).toEqual(['main.ts']);
});
