import { expect } from '@jest/globals';
import pMap from 'p-map';
import {
  type Cancelling,
  type Clean,
  cancelled,
  cutOff,
  killed,
  struck,
  type Target,
  type Verdict,
} from './driver.ts';
import { faults, outages } from './faults.ts';
import { kindsOf, type Subject } from './subject.ts';
import { print } from './table.ts';

/** Milliseconds for one test. */
export const LONG = 30 * 60_000;

/** Runs that work, and runs that wait for an answer or for the next attempt. */
const [BUSY, WAITING] = [3, 32];

export type Task = { readonly waits: boolean; readonly act: () => Promise<Verdict> };

/** Whether each fault shall strike each request, which takes half an hour. */
const everywhere = process.env['FAULTS'] === 'all';

/** Runs what may go wrong, prints the table, and has everything end as it must. Those that wait do so side by side. */
export async function expectSound(subject: Subject, title: string, tasks: readonly Task[]): Promise<void> {
  const begun = performance.now();
  const act = (waits: boolean, concurrency: number) =>
    pMap(
      tasks.filter((task) => task.waits === waits),
      (task) => task.act(),
      { concurrency },
    );
  const verdicts = (await Promise.all([act(true, WAITING), act(false, BUSY)])).flat();
  print({ subject, title, begun }, verdicts);
  expect(verdicts.flatMap(({ wrong }) => wrong)).toEqual([]);
}

/** Each fault strikes another of the requests of a kind, or every third fault; each of them where everything is asked for. */
export const faultsOf = (clean: Clean, { third = false } = {}): Task[] =>
  faults.flatMap((fault, index) => {
    if (!everywhere && third && index % 3 > 0) return [];
    const isLong = ({ kind }: Target) => clean.subject.takesLong(kind, fault);
    return (everywhere ? clean.targets : oneOfEachKind(clean, index))
      .filter((target) => everywhere || !isLong(target))
      .map((target) => ({
        waits: fault.waits === true || isLong(target),
        act: () => struck(clean, target, fault),
      }));
  });

/**
 * A kind of request fails for good, from its first one on, and from the middle one on. Where `half` is asked for, from
 * its first one on in every other way, unless everything is.
 */
export const outagesOf = (clean: Clean, { half = false } = {}): Task[] =>
  kindsOf(clean.subject).flatMap((kind, number) => {
    const isHalf = half && !everywhere;
    const count = clean.targets.filter((target) => target.kind === kind).length;
    const middle = Math.ceil((count + 1) / 2);
    const starts = count === 0 ? [] : [...new Set(isHalf ? [1] : [1, middle])];
    const chosen = outages.filter((_, index) => !isHalf || (number + index) % 2 === 0);
    return starts.flatMap((from) =>
      chosen.map((outage) => ({ waits: true, act: () => cutOff(clean, { kind, from }, outage) })),
    );
  });

/** The process is killed at each request: once, on either side of its effect in turn, unless `both` are asked for. */
export const killsOf = (clean: Clean, { both = false } = {}): Task[] =>
  clean.targets.flatMap((target, index) => {
    const phases = ['before-effect', 'after-effect'] as const;
    const chosen = both || everywhere ? phases : phases.filter((_, phase) => phase === index % 2);
    return chosen.map((phase) => ({ waits: false, act: () => killed(clean, target, phase) }));
  });

/** The workflow is cancelled at a request of each kind, or at each request where everything is asked for. */
export const cancellationsOf = (clean: Clean): Task[] =>
  (everywhere ? clean.targets : oneOfEachKind(clean, 0))
    .flatMap((target): Cancelling[] => [
      { target, phase: 'before-effect', killSignal: 'SIGINT' },
      { target, phase: 'after-effect', killSignal: 'SIGTERM' },
    ])
    .map((point) => ({ waits: false, act: () => cancelled(clean, point) }));

const oneOfEachKind = ({ targets }: Clean, number: number) =>
  [...Map.groupBy(targets, ({ kind }) => kind).values()].flatMap(
    (ofKind) => ofKind[number % ofKind.length] ?? [],
  );
