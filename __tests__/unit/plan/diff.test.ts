import { describe, expect, test } from '@jest/globals';
import { diffCode } from '../../../src/plan/diff.ts';
import { cpuTime } from '../cpu-time.ts';

const code = (text: string) => Buffer.from(text);
const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}\n`).join('');

describe('of a policy that is there', () => {
  test('is unified, with three lines around', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
    expect(diffCode(code(before), code(before.replace('e', 'E')))).toEqual({
      kind: 'patch',
      text: '@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h',
      added: 1,
      removed: 1,
    });
  });

  test('counts over all hunks', () => {
    const after = lines(50).replace('line 3\n', '').replace('line 40\n', 'x\ny\n');
    const diff = diffCode(code(lines(50)), code(after));
    expect(diff).toMatchObject({ kind: 'patch', added: 2, removed: 2 });
  });

  test('counts no line for its first characters', () => {
    expect(diffCode(code('-- a\n++ b\n'), code('-- a\n++ b\nc\n'))).toMatchObject({ added: 1, removed: 0 });
  });

  test.each([
    ['the last line end', 'a\n', 'a'],
    ['line ends', 'a\nb\n', 'a\r\nb\r\n'],
    ['a byte order mark', 'a\n', '\uFEFFa\n'],
    ['white space', 'a \n', 'a\n'],
  ])('tells of %s', (_, before, after) => {
    expect(diffCode(code(before), code(after))).toMatchObject({ kind: 'patch' });
  });

  test.each<[string, Buffer, Buffer, number, number]>([
    ['no text before', Buffer.from([0xff, 0x0a]), code('a\nb'), 1, 2],
    [
      'a change of everything',
      code(lines(3_000)),
      code(lines(3_000).replaceAll('line', 'other')),
      3_000,
      3_000,
    ],
    ['very long lines', code(`${'a'.repeat(20_000)}\n`), code(`${'b'.repeat(20_000)}\n`), 1, 1],
  ])('counts lines only where there is %s', (_, before, after, old, now) => {
    expect(diffCode(before, after)).toEqual({ kind: 'counts', before: old, after: now });
  });

  test('takes little time however much differs', () => {
    const [before, after] = [code(lines(20_000)), code(lines(20_000).replaceAll('line', 'other'))];
    expect(cpuTime(() => diffCode(before, after))).toBeLessThan(5_000);
  });
});

describe('of a new policy', () => {
  test.each([
    ['a\nb\n', 2],
    ['a\nb', 2],
    [lines(60), 60],
  ])('is the whole of it', (text, added) => {
    expect(diffCode(undefined, code(text))).toEqual({ kind: 'new', text, added });
  });

  test.each([
    [lines(61), 61],
    ['a'.repeat(32_001), 1],
  ])('is a count where it is long', (text, after) => {
    expect(diffCode(undefined, code(text))).toEqual({ kind: 'counts', before: 0, after });
  });
});

test('counts nothing in empty code', () => {
  expect(diffCode(Buffer.alloc(0), Buffer.from([0xff]))).toEqual({ kind: 'counts', before: 0, after: 1 });
});
