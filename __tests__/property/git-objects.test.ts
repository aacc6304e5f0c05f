/** Whatever GitHub answers about a tree or a blob is either sound, or ends in words and after few requests. */
import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { GitHub } from '../../src/github/client.ts';
import { readBlob, readTree } from '../../src/github/tree.ts';
import { type Json, mutated } from './json-documents.ts';

const here = { owner: 'acme', repo: 'policies' };
const content = Buffer.from('main = rule { true }');
const id = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
const commit = 'c'.repeat(40);

const tree = (page: number): Json => ({
  sha: commit,
  tree: [
    { path: `${page}`, mode: '040000', type: 'tree', sha: id, size: 0 },
    { path: `${page}/a.sentinel`, mode: '100644', type: 'blob', sha: id, size: content.length },
  ],
  truncated: page < 3,
  page,
  total_count: 6,
});

const blob: Json = { sha: id, size: content.length, encoding: 'base64', content: content.toString('base64') };

/** Each page its answer, others none; as Octokit has them, parsed. */
function answering(...answers: readonly Json[]) {
  let requests = 0;
  const answer = async () => ({ data: answers[requests++] });
  const octokit = { request: answer, rest: { git: { getBlob: answer } } };
  return { github: { ...here, octokit } as unknown as GitHub, requests: () => requests };
}

const settings = { seed: 22, numRuns: 200, endOnFailure: true };

test('trees', async () => {
  const pages = fc.tuple(mutated(tree(1)), mutated(tree(2)), mutated(tree(3)));
  let known = 0;
  await fc.assert(
    fc.asyncProperty(pages, async (answers) => {
      const { github, requests } = answering(...answers);
      const read = await readTree(github, here, commit);
      expect(requests()).toBeLessThanOrEqual(4);
      if ('unknown' in read) return expect(read.unknown.cause).toMatch(/^the tree of commit ccccccc \S/);
      known += 1;
      for (const { path, mode, id } of read.entries) {
        expect(path.split('/').filter((part) => ['', '.', '..'].includes(part))).toEqual([]);
        expect(`${mode} ${id}`).toMatch(/^[0-7]{6} [0-9a-f]{40}$/);
      }
      expect(new Set(read.entries.map(({ path }) => path)).size).toBe(read.entries.length);
    }),
    settings,
  );
  expect(known).toBeGreaterThan(0);
});

test('blobs', async () => {
  let known = 0;
  await fc.assert(
    fc.asyncProperty(mutated(blob), async (answer) => {
      const { github } = answering(answer);
      const read = await readBlob(github, here, id).catch((error: Error) => error.message);
      if (typeof read === 'string') return expect(read).toMatch(/^The blob \w{7} (cannot be read|is larger)/);
      known += 1;
      expect(read).toEqual(content);
    }),
    settings,
  );
  expect(known).toBeGreaterThan(0);
});
