/** What docs/performance.md says is what bench/results.json holds. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { withResults } from '../../bench/performance.ts';
import type { Results } from '../../bench/results.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const results = JSON.parse(read('bench/results.json')) as Results;

test('the sections are those that `node bench/performance.ts` makes', () => {
  expect(withResults(read('docs/performance.md'), results)).toBe(read('docs/performance.md'));
});

test('no more requests were made than a run needs, and none was refused', () => {
  const { limited } = results;
  expect(limited.length).toBeGreaterThan(0);
  expect(limited.filter(({ requests, fewest, tooMany }) => requests !== fewest || tooMany > 0)).toEqual([]);
});

test('nor was any right after another run', () => {
  expect(results.pairs).toMatchObject({ pairs: 50, tooMany: 0, refusedPairs: 0 });
});

test('none of the action’s requests was refused where a policy set was published', () => {
  const runs = (results.sets?.runs ?? []).filter(({ tool }) => tool === 'this action');
  expect(runs.map(({ requests, tooMany }) => [requests <= 7, tooMany])).toEqual([
    [true, 0],
    [true, 0],
    [true, 0],
  ]);
});

test('each run after one that failed ends as it should, and leaves all in force', () => {
  const others = results.trouble.filter(({ tool }) => tool === 'this action');
  expect(others.map(({ attempts }) => attempts.slice(1).map(({ exitCode }) => exitCode))).toEqual(
    others.map(() => [0, 0]),
  );
  expect(others.length).toBeGreaterThan(0);
});

test('what is held of a large policy set is held once', () => {
  const [set] = results.memory.filter(({ things }) => things === 'files');
  expect(set?.memoryMB).toBeLessThan(190);
});

test('files that are no policies cost little, and those that are excluded next to nothing', () => {
  const most: Readonly<Record<string, number>> = { node_modules: 1.3, '.git': 1.3, src: 1.5 };
  const beside = results.crowd?.beside ?? [];
  expect(beside.map(({ folder }) => folder)).toEqual(Object.keys(most));
  expect(beside.filter(({ folder, ratio }) => ratio > (most[folder] ?? 0))).toEqual([]);
});
