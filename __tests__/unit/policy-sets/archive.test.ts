/** The archive, read back by another library than the one that writes it. */
import { hash } from 'node:crypto';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { extract, type Header } from 'tar-stream';
import { archive } from '../../../src/policy-sets/archive.ts';
import { collect } from '../../../src/policy-sets/collect.ts';
import { digest } from '../../../src/policy-sets/digest.ts';
import { growth, LINEAR } from '../cpu-time.ts';
import { disturb, locationOf, someRules, workspaceWith } from './folder.ts';

interface Read {
  readonly header: Header;
  readonly content: string;
}

async function entriesOf(tar: Buffer): Promise<Read[]> {
  const entries: Read[] = [];
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
    entries.push({ header: entry.header, content: Buffer.concat(chunks).toString('latin1') });
  }
  return entries;
}

function prepared(files: Readonly<Record<string, string>>, executables: readonly string[] = []) {
  const inSet = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [`set/${path}`, Buffer.from(text, 'latin1')]),
  );
  return collect(workspaceWith(inSet), someRules({ executables: new Set(executables) })).files;
}

const tarOf = async (files: Readonly<Record<string, string>>, executables: readonly string[] = []) =>
  gunzipSync(Buffer.concat((await archive(prepared(files, executables))).pieces));

const LONG_FOLDER = 'policies/'.repeat(14);

test('entries contain the path, the mode and nothing from this machine', async () => {
  const entries = await entriesOf(
    await tarOf({ 'sentinel.hcl': 'x', 'bin/p': 'y', 'a-b': '', 'a/b': '' }, ['bin/p']),
  );
  expect(entries.map(({ header }) => header.name)).toEqual(['a-b', 'a/b', 'bin/p', 'sentinel.hcl']);
  expect(entries.map(({ header }) => header.mode)).toEqual([0o644, 0o644, 0o755, 0o644]);
  for (const { header } of entries) {
    expect(header).toMatchObject({
      type: 'file',
      uid: 0,
      gid: 0,
      uname: '',
      gname: '',
      mtime: new Date(0),
      pax: null,
    });
  }
});

test.each([
  ['a short one', 'a.md', false],
  ['one of 100 bytes', `${'a'.repeat(97)}.md`, false],
  ['letters with accents', 'é/ü.md', false],
  ['an emoji', '😀.md', false],
  ['over 100 bytes in folders', `${LONG_FOLDER}a.md`, false],
  ['over 155 bytes before the name', `${LONG_FOLDER}${LONG_FOLDER}a.md`, true],
  ['a name over 100 bytes', `${'a'.repeat(200)}.md`, true],
  ['a name over 100 bytes of letters with accents', 'é'.repeat(100), true],
])('only a path that ustar cannot hold needs pax: %s', async (_, path, isPax) => {
  const tar = await tarOf({ [path]: 'content' });
  const [entry] = await entriesOf(tar);
  expect(entry).toMatchObject({ header: { name: path }, content: 'content' });
  expect(tar.length).toBe(isPax ? 3072 : 2048);
  expect(tar.subarray(257, 265).toString('latin1')).toBe('ustar\u000000');
});

test('the gzip header contains neither name nor time', async () => {
  const { pieces, tarBytes } = await archive(prepared({ a: 'x' }));
  const bytes = Buffer.concat(pieces);
  expect([...bytes.subarray(0, 8)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
  expect(tarBytes).toBe(gunzipSync(bytes).length);
});

test('the same content gives the same bytes, whatever the order, times and modes are', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\0', '\n', 'ÿ', 'b') });
  const name = fc.constantFrom('a', 'B', 'é', 'c d', '-e', 'f.md', '\u{1f600}', '\uffee', 'x'.repeat(120));
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `${names.join('.d/')}.x`);
  const files = fc.dictionary(path, text, { minKeys: 1, maxKeys: 8, noNullPrototype: true });
  await fc.assert(
    fc.asyncProperty(files, fc.nat({ max: 1e6 }), async (each, seed) => {
      const one = prepared(each);
      const other = prepared(Object.fromEntries(Object.entries(each).toReversed()));
      for (const [at, file] of other.entries()) disturb(locationOf(file), seed + at);
      const [tar, again] = [await archive(one), await archive(other.toReversed())].map(({ pieces }) =>
        gunzipSync(Buffer.concat(pieces)),
      );
      expect(again?.equals(tar ?? Buffer.alloc(0))).toBe(true);
      expect(digest(other.toReversed())).toBe(digest(one));
      const read = await entriesOf(tar ?? Buffer.alloc(0));
      expect(Object.fromEntries(read.map(({ header, content }) => [header.name, content]))).toEqual(each);
      expect(read.map(({ header }) => header.name)).toEqual(one.map((file) => file.path));
    }),
    { numRuns: 40 },
  );
});

test('the digest depends on paths, modes and contents only', () => {
  const file = { path: 'a', mode: 0o644, blob: 'b'.repeat(40) } as const;
  const digests = [
    [file],
    [{ ...file, path: 'b' }],
    [{ ...file, mode: 0o755 as const }],
    [{ ...file, blob: 'c'.repeat(40) }],
    [],
  ];
  expect(new Set(digests.map(digest)).size).toBe(5);
  expect(digest([{ ...file, file: 'elsewhere', bytes: { location: '/x' }, size: 1 }] as never)).toBe(
    digest([file]),
  );
});

test('the digest is that of what `git ls-tree -r -z` prints', () => {
  const files = prepared({ 'b/c': 'x', a: 'y' });
  const listing = files.map(({ path, blob }) => `100644 blob ${blob}\t${path}\0`).join('');
  expect(files.map(({ path }) => path)).toEqual(['a', 'b/c']);
  expect(digest(files)).toBe(hash('sha256', listing, 'hex'));
});

test.each<[string, (location: string) => void, string]>([
  ['other bytes of the same size', (file) => writeFileSync(file, 'B'), 'The file changed during the run.'],
  [
    'more bytes',
    (file) => appendFileSync(file, 'B'),
    'The file changed during the run: its size has changed.',
  ],
  ['no file', (file) => rmSync(file), 'The file changed during the run: '],
])('what is packed is what was checked: %s', async (_, change, message) => {
  const files = prepared({ a: 'A', b: 'A' });
  change(files.map(locationOf)[1] ?? '');
  await expect(archive(files)).rejects.toMatchObject({
    problems: [{ message: expect.stringContaining(message), place: { file: 'set/b' } }],
  });
});

test('large files are packed completely', async () => {
  const text = '0123456789abcdef'.repeat(2 ** 17);
  const [entry] = await entriesOf(await tarOf({ large: text }));
  expect(entry?.content === text).toBe(true);
});

test('time grows with the number of files', async () => {
  const prepare = (size: number) => {
    const files = prepared(
      Object.fromEntries(Array.from({ length: size }, (_, at) => [`d${at % 20}/${at}`, 'x'])),
    );
    return () => archive(files);
  };
  expect(await growth(100, prepare)).toBeLessThan(LINEAR);
});
