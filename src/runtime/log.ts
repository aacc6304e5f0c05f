import * as core from '@actions/core';
import { logLine } from './safe-text.ts';
import type { Secrets } from './secrets.ts';

/** The run's log: what is printed obeys no command and holds no secret, wherever it comes from. */
export class Log {
  /** Whether the workflow asks for more by ACTIONS_STEP_DEBUG. */
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
