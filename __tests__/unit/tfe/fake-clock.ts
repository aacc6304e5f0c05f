import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../src/tfe/clock.ts';

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that passes only when nothing else is left to do. */
export class FakeClock implements Clock {
  #time = 1_000;
  #timers: Timer[] = [];

  now(): number {
    return this.#time;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => {
      this.#timers.push({ at: this.#time + Math.max(0, milliseconds), wake });
    });
  }

  /** Lets time pass until the work is done. Milliseconds that it took. */
  async run(work: Promise<unknown>): Promise<number> {
    const begun = this.#time;
    let done = false;
    const finished = work.finally(() => {
      done = true;
    });
    finished.catch(() => undefined);
    for (;;) {
      await setImmediate();
      if (done) break;
      const next = this.#timers.reduce<Timer | undefined>(
        (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
        undefined,
      );
      if (next === undefined) throw new Error('nothing is left that could end the work');
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#time = Math.max(this.#time, next.at);
      next.wake();
    }
    await finished;
    return this.#time - begun;
  }
}
