import { describe, expect, test } from '@jest/globals';
import { Reader } from '../../../src/inputs/reader.ts';
import { readSyncInputs } from '../../../src/inputs/sync-inputs.ts';

const repository = { GITHUB_REPOSITORY: 'acme/policies' };

function read(inputs: Record<string, string>, variables: NodeJS.ProcessEnv = repository) {
  const named = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const reader = new Reader({ ...variables, ...Object.fromEntries(named) });
  const values = readSyncInputs(reader);
  return { values, problems: reader.problems };
}

const preset = { owner: 'acme/policies', stamp: false, prune: false, maxDeletes: 10 };

test('has a default for everything', () => {
  expect(read({})).toEqual({ values: preset, problems: [] });
  expect(read({ owner: '', stamp: ' ', prune: '', 'max-deletes': '' })).toEqual(read({}));
});

test('`prune` turns `stamp` on, even where that is false', () => {
  expect(read({ prune: 'true', stamp: 'false' }).values).toEqual({ ...preset, prune: true, stamp: true });
  expect(read({ stamp: 'TRUE' }).values).toEqual({ ...preset, stamp: true });
});

describe('the owner', () => {
  test.each([
    ['.', 'acme/policies'],
    ['./', 'acme/policies'],
    ['', 'acme/policies'],
    ['policies', 'acme/policies//policies'],
    ['./policies/', 'acme/policies//policies'],
    [' a/b// ', 'acme/policies//a/b'],
    ['größe [x]', 'acme/policies//größe [x]'],
  ])('of working directory "%s" is %s', (folder, owner) => {
    expect(read({ 'working-directory': folder }).values?.owner).toBe(owner);
  });

  test.each(['team', 'acme/policies', 'acme/policies//modules/größe x', 'a.b_c-1/x', 'x'.repeat(200)])(
    'may be %s',
    (owner) => {
      expect(read({ owner: ` ${owner} `, 'working-directory': 'x' }).values?.owner).toBe(owner);
    },
  );

  test.each([
    'acme policies',
    '/acme',
    'acme/',
    'acme//',
    '//x',
    'a"b',
    'ä',
    'a//b\nc',
    'a//b\u2028c',
    'x'.repeat(201),
  ])('may not be %j', (owner) => {
    const { values, problems } = read({ owner });
    expect(values).toBeUndefined();
    expect(problems).toMatchObject([
      { place: { input: 'owner' }, message: expect.stringContaining('acme/policies') },
    ]);
  });

  test('is needed for stamps, and only for them', () => {
    expect(read({}, {}).values).toEqual({ ...preset, owner: undefined });
    for (const input of ['prune', 'stamp']) {
      expect(read({ [input]: 'true' }, {}).problems).toMatchObject([{ place: { input: 'owner' } }]);
    }
    expect(read({ prune: 'true', owner: 'team' }, {}).values?.owner).toBe('team');
  });
});

describe('`max-deletes`', () => {
  test.each([
    ['0', 0],
    [' 25 ', 25],
    ['1000000', 1_000_000],
  ])('may be "%s"', (text, value) => {
    expect(read({ 'max-deletes': text }).values?.maxDeletes).toBe(value);
  });

  test.each(['-1', '1.5', 'ten', '1e3', '0x10', '99999999999999999'])('may not be "%s"', (text) => {
    expect(read({ 'max-deletes': text }).problems).toMatchObject([
      { place: { input: 'max-deletes' }, message: expect.stringContaining(`"${text}"`) },
    ]);
  });
});
