import { describe, expect, test } from '@jest/globals';
import { type Count, SharedLimit } from '../../../src/tfe/shared-limit.ts';

/** What our answers tell: numbers by the time at which the server counted them, in a second that ends at 1,000. */
function seen(
  counts: readonly (readonly [at: number, used: number, end?: number, limit?: number])[],
): SharedLimit {
  const shared = new SharedLimit();
  for (const [at, used, end = 1_000, limit = 30] of counts)
    shared.see({ limit, at, used, end } satisfies Count);
  return shared;
}

test('sees nobody where the numbers have no gap', () => {
  const shared = seen([
    [0, 1],
    [100, 2],
    [200, 3],
  ]);
  expect(shared.othersPerSecond(300, 0)).toBe(0);
});

test('counts the numbers in between that are not ours', () => {
  const shared = seen([
    [0, 1],
    [100, 4],
    [200, 5],
  ]);
  expect(shared.othersPerSecond(300, 0)).toBe(10);
});

test('takes answers in any order', () => {
  const shared = seen([
    [200, 5],
    [0, 1],
    [100, 4],
  ]);
  expect(shared.othersPerSecond(300, 0)).toBe(10);
});

test('may have to wait for answers of our own', () => {
  const shared = seen([
    [0, 1],
    [200, 4],
  ]);
  expect(shared.othersPerSecond(300, 2)).toBe(0);
});

test('adds up what several seconds show', () => {
  const shared = seen([
    [0, 1],
    [500, 6],
    [1_000, 1, 2_000],
    [1_500, 12, 2_000],
  ]);
  expect(shared.othersPerSecond(1_600, 0)).toBe(14);
});

test('takes ends that differ by the jitter of the network for the same', () => {
  const shared = seen([
    [0, 1, 1_000],
    [500, 6, 1_080],
    [900, 9, 950],
  ]);
  expect(shared.othersPerSecond(950, 0)).toBeCloseTo(6 / 0.9);
});

test('forgets', () => {
  const shared = seen([
    [0, 1],
    [100, 9],
  ]);
  expect(shared.othersPerSecond(3_900, 0)).toBeGreaterThan(0);
  expect(shared.othersPerSecond(4_100, 0)).toBe(0);
});

test('keeps endpoints apart that have a limit of their own', () => {
  const shared = seen([
    [0, 2, 1_000, 10],
    [100, 20, 1_000, 30],
    [200, 3, 1_000, 10],
    [300, 21, 1_000, 30],
  ]);
  expect(shared.othersPerSecond(400, 0)).toBe(0);
});

test('sees nobody where a number does not grow with the time, as a server with a bucket that fills up has it', () => {
  const shared = seen([
    [0, 29],
    [200, 24],
    [400, 19],
  ]);
  expect(shared.othersPerSecond(500, 0)).toBe(0);
});

describe('how long the server takes none', () => {
  test('until it counts anew, where all are used', () => {
    expect(
      seen([
        [0, 1],
        [200, 30],
      ]).fullFor(300, 0),
    ).toBe(700);
  });

  test('counts those without an answer as used', () => {
    const shared = seen([[200, 25]]);
    expect(shared.fullFor(300, 4)).toBe(0);
    expect(shared.fullFor(300, 5)).toBe(700);
  });

  test('believes the greatest number, whichever answer comes last', () => {
    expect(
      seen([
        [200, 30],
        [100, 20],
      ]).fullFor(300, 0),
    ).toBe(700);
  });

  test('not at all in a second of which nothing is known', () => {
    expect(seen([[200, 30]]).fullFor(1_000, 0)).toBe(0);
  });
});
