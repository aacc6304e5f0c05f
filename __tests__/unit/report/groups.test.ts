import { describe, expect, test } from '@jest/globals';
import type { Problem } from '../../../src/model/problem.ts';
import { distinctFirst, groupProblems } from '../../../src/report/groups.ts';

const at = (file: string, message: string, advice?: string): Problem => ({
  message,
  place: { file },
  ...(advice === undefined ? {} : { advice }),
});
const failed = (file: string, request: string) =>
  at(file, `PUT /api/v2/policies/pol-${file}/upload answered 500: down (request ${request}).`, 'Run again.');

describe('groupProblems', () => {
  test('puts the places of what is the same together, in the order of the first', () => {
    const problems = [at('a', 'Empty.'), at('b', 'Too long.'), at('c', 'Empty.')];
    expect(groupProblems(problems)).toEqual([
      { message: 'Empty.', places: [{ file: 'a' }, { file: 'c' }] },
      { message: 'Too long.', places: [{ file: 'b' }] },
    ]);
  });

  test('takes failures of several policies for one, whatever their ids and requests', () => {
    expect(groupProblems([failed('a', 'r-1'), failed('b', 'r-2')])).toEqual([
      {
        message: 'PUT /api/v2/policies/…/upload answered 500: down (request r-1).',
        advice: 'Run again.',
        places: [{ file: 'a' }, { file: 'b' }],
      },
    ]);
  });

  test('leaves the message of one failure as it is', () => {
    const problem = failed('a', 'r-1');
    expect(groupProblems([problem])).toMatchObject([{ message: problem.message }]);
  });

  test.each<[string, Problem, Problem]>([
    ['message', at('a', 'One.'), at('b', 'Two.')],
    ['advice', at('a', 'One.', 'Do it.'), at('b', 'One.', 'Leave it.')],
    [
      'status',
      failed('a', 'r'),
      { ...failed('b', 'r'), message: 'PUT /api/v2/policies/x/upload answered 403.' },
    ],
    ['list', { message: 'One.', items: [['a']] }, { message: 'One.', items: [['b']] }],
    ['place at all', { message: 'One.' }, at('a', 'One.')],
  ])('tells apart what has another %s', (_, one, other) => {
    expect(groupProblems([one, other])).toHaveLength(2);
  });

  test('has no places for what has none', () => {
    expect(groupProblems([{ message: 'No.' }])).toEqual([{ message: 'No.', places: [] }]);
  });
});

test('distinctFirst keeps all, and the order within both', () => {
  const problems = [at('a', 'One.'), at('b', 'One.'), at('c', 'Two.'), at('d', 'One.'), at('e', 'Three.')];
  expect(distinctFirst(problems).map(({ place }) => place?.file)).toEqual(['a', 'c', 'e', 'b', 'd']);
});
