import pMap from 'p-map';
import type { PlannedFault } from '../../sandbox/http/faults.ts';
import { type Clean, cleanRun, type Verdict } from './driver.ts';

/** Milliseconds for one test. */
export const LONG = 30 * 60_000;

/** Runs that work, and runs that wait for an answer or for the next attempt. */
const [BUSY, WAITING] = [3, 32];

export type Task = { readonly waits: boolean; readonly act: () => Promise<Verdict> };

/** Those that wait do so side by side. */
export async function all(tasks: readonly Task[]): Promise<Verdict[]> {
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

/** Together they have requests of each kind. */
export async function situations(): Promise<Clean[]> {
  const [current, lost, old] = await Promise.all([cleanRun({}), cleanRun({}, [lostCreate]), cleanRun(older)]);
  const only = (clean: Clean, kind: string): Clean => ({
    ...clean,
    targets: clean.targets.filter((target) => target.kind === kind),
  });
  return [current, only(lost, 'look a name up'), only(old, 'read back'), only(old, 'update settings')];
}
