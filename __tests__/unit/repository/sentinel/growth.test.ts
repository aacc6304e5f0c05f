/** Text of any form takes time that grows with its length. */
import { expect, test } from '@jest/globals';
import { growth, LINEAR } from '../../cpu-time.ts';
import { judgementOf } from './judging.ts';

const forms: Record<string, (n: number) => string> = {
  'open parentheses': (n) => '('.repeat(n),
  'open brackets of all kinds': (n) => 'x = [{('.repeat(n / 7),
  'nested brackets': (n) => `x = ${'['.repeat(n / 2)}${']'.repeat(n / 2)}`,
  'closing brackets': (n) => '}'.repeat(n),
  quotes: (n) => '"'.repeat(n),
  'a long string': (n) => `x = "${'a'.repeat(n)}"`,
  'a long string that stays open': (n) => `x = "${'a'.repeat(n)}`,
  strings: (n) => 'x = "a\\n"\n'.repeat(n / 10),
  backslashes: (n) => `x = "${'\\'.repeat(n)}"`,
  backquotes: (n) => '`'.repeat(n),
  'backquoted strings': (n) => 'x = `a\n`\n'.repeat(n / 9),
  'a backquoted string that stays open': (n) => `x = \`${'a\n'.repeat(n / 2)}`,
  'line comments': (n) => '# a\n// b\n'.repeat(n / 9),
  'a long line comment': (n) => `#${'a'.repeat(n)}`,
  slashes: (n) => '/ '.repeat(n / 2),
  'comments that stay open': (n) => '/*'.repeat(n / 2),
  comments: (n) => '/* a\n */'.repeat(n / 8),
  'a comment that stays open, many lines': (n) => `/*${'\n'.repeat(n)}`,
  blanks: (n) => ' '.repeat(n),
  'blank lines': (n) => '\n'.repeat(n),
  'carriage returns': (n) => '\r'.repeat(n),
  semicolons: (n) => ';'.repeat(n),
  'a long name': (n) => `${'a'.repeat(n)} = 1`,
  'a long name of another script': (n) => `${'ß'.repeat(n)} = 1`,
  'names that stand alone': (n) => Array.from({ length: n / 6 }, (_, i) => `x${i}\n`).join(''),
  'a long number': (n) => `x = ${'1'.repeat(n)}`,
  'a long list': (n) => `x = [${'1, '.repeat(n / 3)}]`,
  'a long expression': (n) => `x = 1 ${'+ 1 '.repeat(n / 4)}`,
  'words on one line': (n) => 'a '.repeat(n / 2),
  dots: (n) => '.'.repeat(n),
  selectors: (n) => `x = a${'.a'.repeat(n / 2)}`,
  assignments: (n) => 'x = 1\n'.repeat(n / 6),
  'assignments without a value': (n) => 'x =\n'.repeat(n / 4),
  'imports that nothing provides': (n) =>
    Array.from({ length: n / 20 }, (_, i) => `import "a${i}" as b\n`).join(''),
  'imports of one module': (n) => 'import "report"\n'.repeat(n / 16),
  params: (n) => Array.from({ length: n / 10 }, (_, i) => `param p${i}\n`).join(''),
  'params that the configuration gives': (n) => 'param limit\n'.repeat(n / 12),
  conflicts: (n) => '<<<<<<< a\n=======\n'.repeat(n / 18),
  'a conflict at the end': (n) => `${'# a\n'.repeat(n / 4)}<<<<<<< a\n>>>>>>> b\n`,
  'markers in comments': (n) => '/*\n<<<<<<< a\n*/\n'.repeat(n / 16),
  'markers before what stays open': (n) => `${'/*\n<<<<<<< a\n*/\n'.repeat(n / 16)}{`,
};

test.each(Object.entries(forms))('%s', async (_, make) => {
  const prepare = (size: number) => {
    const source = make(size);
    return () => judgementOf(source);
  };
  expect(await growth(20_000, prepare)).toBeLessThan(LINEAR);
});

test('a file as large as may be', () => {
  const rule = 'x = rule { all [1, 2] as i, v { v is "a" and i > 0 } } # why\n';
  const source = `${rule.repeat((10 * 2 ** 20) / rule.length - 1)}main = rule { x }\n`;
  expect(judgementOf(source)).toEqual([]);
});
