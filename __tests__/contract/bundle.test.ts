/** What users run: one bundle that each run loads, and others for what few runs need. Together they hold no more than they should. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, test } from '@jest/globals';

const dist = new URL('../../dist/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, dist), 'utf8');
const times = (text: string, part: string) => text.split(part).length - 1;

const ofRun = readdirSync(new URL('run/', dist)).toSorted();
const later = ofRun.filter((file) => file.endsWith('.index.js'));
const all = ['main.js', ...later].map((file) => read(`run/${file}`));

test('it is what the runner starts, the bundles, and the two programs that they load for configuration files', () => {
  expect(readdirSync(dist).toSorted()).toEqual(['index.js', 'licenses.txt', 'package.json', 'run']);
  expect(ofRun).toEqual([...later, 'main.js', 'tree-sitter-hcl.wasm', 'web-tree-sitter.wasm']);
  expect(JSON.parse(read('package.json'))).toEqual({ type: 'module' });
});

test('it is small enough to start at once', () => {
  expect(statSync(new URL('run/main.js', dist)).size).toBeLessThan(2_400_000);
});

test.each([
  ['@actions/github', 'new Octokit('],
  ['@actions/http-client', 'class HttpClientResponse {'],
  ['all of undici', 'class MockAgent extends '],
  ['yaml', 'class YAMLMap extends '],
  ['jsonc-parser', 'function parseTree('],
  ['web-tree-sitter', 'LANGUAGE_VERSION'],
])('what each run loads leaves out %s, which few runs need', (_, marker) => {
  expect(read('run/main.js')).not.toContain(marker);
  expect(times(all.join(''), marker)).toBeGreaterThan(0);
});

test.each([
  ['undici', "Symbol.for('undici.globalOrigin.1')"],
  ['undici', 'class EnvHttpProxyAgent extends '],
  ['@actions/http-client', 'class HttpClientResponse {'],
])('they hold one copy of %s: %s', (_, marker) => {
  expect(times(all.join(''), marker)).toBe(1);
});

test('what the runner starts holds nothing that an old Node.js cannot parse', () => {
  const entry = read('index.js');
  expect(entry.length).toBeLessThan(2_000);
  expect(entry).not.toMatch(/\?\.|\?\?|^await |^import [^(]|#\w|\/v[;,)]/m);
});

test('they name the licence of each dependency', () => {
  const { dependencies } = JSON.parse(read('../package.json')) as { dependencies: Record<string, string> };
  const licences = read('licenses.txt').split('\n');
  expect(Object.keys(dependencies).filter((name) => !licences.includes(name))).toEqual([]);
});

test('they hold no path of the machine that built them', () => {
  const root = new URL('../..', import.meta.url).pathname;
  expect(all.filter((text) => text.includes(`${root}/`))).toEqual([]);
});
