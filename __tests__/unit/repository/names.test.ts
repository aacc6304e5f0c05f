import { describe, expect, test } from '@jest/globals';
import type { PolicyFile } from '../../../src/model/policy.ts';
import { duplicateNames, policyName } from '../../../src/repository/names.ts';
import { aFile, anOpaFile } from '../builders.ts';

describe('policyName', () => {
  test.each([
    ['cost-limit_2', 'cost-limit_2'],
    ['aws-cis-4.1-deny', 'aws-cis-4-1-deny'],
    ['two words', 'two-words'],
    ['a..b', 'a--b'],
    ['Mixed-Case', 'Mixed-Case'],
    [' !"#$%&\'()*+,-./', '----------------'],
    [':;<=>?@[\\]^_`{|}~', '-----------_-----'],
  ])('makes %j %j', (text, name) => {
    expect(policyName(text)).toBe(name);
  });

  test('replaces each ASCII punctuation character, and no letter or digit', () => {
    for (let code = 0x20; code < 0x7f; code++) {
      const character = String.fromCharCode(code);
      expect(policyName(character)).toBe(/[A-Za-z0-9_-]/.test(character) ? character : '-');
    }
  });

  test.each([[''], ['größe'], ['a\tb'], ['a\nb'], ['a\u007fb'], ['a\u00a0b'], ['名前'], ['a\u200bb']])(
    'makes no name of %j',
    (text) => {
      expect(policyName(text)).toBeUndefined();
    },
  );
});

const duplicatesOf = (files: readonly PolicyFile[]) =>
  duplicateNames(files.map(({ name, path }) => ({ name, place: { file: path } })));

describe('duplicateNames', () => {
  const advice = 'Names must be unique in an organization: rename one file, or add one of them to `exclude`.';
  const cause = (detail: string) => ({
    summary: 'have the same name as another policy',
    advice: expect.stringContaining('rename all but one of each'),
    detail,
  });

  test('finds none where all differ', () => {
    expect(duplicatesOf([aFile({ name: 'a' }), aFile({ name: 'b' }), anOpaFile({ name: 'c' })])).toEqual([]);
  });

  test('names both files', () => {
    const files = [aFile({ name: 'a', path: 'x/a.sentinel' }), aFile({ name: 'a', path: 'y/a.sentinel' })];
    expect(duplicatesOf(files)).toEqual([
      {
        message: 'Duplicate policy name "a": defined by x/a.sentinel and y/a.sentinel.',
        place: { file: 'x/a.sentinel' },
        otherPlaces: [{ file: 'y/a.sentinel' }],
        advice:
          'Names must be unique in an organization: rename one file, add one of them to `exclude`, or publish each folder in a separate step, with its own `working-directory` and `name-prefix`.',
        exclude: ['x/a.sentinel', 'y/a.sentinel'],
        cause: cause('a'),
      },
    ]);
  });

  test('counts the kinds together, as the organization does', () => {
    expect(duplicatesOf([aFile({ name: 'a' }), anOpaFile({ name: 'a' })])).toMatchObject([
      { message: 'Duplicate policy name "a": defined by a.sentinel and a.rego.' },
    ]);
  });

  test('finds names that differ in letter case only', () => {
    expect(duplicatesOf([aFile({ name: 'Cost' }), aFile({ name: 'cost' })])).toEqual([
      {
        message:
          'Cost.sentinel and cost.sentinel define policies whose names differ only in letter case: Cost, cost.',
        place: { file: 'Cost.sentinel' },
        otherPlaces: [{ file: 'cost.sentinel' }],
        advice,
        exclude: ['Cost.sentinel', 'cost.sentinel'],
        cause: cause('Cost, cost'),
      },
    ]);
  });

  test('names the places of all, in one problem', () => {
    const files = ['x', 'y', 'z'].map((folder) => aFile({ name: 'a', path: `${folder}/a.sentinel` }));
    expect(duplicatesOf(files)).toMatchObject([
      {
        message: 'Duplicate policy name "a": defined by x/a.sentinel, y/a.sentinel and z/a.sentinel.',
        otherPlaces: [{ file: 'y/a.sentinel' }, { file: 'z/a.sentinel' }],
        advice: expect.stringContaining('rename all but one file, add all but one of them to `exclude`, or'),
      },
    ]);
  });

  test('advises to rename the policies of blocks, not their file', () => {
    const named = ['dev', 'prod'].map((set) => ({
      name: 'a',
      place: { file: `${set}/sentinel.hcl`, line: 1 },
    }));
    expect(duplicateNames(named)).toMatchObject([
      { advice: expect.stringMatching(/rename one policy, or publish each folder .* `name-prefix`\.$/) },
    ]);
    expect(duplicateNames(named)[0]).not.toHaveProperty('exclude');
  });
});
