import { expect, test } from '@jest/globals';
import { positions } from '../../../src/repository/languages/lines.ts';
import { growth, LINEAR } from '../cpu-time.ts';

test.each([
  ['a\nb\nc', 0, 1, 1],
  ['a\nb\nc', 1, 1, 2],
  ['a\nb\nc', 2, 2, 1],
  ['a\nb\nc', 4, 3, 1],
  ['a\nb\nc', 5, 3, 2],
  ['\n\n', 1, 2, 1],
  ['\n\n', 2, 3, 1],
  ['', 0, 1, 1],
  ['a\r\nb', 3, 2, 1],
  ['a\u2028b', 2, 1, 3],
])('%j: index %d is at %d:%d', (text, index, line, column) => {
  expect(positions(text)(index)).toEqual({ line, column });
});

test('finds every line of a text in time that grows with their number', async () => {
  const growing = await growth(50_000, (count) => {
    const text = 'x\n'.repeat(count);
    return () => {
      const positionOf = positions(text);
      for (let index = 0; index < text.length; index += 2) positionOf(index);
    };
  });
  expect(growing).toBeLessThan(LINEAR);
});
