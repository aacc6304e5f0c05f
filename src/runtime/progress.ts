import type { Log } from './log.ts';

const INTERVAL = 3_000;

type Progress = (done: number, total: number) => void;

/** Logs `142 of 500` every few seconds and at the end, and nothing for short work. */
export function progress(log: Pick<Log, 'info'>, what: string, now = () => performance.now()): Progress {
  let last = now();
  let hasBegun = false;
  return (done, total) => {
    const isDue = now() - last >= INTERVAL;
    if (!isDue && !(hasBegun && done === total)) return;
    hasBegun = true;
    last = now();
    log.info(`${what}: ${done} of ${total}`);
  };
}
