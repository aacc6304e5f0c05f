import type { Log } from './log.ts';

const INTERVAL = 3_000;

/** Logs `142 of 500` now and then: at most a line every few seconds, and none for short work. */
export function progress(log: Log, what: string): (done: number, total: number) => void {
  let last = performance.now();
  return (done, total) => {
    if (performance.now() - last < INTERVAL) return;
    last = performance.now();
    log.info(`${what}: ${done} of ${total}`);
  };
}
