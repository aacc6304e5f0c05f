import { describe, expect, test } from '@jest/globals';
import { readInputs } from '../../../src/inputs/inputs.ts';

function read(inputs: Record<string, string>, variables: NodeJS.ProcessEnv = {}) {
  const named = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const environment = { GITHUB_REPOSITORY: 'acme/policies', ...variables, ...Object.fromEntries(named) };
  const { subject, versionedSets, problems } = readInputs(environment);
  return { subject, ...versionedSets, problems };
}

const sets = (text: string) => read({ 'versioned-policy-sets': text }).sets;
const problemsOf = (inputs: Record<string, string>, variables?: NodeJS.ProcessEnv) =>
  read(inputs, variables).problems.map(({ message, place }) => [place?.input, message]);

test('nothing is published as a set unless it is asked for', () => {
  for (const text of ['', '  ', '\n']) {
    expect(read({ 'versioned-policy-sets': text })).toEqual({ subject: 'policies', problems: [] });
  }
});

test('has a default for everything else', () => {
  expect(read({ 'versioned-policy-sets': 'base: policies' })).toEqual({
    subject: 'versioned policy sets',
    sets: [{ reference: { name: 'base' }, folder: 'policies', path: undefined }],
    create: false,
    adopt: false,
    toolVersion: undefined,
    problems: [],
  });
});

describe('a line', () => {
  test.each([
    ['a: x', { name: 'a' }, 'x'],
    ['a:x', { name: 'a' }, 'x'],
    ['  a :  ./x/y/  ', { name: 'a' }, 'x/y'],
    ['a', { name: 'a' }, ''],
    ['a:', { name: 'a' }, ''],
    ['a: .', { name: 'a' }, ''],
    ['a: ./', { name: 'a' }, ''],
    ['a: ../x', { name: 'a' }, '../x'],
    ['a: x # the library', { name: 'a' }, 'x'],
    ['a: x#y', { name: 'a' }, 'x#y'],
    ['a_B-9: größe [x]', { name: 'a_B-9' }, 'größe [x]'],
    ['polset-Abcdefgh12345678: x', { id: 'polset-Abcdefgh12345678' }, 'x'],
    ['polset-short: x', { name: 'polset-short' }, 'x'],
  ])('"%s" names %j and "%s"', (line, reference, folder) => {
    expect(sets(`# before\n\n${line}\r\n  # behind`)).toEqual([{ reference, folder }]);
  });

  test.each([
    ['a: x//y', 'x', 'y'],
    ['a: ./x/z//./y/w/ # azure', 'x/z', 'y/w'],
    ['a: .//y', '', 'y'],
    ['a: ././/y', '', 'y'],
    ['a: ../x//y z', '../x', 'y z'],
  ])('"%s" is packed from "%s", and configured in "%s" below', (line, folder, path) => {
    expect(sets(line)).toEqual([{ reference: { name: 'a' }, folder, path }]);
  });

  test('stands beside others, in their order', () => {
    expect(sets('b: x\na: y')).toEqual([
      { reference: { name: 'b' }, folder: 'x' },
      { reference: { name: 'a' }, folder: 'y' },
    ]);
  });

  test.each([
    ['a b: x', '"a b: x"'],
    ['a, b', '"a, b"'],
    [': x', '": x"'],
    ['- a: x', '"- a: x"'],
    ['größe: x', '"größe: x"'],
    ['a: /x', 'relative to `working-directory`'],
    ['a: ~/x', 'relative to `working-directory`'],
    ['a: C:/x', 'relative to `working-directory`'],
    ['a: x\\y', 'with / between folders'],
    ['a: "x"', 'without quotes'],
    ["a: 'x y'", 'without quotes'],
    ['a: //x', 'before //'],
    ['a: x//y//z', 'only one //'],
    ['a: x///y', 'two slashes'],
    ['a: x//', 'behind //, name the folder that holds'],
    ['a: x//.', 'behind //, name the folder that holds'],
    ['a: x//y/../z', 'without ..'],
    ['a: x//..', 'without ..'],
    ['a: x//y/./z', 'without . in its path'],
    ['a: x//y\\z', 'with / between folders'],
    ['a: "x//y"', 'without quotes'],
    ['a: x\na: y', '"a" appears 2 times'],
    ['a: x\nA: y\na: z', '"a" appears 3 times'],
  ])('%j is refused: %s', (text, words) => {
    expect(problemsOf({ 'versioned-policy-sets': text })).toEqual([
      ['versioned-policy-sets', expect.stringContaining(words)],
    ]);
  });

  test('every faulty line is named at once', () => {
    const [[, message] = []] = problemsOf({ 'versioned-policy-sets': 'a b: x\nc: //y\nd: z\nd: w' });
    for (const words of ['"a b: x"', '"c: //y"', '"d" appears 2 times']) expect(message).toContain(words);
  });
});

test('comments alone name no set', () => {
  expect(problemsOf({ 'versioned-policy-sets': '# base: policies\n  # none' })).toEqual([
    ['versioned-policy-sets', expect.stringContaining('only comments')],
  ]);
});

describe('beside versioned policy sets', () => {
  test.each([
    ['enforcement-level', 'advisory'],
    ['query', 'data.a.deny'],
    ['policy-sets', 'base'],
    ['name-prefix', 'team-'],
    ['prune', 'true'],
    ['policies', '**/*.sentinel'],
    ['config', '**/sentinel.hcl'],
    ['config', ''],
  ])('`%s: %s` is refused', (input, value) => {
    expect(problemsOf({ 'versioned-policy-sets': 'a: x', [input]: value })).toEqual([
      [input, expect.stringContaining('individually managed')],
    ]);
  });

  test('what runners give by default is none of the user’s', () => {
    const defaults = {
      policies: '**/*.sentinel\n**/*.rego',
      config: '**/sentinel.hcl\n**/policies.hcl\n**/policies.json',
      prune: 'false',
      'max-deletes': '10',
      stamp: 'false',
      exclude: 'legacy/**',
    };
    expect(problemsOf({ 'versioned-policy-sets': 'a: x', ...defaults })).toEqual([]);
  });

  test('all that does not go together is said at once', () => {
    const given = { 'versioned-policy-sets': 'a: x', query: 'q', 'policy-sets': 's' };
    expect(problemsOf(given).map(([input]) => input)).toEqual(['query', 'policy-sets']);
  });

  test('there has to be an owner', () => {
    const nowhere = { GITHUB_REPOSITORY: '' };
    expect(problemsOf({ 'versioned-policy-sets': 'a: x' }, nowhere)).toEqual([
      ['owner', expect.stringContaining('versioned-policy-sets')],
    ]);
    expect(problemsOf({ 'versioned-policy-sets': 'a: x', owner: 'acme' }, nowhere)).toEqual([]);
  });
});

describe('without versioned policy sets', () => {
  test.each([
    ['create-policy-sets', 'true'],
    ['adopt-policy-sets', 'True'],
    ['policy-tool-version', '1.4.2'],
  ])('`%s: %s` is refused, as an empty variable must not publish each file by itself', (input, value) => {
    for (const given of ['', ' ']) {
      expect(problemsOf({ 'versioned-policy-sets': given, [input]: value })).toEqual([
        [input, expect.stringContaining('`versioned-policy-sets`')],
      ]);
    }
  });

  test('what is off stays unsaid', () => {
    expect(problemsOf({ 'create-policy-sets': 'false', 'adopt-policy-sets': '' })).toEqual([]);
  });

  test.each(['create-policy-sets', 'adopt-policy-sets'])('`%s` still has to be a boolean, once', (input) => {
    expect(problemsOf({ [input]: 'yes' })).toEqual([[input, expect.stringContaining('"yes"')]]);
    expect(problemsOf({ 'versioned-policy-sets': 'a: x', [input]: 'yes' })).toHaveLength(1);
  });
});

describe('the version of the tool', () => {
  test.each(['latest', '1.4.2', '0.40.0', ' 1.22.3 ', '0.5.0-beta1'])('may be "%s"', (version) => {
    const given = { 'versioned-policy-sets': 'a: x', 'policy-tool-version': version };
    expect(read(given)).toMatchObject({ toolVersion: version.trim(), problems: [] });
  });

  test.each(['1', '1.4', 'v1.4.2', 'newest', '1.4.2 or later', '~> 1.4'])('may not be "%s"', (version) => {
    const given = { 'versioned-policy-sets': 'a: x', 'policy-tool-version': version };
    expect(problemsOf(given)).toEqual([['policy-tool-version', expect.stringContaining('exact version')]]);
  });
});
