import { describe, expect, test } from '@jest/globals';
import { parsePatterns } from '../../../src/inputs/patterns.ts';

describe('parsePatterns', () => {
  test.each<[string, string, string[], string[]]>([
    ['one a line', 'a/*.rego\nb/*.rego', ['a/*.rego', 'b/*.rego'], []],
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

  test('names every pattern that it refuses', () => {
    expect(() => parsePatterns('/a\nok\n!../b')).toThrow(
      new Error('has patterns that are empty, absolute, or hold a "." or ".." folder: /a, ../b'),
    );
  });

  test('refuses an exclusion of nothing', () => {
    expect(() => parsePatterns('a\n!')).toThrow(/^has patterns that are empty/);
  });
});
