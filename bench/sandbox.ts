import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Figures, Opening, Order } from './server.ts';

/** The sandbox's process, asked one thing at a time. */
export class Sandbox {
  url = '';
  readonly #process: ChildProcess = fork(join(import.meta.dirname, 'server.ts'));

  async open(opening: Partial<Opening> = {}): Promise<void> {
    const alone = { limit: null, latency: 0, keep: false, policySets: [], mishap: undefined };
    this.url = await this.#ask<string>({ order: 'open', ...alone, ...opening });
  }

  /** What clients asked whose name begins so. */
  figures(client: string): Promise<Figures> {
    return this.#ask<Figures>({ order: 'figures', client });
  }

  reset(): Promise<void> {
    return this.#ask<void>({ order: 'reset' });
  }

  /** From now on nothing goes wrong. */
  relent(): Promise<void> {
    return this.#ask<void>({ order: 'relent' });
  }

  close(): void {
    this.#process.kill();
  }

  async #ask<Answer>(order: Order): Promise<Answer> {
    this.#process.send(order);
    const [{ answer, error }] = (await once(this.#process, 'message')) as [
      { answer: Answer; error?: string },
    ];
    if (error !== undefined) throw new Error(error);
    return answer;
  }
}
