import { describe, expect, test } from '@jest/globals';
import { inert, logLine, oneLine, visible } from '../../../src/runtime/safe-text.ts';
import { growth, LINEAR } from '../cpu-time.ts';

const GAP = '\u200b';

describe('visible', () => {
  test.each([
    ['plain text, é, 名 and 😀', 'plain text, é, 名 and 😀'],
    ['tabs\tand\nnewlines', 'tabs\tand\nnewlines'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['\u0000', '\\u{0}'],
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['a\u202eb', 'a\\u{202e}b'],
    ['a\u2066b\u2069', 'a\\u{2066}b\\u{2069}'],
    ['a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'],
    ['a\u2028b\u2029', 'a\\u{2028}b\\u{2029}'],
    ['\u0085\u007f', '\\u{85}\\u{7f}'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800x', '\ufffdx'],
  ])('%j', (text, expected) => {
    expect(visible(text)).toBe(expected);
  });
});

describe('oneLine', () => {
  test.each([
    ['a\nb', 'a b'],
    ['a \r\n\n  b\rc', 'a b c'],
    ['a\tb', 'a b'],
    ['a\u2028b', 'a\\u{2028}b'],
  ])('%j', (text, expected) => {
    expect(oneLine(text)).toBe(expected);
  });

  test('takes time in proportion to the length', async () => {
    const growing = await growth(200_000, (count) => {
      const text = `a${' '.repeat(count)}b${' \n'.repeat(count)}c`;
      return () => oneLine(text);
    });
    expect(growing).toBeLessThan(LINEAR);
  });
});

describe('inert', () => {
  test.each([
    ['@octocat', `@${GAP}octocat`],
    ['user@example.com', `user@${GAP}example.com`],
    ['#12', `#${GAP}12`],
    ['acme/policies#12', `acme/policies#${GAP}12`],
    ['GH-12 gh-12', `GH-${GAP}12 gh-${GAP}12`],
    ['https://example.com', `https:${GAP}//example.com`],
    ['www.example.com', `www${GAP}.example.com`],
    ['_www.example.com', `_www${GAP}.example.com`],
    [
      'feed00000000000000000000000000000000beef',
      ['feed00', '000000', '000000', '000000', '000000', '000000', 'beef'].join(GAP),
    ],
    ['1234567', `123456${GAP}7`],
    ['123456 facade deadbeefs', '123456 facade deadbeefs'],
    ['GH-x www. http:/x', 'GH-x www. http:/x'],
    ['two\nlines', 'two lines'],
    ['@\u200boctocat', `@${GAP}\\u{200b}octocat`],
  ])('%j', (text, expected) => {
    expect(inert(text)).toBe(expected);
  });
});

describe('logLine', () => {
  test.each([
    ['plain', 'plain'],
    ['::error::x', `${GAP}::error::x`],
    ['a ::error::x', 'a ::error::x'],
    ['##[error]x', `#${GAP}#[error]x`],
    ['a ##[add-matcher]x', `a #${GAP}#[add-matcher]x`],
    ['a\n::error::x', 'a ::error::x'],
    ['a\r::error::x', 'a ::error::x'],
    ['\u001b::error::x', '\\u{1b}::error::x'],
  ])('%j', (text, expected) => {
    expect(logLine(text)).toBe(expected);
  });

  /** The runner cuts white space off before it looks. */
  test.each([
    [' ::error::x'],
    ['\t::error::x'],
    ['\n::error::x'],
    ['\u00a0::error::x'],
    ['\u3000 ::error::x'],
  ])('leaves no command after white space: %j', (text) => {
    expect(logLine(text).trimStart()).not.toMatch(/^::/);
  });
});
