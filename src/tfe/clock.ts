import { setTimeout } from 'node:timers/promises';

/** Time as a dependency, so that tests do not wait. Milliseconds. */
export interface Clock {
  now(): number;
  /** Ends early if the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }).catch(() => undefined),
};
