import { expect, test } from '@jest/globals';
import { cutOff, requestKinds } from './driver.ts';
import { outages } from './faults.ts';
import { all, LONG, situations } from './situations.ts';
import { print } from './table.ts';

test(
  'whatever fails for good, the run says so, and the next one ends as it shall',
  async () => {
    const begun = performance.now();
    const tasks = (await situations()).flatMap((clean) =>
      requestKinds.flatMap((kind) => {
        const count = clean.targets.filter((target) => target.kind === kind).length;
        const starts = count === 0 ? [] : [...new Set([1, Math.ceil((count + 1) / 2)])];
        return starts.flatMap((from) =>
          outages.map((outage) => ({ waits: true, act: () => cutOff(clean, { kind, from }, outage) })),
        );
      }),
    );
    const verdicts = await all(tasks);
    print('Requests fail for good', verdicts, begun);
    expect(verdicts.flatMap(({ wrong }) => wrong)).toEqual([]);
  },
  LONG,
);
