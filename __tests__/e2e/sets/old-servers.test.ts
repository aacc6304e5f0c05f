import { expect, test } from '@jest/globals';
import type { PlannedFault } from '../../../sandbox/http/faults.ts';
import { outcome, requestLines } from '../publish/reading.ts';
import { asBase, asNewBase, publishedSets, publishing } from './publishing.ts';

const noIncludes: PlannedFault = {
  when: { path: /include=/ },
  times: Number.POSITIVE_INFINITY,
  fault: { type: 'status', status: 400 },
};

test('a server that sends no versions along is asked without them', async () => {
  const { terraform, run } = await publishing();
  terraform.faults.add(noIncludes);
  const first = await run(asNewBase);
  expect(outcome(first)).toMatchObject({ exitCode: 0, created: 1 });
  terraform.reset();
  terraform.faults.add(noIncludes);
  const again = await run(asBase);
  expect(outcome(again)).toMatchObject({ exitCode: 0, changed: 'false', unchanged: 1 });
  expect(publishedSets(again)).toMatchObject([{ version: publishedSets(first)[0]?.version }]);
  expect(requestLines(terraform)).toHaveLength(2);
});
