import { setImmediate } from 'node:timers/promises';

/** Why something was not done any more. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';

  constructor() {
    super('the run was cancelled');
  }
}

/** What a run has to know of being cancelled. */
export interface Cancellation {
  /** From here on nothing new begins: no policy, no read, no retry. */
  readonly requested: AbortSignal;
  /** From here on nothing is waited for. */
  readonly overdue: AbortSignal;
}

/** For whoever cannot be cancelled. */
export const NEVER_CANCELLED: Cancellation = {
  requested: new AbortController().signal,
  overdue: new AbortController().signal,
};

/** Time for what is under way when the run is cancelled. Milliseconds. */
const GRACE = 2_500;

/** Less than the runner leaves between SIGINT and SIGTERM, 7.5 s. Milliseconds. */
const LAST_MOMENT = 6_500;

/**
 * Turns the signals of a cancelled workflow into a cancellation. What is begun has a moment to be finished, then the
 * run reports what it did; `onLastMoment` is for a run that does not get so far.
 */
export function cancelledBy(signals: NodeJS.EventEmitter, onLastMoment: () => void): Cancellation {
  const requested = new AbortController();
  const overdue = new AbortController();
  const cancel = () => {
    if (requested.signal.aborted) return;
    requested.abort(new CancelledError());
    setTimeout(() => overdue.abort(new CancelledError()), GRACE).unref();
    setTimeout(onLastMoment, LAST_MOMENT).unref();
  };
  signals.on('SIGINT', cancel);
  signals.on('SIGTERM', cancel);
  return { requested: requested.signal, overdue: overdue.signal };
}

/** The same, with another time for what is under way. Milliseconds. */
export function withGrace({ requested }: Cancellation, milliseconds: number): Cancellation {
  const overdue = new AbortController();
  void after(requested, milliseconds).then(() => overdue.abort(new CancelledError()));
  return { requested, overdue: overdue.signal };
}

/** A cancellation that its own user can bring about, too: nothing goes on behind the back of a run that failed. */
export function endable({ requested, overdue }: Cancellation): Cancellation & { readonly end: () => void } {
  const ended = new AbortController();
  return {
    requested: AbortSignal.any([requested, ended.signal]),
    overdue: AbortSignal.any([overdue, ended.signal]),
    end: () => ended.abort(new CancelledError()),
  };
}

/** Resolves so many milliseconds after a signal was aborted; never where it is not. */
export function after(signal: AbortSignal, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const wait = () => setTimeout(resolve, milliseconds).unref();
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true });
  });
}

/** Resolves once each signal that has come by now was heard: after this turn of the event loop, and a whole one. */
export async function signalsHeard(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
