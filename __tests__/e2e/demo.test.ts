/** The demo is true: each stage ends as it says, and fits on a screen. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';

/** Lines of a terminal that is not small. */
const SCREEN = 40;

const expected = [
  ['adds policies', /14 would be created/],
  ['merged', /14 created/],
  ['nothing to do', /14 unchanged\n[\s\S]*3 requests to Terraform, 0 of them writes/],
  ['changes a policy', /1 would be updated[\s\S]*▸ required-tags: 1 line added, 1 removed/],
  ['mistakes', /failed with 2 problems, nothing was written[\s\S]*Red/],
  ['less strict', /Enforcement would get looser: no-public-s3-buckets \(hard-mandatory → advisory\)/],
  ['renamed', /1 created, 1 deleted[\s\S]*renamed from required-tags/],
  ['drift', /The organization has drifted from the repository: 1 difference/],
  ['versioned policy set', /1 created[\s\S]*not attached to anything/],
  ['the module', /4 policies changed[\s\S]*affected by modules\/tfplan-functions/],
] as const;

describe('the demo', () => {
  let shown = '';
  let stages: string[] = [];

  beforeAll(async () => {
    const demo = resolve(import.meta.dirname, '../../demo/demo.ts');
    // It ends with another code than 0 where a stage does not end as it is meant to.
    const environment = { ...process.env, FORCE_COLOR: '1', GITHUB_ACTIONS: 'true' };
    shown = (await promisify(execFile)(process.execPath, [demo], { env: environment })).stdout;
    stages = shown.split(/^(?=\d+\. )/m);
  });

  test.each(expected.map(([words, says], index) => ({ words, says, index })))(
    'shows, on one screen: $words',
    ({ words, says, index }) => {
      const stage = stages[index] ?? '';
      expect(stage.split('\n')[0]).toContain(words);
      expect(stage).toMatch(says);
      expect(stage.split('\n').length).toBeLessThanOrEqual(SCREEN);
    },
  );

  test('has no other stage, and no control characters where there is no terminal', () => {
    expect(stages).toHaveLength(expected.length);
    expect(shown).not.toContain('\u001b');
  });
});
