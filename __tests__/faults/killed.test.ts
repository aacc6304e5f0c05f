import { expect, test } from '@jest/globals';
import pMap from 'p-map';
import { cleanRun, killed } from './driver.ts';
import { print } from './table.ts';

test('killed anywhere: no set holds a policy without code, and the next run ends as it shall', async () => {
  const begun = performance.now();
  const clean = await cleanRun({});
  const points = clean.targets.flatMap((target) =>
    (['before-effect', 'after-effect'] as const).map((phase) => ({ target, phase })),
  );
  const verdicts = await pMap(points, ({ target, phase }) => killed(clean, target, phase), {
    concurrency: 4,
  });
  print('The process is killed at one request', verdicts, begun);
  expect(verdicts.flatMap(({ wrong }) => wrong)).toEqual([]);
}, 1_200_000);
