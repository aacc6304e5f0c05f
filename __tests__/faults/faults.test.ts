import { expect, test } from '@jest/globals';
import pMap from 'p-map';
import type { PlannedFault } from '../../sandbox/http/faults.ts';
import { type Clean, cleanRun, cutOff, requestKinds, struck, type Target, type Verdict } from './driver.ts';
import { faults, outages } from './faults.ts';
import { print } from './table.ts';

const LONG = 30 * 60_000;

/** Runs that work, and runs that wait for an answer or for the next attempt. */
const [BUSY, WAITING] = [3, 32];

type Task = { readonly waits: boolean; readonly act: () => Promise<Verdict> };

async function all(tasks: readonly Task[]): Promise<Verdict[]> {
  const act = (waits: boolean, concurrency: number) =>
    pMap(
      tasks.filter((task) => task.waits === waits),
      (task) => task.act(),
      { concurrency },
    );
  return (await Promise.all([act(true, WAITING), act(false, BUSY)])).flat();
}

/** Answers that leave settings out, as of an older release, have the run read them back. */
const older = { dialect: 'v202303-1', emptyUploadAnswer: true } as const;

/** A create whose answer is lost has the run look the name up. */
const lostCreate: PlannedFault = {
  when: { method: 'POST', holds: ({ body }) => JSON.stringify(body).includes('"new-cost"') },
  fault: { type: 'lose', effect: 'after' },
};

async function situations(): Promise<Clean[]> {
  const [current, lost, old] = await Promise.all([cleanRun({}), cleanRun({}, [lostCreate]), cleanRun(older)]);
  const only = (clean: Clean, kind: string): Clean => ({
    ...clean,
    targets: clean.targets.filter((target) => target.kind === kind),
  });
  return [current, only(lost, 'look a name up'), only(old, 'read back'), only(old, 'update settings')];
}

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
