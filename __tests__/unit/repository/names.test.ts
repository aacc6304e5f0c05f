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
  const advice = 'A name is unique in an organization: rename one file, or add it to `exclude`.';

  test('finds none where all differ', () => {
    expect(duplicatesOf([aFile({ name: 'a' }), aFile({ name: 'b' }), anOpaFile({ name: 'c' })])).toEqual([]);
  });

  test('names both files', () => {
    const files = [aFile({ name: 'a', path: 'x/a.sentinel' }), aFile({ name: 'a', path: 'y/a.sentinel' })];
    expect(duplicatesOf(files)).toEqual([
      {
        message: 'x/a.sentinel and y/a.sentinel both give a policy named a.',
        place: { file: 'y/a.sentinel' },
        advice,
      },
    ]);
  });

  test('counts the kinds together, as the organization does', () => {
    expect(duplicatesOf([aFile({ name: 'a' }), anOpaFile({ name: 'a' })])).toMatchObject([
      { message: 'a.sentinel and a.rego both give a policy named a.' },
    ]);
  });

  test('finds names that differ in letter case only', () => {
    expect(duplicatesOf([aFile({ name: 'Cost' }), aFile({ name: 'cost' })])).toEqual([
      {
        message:
          'Cost.sentinel and cost.sentinel give policies whose names differ in letter case only: Cost, cost.',
        place: { file: 'cost.sentinel' },
        advice,
      },
    ]);
  });

  test('reports each further file', () => {
    const files = ['x', 'y', 'z'].map((folder) => aFile({ name: 'a', path: `${folder}/a.sentinel` }));
    expect(duplicatesOf(files).map(({ place }) => place?.file)).toEqual(['y/a.sentinel', 'z/a.sentinel']);
  });
});
