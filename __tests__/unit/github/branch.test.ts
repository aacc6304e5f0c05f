import { expect, test } from '@jest/globals';
import { branchOfRerun, findBranchHead } from '../../../src/github/branch.ts';
import type { GitHub } from '../../../src/github/client.ts';
import { aContext } from '../builders.ts';

const SHA = 'a'.repeat(40);

test.each([
  ['a branch', { runAttempt: 2, ref: 'refs/heads/a/b' }, 'a/b'],
  ['the first attempt', { runAttempt: 1, ref: 'refs/heads/a' }, undefined],
  ['a tag', { runAttempt: 2, ref: 'refs/tags/a' }, undefined],
  ['a pull request', { runAttempt: 2, ref: 'refs/pull/1/merge' }, undefined],
  ['nothing', { runAttempt: 2, ref: undefined }, undefined],
])('the branch of a run that is tried again: %s', (_name, context, expected) => {
  expect(branchOfRerun(aContext(context))).toBe(expected);
});

const answering = (answer: unknown): GitHub =>
  ({ owner: 'a', repo: 'b', octokit: { rest: { repos: { getBranch: async () => answer } } } }) as never;

test.each([
  ['as GitHub has it', { data: { commit: { sha: SHA } } }, SHA],
  ['as Gitea has it', { data: { commit: { id: SHA } } }, SHA],
  ['that is no commit', { data: { commit: { sha: 'main', id: '](x)' } } }, undefined],
  ['of another form', { data: [] }, undefined],
])('the head of a branch %s', async (_name, answer, expected) => {
  expect(await findBranchHead(answering(answer), 'main')).toBe(expected);
});
