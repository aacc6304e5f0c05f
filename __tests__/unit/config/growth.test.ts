/** Whoever can open a pull request decides what is in a configuration file: no text may keep a run busy. */
import { describe, expect, test } from '@jest/globals';
import { readConfiguration } from '../../../src/config/configuration.ts';
import { growth, LINEAR } from '../cpu-time.ts';

const block = (index: number) =>
  `policy "p${index}" {\n  source = "./p${index}.sentinel"\n  enforcement_level = "advisory"\n}\n`;
const blocks = (count: number) => Array.from({ length: count }, (_, index) => block(index)).join('');

describe('a configuration is read in time that grows with its length', () => {
  test.each<[string, number, (count: number) => string]>([
    ['without faults', 25, blocks],
    ['with a fault at its end', 25, (count) => `${blocks(count)}policy "x" {\n  source = \n}\n`],
    ['with a fault at its start', 25, (count) => `policy "x" {\n  source = \n}\n${blocks(count)}`],
    ['with a fault in each block', 6, (count) => blocks(count).replaceAll('= "adv', '= = "adv')],
    ['with a brace too many', 25, (count) => `${blocks(count)}}\n`],
    ['with a block that is never closed', 25, (count) => `policy "x" {\n${blocks(count)}`],
    ['with a string that is never closed', 25, (count) => `a = "x\n${blocks(count)}`],
    ['with heredocs that never end', 4, (count) => `policy "x" {\n a = <<EOT\n}\n`.repeat(count)],
    ['of many spaces and faults', 5, (count) => `a${' '.repeat(200)}=\n`.repeat(count)],
    ['of many empty lines and faults', 5, (count) => `a${'\n'.repeat(200)}= =`.repeat(count)],
    ['of comments and a fault', 2_000, (count) => `${'# x\n'.repeat(count)}=`],
    ['of one long line', 1_000, (count) => `a = [${'1, '.repeat(count)}`],
    ['of quotes', 1_000, (count) => '"'.repeat(count)],
    ['of template marks', 500, (count) => `a = "${'${"'.repeat(count)}`],
    ['of comments that are never closed', 1_000, (count) => '/*\n'.repeat(count)],
    ['of words', 2_000, (count) => 'a '.repeat(count)],
    ['of equals signs', 1_000, (count) => '= '.repeat(count)],
  ])('%s', async (_, size, text) => {
    const growing = await growth(size, (count) => {
      const source = text(count);
      return () => readConfiguration('sentinel.hcl', source);
    });
    expect(growing).toBeLessThan(LINEAR);
  });

  test.each<[string, number, (count: number) => string]>([
    [
      'without faults',
      500,
      (count) =>
        JSON.stringify(
          {
            policy: Object.fromEntries(
              Array.from({ length: count }, (_, at) => [`p${at}`, { query: 'data.a.deny' }]),
            ),
          },
          null,
          1,
        ),
    ],
    ['with many faults', 2_000, (count) => `{${'"a" 1,\n'.repeat(count)}}`],
    ['of brackets', 500, (count) => '['.repeat(count)],
  ])('in JSON, %s', async (_, size, text) => {
    const growing = await growth(size, (count) => {
      const source = text(count);
      return () => readConfiguration('policies.json', source);
    });
    expect(growing).toBeLessThan(LINEAR);
  });

  test.each([
    ['spaces', `a${' '.repeat(201)}= 1\n`, 2],
    ['empty lines', `a = 1\n${'\n'.repeat(201)}b = 2\n`, 1],
  ])('%s without end are a fault, whatever stands around them', async (_, text) => {
    const { problems, decides } = await readConfiguration('sentinel.hcl', text);
    expect(decides).toBe(true);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/20\d blanks in a row; at most 200 are read/),
    ]);
  });
});
