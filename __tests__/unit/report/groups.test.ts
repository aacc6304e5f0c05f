import { describe, expect, test } from '@jest/globals';
import type { Problem } from '../../../src/model/problem.ts';
import { distinctFirst, groupProblems, problemLines } from '../../../src/report/groups.ts';

const at = (file: string, message: string, advice?: string): Problem => ({
  message,
  place: { file },
  ...(advice === undefined ? {} : { advice }),
});
const failed = (file: string, request: string) =>
  at(file, `PUT /api/v2/policies/pol-${file}/upload returned 500: down (request ${request}).`, 'Run again.');

describe('groupProblems', () => {
  test('puts the places of what is the same together, in the order of the first', () => {
    const problems = [at('a', 'Empty.'), at('b', 'Too long.'), at('c', 'Empty.')];
    expect(groupProblems(problems, 0)).toEqual([
      { message: 'Empty.', places: [{ file: 'a' }, { file: 'c' }], isSingle: false },
      { message: 'Too long.', places: [{ file: 'b' }], isSingle: true },
    ]);
  });

  test('takes failures of several policies for one, whatever their ids and requests', () => {
    expect(groupProblems([failed('a', 'r-1'), failed('b', 'r-2')], 0)).toEqual([
      {
        message: 'PUT /api/v2/policies/…/upload returned 500: down (request r-1).',
        advice: 'Run again.',
        places: [{ file: 'a' }, { file: 'b' }],
        isSingle: false,
      },
    ]);
  });

  test('leaves the message of one failure as it is', () => {
    const problem = failed('a', 'r-1');
    expect(groupProblems([problem], 0)).toMatchObject([{ message: problem.message }]);
  });

  test.each<[string, Problem, Problem]>([
    ['message', at('a', 'One.'), at('b', 'Two.')],
    ['advice', at('a', 'One.', 'Do it.'), at('b', 'One.', 'Leave it.')],
    [
      'status',
      failed('a', 'r'),
      { ...failed('b', 'r'), message: 'PUT /api/v2/policies/x/upload returned 403.' },
    ],
    ['list', { message: 'One.', items: [['a']] }, { message: 'One.', items: [['b']] }],
    ['place at all', { message: 'One.' }, at('a', 'One.')],
  ])('tells apart what has another %s', (_, one, other) => {
    expect(groupProblems([one, other], 0)).toHaveLength(2);
  });

  test('has no places for what has none', () => {
    expect(groupProblems([{ message: 'No.' }], 0)).toEqual([{ message: 'No.', places: [], isSingle: true }]);
  });
});

describe('problems of one cause', () => {
  const summary = 'need {}, which only versioned policy sets support';
  const needing = (policy: string, what: string, detail: string): Problem => ({
    message: `It needs ${detail}.`,
    place: { file: `${policy}.sentinel`, line: 2 },
    advice: 'Publish a set, or add it to `exclude`.',
    cause: { summary, what, detail },
    policies: [policy],
  });
  const alike = ['a', 'b', 'c'].map((policy) => needing(policy, 'modules', `module "${policy}"`));

  test('name both places of a name that two policies have, in the log, too', () => {
    const twice = (name: string): Problem => ({
      message: `Two give a policy named ${name}.`,
      place: { file: `x/${name}.rego` },
      otherPlaces: [{ file: `y/${name}.rego` }],
      advice: 'Rename one, or add one of them to `exclude`.',
      exclude: [`x/${name}.rego`, `y/${name}.rego`],
      cause: { summary: 'have the same name as another policy', advice: 'Rename.', detail: name },
    });
    expect(problemLines([twice('a'), twice('b')], 4)).toEqual([
      '4 policies have the same name as another policy. Rename. In x/a.rego and y/a.rego (a), x/b.rego and y/b.rego (b).',
    ]);
  });

  test('are one line, with the number of policies and, in the log, all places', () => {
    expect(groupProblems(alike, 14)).toMatchObject([
      {
        message: '3 of 14 policies need modules, which only versioned policy sets support.',
        title: 'The 3 policies that need modules, which only versioned policy sets support',
        members: alike,
      },
    ]);
    expect(problemLines([...alike, at('z', 'Empty.')], 14)).toEqual([
      '3 of 14 policies need modules, which only versioned policy sets support. Publish a set, or add it to `exclude`. In a.sentinel:2 (module "a"), b.sentinel:2 (module "b"), c.sentinel:2 (module "c").',
      'z: Empty.',
    ]);
  });

  test.each<[string, Problem[], number, string]>([
    ['all policies', alike, 3, 'All 3 policies need modules, which'],
    ['an unknown number of policies', alike, 0, '3 policies need modules, which'],
    [
      'several things, in one order',
      [needing('a', 'static imports', 'x'), needing('b', 'modules', 'y'), needing('c', 'plugins', 'z')],
      4,
      '3 of 4 policies need modules, plugins and static imports, which',
    ],
    [
      'a policy that has two of them, counted once',
      [...alike, needing('a', 'modules', 'module "d"')],
      14,
      '3 of 14 policies',
    ],
    [
      'one file of two policies',
      [{ ...needing('a', 'modules', 'x'), policies: ['a', 'b'] }, needing('c', 'modules', 'y')],
      14,
      '3 of 14 policies',
    ],
  ])('of %s', (_, problems, total, message) => {
    expect(groupProblems(problems, total).map((group) => group.message)).toEqual([
      expect.stringContaining(message),
    ]);
  });

  test('are one line where one place of a configuration is at fault for all', () => {
    const given = ['a', 'b'].map((policy) => ({
      ...needing(policy, 'values of parameters', `parameter "x" of ${policy}.sentinel:1`),
      place: { file: 'sentinel.hcl', line: 1 },
    }));
    expect(problemLines(given, 2)).toEqual([
      'All 2 policies need values of parameters, which only versioned policy sets support. Publish a set, or add it to `exclude`. In sentinel.hcl:1 (parameter "x" of a.sentinel:1), sentinel.hcl:1 (parameter "x" of b.sentinel:1).',
    ]);
  });

  test('are said one by one where one policy has them all', () => {
    const own = [
      needing('a', 'modules', 'x'),
      { ...needing('a', 'modules', 'y'), place: { file: 'a', line: 3 } },
    ];
    expect(groupProblems(own, 14).map(({ message }) => message)).toEqual(['It needs x.', 'It needs y.']);
  });

  test('are told from others by their cause alone, and advise each thing once', () => {
    const other = { ...needing('d', 'x', 'x'), advice: 'Do it.' };
    expect(groupProblems([...alike, other], 14)).toMatchObject([
      { advice: 'Publish a set, or add it to `exclude`. Do it.' },
    ]);
    const withMore = { ...other, advice: 'Publish a set, or add it to `exclude`. Or open an issue.' };
    for (const problems of [
      [...alike, withMore],
      [withMore, ...alike],
    ])
      expect(groupProblems(problems, 14)).toMatchObject([{ advice: withMore.advice }]);
  });

  test('name patterns only where they are not the paths', () => {
    const of = (exclude: (file: string) => string) =>
      groupProblems(
        alike.map((each) => ({ ...each, exclude: [exclude(each.place?.file ?? '')] })),
        14,
      )[0]?.exclude;
    expect(of((file) => file)).toBeUndefined();
    expect(of((file) => `x/${file}`)).toEqual(['x/a.sentinel', 'x/b.sentinel', 'x/c.sentinel']);
  });
});

test('the same problem of several policies says how many', () => {
  const empty = ['a', 'b'].map((policy) => ({ ...at(policy, 'Empty.', 'Fill it.'), policies: [policy] }));
  expect(problemLines(empty, 3)).toEqual(['2 of 3 policies: Empty. Fill it. In a, b.']);
  expect(problemLines([at('a', 'No.'), at('b', 'No.')], 3)).toEqual(['No. In a, b.']);
});

test('distinctFirst shows another file before more of the same', () => {
  const cause = { summary: 'need it' };
  const of = (file: string, line: number) => ({ message: `${file}${line}`, place: { file, line }, cause });
  const problems = [of('a', 1), of('a', 2), of('b', 1), at('c', 'Empty.')];
  expect(distinctFirst(problems).map(({ message }) => message)).toEqual(['a1', 'Empty.', 'b1', 'a2']);
});

test('distinctFirst keeps all, and the order within both', () => {
  const problems = [at('a', 'One.'), at('b', 'One.'), at('c', 'Two.'), at('d', 'One.'), at('e', 'Three.')];
  expect(distinctFirst(problems).map(({ place }) => place?.file)).toEqual(['a', 'c', 'e', 'b', 'd']);
});
