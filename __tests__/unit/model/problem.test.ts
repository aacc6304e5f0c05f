import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  adviceOf,
  advisesExclude,
  MIGRATION,
  type Problem,
  withoutRepeats,
} from '../../../src/model/problem.ts';

describe('advice to exclude', () => {
  test.each<[string, string[], string]>([
    ['Remove it, or add it to `exclude`.', ['a/b.rego'], 'Remove it, or add `a/b.rego` to `exclude`.'],
    [
      'Publish a set, or add the file to `exclude`.',
      ['$&.rego'],
      'Publish a set, or add `$&.rego` to `exclude`.',
    ],
    ['To go on, add this one to `exclude`.', ['a'], 'To go on, add `a` to `exclude`.'],
    [
      'Add the others to `exclude`, or add the others to `exclude`.',
      ['a', 'b'],
      'Add the others to `exclude`, or add the others to `exclude` (`a`, `b`).',
    ],
    ['Correct it.', ['a'], 'Correct it.'],
    ['Or add it to `exclude`.', [], 'Or add it to `exclude`.'],
  ])('names the patterns: %s %j', (advice, exclude, text) => {
    expect(adviceOf({ advice, exclude })).toBe(text);
  });

  test('names the first of many', () => {
    const exclude = Array.from({ length: 30 }, (_, n) => `p${n}`);
    expect(adviceOf({ advice: 'Or add the files to `exclude`.', exclude })).toMatch(
      /`p19`, and 10 more\)\.$/,
    );
  });

  test('is none where there is no advice', () => {
    expect(adviceOf({ exclude: ['a'] })).toBeUndefined();
    expect([{ message: '' }, { message: '', advice: 'Set `exclude`.' }].some(advisesExclude)).toBe(false);
  });
});

test('what two policies of one file have is one problem of both', () => {
  const problem = (line: number, policy: string): Problem => ({
    message: 'No.',
    place: { file: 'a', line },
    policies: [policy],
  });
  expect(withoutRepeats([problem(1, 'p'), { message: 'x' }, problem(1, 'q'), problem(2, 'q')])).toEqual([
    { ...problem(1, 'p'), policies: ['p', 'q'] },
    { message: 'x' },
    problem(2, 'q'),
  ]);
});

test.each([
  ['Or publish a versioned policy set.', true],
  ['Publish their folder as a versioned policy set.', true],
  ['The plan has no versioned policy sets.', false],
])('whoever is to publish a versioned policy set reads where it says how: %s', (advice, says) => {
  expect(adviceOf({ advice })).toBe(says ? `${advice} ${MIGRATION}` : advice);
});

test('the place that it names is there', () => {
  const documents = readFileSync('docs/policy-sets.md', 'utf8');
  expect(MIGRATION).toContain('"From individually managed policies" in `docs/policy-sets.md`');
  expect(documents).toContain('\n## From individually managed policies\n');
});
