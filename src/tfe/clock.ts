import { setTimeout } from 'node:timers/promises';

/** Time as an argument, so that tests need not wait. Milliseconds. */
export interface Clock {
  now(): number;
  /** Ends early where the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }).catch(() => undefined),
};
