import { expect, test } from '@jest/globals';
import * as events from '../../support/events.ts';
import { scenario, sentinel, textOf } from '../github/scenario.ts';
import { leftOut, levels } from './reading.ts';

test('the comment has the levels with their places, and the files left out, folded', async () => {
  const { github, run } = await scenario({
    files: {
      'aws/sentinel.hcl': 'policy "cost" {\n  enforcement_level = "soft-mandatory"\n}\n',
      'aws/cost.sentinel': sentinel(),
      'aws/@octocat <b>_x_.sentinel': sentinel('1'),
      'aws/old.sentinel': sentinel('2'),
    },
  });
  const result = await run({ event: events.pullRequest(), inputs: { 'dry-run': 'true' } });
  expect(result.exitCode).toBe(0);
  const [comment] = github.comments();
  const text = textOf(comment?.body);
  expect(levels(text)).toEqual({ cost: 'soft-mandatory (aws/sentinel.hcl:2)' });
  expect(leftOut(text)).toEqual({
    'aws/@octocat <b>_x_.sentinel': 'is not named by aws/sentinel.hcl',
    'aws/old.sentinel': 'is not named by aws/sentinel.hcl',
  });
  expect(leftOut(result.summary)).toEqual(leftOut(text));
});
