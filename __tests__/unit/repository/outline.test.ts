import { describe, expect, test } from '@jest/globals';
import { outline, SENTINEL, type Syntax } from '../../../src/repository/languages/outline.ts';
import { growth, LINEAR } from '../cpu-time.ts';

/** The outline as its words, since what is blanked leaves spaces. */
const words = (source: string, syntax: Syntax) => outline(source, syntax).split(/\s+/).filter(Boolean);

describe('outline of Sentinel', () => {
  test.each<[string, string, string[]]>([
    ['statements', 'main = rule { true }', ['main', '=', 'rule', '{', '}']],
    ['# comments', 'a # main = 1\nb', ['a', 'b']],
    ['// comments', 'a // main = 1\nb', ['a', 'b']],
    ['/* comments */', 'a /* main\n= "1 */ b', ['a', 'b']],
    ['a comment without an end', 'a /* main', ['a']],
    ['strings', 'a = "main // {" b', ['a', '=', 'b']],
    ['escapes in strings', 'a = "x\\"main" b', ['a', '=', 'b']],
    ['a string without an end', 'a = "main\nb', ['a', '=', 'b']],
    ['nested brackets', 'a(b[c{d}e]f)g', ['a(', ')g']],
    ['a bracket in a string', 'a { "}" b } c', ['a', '{', '}', 'c']],
    ['brackets too many', 'a } ] b { c', ['a', '}', ']', 'b', '{']],
  ])('leaves of %s what is a statement', (_, source, expected) => {
    expect(words(source, SENTINEL)).toEqual(expected);
  });
});

test.each([
  ['Windows line ends', 'a # x\r\nb { \r\n c \r\n}'],
  ['every kind of token', 'a "x" { /* y\nz */ } # é\n😀 b'],
])('keeps each character in its place: %s', (_, source) => {
  const blanked = outline(source, SENTINEL);
  expect(blanked).toHaveLength(source.length);
  expect(blanked.replace(/[^\r\n]/g, '')).toBe(source.replace(/[^\r\n]/g, ''));
});

test('takes time in proportion to the length', async () => {
  const growing = await growth(20_000, (count) => {
    const source = `${'"'.repeat(count)}\n${'/*'.repeat(count)}\n${'{'.repeat(count)}`;
    return () => outline(source, SENTINEL);
  });
  expect(growing).toBeLessThan(LINEAR);
});
