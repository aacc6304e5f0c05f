import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Block, fitBlocks } from '../../../../src/report/markdown/fit.ts';

const insteadOfDiffs = (count: number) => `(${count} diffs)`;
const insteadOfRows = (count: number) => `(${count} rows)`;
const size = (text: string) => Buffer.byteLength(text);
const fitted = (blocks: readonly Block[], limit: number) => fitBlocks(blocks, { limit, insteadOfDiffs });

const fixed = (text: string): Block => ({ kind: 'fixed', text });
const diff = (text: string): Block => ({ kind: 'diff', text });
const list = (text: string): Block => ({ kind: 'list', text, instead: '(list)' });
const rows = (head: string, ...lines: string[]): Block => ({
  kind: 'rows',
  head: head.split('\n'),
  rows: lines,
  instead: insteadOfRows,
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
  const instead = text.match(/\(.*?\)/g) ?? [];
  return [...parts.filter((part) => text.includes(part)), ...instead];
}

describe('a text that fits', () => {
  test('is whole', () => {
    expect(fitted([fixed('a'), rows('h', 'r1', 'r2'), diff('d'), list('l')], 100)).toBe(
      'a\n\nh\nr1\nr2\n\nd\n\nl',
    );
  });

  test('is whole at the very limit', () => {
    expect(size(fitted(BLOCKS, WHOLE))).toBe(WHOLE);
    expect(partsOf(fitted(BLOCKS, WHOLE))).not.toContain('(1 diffs)');
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
    [90, [...all, 'small', 'medium', 'unchanged', '(1 diffs)']],
    [150, [...all, 'small', 'unchanged', '(2 diffs)']],
    [220, [...all, 'unchanged', '(3 diffs)']],
    [290, [...all, '(3 diffs)', '(list)']],
    [310, ['row one', '(2 rows)', '(3 diffs)', '(list)']],
    [345, ['(3 rows)', '(3 diffs)', '(list)']],
  ])('loses diffs by size, then lists, then rows: %d bytes less', (less, parts) => {
    const text = fitted(BLOCKS, WHOLE - less);
    expect(partsOf(text)).toEqual(parts);
    expect(size(text)).toBeLessThanOrEqual(WHOLE - less);
  });

  test('says where its diffs were', () => {
    const text = fitted([fixed('a'), diff('d'.repeat(50)), fixed('b'), diff('e'.repeat(60)), fixed('c')], 30);
    expect(text).toBe('a\n\n(2 diffs)\n\nb\n\nc');
  });

  test('loses rows of the last table first', () => {
    const text = fitted([rows('h1', 'a1', 'a2', 'a3'), rows('h2', 'b1', 'b2', 'b3', 'b4', 'b5')], 29);
    expect(text).toBe('h1\na1\na2\na3\n\nh2\nb1\n\n(4 rows)');
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
    fc.tuple(word, fc.array(word, { minLength: 1, maxLength: 12 })).map(([head, all]) => rows(head, ...all)),
  );
  const blocks = fc.array(block, { minLength: 1, maxLength: 12 });

  /** The shortest that is possible: everything gone that can go. */
  function shortest(all: readonly Block[]): string {
    const diffs = all.filter(({ kind }) => kind === 'diff');
    return all
      .flatMap((each) => {
        if (each.kind === 'fixed') return [each.text];
        if (each.kind === 'list') return [each.instead];
        if (each.kind === 'rows') return [each.instead(each.rows.length)];
        return each === diffs[0] ? [insteadOfDiffs(diffs.length)] : [];
      })
      .join('\n\n');
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

  test('each line is a whole one, and what is missing is told', () => {
    fc.assert(
      fc.property(blocks, fc.integer({ min: 0, max: 800 }), (all, limit) => {
        const lines = fitted(all, limit)
          .split('\n')
          .filter((line) => line !== '');
        const known = new Set(
          all.flatMap((each) => (each.kind === 'rows' ? [...each.head, ...each.rows] : [each.text])),
        );
        const told = lines.filter((line) => !known.has(line));
        expect(told.filter((line) => !/^\((list|\d+ (rows|diffs))\)$/.test(line))).toEqual([]);
        const every = all.flatMap((each) =>
          each.kind === 'rows' ? [...each.head, ...each.rows] : [each.text],
        );
        expect(lines.length < every.length ? told.length : 1).toBeGreaterThan(0);
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
