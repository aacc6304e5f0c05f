import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import {
  matchesBranch,
  patternFor,
  readPublishBranches,
  yamlOf,
} from '../../../src/inputs/branch-patterns.ts';
import { Reader } from '../../../src/inputs/reader.ts';
import { describeProblem } from '../../../src/model/problem.ts';
import { explainPreviewOnly } from '../../../src/run/auto.ts';
import { aContext } from '../builders.ts';

describe('matchesBranch', () => {
  test.each<[string, string[], string[]]>([
    ['main', ['main'], ['Main', 'main2', 'domain', 'main/1', '']],
    ['release/*', ['release/1', 'release/'], ['release', 'release/1/a', 'prerelease/1']],
    ['release/**', ['release/1', 'release/1/a/b', 'release/'], ['release']],
    ['**', ['a', 'a/b', ''], []],
    ['*', ['a', 'a.b-c', ''], ['a/b']],
    ['**/hotfix', ['a/hotfix', 'a/b/hotfix'], ['hotfix', 'hotfix/1']],
    ['v*.*', ['v1.2', 'v1.2.3', 'v.'], ['v1', 'v1/2.3']],
    ['a*b*c', ['abc', 'a1b2c', 'abbcc'], ['ab', 'a/bc', 'acb']],
    ['***', ['a/b'], []],
    ['a+b(c).$', ['a+b(c).$'], ['aab(c).$', 'a+b(c)x$']],
    ['größe/🚀*', ['größe/🚀', 'größe/🚀1'], ['größe/x']],
  ])('%s', (pattern, matching, others) => {
    expect(matching.filter((branch) => !matchesBranch(pattern, branch))).toEqual([]);
    expect(others.filter((branch) => matchesBranch(pattern, branch))).toEqual([]);
  });

  test('takes no longer for many stars than their number says', () => {
    // Tried in every way, these would outlast the universe.
    expect(matchesBranch(`${'**a'.repeat(60)}b`, 'a'.repeat(200))).toBe(false);
  });
});

describe('the line to add', () => {
  const anyBranch = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc
      .array(
        fc.constantFrom('a', '1', '/', '-', '.', '`', '$', '{', '}', '#', '!', '*', "'", '"', ':', 'refs/'),
        {
          minLength: 1,
          maxLength: 12,
        },
      )
      .map((parts) => parts.join('')),
    fc.constantFrom('true', 'null', '1.10', '0x1f', '1e3', 'on', '2026-01-01', 'refs/heads/a', '-', '~'),
  );

  test('is YAML that the action reads as a pattern for this branch, and holds no expression', () => {
    fc.assert(
      fc.property(anyBranch, (branch) => {
        const pattern = patternFor(branch);
        const line = `publish-branches: ${yamlOf(pattern)}`;
        expect(parse(line)).toEqual({ 'publish-branches': pattern });
        expect(line).not.toMatch(/\$\{\{|`|[\p{C}\p{Zl}\p{Zp}]/u);
        const read = readPublishBranches(new Reader({ 'INPUT_PUBLISH-BRANCHES': pattern })) ?? [];
        expect(read.some((each) => matchesBranch(each, branch))).toBe(true);
      }),
    );
  });

  test.each([
    ['release/1.x', 'release/1.x'],
    ['1.10', "'1.10'"],
    ["it's", "'it''s'"],
    ['yes', "'yes'"],
    ['#1', "'*1'"],
    [`x-\${{github.token}}`, "'x-$*github.token}}'"],
  ])('for %s', (branch, written) => {
    expect(yamlOf(patternFor(branch))).toBe(written);
  });
});

describe('explainPreviewOnly', () => {
  const explain = (...[branch, context, patterns]: Partial<Parameters<typeof explainPreviewOnly>>) =>
    describeProblem(explainPreviewOnly(branch, context ?? aContext(), patterns));

  test('names the branch, the default branch and the line', () => {
    expect(explain('topic')).toBe(
      'input publish-branches: Nothing was published: the branch `topic` is not the default branch `main`. To publish from it, add this line to the inputs of the step: `publish-branches: topic`. To keep publishing from the default branch as well, list both, one per line.',
    );
  });

  test('names the line where the default branch is not known', () => {
    expect(explain('main', aContext({ defaultBranch: undefined }))).toBe(
      'input publish-branches: Nothing was published: the event does not say whether the branch `main` is the default branch. To publish from it, add this line to the inputs of the step: `publish-branches: main`.',
    );
  });

  test('names the line for the list that is there', () => {
    expect(explain('topic', aContext(), ['main'])).toBe(
      'input publish-branches: Nothing was published: the branch `topic` is not one of `publish-branches`. To publish from it, add the line `topic` to `publish-branches`.',
    );
  });

  test('says where no branch is known', () => {
    expect(explain(undefined, aContext({ ref: 'refs/changes/1' }))).toBe(
      'input publish-branches: Nothing was published: the runner does not provide the branch of this run (GITHUB_REF is "refs/changes/1"). On a runner without branches, set `dry-run` to `true` or `false`.',
    );
  });
});
