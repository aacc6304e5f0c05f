import { expect, test } from '@jest/globals';
import { type Count, Others } from '../../../src/tfe/others.ts';

/** What our answers tell: numbers by the time at which the server counted them, in a second that ends at 1,000. */
function seen(counts: readonly (readonly [at: number, used: number, end?: number])[]): Others {
  const others = new Others();
  for (const [at, used, end = 1_000] of counts) others.see({ at, used, end } satisfies Count);
  return others;
}

test('sees nobody where the numbers have no gap', () => {
  const others = seen([
    [0, 1],
    [100, 2],
    [200, 3],
  ]);
  expect(others.perSecond(300, 0)).toBe(0);
});

test('counts the numbers in between that are not ours', () => {
  const others = seen([
    [0, 1],
    [100, 4],
    [200, 5],
  ]);
  expect(others.perSecond(300, 0)).toBe(10);
});

test('takes answers in any order', () => {
  const others = seen([
    [200, 5],
    [0, 1],
    [100, 4],
  ]);
  expect(others.perSecond(300, 0)).toBe(10);
});

test('may have to wait for answers of our own', () => {
  const others = seen([
    [0, 1],
    [200, 4],
  ]);
  expect(others.perSecond(300, 2)).toBe(0);
});

test('adds up what several seconds show', () => {
  const others = seen([
    [0, 1],
    [500, 6],
    [1_000, 1, 2_000],
    [1_500, 12, 2_000],
  ]);
  expect(others.perSecond(1_600, 0)).toBe(14);
});

test('takes ends that differ by the jitter of the network for the same', () => {
  const others = seen([
    [0, 1, 1_000],
    [500, 6, 1_080],
    [900, 9, 950],
  ]);
  expect(others.perSecond(950, 0)).toBeCloseTo(6 / 0.9);
});

test('forgets', () => {
  const others = seen([
    [0, 1],
    [100, 9],
  ]);
  expect(others.perSecond(3_900, 0)).toBeGreaterThan(0);
  expect(others.perSecond(4_100, 0)).toBe(0);
});

test('sees nobody where a number does not grow with the time, as a server with a bucket that fills up has it', () => {
  const others = seen([
    [0, 29],
    [200, 24],
    [400, 19],
  ]);
  expect(others.perSecond(500, 0)).toBe(0);
});
