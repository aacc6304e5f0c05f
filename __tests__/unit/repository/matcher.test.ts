import { describe, expect, test } from '@jest/globals';
import { matcherOf, patternsWithoutMatch } from '../../../src/repository/matcher.ts';
import { growth, LINEAR } from '../cpu-time.ts';

describe('a pattern', () => {
  test.each<[string, string, string[], string[]]>([
    [
      'with a wildcard in its last part matches files',
      'p/*.x',
      ['p/a.x', 'p/.x'],
      ['p/a.x/b', 'a.x', 'q/p/a.x'],
    ],
    [
      'of a plain name matches a file, or what is below a folder',
      'p/q',
      ['p/q', 'p/q/r/s'],
      ['p', 'p/q2', 'q'],
    ],
    ['of a plain name at any depth, too', '**/q', ['q', 'p/q', 'p/q/r'], ['p/q2/r']],
    ['of the name of a policy or configuration matches files', '**/b.hcl', ['b.hcl', 'a/b.hcl'], ['b.hcl/c']],
    ['that ends in a slash matches what is below folders', 'p*/', ['p/a', 'pq/a/b'], ['p', 'a/p/b']],
    ['that ends in ** matches the folder’s own name', 'p/**', ['p', 'p/a', 'p/a/b'], ['pq', 'q/p']],
    ['may have more slashes than it needs', 'p//q///*.x', ['p/q/a.x'], ['p/a.x']],
    ['takes what other tools take for signs as text', '#(a|b)+!{c}', ['#(a|b)+!{c}'], ['a', '#a']],
    ['with ? matches one character', '?/a?', ['p/ab'], ['p/a', 'pq/ab', 'p/a/']],
    ['with a set matches one of it', '[a-c][!d]', ['ab', 'bc'], ['ad', 'dd', 'a']],
  ])('%s', (_, pattern, matching, others) => {
    const { matches } = matcherOf({ include: [pattern], exclude: [] });
    expect([...matching, ...others].filter(matches)).toEqual(matching);
  });

  test.each<[string, string, string[], string[]]>([
    ['the files that it matches', '*.x', ['a.x'], ['b/a.x']],
    ['what is below folders that it matches', 'p*', ['p', 'pq', 'p/a', 'pq/a/b'], ['a/p']],
    ['what is below a folder that is named', 'p/q', ['p/q', 'p/q/a'], ['p/a']],
    ['what is below a folder, but no file, with a slash', 'p/', ['p/a', 'p/q/a'], ['p']],
    ['what is below a folder that is called like a file', '**/a.sentinel', ['a.sentinel/b'], ['b.sentinel']],
  ])('excludes %s', (_, pattern, excluded, others) => {
    const { matches } = matcherOf({ include: ['**'], exclude: [pattern] });
    expect([...excluded, ...others].filter(matches)).toEqual(others);
  });
});

describe('a folder is passed over', () => {
  test.each<[string, string[], string[], string[], string[]]>([
    [
      'where all below is excluded',
      ['**'],
      ['p/**', 'q', 'r/', '*/s'],
      ['p', 'p/a', 'q', 'r', 'r/a/b', 'a/s'],
      ['a', 's'],
    ],
    [
      'where only files of a kind are excluded, not',
      ['**'],
      ['p/*.x', '**/*.y', 'p/*/a'],
      [],
      ['p', 'p/q', 'p/q/r'],
    ],
    [
      'where no pattern leads',
      ['p/q/*.x', 'a/b', '?/c/d/'],
      [],
      ['p/r', 'pp', 'aa', 'a/d'],
      ['p', 'p/q', 'a', 'a/b/c', 'x', 'x/c', 'x/c/d/e'],
    ],
    ['where there is no pattern', [], [], ['a', 'a/b'], []],
  ])('%s', (_, include, exclude, passed, entered) => {
    const { prunes } = matcherOf({ include, exclude });
    expect([...passed, ...entered].filter(prunes)).toEqual(passed);
  });
});

test('patterns without match are those that match no path by themselves', () => {
  const paths = ['a.x', 'p/b.x', 'p/q/c.y'];
  const patterns = ['*.x', '*.y', 'p', 'p/q', 'q', 'a.x', 'b.x', '**/*.y', 'p/*/', '*.y'];
  expect(patternsWithoutMatch(patterns, paths)).toEqual(['*.y', 'q', 'b.x']);
});

describe('time grows with the number', () => {
  const files = (size: number) =>
    Array.from({ length: size }, (_, n) => `teams/${n % 100}/policies/p-${n}.sentinel`);
  const usual = ['**/*.sentinel', 'teams/*/policies/*.rego', '**/p-?/**', 'a'];

  test('of files', async () => {
    const prepare = (size: number) => {
      const [paths, { matches, prunes }] = [
        files(size),
        matcherOf({ include: usual, exclude: ['**/tests/**', '**/*1.sentinel'] }),
      ];
      return () => paths.filter((each) => matches(each) && !prunes(each)).length;
    };
    expect(prepare(3)()).toBe(2);
    expect(await growth(10_000, prepare)).toBeLessThan(LINEAR);
  });

  test('of files and as many plain patterns', async () => {
    const prepare = (size: number) => {
      const paths = files(size);
      const named = paths.flatMap((each, n) => (n % 2 === 0 ? [each] : [`${each}/`, `${each}/x/**`]));
      return () => {
        const { matches, prunes } = matcherOf({ include: named, exclude: named.map((each) => `x/${each}`) });
        const asked = [paths.filter(matches), paths.filter(prunes), patternsWithoutMatch(named, paths)];
        return asked.map(({ length }) => length);
      };
    };
    expect(prepare(4)()).toEqual([2, 2, 4]);
    expect(await growth(2_000, prepare)).toBeLessThan(LINEAR);
  });
});
