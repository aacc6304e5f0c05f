import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Block, fitBlocks } from '../../../../src/report/markdown/fit.ts';

const options = {
  diffs: (count: number) => `${count} diffs`,
  leftOut: (what: readonly string[]) => `(${what.join(', ')})`,
};
const size = (text: string) => Buffer.byteLength(text);
const fitted = (blocks: readonly Block[], limit: number) => fitBlocks(blocks, { limit, ...options });

const fixed = (text: string): Block => ({ kind: 'fixed', text });
const diff = (text: string): Block => ({ kind: 'diff', text });
const list = (text: string): Block => ({ kind: 'list', text, what: 'list' });
const rows = (head: string, ...lines: string[]): Block => ({
  kind: 'rows',
  head: head === '' ? [] : head.split('\n'),
  rows: lines,
  what: (count) => `${count} rows`,
});

const BLOCKS = [
  fixed('# Title'),
  rows('| head |\n| --- |', '| row one |', '| row two |', '| row three |'),
  diff(`small ${'s'.repeat(50)}`),
  diff(`large ${'l'.repeat(100)}`),
  diff(`medium ${'m'.repeat(75)}`),
  list(`unchanged ${'u'.repeat(60)}`),
];
const WHOLE = size(fitted(BLOCKS, 1e9));

/** Which parts of the blocks above a text holds. */
function partsOf(text: string): string[] {
  const parts = ['row one', 'row two', 'row three', 'small', 'large', 'medium', 'unchanged'];
  return [...parts.filter((part) => text.includes(part)), ...(text.match(/\(.*?\)/g) ?? [])];
}

describe('a text that fits', () => {
  test('is whole', () => {
    expect(fitted([fixed('a'), rows('h', 'r1', 'r2'), diff('d'), list('l')], 100)).toBe(
      'a\n\nh\nr1\nr2\n\nd\n\nl',
    );
  });

  test('is whole at the very limit', () => {
    expect(size(fitted(BLOCKS, WHOLE))).toBe(WHOLE);
    expect(partsOf(fitted(BLOCKS, WHOLE - 1))).toContain('(1 diffs)');
  });

  test('has no empty parts', () => {
    expect(fitted([fixed('a'), fixed(''), fixed('b')], 100)).toBe('a\n\nb');
  });
});

describe('a text that is too long', () => {
  const all = ['row one', 'row two', 'row three'];

  test.each([
    [0, [...all, 'small', 'large', 'medium', 'unchanged']],
    [70, [...all, 'small', 'medium', 'unchanged', '(1 diffs)']],
    [150, [...all, 'small', 'unchanged', '(2 diffs)']],
    [200, [...all, 'unchanged', '(3 diffs)']],
    [290, [...all, '(3 diffs, list)']],
    [320, ['row one', '(3 diffs, list, 2 rows)']],
    [335, ['(3 diffs, list, 3 rows)']],
  ])('loses diffs by size, then lists, then rows: %d bytes less', (less, parts) => {
    const text = fitted(BLOCKS, WHOLE - less);
    expect(partsOf(text)).toEqual(parts);
    expect(size(text)).toBeLessThanOrEqual(WHOLE - less);
  });

  test('tells of everything that is missing in one line, the last', () => {
    const blocks = [
      rows('h1', 'a1', 'a2', 'a3'),
      diff('d'.repeat(50)),
      list('e'.repeat(60)),
      rows('h2', 'b1', 'b2'),
      fixed('c'),
    ];
    expect(fitted(blocks, 51)).toBe('h1\na1\na2\na3\n\nc\n\n(1 diffs, list, 2 rows)');
  });

  test('loses rows of the last table first', () => {
    const many = Array.from({ length: 20 }, () => 'bb');
    const text = fitted([rows('h1', 'a1', 'a2', 'a3'), rows('h2', ...many)], 40);
    expect(text).toBe('h1\na1\na2\na3\n\nh2\nbb\nbb\n\n(18 rows)');
  });

  test('counts bytes, not characters', () => {
    const text = fitted([rows('h', ...Array.from({ length: 20 }, () => '| 😀é |'))], 120);
    expect(size(text)).toBeLessThanOrEqual(120);
    expect(text).toContain('| 😀é |');
  });
});

describe('whatever the blocks and the limit', () => {
  const word = fc.string({ minLength: 1, maxLength: 60, unit: fc.constantFrom('a', 'é', '😀', '|', '`') });
  const block: fc.Arbitrary<Block> = fc.oneof(
    word.map(fixed),
    word.map((text) => diff(text)),
    word.map((text) => list(text)),
    fc
      .tuple(fc.oneof(word, fc.constant('')), fc.array(word, { minLength: 1, maxLength: 12 }))
      .map(([head, all]) => rows(head, ...all)),
  );
  const blocks = fc.array(block, { minLength: 1, maxLength: 12 });

  /** The shortest that is possible: everything gone that can go. */
  function shortest(all: readonly Block[]): string {
    const diffs = all.filter(({ kind }) => kind === 'diff').length;
    const what = [
      ...(diffs === 0 ? [] : [options.diffs(diffs)]),
      ...all.flatMap((each) => (each.kind === 'list' ? [each.what] : [])),
      ...all.flatMap((each) => (each.kind === 'rows' ? [each.what(each.rows.length)] : [])),
    ];
    const kept = all.flatMap((each) => (each.kind === 'fixed' ? [each.text] : []));
    return [...kept, options.leftOut(what)].join('\n\n');
  }

  test('the text keeps to the limit wherever it can', () => {
    fc.assert(
      fc.property(blocks, fc.integer({ min: 0, max: 800 }), (all, more) => {
        const limit = size(shortest(all)) + more;
        expect(size(fitted(all, limit))).toBeLessThanOrEqual(limit);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('each line is a whole one, and what is missing is told once', () => {
    fc.assert(
      fc.property(blocks, fc.integer({ min: 0, max: 800 }), (all, limit) => {
        const lines = fitted(all, limit)
          .split('\n')
          .filter((line) => line !== '');
        const every = all.flatMap((each) =>
          each.kind === 'rows' ? [...each.head, ...each.rows] : [each.text],
        );
        const told = lines.filter((line) => !every.includes(line));
        expect(told.filter((line) => !/^\(((list|\d+ (rows|diffs))(, )?)*\)$/.test(line))).toEqual([]);
        expect(told.length).toBeLessThanOrEqual(1);
        if (lines.length < every.length) expect(told).toEqual(lines.slice(-1));
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
