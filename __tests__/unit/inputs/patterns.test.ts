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
    const message = `contains patterns that are empty, absolute, or have a "." or ".." folder: ${pattern}`;
    expect(() => parsePatterns(pattern)).toThrow(new Error(message));
    expect(() => parsePatterns(`ok\n!${pattern}`)).toThrow(new Error(message));
  });

  test.each([
    ['"**/*.rego"', 'is quoted'],
    ["'a.rego'", 'is quoted'],
    ['`a.rego`', 'is quoted'],
    ['"a.rego",', 'is quoted'],
    ['a/{b,c}/*.rego', 'has braces'],
    ['a/*.{rego,sentinel}', 'has braces'],
    ['a}.rego', 'has braces'],
    ['- a/*.rego', 'starts with "- ": write a/*.rego'],
    ['a.rego, b.rego', 'has a comma and a space'],
    ['drafts/** old/**', 'has several patterns'],
    ['**/*.sentinel **/*.rego', 'has several patterns'],
    ['**/*.rego,**/*.sentinel', 'has several patterns'],
    ['a.rego # ours', 'is followed by a comment'],
    ['a.rego\t# ours', 'is followed by a comment'],
  ])('refuses %s, which matches nothing that is meant', (pattern, words) => {
    for (const text of [pattern, `ok\n!${pattern}`]) {
      expect(() => parsePatterns(text)).toThrow(`${pattern} ${words}`);
      expect(() => parsePatterns(text)).toThrow('write ? instead');
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
      /folder: \/a; it also contains patterns that match nothing as written: \{b,c\} has braces: .*; "d" is quoted/,
    );
  });

  test('names every pattern that it refuses', () => {
    expect(() => parsePatterns('/a\nok\n!../b')).toThrow(
      new Error('contains patterns that are empty, absolute, or have a "." or ".." folder: /a, ../b'),
    );
  });

  test('refuses an exclusion of nothing', () => {
    expect(() => parsePatterns('a\n!')).toThrow(/^contains patterns that are empty/);
  });
});
