import * as core from '@actions/core';
import { logLine } from './inert.ts';
import type { Secrets } from './secrets.ts';

/** The run's log: what is printed obeys no command and holds no secret, wherever it comes from. */
export class Log {
  readonly #secrets: Secrets;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  info(text: string): void {
    core.info(this.#clean(text));
  }

  /** Shown where the workflow asks for it by ACTIONS_STEP_DEBUG. */
  debug(text: string): void {
    if (core.isDebug()) core.debug(this.#clean(text));
  }

  async group<T>(title: string, act: () => Promise<T>): Promise<T> {
    core.startGroup(this.#clean(title));
    try {
      return await act();
    } finally {
      core.endGroup();
    }
  }

  #clean(text: string): string {
    return text
      .split(/\r\n?|\n/)
      .map((line) => logLine(this.#secrets.redact(line)))
      .join('\n');
  }
}
