import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { unpack, unpackLeniently } from '../../sandbox/hcp-terraform/ingress.ts';
import { type ArchiveEntry, archive, tar } from './archives.ts';

const link = (name: string, linkname: string): ArchiveEntry => ({ name, linkname, type: 'symlink' });
const folder = (name: string): ArchiveEntry => ({ name, type: 'directory', mode: 0o755 });
const long = 'x'.repeat(256);

async function unpacked(...entries: (string | ArchiveEntry)[]): Promise<object> {
  const files = await unpack(await archive(...entries));
  return Object.fromEntries(
    [...files].map(([path, file]) => [path, 'link' in file ? file : file.bytes.toString()]),
  );
}

describe('is unpacked', () => {
  test.each<[string, (string | ArchiveEntry)[], object]>([
    [
      'files, with folders or without',
      ['a', folder('b'), 'b/c', 'd/e'],
      { a: 'a', 'b/c': 'b/c', 'd/e': 'd/e' },
    ],
    ['names with ./, and an entry for the root', [folder('./'), { name: './a', text: '1' }], { a: '1' }],
    ['a root called /', [folder('/'), 'a'], { a: 'a' }],
    ['a name that comes twice, the last of them', ['a', { name: 'a', text: '2' }], { a: '2' }],
    [
      'links within',
      ['a/b', link('a/c', 'b'), link('d', 'a')],
      { 'a/b': 'a/b', 'a/c': { link: 'b' }, d: { link: 'a' } },
    ],
    [
      'names that are long, or not ASCII',
      [`${'x'.repeat(200)}/${'y'.repeat(255)}`, 'ü/漢'],
      expect.anything() as object,
    ],
    ['but not what macOS adds', ['._a', 'b/._c.hcl', 'b/c'], { 'b/c': 'b/c' }],
    ['no entry at all', [], {}],
  ])('%s', async (_, entries, files) => {
    expect(await unpacked(...entries)).toEqual(files);
  });

  test('with the mode', async () => {
    const files = await unpack(await archive({ name: 'plugin', mode: 0o100755, text: 'x' }));
    expect(files.get('plugin')).toEqual({ mode: 0o755, bytes: Buffer.from('x') });
  });
});

describe('is refused', () => {
  test.each<[string, (string | ArchiveEntry)[], string]>([
    [
      'a hard link',
      ['a', { name: 'b', linkname: 'a', type: 'link' }],
      'illegal slug error: failed creating "b", unsupported file type 1',
    ],
    ['a fifo', [{ name: 'a', type: 'fifo' }], 'unsupported file type 6'],
    ['a device', [{ name: 'a', type: 'character-device' }], 'unsupported file type 3'],
    ['an absolute path', ['/abs/a'], 'failed to create directory "/abs": path escapes from parent'],
    ['a file at the root of the system', ['/a'], 'failed creating file "/a": path escapes from parent'],
    ['a way out', ['../a'], 'illegal slug error: invalid filename, traversal with ".."'],
    ['a hidden way out', ['a/../../b'], 'traversal with ".."'],
    [
      'a link that leaves',
      [link('a/b', '../../c')],
      'invalid symlink ("a/b" -> "../../c") has external target',
    ],
    ['an absolute link', [link('a', '/etc/passwd')], 'has external target'],
    [
      'a file through a link',
      ['a/b', link('c', 'a'), 'c/d'],
      'illegal slug error: cannot extract "c/d" through symlink',
    ],
    ['a link in the place of a file', ['a', 'b', link('b', 'a')], 'file exists'],
    ['links in a circle', [link('a', 'b'), link('b', 'a'), 'a'], 'too many levels of symbolic links'],
    ['a file below a file', ['a', 'a/b'], 'not a directory'],
    ['a file in the place of a folder', ['a/b', 'a'], 'is a directory'],
    ['a long name', [long], 'file name too long'],
    ['a long name in between', [`${long}/a`], 'file name too long'],
  ])('%s', async (_, entries, text) => {
    await expect(unpacked(...entries)).rejects.toThrow(text);
  });

  test.each<[string, (whole: Buffer) => Buffer, string]>([
    ['no body', () => Buffer.alloc(0), 'failed to decompress slug: EOF'],
    ['hardly a body', () => Buffer.from('gzip'), 'failed to decompress slug: unexpected EOF'],
    [
      'what is not gzip',
      () => Buffer.from('something else'),
      'failed to decompress slug: gzip: invalid header',
    ],
    ['what is not tar', () => gzipSync(Buffer.alloc(1024, 'x')), 'failed to untar slug: '],
    [
      'half an archive',
      (whole) => whole.subarray(0, whole.length / 2),
      'failed to untar slug: unexpected EOF',
    ],
    ['an archive with a flaw', (whole) => whole.fill(0, 20, 40), 'failed to untar slug: '],
  ])('%s', async (_, spoil, text) => {
    const whole = await archive({ name: 'a', text: 'not all the same'.repeat(9) }, 'b');
    await expect(unpack(spoil(whole))).rejects.toThrow(text);
  });

  test('half a tar', async () => {
    const whole = await tar({ name: 'a', text: 'x'.repeat(2000) });
    await expect(unpack(gzipSync(whole.subarray(0, 1500)))).rejects.toThrow('unexpected EOF');
  });
});

test('or, leniently, nothing is', async () => {
  expect([...(await unpackLeniently(Buffer.from('gzip'))).keys()]).toEqual([]);
  expect([...(await unpackLeniently(await archive('../a', link('b', '/c')))).keys()]).toEqual(['../a']);
});
