import { setImmediate } from 'node:timers/promises';

/** Why something was not done. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';

  constructor() {
    super('the run was cancelled');
  }
}

/** Tells a run that it was cancelled. */
export interface Cancellation {
  /** Once aborted, nothing new is started: no policy, no read, no retry. */
  readonly requested: AbortSignal;
  /** Once aborted, nothing is waited for. */
  readonly overdue: AbortSignal;
}

/** For callers that cannot be cancelled. */
export const NEVER_CANCELLED: Cancellation = {
  requested: new AbortController().signal,
  overdue: new AbortController().signal,
};

/** Time to finish work in progress when the run is cancelled. Milliseconds. */
const GRACE = 2_500;

/** Less than the 7.5 s that the runner leaves between SIGINT and SIGTERM. Milliseconds. */
const LAST_MOMENT = 6_500;

/**
 * Turns the signals of a cancelled workflow into a cancellation. Work in progress has a moment to finish, then the run
 * reports what it did. `onLastMoment` is called if the run does not get that far.
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

/** The same, with another time to finish work in progress. Milliseconds. */
export function withGrace({ requested }: Cancellation, milliseconds: number): Cancellation {
  const overdue = new AbortController();
  void after(requested, milliseconds).then(() => overdue.abort(new CancelledError()));
  return { requested, overdue: overdue.signal };
}

/** A cancellation that its user can also end, so that no background work outlives a failed run. */
export function endable({ requested, overdue }: Cancellation): Cancellation & { readonly end: () => void } {
  const ended = new AbortController();
  return {
    requested: AbortSignal.any([requested, ended.signal]),
    overdue: AbortSignal.any([overdue, ended.signal]),
    end: () => ended.abort(new CancelledError()),
  };
}

/** Resolves the given time after a signal was aborted, and never if it is not. */
export function after(signal: AbortSignal, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const wait = () => setTimeout(resolve, milliseconds).unref();
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true });
  });
}

/** Resolves when all signals that have arrived were handled: after this turn of the event loop and a whole one. */
export async function signalsHeard(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
