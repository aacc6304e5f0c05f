import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  decodeBlob,
  decodeTreePage,
  isSoundTree,
  LARGEST_BLOB,
  type TreeEntry,
} from '../../../src/github/git-objects.ts';
import { growth, LINEAR } from '../cpu-time.ts';

const COMMIT = 'c'.repeat(40);
const ID = 'b'.repeat(40);

const listed = (changes: object = {}) => ({
  path: 'a.rego',
  mode: '100644',
  type: 'blob',
  sha: ID,
  size: 3,
  ...changes,
});
const answer = (changes: object = {}) => ({ sha: COMMIT, tree: [listed()], truncated: false, ...changes });

describe('an answer about a tree', () => {
  const decoded = (changes: object) => decodeTreePage(answer(changes), COMMIT);

  test('of GitHub', () => {
    const tree = [listed(), listed({ path: 'd', mode: '040000', type: 'tree', size: undefined })];
    expect(decoded({ tree, url: 'https://x' })).toEqual({
      entries: [
        { path: 'a.rego', mode: '100644', type: 'blob', id: ID, size: 3 },
        { path: 'd', mode: '040000', type: 'tree', id: ID, size: undefined },
      ],
      truncated: false,
      page: undefined,
      total: undefined,
    });
  });

  test('of Gitea: its pages, sizes of what has none, and no list at all', () => {
    const tree = [listed({ mode: '160000', type: 'commit', size: 0 })];
    const page = decoded({ tree, truncated: true, page: 2, total_count: 9 });
    expect(page).toMatchObject({ truncated: true, page: 2, total: 9, entries: [{ size: undefined }] });
    expect(decoded({ tree: null })?.entries).toEqual([]);
  });

  test('with a mode of five digits', () => {
    expect(decoded({ tree: [listed({ mode: '40000', type: 'tree' })] })?.entries[0]?.mode).toBe('040000');
  });

  test.each([-1, 0.5, '3', null, 2 ** 60])('with the size %j, which is none', (size) => {
    expect(decoded({ tree: [listed({ size })] })?.entries[0]?.size).toBeUndefined();
  });

  test.each<[string, object]>([
    ['of another commit', { sha: ID }],
    ['without an id', { sha: undefined }],
    ['that does not say whether it is whole', { truncated: undefined }],
    ['whose list is none', { tree: {} }],
    ['with an entry without a path', { tree: [listed({ path: undefined })] }],
    ['with a mode that is none', { tree: [listed({ mode: '0o100644' })] }],
    ['with a type that is none', { tree: [listed({ type: 'tag' })] }],
    ['with an id that is none', { tree: [listed({ sha: '../../user' })] }],
    ['with a short id', { tree: [listed({ sha: 'abcdef0' })] }],
    ['with a page that is none', { page: -1 }],
  ])('%s is none', (_name, changes) => {
    expect(decoded(changes)).toBeUndefined();
  });

  test.each([undefined, null, '', '<html>', [], 7])('%j is none', (data) => {
    expect(decodeTreePage(data, COMMIT)).toBeUndefined();
  });
});

const entry = (path: string, type: TreeEntry['type'] = 'blob'): TreeEntry => ({
  path,
  mode: '100644',
  type,
  id: ID,
  size: undefined,
});

describe('the entries of a tree', () => {
  test.each<[string, TreeEntry[]]>([
    ['none', []],
    ['files and folders', [entry('a', 'tree'), entry('a/b', 'tree'), entry('a/b/c'), entry('b')]],
    ['folders after what they hold', [entry('a/b'), entry('a', 'tree')]],
    ['no folders', [entry('a/b')]],
    ['names with dots', [entry('...'), entry('.a'), entry('a.'), entry('..a/b..')]],
    ['names of objects', [entry('__proto__'), entry('constructor')]],
    ['strange characters', [entry('a\\b'), entry('a\nb'), entry(' '), entry('ö'), entry('\ud800')]],
    ['names alike but for their case', [entry('a'), entry('A')]],
  ])('%s: sound', (_name, entries) => {
    expect(isSoundTree(entries)).toBe(true);
  });

  test.each([
    '',
    '/',
    '/etc/passwd',
    'a//b',
    'a/',
    '.',
    '..',
    '../a',
    'a/../b',
    'a/..',
    './a',
    'a/.',
    'a/./b',
    '\0',
    'a\0b',
  ])('%j is no path', (path) => {
    expect(isSoundTree([entry('x'), entry(path)])).toBe(false);
  });

  test('twice the same path', () => {
    expect(isSoundTree([entry('a'), entry('b'), entry('a')])).toBe(false);
  });

  test.each(['blob', 'commit'] as const)('something within a %s', (type) => {
    expect(isSoundTree([entry('a', type), entry('a/b')])).toBe(false);
    expect(isSoundTree([entry('a/b'), entry('a', type)])).toBe(false);
  });
});

/** Characters of a quarter of the largest answer that is measured: a tenth of what GitHub gives. */
const SOME = 0.7 * 2 ** 18;

describe('time grows with the length', () => {
  const read = (tree: object[]) => () => {
    const { entries = [] } = decodeTreePage(answer({ tree }), COMMIT) ?? {};
    isSoundTree(entries);
  };

  test.each<[string, number, (size: number) => object[]]>([
    ['many files', SOME / 80, (n) => Array.from({ length: n }, (_, i) => listed({ path: `f/${i}` }))],
    ['one file in many folders', SOME, (n) => [listed({ path: `${'a/'.repeat(n / 2)}b` })]],
    ['one path of dots', SOME, (n) => [listed({ path: `${'.'.repeat(n)}a` })]],
    ['one path of slashes and dots', SOME, (n) => [listed({ path: `a${'/...'.repeat(n / 4)}` })]],
    [
      'folders in folders',
      500,
      (n) => Array.from({ length: n }, (_, i) => listed({ path: 'a/'.repeat(i % 500) + i })),
    ],
    ['entries that are none', SOME / 10, (n) => Array.from({ length: n }, () => ({}))],
  ])('%s', async (_name, size, treeOf) => {
    expect(await growth(Math.floor(size), (n) => read(treeOf(n)))).toBeLessThan(LINEAR);
  });

  test('a blob', async () => {
    const grown = await growth(2 ** 18, (n) => {
      const blob = blobAnswer(Buffer.alloc(n, 'x'));
      return () => decodeBlob(blob, blob.sha);
    });
    expect(grown).toBeLessThan(LINEAR);
  });
});

const idOf = (bytes: Buffer, algorithm = 'sha1') =>
  createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

const blobAnswer = (bytes: Buffer, changes: object = {}) => ({
  sha: idOf(bytes),
  size: bytes.length,
  encoding: 'base64',
  content: bytes.toString('base64'),
  ...changes,
});

describe('an answer about a blob', () => {
  const bytes = Buffer.from([0, 255, 10, 13, 195, 40]);
  const id = idOf(bytes);
  const decoded = (changes: object = {}) => decodeBlob(blobAnswer(bytes, changes), id);

  test('on one line, in lines, empty, and with an id of SHA-256', () => {
    expect(decoded()).toEqual({ bytes });
    const lines = bytes.toString('base64').replace(/.{3}/g, '$&\n');
    expect(decoded({ content: lines })).toEqual({ bytes });
    const nothing = Buffer.alloc(0);
    expect(decodeBlob(blobAnswer(nothing), idOf(nothing))).toEqual({ bytes: nothing });
    const sha = idOf(bytes, 'sha256');
    expect(decodeBlob(blobAnswer(bytes, { sha }), sha)).toEqual({ bytes });
  });

  test('as Git itself has it', () => {
    expect(idOf(Buffer.from('hello\n'))).toBe('ce013625030ba8dba906f756967f9e9ca394464a');
  });

  test.each<[string, object, string]>([
    ['of another id', { sha: ID }, 'answer'],
    ['in another encoding', { encoding: 'utf-8' }, 'answer'],
    ['without content', { content: null, encoding: null }, 'answer'],
    ['without a size', { size: undefined }, 'answer'],
    ['with other content', { content: 'eA==' }, 'content'],
    ['with content that is cut off', { content: '' }, 'content'],
    ['above the limit', { size: LARGEST_BLOB + 1, content: null, encoding: null }, 'size'],
    ['that says less than it has', { content: 'AAAA'.repeat(LARGEST_BLOB / 3 + 1) }, 'size'],
  ])('%s', (_name, changes, wrong) => {
    expect(decoded(changes)).toEqual({ wrong });
  });

  test('at the limit', () => {
    const largest = Buffer.alloc(LARGEST_BLOB);
    expect(decodeBlob(blobAnswer(largest), idOf(largest))).toHaveProperty('bytes');
  });

  test.each([undefined, null, '', '<html>', [], 7])('%j', (data) => {
    expect(decodeBlob(data, id)).toEqual({ wrong: 'answer' });
  });
});
