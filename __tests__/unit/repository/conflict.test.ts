import { expect, test } from '@jest/globals';
import { conflictLine, isMarker, withConflict } from '../../../src/repository/languages/conflict.ts';

test.each<[string, string, number | undefined]>([
  ['both sides', 'a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> topic\n', 2],
  ['a base', '<<<<<<< HEAD\nb\n||||||| 12ab\n=======\nc\n>>>>>>> topic', 1],
  ['Windows line ends', '\r\n\r\n<<<<<<< HEAD\r\n=======\r\n>>>>>>> topic\r\n', 3],
  ['no names', '<<<<<<<\n=======\n>>>>>>>', 1],
  ['two conflicts', '<<<<<<< a\n>>>>>>> b\n<<<<<<< c\n>>>>>>> d\n', 1],
  ['a beginning alone', '<<<<<<< HEAD\n=======\n', undefined],
  ['an end alone', '=======\n>>>>>>> topic\n', undefined],
  ['the wrong order', '>>>>>>> topic\n=======\n<<<<<<< HEAD\n', undefined],
  ['a ruler', '=======\nTitle\n=======\n', undefined],
  ['indented', ' <<<<<<< HEAD\n =======\n >>>>>>> topic\n', undefined],
  ['longer signs', '<<<<<<<< HEAD\n>>>>>>>> topic\n', undefined],
  ['nothing', '', undefined],
])('finds the first marker of a conflict: %s', (_, text, line) => {
  expect(conflictLine(text)).toBe(line);
});

test('tells a marker by where it stands', () => {
  const text = '=======\n x =======\n||||||| base\n';
  expect([0, 11, 19].map((index) => isMarker(text, index))).toEqual([true, false, true]);
});

test('takes the place of the fault that it led to, and of no other', () => {
  const fault = { line: 9, message: 'a', advice: 'b' };
  expect(withConflict(fault, 'x\n')).toBe(fault);
  expect(withConflict(undefined, '<<<<<<< a\n>>>>>>> b\n')).toBeUndefined();
  expect(withConflict(fault, '<<<<<<< a\n>>>>>>> b\n')).toMatchObject({ line: 1, isConflict: true });
});
