import { expect, test } from '@jest/globals';
import { type Clean, struck, type Target } from './driver.ts';
import { faults } from './faults.ts';
import { all, LONG, situations } from './situations.ts';
import { print } from './table.ts';

/** Each fault strikes another of the requests of a kind; each of them where FAULTS=all asks for that, in ten minutes. */
function targetsOf(clean: Clean, fault: number): readonly Target[] {
  if (process.env['FAULTS'] === 'all') return clean.targets;
  const ofOneKind = Map.groupBy(clean.targets, ({ kind }) => kind);
  return [...ofOneKind.values()].flatMap((targets) => targets[fault % targets.length] ?? []);
}

test(
  'whatever happens to any request, nothing is lost',
  async () => {
    const begun = performance.now();
    const tasks = (await situations()).flatMap((clean) =>
      faults.flatMap((fault, index) =>
        targetsOf(clean, index).map((target) => ({
          waits: fault.waits === true,
          act: () => struck(clean, target, fault),
        })),
      ),
    );
    const verdicts = await all(tasks);
    print('One request meets a fault', verdicts, begun);
    expect(verdicts.flatMap(({ wrong }) => wrong)).toEqual([]);
  },
  LONG,
);
