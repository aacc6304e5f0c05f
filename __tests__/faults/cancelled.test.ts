import { expect, test } from '@jest/globals';
import pMap from 'p-map';
import { type Cancelling, cancelled, cleanRun, requestKinds } from './driver.ts';
import { print } from './table.ts';

// Windows knows no signals that a process could heed.
const onUnix = process.platform === 'win32' ? test.skip : test;

onUnix(
  'cancelled anywhere: what is begun is finished, the report is true, the next run ends as it shall',
  async () => {
    const begun = performance.now();
    const clean = await cleanRun({});
    const points = requestKinds.flatMap((kind): Cancelling[] => {
      const [target] = clean.targets.filter((of) => of.kind === kind);
      return target === undefined
        ? []
        : [
            { target, phase: 'before-effect', killSignal: 'SIGINT' },
            { target, phase: 'after-effect', killSignal: 'SIGTERM' },
          ];
    });
    const verdicts = await pMap(points, (point) => cancelled(clean, point), { concurrency: 4 });
    print('The workflow is cancelled at one request', verdicts, begun);
    expect(verdicts.flatMap(({ wrong }) => wrong)).toEqual([]);
  },
  1_200_000,
);
