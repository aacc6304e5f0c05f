import { describe, expect, test } from '@jest/globals';
import {
  comparable,
  hasMarker,
  markerLine,
  maySpeakInsteadOf,
  speakerOf,
} from '../../../src/github/marker.ts';

const run = { id: 16_000_000_001, attempt: 2, wrote: false };

test('is one hidden line', () => {
  expect(markerLine('acme-0123', run)).toBe(
    '<!-- publish-terraform-policies:acme-0123 run=16000000001.2 -->',
  );
});

test('tells that its run wrote to Terraform', () => {
  const marker = markerLine('acme-0123', { ...run, wrote: true });
  expect(marker).toBe('<!-- publish-terraform-policies:acme-0123 run=16000000001.2 wrote -->');
  expect(speakerOf(`${marker}\ntext`)).toEqual({ ...run, wrote: true });
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
  ['a run=9.9 wrote -->'],
])('of the key %j', (key) => {
  const marker = markerLine(key, run);

  test('is an HTML comment that nothing ends early', () => {
    expect(marker).toMatch(/^<!-- (?:(?!--|[<>\n]).)* -->$/);
  });

  test('is found again, with its run', () => {
    expect(hasMarker(`${marker}\ntext`, key)).toBe(true);
    expect(speakerOf(`${marker}\ntext`)).toEqual(run);
  });

  test('is no other key’s', () => {
    expect(hasMarker(marker, `${key}x`)).toBe(false);
    expect(hasMarker(marker, [...key].slice(0, -1).join(''))).toBe(false);
  });
});

test('counts on the first line only', () => {
  const marker = markerLine('acme', { ...run, wrote: true });
  expect(hasMarker(`> ${marker}`, 'acme')).toBe(false);
  expect(hasMarker(`text\n${marker}`, 'acme')).toBe(false);
  expect(speakerOf(`text\n${marker}`)).toEqual({ id: 0, attempt: 0, wrote: false });
});

describe('who speaks', () => {
  const older = { id: 1, attempt: 9 };
  const newer = { id: 2, attempt: 1 };
  const looked = { wrote: false };
  const wrote = { wrote: true };

  test.each([
    ['newer', newer, looked, 'older', older, looked, true],
    ['older', older, looked, 'newer', newer, looked, false],
    ['newer', newer, wrote, 'older', older, wrote, true],
    ['older', older, wrote, 'newer', newer, wrote, false],
    ['older', older, wrote, 'newer', newer, looked, true],
    ['newer', newer, wrote, 'older', older, looked, true],
    ['older', older, looked, 'newer', newer, wrote, false],
    ['the same', newer, looked, 'the same', newer, looked, true],
  ])('a run that is %s (%j, %j) instead of one that is %s (%j, %j): %j', (...row) => {
    const [, own, ownPart, , other, otherPart, expected] = row;
    const [speaker, before] = [
      { ...own, ...ownPart },
      { ...other, ...otherPart },
    ];
    expect(maySpeakInsteadOf(before, speaker, true)).toBe(expected);
    expect(maySpeakInsteadOf(before, speaker, false)).toBe(expected);
  });

  test('a newer run that only looked tells something newer than one that wrote, unless it had not read that', () => {
    const [before, speaker] = [
      { ...older, ...wrote },
      { ...newer, ...looked },
    ];
    expect(maySpeakInsteadOf(before, speaker, true)).toBe(true);
    expect(maySpeakInsteadOf(before, speaker, false)).toBe(false);
  });

  test.each([
    [{ id: 1, attempt: 2 }, { id: 1, attempt: 1 }, true],
    [{ id: 1, attempt: 1 }, { id: 1, attempt: 2 }, false],
  ])('of one run the later attempt: %j instead of %j is %j', (own, other, expected) => {
    expect(maySpeakInsteadOf({ ...other, ...looked }, { ...own, ...looked }, true)).toBe(expected);
  });

  test('two that meet while they write agree on one of them', () => {
    const all = [older, newer].flatMap((number) => [
      { ...number, ...looked },
      { ...number, ...wrote },
    ]);
    for (const a of all)
      for (const b of all.filter(({ id }) => id !== a.id))
        expect(maySpeakInsteadOf(a, b, false)).toBe(!maySpeakInsteadOf(b, a, false));
  });
});

describe('comparable', () => {
  const text = '## Title\n\nwords';
  const body = `${markerLine('a', run)}\n${text}`;

  test('is the text, whatever the run and the line ends', () => {
    const speaker = { id: 1, attempt: 1, wrote: true };
    const other = `${markerLine('a', speaker)}\r\n${text.replaceAll('\n', '\r\n')}\r\n`;
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
