import * as core from '@actions/core';
import { logLine } from './safe-text.ts';
import type { Secrets } from './secrets.ts';

/** The run's log. What is printed contains no secrets and runs no workflow commands, wherever it comes from. */
export class Log {
  /** Whether ACTIONS_STEP_DEBUG is on. */
  readonly isDebug = core.isDebug();
  readonly #secrets: Secrets;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  info(text: string): void {
    core.info(this.#clean(text));
  }

  debug(text: string): void {
    core.debug(this.#clean(text));
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
    return this.#secrets
      .redact(text)
      .split(/\r\n?|\n/)
      .map(logLine)
      .join('\n');
  }
}
