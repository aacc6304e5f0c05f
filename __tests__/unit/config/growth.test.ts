/** Whoever can open a pull request decides what is in a configuration file: no text may keep a run busy. */
import { describe, expect, test } from '@jest/globals';
import { readConfiguration } from '../../../src/config/configuration.ts';
import { growth, LINEAR } from '../cpu-time.ts';

const block = (index: number) =>
  `policy "p${index}" {\n  source = "./p${index}.sentinel"\n  enforcement_level = "advisory"\n}\n`;
const blocks = (count: number) => Array.from({ length: count }, (_, index) => block(index)).join('');

describe('a configuration is read in time that grows with its length', () => {
  test.each<[string, number, (count: number) => string]>([
    ['without faults', 100, blocks],
    ['with a fault at its end', 100, (count) => `${blocks(count)}policy "x" {\n  source = \n}\n`],
    ['with a fault at its start', 100, (count) => `policy "x" {\n  source = \n}\n${blocks(count)}`],
    ['with a fault in each block', 60, (count) => blocks(count).replaceAll('= "adv', '= = "adv')],
    ['with a brace too many', 100, (count) => `${blocks(count)}}\n`],
    ['with a block that is never closed', 100, (count) => `policy "x" {\n${blocks(count)}`],
    ['with a string that is never closed', 100, (count) => `a = "x\n${blocks(count)}`],
    ['with heredocs that never end', 60, (count) => `policy "x" {\n a = <<EOT\n}\n`.repeat(count)],
    ['of empty lines and a fault', 40_000, (count) => `${'\n'.repeat(count)}=`],
    ['of spaces and a fault', 40_000, (count) => `a${' '.repeat(count)}=`],
    ['of one long line', 4_000, (count) => `a = [${'1, '.repeat(count)}`],
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
});
