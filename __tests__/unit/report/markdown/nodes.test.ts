import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { marked, type Token, type Tokens } from 'marked';
import type { PhrasingContent } from 'mdast';
import {
  alert,
  bullets,
  code,
  fence,
  folded,
  heading,
  link,
  paragraph,
  render,
  strong,
  table,
  text,
  words,
} from '../../../../src/report/markdown/nodes.ts';

const GAP = '\u200b';
const inline = (...nodes: PhrasingContent[]) => render(paragraph(...nodes));

/** Every token that GitHub Flavored Markdown makes of a text, however deep. */
function tokensOf(markdown: string): Token[] {
  const tokens: Token[] = [];
  marked.walkTokens(marked.lexer(markdown), (token) => {
    tokens.push(token);
  });
  return tokens;
}

const rowsOf = (markdown: string) => (marked.lexer(markdown)[0] as Tokens.Table).rows;

describe('text', () => {
  test.each([
    ['plain words', 'plain words'],
    ['two\nlines', 'two lines'],
    ['*stars* and _lines_', '\\*stars\\* and \\_lines\\_'],
    ['<img src=x>', '\\<img src=x>'],
    ['[x](y)', '\\[x]\\(y)'],
    ['a `b` c', 'a \\`b\\` c'],
    ['# title', `\\#${GAP} title`],
    ['- item', '\\- item'],
    ['@octocat', `@${GAP}octocat`],
    ['\u001b[0m', '\\u{1b}\\[0m'],
  ])('%j', (value, expected) => {
    expect(inline(text(value))).toBe(expected);
  });
});

describe('code', () => {
  test.each([
    ['plain', '`plain`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['``a```b', '` ``a```b `'],
    ['`a``b```c', '```` `a``b```c ````'],
    ['@octocat #1', '`@octocat #1`'],
    ['<b>', '`<b>`'],
    ['two\n# lines', '`two # lines`'],
    ['  spaces  ', '`spaces`'],
    ['', '` `'],
    ['a\u202eb', '`a\\u{202e}b`'],
  ])('%j', (value, expected) => {
    expect(inline(code(value))).toBe(expected);
  });
});

test.each([
  ['Set `token`, please.', 'Set `token`, please.'],
  ['no code', 'no code'],
  ['an open ` mark', 'an open \\` mark'],
  ['`@octocat` and @octocat', `\`@octocat\` and @${GAP}octocat`],
])('words: %j', (message, expected) => {
  expect(inline(...words(message))).toBe(expected);
});

test('a link has words alone where it leads nowhere', () => {
  expect(inline(link(code('a'), 'https://x.example/a_b(c)'))).toBe('[`a`](https://x.example/a_b\\(c\\))');
  expect(inline(link(code('a'), undefined))).toBe('`a`');
});

test('headings, lists, alerts', () => {
  expect(render(heading(2, text('Title\n# two')))).toBe(`## Title #${GAP} two`);
  expect(render(bullets([[text('a')], [text('b\n- c')]]))).toBe('- a\n- b - c');
  expect(render(alert('NOTE', strong(text('a')), text(' b')))).toBe('> [!NOTE]\n> **a** b');
});

describe('folded', () => {
  test('has a summary that is no HTML', () => {
    expect(render(...folded('a <b> & c', paragraph(text('inside'))))).toBe(
      '<details><summary>a &lt;b&gt; &amp; c</summary>\n\ninside\n\n</details>',
    );
  });
});

describe('fence', () => {
  test.each([
    ['a\nb', '```diff\na\nb\n```'],
    ['a\n```\nb', '````diff\na\n```\nb\n````'],
    ['a\n\n</details>', '```diff\na\n\n</details>\n```'],
    ['a\r\nb', '```diff\na␍\nb\n```'],
    ['a\u202eb', '```diff\na\\u{202e}b\n```'],
    ['\ta', '```diff\n\ta\n```'],
  ])('%j', (value, expected) => {
    expect(render(fence('diff', value))).toBe(expected);
  });

  test('holds whatever is in it', () => {
    const hostile = fc.array(fc.constantFrom('```', '~~~', '````', '\n', '</details>', 'a', ' ', '\r', '> '));
    fc.assert(
      fc.property(hostile, (parts) => {
        const [first, second, ...others] = marked
          .lexer(`${render(fence('diff', parts.join('')))}\n\nafter`)
          .filter(({ type }) => type !== 'space');
        expect([first?.type, second?.raw, others]).toEqual(['code', 'after', []]);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});

describe('table', () => {
  test('is one row a line', () => {
    expect(
      render(
        table(
          ['', 'Name'],
          [
            [[text('a|b')], [code('c|d')]],
            [[text('two\nlines')], [link(code('e'), 'https://x.example/|')]],
          ],
        ),
      ),
    ).toBe('| | Name |\n| - | - |\n| a\\|b | `c\\|d` |\n| two lines | [`e`](https://x.example/\\|) |');
  });

  const PIECES = [
    ...['|', '\\', '`', '``', '\n', '\r', '<', '>', '<b>', '<!--', '-->', '[', ']', '(', ')', '*', '_', '~'],
    ...['@octocat', '#1', 'https://evil.example', 'www.evil.example', '&#64;', '$', 'a', ' ', '---', '::'],
  ];
  const hostile = fc
    .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 12 })
    .map((all) => all.join(''));

  test.each<[string, (value: string) => PhrasingContent]>([
    ['code', code],
    ['text', text],
    ['linked code', (value) => link(code(value), 'https://x.example')],
  ])('keeps its shape whatever is in it: %s', (_, make) => {
    fc.assert(
      fc.property(hostile, hostile, (first, second) => {
        const rows = [
          [[make(first)], [make(second)]],
          [[text('next')], [text('row')]],
        ];
        const markdown = render(table(['A', 'B'], rows));
        expect(markdown.split('\n')).toHaveLength(4);
        const [token, ...others] = marked.lexer(markdown);
        expect([token?.type, others]).toEqual(['table', []]);
        const cells = rowsOf(markdown);
        expect(cells.map((row) => row.length)).toEqual([2, 2]);
        expect(cells[1]?.map(({ text }) => text)).toEqual(['next', 'row']);
        const types = new Set(tokensOf(markdown).map(({ type }) => type));
        expect([...types].filter((type) => ['html', 'image', 'em', 'strong', 'del'].includes(type))).toEqual(
          [],
        );
        const links = tokensOf(markdown).filter(({ type }) => type === 'link') as Tokens.Link[];
        expect(links.filter(({ href }) => href !== 'https://x.example')).toEqual([]);
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  test.each([['a\\|b'], ['\\|'], ['a\\\\|b'], ['x\\|`@octocat` <b>']])(
    'keeps code in its cell, a backslash before a bar too: %j',
    (value) => {
      const markdown = render(table(['A', 'B'], [[[code(value)], [text('last')]]]));
      const [first, last] = rowsOf(markdown)[0] ?? [];
      expect(last?.text).toBe('last');
      expect(first?.tokens.map(({ type }) => type)).toEqual(['codespan']);
    },
  );
});

test('words make no mention, link or HTML whatever they hold', () => {
  const piece = fc.constantFrom(
    ...[
      '*',
      '_',
      '[',
      ']',
      '(',
      ')',
      '<',
      '>',
      '!',
      '`',
      '~',
      '\\',
      '&',
      '\n',
      ' ',
      'a',
      '1.',
      '-',
      '+',
      '#',
    ],
    ...['@octocat', 'https://evil.example', 'www.evil.example', '<b>', '=', '|'],
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), (parts) => {
      const types = tokensOf(`${inline(text(parts.join('')))}\n`).map(({ type }) => type);
      expect(types.filter((type) => !['paragraph', 'text', 'escape', 'space'].includes(type))).toEqual([]);
    }),
    { seed: 5, numRuns: 500 },
  );
});
