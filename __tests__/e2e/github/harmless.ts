import { expect } from '@jest/globals';
import type { RunResult } from '../../support/run-action.ts';
import { addresses, outsideCode, tables } from './markdown.ts';
import { githubToken, type Scenario, terraformToken } from './scenario.ts';

/** Characters that Windows has in no name. */
export const impossible = process.platform === 'win32' ? /[<>:"|?*\\\p{Cc}]|[ .]$/u : /[/\0]/;

/** Parts of names and of what the API says that try to be something else. */
export const hostile = [
  'pipe | pipe || \\| end \\',
  'tick ` `` ``` ````',
  'unclosed `code',
  '@someone @acme-corp/owners',
  '#12 GH-12 acme-corp/policies#12',
  'c0ffee0000000000000000000000000000000009',
  '<img src=x onerror=alert(1)>',
  '<!-- hidden',
  '--> shown',
  '[link](https:evil.example) ![image](x)',
  'www.evil.example and https:evil.example',
  '*bold* _it_ ~~gone~~ **b**',
  'line\nbreak\n\n# heading\n| a | b |',
  'return\r::error::injected',
  'break\n::error::injected',
  'indented\n \t ::error::injected',
  'no-break space\n\u00a0::error::injected',
  'masks\n::add-mask::injected',
  'stops\n::stop-commands::injected',
  '##[error]injected ##[add-mask]injected',
  'separators\u2028::error::injected\u2029::error::injected\u0085::error::injected',
  '\u001b[31mred\u001b[0m \u009b31m',
  'bidi \u202e\u2066 evil \u2069',
  'zero\u200bwidth\ufeff',
  '::error::injected',
  ' ::warning::injected',
  '%0A::error::injected %25',
  '> [!CAUTION]',
  '</details></summary><summary>',
];

const intended = ['add-mask', 'debug', 'group', 'endgroup', 'error', 'warning', 'notice'];

/** Nothing that came from elsewhere is taken for a command, a mention, HTML, an address, or a border of a table. */
export function expectHarmless({ github, terraform }: Scenario, result: RunResult): void {
  const body = github.comments()[0]?.body ?? '';
  expect(result.commands.filter(({ legacy }) => legacy)).toEqual([]);
  expect(result.commands.filter(({ name }) => !intended.includes(name))).toEqual([]);
  expect(result.commands.filter(({ message }) => message.startsWith('injected'))).toEqual([]);
  const addressesOfCode = result.masks.filter((mask) => mask.startsWith(`${terraform.objectStore}/`));
  expect([terraformToken, githubToken, ...addressesOfCode]).toEqual(expect.arrayContaining(result.masks));
  expect(
    result.lines.filter((line) => /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u.test(line)),
  ).toEqual([]);

  for (const text of [body, result.summary, result.outputs['summary'] ?? '']) {
    tables(text);
    // Text of ours has no control characters but newlines, and nothing that turns its direction.
    expect(text.replaceAll(/[\n\t]/g, '')).not.toMatch(
      /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u,
    );
    const outside = outsideCode(
      text.replace(/^<!-- publish-terraform-policies:\S+ run=\S+(?: wrote)? -->\n/, ''),
    );
    const words = outside.replace(/\]\([^)\s]*\)/g, ']');
    expect(words).not.toMatch(/@[a-z0-9]/i);
    expect(words).not.toMatch(/#\d|\bGH-\d/i);
    expect(words).not.toMatch(/\b[0-9a-f]{40}\b/);
    expect(words).not.toMatch(/\bwww\.[a-z]|:\/\/[a-z]/i);
    expect(words.match(/(?<!\\)<(?!\/?(details|summary)>)[a-z/!?]/gi)).toBeNull();
    expect((words.match(/^#+ /gm) ?? []).filter((mark) => mark !== '## ' && mark !== '### ')).toEqual([]);
    expect(words).not.toMatch(/^# /m);
    // What a summary says is HTML, in which Markdown is no more than text.
    const markdown = text.replaceAll(/^<details><summary>.*$/gm, '<details>');
    expect(outsideCode(markdown)).not.toMatch(/(?<!\\)!\[/);
    const own = ['https://github.com/acme/policies/', `${terraform.url}/app/acme`];
    for (const address of addresses(markdown)) {
      expect(own.some((start) => address.startsWith(start))).toBe(true);
    }
  }
}
