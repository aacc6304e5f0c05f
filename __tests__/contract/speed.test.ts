/** What README.md says of speed is what bench/results.json holds. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Results } from '../../bench/results.ts';
import { withSpeed } from '../../bench/speed.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const results = JSON.parse(read('bench/results.json')) as Results;

test('the section is the one that `node bench/speed.ts` makes', () => {
  expect(withSpeed(read('README.md'), results)).toBe(read('README.md'));
});

test('no more requests were made than a run needs, and none was refused', () => {
  const { limited } = results;
  expect(limited.length).toBeGreaterThan(0);
  expect(limited.filter(({ requests, fewest, tooMany }) => requests !== fewest || tooMany > 0)).toEqual([]);
});

test('nor was any right after another run', () => {
  expect(results.pairs).toMatchObject({ pairs: 50, tooMany: 0, refusedPairs: 0 });
});

test('files that are no policies cost little, and those that are excluded next to nothing', () => {
  const most: Readonly<Record<string, number>> = { node_modules: 1.3, '.git': 1.3, src: 1.5 };
  const beside = results.crowd?.beside ?? [];
  expect(beside.map(({ folder }) => folder)).toEqual(Object.keys(most));
  expect(beside.filter(({ folder, ratio }) => ratio > (most[folder] ?? 0))).toEqual([]);
});
