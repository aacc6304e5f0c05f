import { describe, expect, test } from '@jest/globals';
import { diffCode, diffDescription } from '../../../src/model/diff.ts';
import { growth, LINEAR } from '../cpu-time.ts';

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
    ['a return by itself', 'a b\n', 'a \rb\n'],
    ['some of its line ends', 'a\nb\n', 'a\r\nc\n'],
    ['a byte order mark', 'a\n', '\uFEFFa\n'],
    ['white space', 'a \n', 'a\n'],
  ])('tells of %s', (_, before, after) => {
    expect(diffCode(code(before), code(after))).toMatchObject({ kind: 'patch' });
  });

  test.each([
    ['LF → CRLF', 'a\nb\n', 'a\r\nb\r\n'],
    ['CRLF → LF', 'a\r\nb\r\n', 'a\nb\n'],
    ['LF → mixed', 'a\nb\n', 'a\r\nb\n'],
    ['mixed → LF', 'a\r\nb\n', 'a\nb\n'],
  ])('shows no line where all that changes are line ends: %s', (lineEnds, before, after) => {
    expect(diffCode(code(before), code(after))).toEqual({ kind: 'line-ends', lineEnds });
  });

  test('tells apart what changes besides the line ends', () => {
    expect(diffCode(code('a\nb\n'), code('a\r\nc\r\n'))).toEqual({
      kind: 'patch',
      text: '@@ -1,2 +1,2 @@\n a\n-b\n+c',
      added: 1,
      removed: 1,
      lineEnds: 'LF → CRLF',
    });
  });

  test('does not show line ends that both have', () => {
    expect(diffCode(code('a\r\nb\r\n'), code('a\r\nc\r\n'))).toEqual({
      kind: 'patch',
      text: '@@ -1,2 +1,2 @@\n a\n-b\n+c',
      added: 1,
      removed: 1,
    });
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

  test('takes time in proportion to the length, however much differs', async () => {
    const growing = await growth(5_000, (count) => {
      const [before, after] = [code(lines(count)), code(lines(count).replaceAll('line', 'other'))];
      return () => diffCode(before, after);
    });
    expect(growing).toBeLessThan(LINEAR);
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

  test('has its own line ends, which are not shown, but a return by itself', () => {
    expect(diffCode(undefined, code('a\r\nb\r\n'))).toMatchObject({ text: 'a\nb\n' });
    expect(diffCode(undefined, code('a\rb\r\n'))).toMatchObject({ text: 'a\rb\n' });
  });

  test('is a count where it is no text', () => {
    expect(diffCode(undefined, Buffer.from([0xff]))).toEqual({ kind: 'counts', before: 0, after: 1 });
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

describe('of a description', () => {
  test.each<[string, string, string, object]>([
    ['a new one', '', 'One.', { kind: 'new', text: 'One.\n', added: 1 }],
    ['one that is gone', 'One.', ' ', { kind: 'patch', added: 0, removed: 1 }],
    [
      'one that changes',
      'One.\r\n\r\nTwo.\r\n',
      'One.\n\nThree.',
      { kind: 'patch', text: '@@ -1,3 +1,3 @@\n One.\n \n-Two.\n+Three.' },
    ],
  ])('%s', (_, before, after, expected) => {
    expect(diffDescription(before, after)).toMatchObject(expected);
  });
});
