import { expect, test } from '@jest/globals';
import { progress } from '../../../src/runtime/progress.ts';

/** What is logged of work of which one piece is done at each of these times, in seconds. */
function linesOf(times: readonly number[]): string[] {
  const lines: string[] = [];
  let now = 0;
  const onDone = progress({ info: (line) => lines.push(line) }, 'Published', () => now);
  for (const [index, seconds] of times.entries()) {
    now = seconds * 1000;
    onDone(index + 1, times.length);
  }
  return lines;
}

test('logs nothing for short work', () => {
  expect(linesOf([0.1, 0.2, 2.9])).toEqual([]);
});

test('logs every few seconds, and ends at the total', () => {
  expect(linesOf([1, 3, 4, 6, 6.1])).toEqual(['Published: 2 of 5', 'Published: 4 of 5', 'Published: 5 of 5']);
});

test('logs the total once', () => {
  expect(linesOf([3, 6])).toEqual(['Published: 1 of 2', 'Published: 2 of 2']);
});
