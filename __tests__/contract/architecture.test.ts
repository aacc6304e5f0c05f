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

/** What each folder may know of, beside itself. Arrows run down only. */
const KNOWS: Readonly<Record<string, readonly string[]>> = {
  'main.ts': ['run'],
  run: ['report', 'policies', 'policy-sets', 'tfe', 'github', 'repository', 'inputs', 'model', 'runtime'],
  report: ['model', 'runtime'],
  policies: ['repository', 'model', 'runtime'],
  'policy-sets': ['repository', 'model', 'runtime'],
  tfe: ['http', 'model', 'runtime'],
  github: ['http', 'model', 'runtime'],
  repository: ['inputs', 'model', 'runtime'],
  inputs: ['model', 'runtime'],
  http: ['model', 'runtime'],
  model: ['runtime'],
  runtime: [],
};

const folderOf = (path: string) => path.split('/')[0] ?? '';

test('folders know what lies below them, and nothing else', () => {
  expect(Object.keys(KNOWS).toSorted()).toEqual([...new Set(files.map(folderOf))].toSorted());
  const wrong = offending((from, to) => {
    const [folder, known] = [folderOf(from), folderOf(to)];
    return to.endsWith('.ts') && known !== folder && KNOWS[folder]?.includes(known) !== true;
  });
  expect(wrong).toEqual([]);
});

test('no file lies loose but the one that the runner starts', () => {
  expect(files.filter((path) => !path.includes('/'))).toEqual(['main.ts']);
});

test('the reader of Git’s files stands alone', () => {
  const part = 'repository/git/';
  const wrong = offending(
    (from, to) => from.startsWith(part) && !to.startsWith(part) && !to.startsWith('node:'),
  );
  expect(wrong).toEqual([]);
});

test('no code asks for a kind of policy outside the table and the modules of that kind', () => {
  const ofKind =
    /(^model\/kinds|\/[a-z]+-(rego|sentinel)|^policy-sets\/preview\/compare-policies)\.ts$|\/languages\//;
  const asking = files.filter(
    (path) => !ofKind.test(path) && /[!=]== '(sentinel|opa)'/.test(sources.get(path) ?? ''),
  );
  expect(asking).toEqual([]);
});

test.each([
  ['@actions/core', /^(run\/(main|job|terraform|deliver)|runtime\/log|report\/annotations)\.ts$/],
  ['@actions/glob', /^repository\/search\.ts$/],
  ['minimatch', /^repository\/matcher\.ts$/],
  ['@actions/github', /^github\//],
  ['undici', /^(http\/(dispatcher|undici-parts\.d)|tfe\/transport)\.ts$/],
  ['undici/lib/dispatcher/pool.js', /^http\/undici\.ts$/],
])('%s is used only where it belongs', (name, place) => {
  expect(imports.some(({ to }) => to === name)).toBe(true);
  expect(offending((from, to) => to === name && !place.test(from))).toEqual([]);
});

test('the environment is read in one place', () => {
  const readers = files.filter((path) => /\bprocess\.env\b/.test(sources.get(path) ?? ''));
  expect(readers).toEqual(['run/main.ts']);
});
