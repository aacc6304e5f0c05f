import { describe, expect, test } from '@jest/globals';
import { literalPattern, parsePatterns } from '../../../src/inputs/patterns.ts';

describe('parsePatterns', () => {
  test.each<[string, string, string[], string[]]>([
    ['one per line', 'a/*.rego\nb/*.rego', ['a/*.rego', 'b/*.rego'], []],
    ['Windows line ends', 'a\r\nb\r\n', ['a', 'b'], []],
    ['white space around', '  a  \n\t b', ['a', 'b'], []],
    ['spaces within', 'my policies/*.rego', ['my policies/*.rego'], []],
    ['empty lines and comments', '# all\n\na\n  # b\n', ['a'], []],
    ['exclusions, wherever they stand', '!x\na\n! y', ['a'], ['x', 'y']],
    ['a leading ./', './a\n././b\n!./c', ['a', 'b'], ['c']],
    ['dots in names', '..a/b..\n.hidden/**\n...', ['..a/b..', '.hidden/**', '...'], []],
    ['nothing', '', [], []],
    ['only comments', '#a\n#b', [], []],
  ])('reads %s', (_, text, include, exclude) => {
    expect(parsePatterns(text)).toEqual({ include, exclude });
  });

  test.each([
    ['/etc/*.rego'],
    ['\\share\\x'],
    ['~/x'],
    ['C:\\x'],
    ['c:/x'],
    ['../x'],
    ['x/../../y'],
    ['x\\..\\y'],
    ['..'],
    ['.'],
    ['x/.'],
    ['x/./y'],
    ['./../x'],
  ])('refuses %s', (pattern) => {
    const message = `has patterns that are empty, absolute, or hold a "." or ".." folder: ${pattern}`;
    expect(() => parsePatterns(pattern)).toThrow(new Error(message));
    expect(() => parsePatterns(`ok\n!${pattern}`)).toThrow(new Error(message));
  });

  test.each([
    ['"**/*.rego"', 'is in quotes'],
    ["'a.rego'", 'is in quotes'],
    ['`a.rego`', 'is in quotes'],
    ['"a.rego",', 'is in quotes'],
    ['a/{b,c}/*.rego', 'has braces'],
    ['a/*.{rego,sentinel}', 'has braces'],
    ['a}.rego', 'has braces'],
    ['- a/*.rego', 'begins with "- ": write a/*.rego'],
    ['a.rego, b.rego', 'has a comma and a space'],
    ['drafts/** old/**', 'has several patterns'],
    ['**/*.sentinel **/*.rego', 'has several patterns'],
    ['**/*.rego,**/*.sentinel', 'has several patterns'],
    ['a.rego # ours', 'has a comment behind it'],
    ['a.rego\t# ours', 'has a comment behind it'],
  ])('refuses %s, which matches nothing that is meant', (pattern, words) => {
    for (const text of [pattern, `ok\n!${pattern}`]) {
      expect(() => parsePatterns(text)).toThrow(`${pattern} ${words}`);
      expect(() => parsePatterns(text)).toThrow('write ? in its place');
    }
  });

  test.each(['a,b.rego', 'a#b.rego', '-a.rego', "it's.rego", '"quoted".rego', 'a?b.rego', '[a-c]*.rego'])(
    'takes %s',
    (pattern) => {
      expect(parsePatterns(pattern)).toEqual({ include: [pattern], exclude: [] });
    },
  );

  test.each([
    ['a/b-1.sentinel', 'a/b-1.sentinel'],
    ['it’s größe, yes.rego', 'it?s gr??e??yes.rego'],
    ['größe.rego', 'größe.rego'],
    ['[a]*?.rego', '[[]a][*][?].rego'],
    ['a {x}.rego', 'a ?x?.rego'],
    ['# a #b.rego', '? a??b.rego'],
    ['!a.rego', '?a.rego'],
    ['- a.rego', '? a.rego'],
    [' a.rego', '?a.rego'],
    ['"a".rego"', '?a?.rego?'],
    ['a\\b`c`.rego', 'a?b?c?.rego'],
    ['a\nb\u202e.rego', 'a?b?.rego'],
    ['~/a.rego', '?/a.rego'],
    ['C:x.rego', 'C?x.rego'],
    ['*a b*, c*.rego', '?a b???c?.rego'],
  ])('is written for the path %j alone as %j', (path, pattern) => {
    expect(literalPattern(path)).toBe(pattern);
    expect(parsePatterns(pattern)).toEqual({ include: [pattern], exclude: [] });
  });

  test('names all that is wrong at once', () => {
    expect(() => parsePatterns('/a\n{b,c}\n"d"')).toThrow(
      /folder: \/a; it also has patterns that match nothing as they are written: \{b,c\} has braces: .*; "d" is in quotes/,
    );
  });

  test('names every pattern that it refuses', () => {
    expect(() => parsePatterns('/a\nok\n!../b')).toThrow(
      new Error('has patterns that are empty, absolute, or hold a "." or ".." folder: /a, ../b'),
    );
  });

  test('refuses an exclusion of nothing', () => {
    expect(() => parsePatterns('a\n!')).toThrow(/^has patterns that are empty/);
  });
});
