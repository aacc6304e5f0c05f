/** What users run is one bundle, which holds what it should and no more. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const dist = new URL('../../dist/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, dist), 'utf8');
const times = (text: string, part: string) => text.split(part).length - 1;

test('it is what the runner starts, the bundle, and the two programs that it loads for configuration files', () => {
  expect(readdirSync(dist).toSorted()).toEqual(['index.js', 'licenses.txt', 'package.json', 'run']);
  expect(readdirSync(new URL('run/', dist)).toSorted()).toEqual([
    'main.js',
    'tree-sitter-hcl.wasm',
    'web-tree-sitter.wasm',
  ]);
  expect(JSON.parse(read('package.json'))).toEqual({ type: 'module' });
});

// Versioned policy sets took the writer of archives, the matcher of patterns, and the readers of what they check.
test('it is small enough to start at once', () => {
  expect(statSync(new URL('run/main.js', dist)).size).toBeLessThan(3_900_000);
});

test.each([
  ['undici', "Symbol.for('undici.globalOrigin.1')"],
  ['undici', 'class EnvHttpProxyAgent extends '],
  ['@actions/http-client', 'class HttpClientResponse {'],
])('it holds one copy of %s: %s', (_, marker) => {
  expect(times(read('run/main.js'), marker)).toBe(1);
});

test('what the runner starts holds nothing that an old Node.js cannot parse', () => {
  const entry = read('index.js');
  expect(entry.length).toBeLessThan(2_000);
  expect(entry).not.toMatch(/\?\.|\?\?|^await |^import [^(]|#\w|\/v[;,)]/m);
});

test('it names the licence of each dependency', () => {
  const { dependencies } = JSON.parse(read('../package.json')) as { dependencies: Record<string, string> };
  const licences = read('licenses.txt').split('\n');
  expect(Object.keys(dependencies).filter((name) => !licences.includes(name))).toEqual([]);
});

test('it holds no path of the machine that built it', () => {
  const root = new URL('../..', import.meta.url).pathname;
  expect(read('run/main.js').includes(`${root}/`)).toBe(false);
});
