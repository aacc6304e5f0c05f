import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readDescription, type StampContent, stampAddress, stampLine } from '../../../src/model/stamp.ts';
import { writeDescription } from '../../../src/model/stamp-line.ts';
import { growth, LINEAR } from '../cpu-time.ts';

const content: StampContent = {
  run: { server: 'github.com', repository: 'acme/policies', id: 16123456789, attempt: 2 },
  owner: 'acme/policies',
  prefix: 'prod-',
  path: 'policies/cost.sentinel',
  sha256: '0123456789abcdef'.repeat(4),
  updatedAt: '2026-01-02T03:04:05.678Z',
  url: 'https://github.com/acme/policies/blob/c0ffee/policies/cost.sentinel',
};

const { url: _, ...facts } = content;

const line = stampLine(content);

describe('the line', () => {
  test('is a link to the file, whose title says the rest', () => {
    expect(line).toBe(
      '[Published from policies/cost.sentinel (acme/policies)](https://github.com/acme/policies/blob/c0ffee/policies/cost.sentinel "publish-terraform-policies/1 server=github.com repository=acme/policies run=16123456789 attempt=2 owner=acme/policies prefix=prod- path=policies/cost.sentinel sha256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef updated-at=2026-01-02T03:04:05.678Z")',
    );
  });

  test('stays a stamp where there is no address', () => {
    const bare = stampLine({ ...content, url: undefined });
    expect(readDescription(bare)).toEqual({ text: null, stamp: { ...facts, line: bare } });
  });

  /** What Markdown, the title, the encoding and the splitting into lines could trip over. */
  const hostile = fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        ...'[](){}<>"\'\\`*_~!#&=%;:/. \t\r\n',
        '](',
        ' "',
        '%20',
        '&amp;',
        '\u2028',
        '\u202e',
        '\ud800',
        'ö',
        '😀',
      ),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 40,
  });

  const anyContent = fc.record({
    run: fc.option(
      fc.record({
        server: hostile,
        repository: hostile,
        id: fc.integer({ min: 1, max: 999_999_999_999_999 }),
        attempt: fc.integer({ min: 1, max: 1000 }),
      }),
      { nil: undefined },
    ),
    owner: hostile,
    prefix: hostile,
    path: hostile,
    sha256: fc.constant(facts.sha256),
    updatedAt: hostile,
  });

  test('is one line, and reads back exactly, whatever the owner, prefix, path and the text before it', () => {
    fc.assert(
      fc.property(anyContent, fc.option(hostile), (anything, text) => {
        const url = `https://github.com/a/b/blob/c/${encodeURIComponent(anything.path.toWellFormed())}`;
        const stamp = stampLine({ ...anything, url });
        expect(stamp).not.toMatch(/[\n\r\u2028\u2029]/);
        const { run } = anything;
        const wellFormed = {
          ...Object.fromEntries(
            (['owner', 'prefix', 'path', 'sha256', 'updatedAt'] as const).map((name) => [
              name,
              anything[name].toWellFormed(),
            ]),
          ),
          run: run && {
            ...run,
            server: run.server.toWellFormed(),
            repository: run.repository.toWellFormed(),
          },
        };
        const before = (text ?? '').replaceAll('\r\n', '\n').trim();
        expect(readDescription(writeDescription(text, stamp))).toEqual({
          text: before === '' ? null : before,
          stamp: { ...wellFormed, line: stamp },
        });
        const read = readDescription(stamp).stamp;
        expect(read && stampAddress(read)).toBe(url);
      }),
      { numRuns: 200 },
    );
  });
});

describe('reading a description', () => {
  test.each([
    ['none', null],
    ['of nothing', ''],
    ['of text', 'Keeps cost down.\n\nAll of it.\r\n'],
    ['that names the action', 'See "publish-terraform-policies/1 owner=a path=b sha256=c" there.'],
    ['with another link', '[Published from a (b)](https://example.com "something else")'],
  ])('%s: it stays as it is', (_name, text) => {
    expect(readDescription(text)).toEqual({ text, stamp: undefined });
  });

  test('the text before the stamp is what was written', () => {
    const text = 'Keeps cost down.\n\n- one\n- two';
    expect(readDescription(writeDescription(text, line))).toEqual({ text, stamp: { ...facts, line } });
  });

  test('line ends of another kind, and spaces around, do not hide it', () => {
    expect(readDescription(`One.\r\nTwo.\r\n\r\n  ${line}\t\r\n`)).toEqual({
      text: 'One.\nTwo.',
      stamp: { ...facts, line },
    });
  });

  test('one that was moved into the text is taken out, too', () => {
    expect(readDescription(`One.\n\n${line}\n\nTwo.`)).toMatchObject({
      text: 'One.\n\n\nTwo.',
      stamp: facts,
    });
  });

  test('of several the last counts, and none stays', () => {
    const other = stampLine({ ...content, owner: 'other/repository' });
    expect(readDescription(`${other}\n\nText.\n\n${line}`)).toEqual({
      text: 'Text.',
      stamp: { ...facts, line },
    });
  });

  test('one of a version to come is understood, its new keys left aside', () => {
    const newer = line.replace('policies/1 owner', 'policies/23 color=red flag owner');
    expect(readDescription(newer)).toEqual({ text: null, stamp: { ...facts, line: newer } });
  });

  test.each([
    ['without an owner', /owner=\S+ /, ''],
    ['without a path', /path=\S+ /, ''],
    ['without a digest', /sha256=\S+ /, ''],
    ['with a broken code', /owner=\S+/, 'owner=%E0%A4%A'],
  ])('a damaged one, %s, is none, and no part of the text', (_name, what, instead) => {
    expect(readDescription(`Text.\n\n${line.replace(what, instead)}`)).toEqual({
      text: 'Text.',
      stamp: undefined,
    });
  });

  test.each([
    ['without a run', / server=\S+ repository=\S+ run=\S+ attempt=\S+/, '', undefined],
    ['with half of one', / server=\S+/, '', undefined],
    ['with a run that is no number', /run=\S+/, 'run=1e9', undefined],
    ['with a run that no number can hold', /run=\S+/, `run=1${'0'.repeat(15)}`, undefined],
    ['without an attempt', / attempt=\S+/, '', { ...facts.run, attempt: 1 }],
  ])('one %s is still a stamp', (_name, what, instead, run) => {
    expect(readDescription(line.replace(what, instead)).stamp).toMatchObject({ owner: facts.owner, run });
  });

  test.each([
    ['as it was written', line, content.url],
    ['with parentheses in it', stampLine({ ...content, url: 'https://a.b/c(d)e' }), 'https://a.b/c(d)e'],
    ['none', stampLine({ ...content, url: undefined }), undefined],
    ['of something else than the web', line.replace('https:', 'javascript:'), undefined],
    ['with a space in it', line.replace('https://', 'https://x y'), undefined],
  ])('the address is %s', (_name, text, url) => {
    const { stamp } = readDescription(text);
    expect(stamp && stampAddress(stamp)).toBe(url);
  });

  test('one without prefix or time has none', () => {
    const bare = line.replace(/ prefix=\S+/, '').replace(/ updated-at=[^"]+/, '');
    expect(readDescription(bare).stamp).toMatchObject({ prefix: '', updatedAt: '' });
  });

  test.each<[string, (count: number) => string]>([
    ['half links', (count) => `[${']('.repeat(10 * count)} "publish-terraform-policies/1 x`],
    ['half stamps', (count) => `[${'](x "publish-terraform-policies/1 '.repeat(count)}`],
    ['spaces', (count) => `[](x "publish-terraform-policies/1 x")${' '.repeat(25 * count)}x`],
    ['stamps', (count) => '[](x "publish-terraform-policies/1 owner=a path=b sha256=c")\n'.repeat(count)],
  ])('takes time in proportion to the number of %s', async (_name, text) => {
    const growing = await growth(10_000, (count) => {
      const description = text(count);
      return () => readDescription(description);
    });
    expect(growing).toBeLessThan(LINEAR);
  });
});

test('without a stamp the description is sent as it is', () => {
  expect([null, '', ' Text.\n'].map((text) => writeDescription(text, undefined))).toEqual([
    null,
    '',
    ' Text.\n',
  ]);
});
