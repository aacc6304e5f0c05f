import { describe, expect, test } from '@jest/globals';
import { comparable, hasMarker, isNewer, markerLine, runOf } from '../../../src/github/marker.ts';

const run = { id: 16_000_000_001, attempt: 2 };

test('is one hidden line', () => {
  expect(markerLine('acme-0123', run)).toBe(
    '<!-- publish-terraform-policies:acme-0123 run=16000000001.2 -->',
  );
});

describe.each([
  ['acme'],
  ['a key'],
  ['a--b'],
  ['---->'],
  ['-'],
  ['-->\n<img>'],
  ['größe 😀'],
  ['a%2Db'],
  ['a run=9.9 -->'],
])('of the key %j', (key) => {
  const marker = markerLine(key, run);

  test('is an HTML comment that nothing ends early', () => {
    expect(marker).toMatch(/^<!-- (?:(?!--|[<>\n]).)* -->$/);
  });

  test('is found again, with its run', () => {
    expect(hasMarker(`${marker}\ntext`, key)).toBe(true);
    expect(runOf(`${marker}\ntext`)).toEqual(run);
  });

  test('is no other key’s', () => {
    expect(hasMarker(marker, `${key}x`)).toBe(false);
    expect(hasMarker(marker, [...key].slice(0, -1).join(''))).toBe(false);
  });
});

test('counts on the first line only', () => {
  const marker = markerLine('acme', run);
  expect(hasMarker(`> ${marker}`, 'acme')).toBe(false);
  expect(hasMarker(`text\n${marker}`, 'acme')).toBe(false);
  expect(runOf(`text\n${marker}`)).toEqual({ id: 0, attempt: 0 });
});

test.each([
  [{ id: 2, attempt: 1 }, { id: 1, attempt: 9 }, true],
  [{ id: 1, attempt: 2 }, { id: 1, attempt: 1 }, true],
  [{ id: 1, attempt: 1 }, { id: 1, attempt: 1 }, false],
  [{ id: 1, attempt: 1 }, { id: 1, attempt: 2 }, false],
  [{ id: 1, attempt: 9 }, { id: 2, attempt: 1 }, false],
])('isNewer: %j than %j is %j', (a, b, expected) => {
  expect(isNewer(a, b)).toBe(expected);
});

describe('comparable', () => {
  const text = '## Title\n\nwords';
  const body = `${markerLine('a', run)}\n${text}`;

  test('is the text, whatever the run and the line ends', () => {
    const other = `${markerLine('a', { id: 1, attempt: 1 })}\r\n${text.replaceAll('\n', '\r\n')}\r\n`;
    expect(comparable(body)).toBe(text);
    expect(comparable(other)).toBe(text);
  });

  test('does not differ by the run that it links to', () => {
    const linking = (id: number) => `${body}\n[x](https://github.com/acme/policies/actions/runs/${id})`;
    expect(comparable(linking(1))).toBe(comparable(linking(22)));
    expect(comparable(linking(1))).not.toBe(comparable(body));
  });

  test('differs by anything else', () => {
    expect(comparable(`${body}!`)).not.toBe(comparable(body));
    expect(comparable(`${body}\n<!-- x -->`)).not.toBe(comparable(body));
  });
});
