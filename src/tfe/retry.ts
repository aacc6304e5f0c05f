import { NEVER_CANCELLED } from '../runtime/cancellation.ts';
import { ApiError, ConnectionError, DecodeError } from './api-error.ts';
import type { Clock } from './clock.ts';

/** Time in which one request may be repeated, waits included (docs/behavior.md#retries). Milliseconds. */
export const RETRY_CEILING = 5 * 60_000;

/** How often a server that is down, or answers nonsense, is asked again: half a minute in all. */
const MAX_FAULT_RETRIES = 6;

/** So many requests in a row have to fail for good until the others are tried only once, and then not at all. */
const DOUBTFUL = 2;
const HOPELESS = 10;

const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;

export interface Attempt {
  /** How many attempts failed so far: 1 after the first. */
  readonly failures: number;
  /** Milliseconds since the first attempt began. */
  readonly elapsed: number;
  /** Whether asking twice does what asking once does. A create is not repeatable. */
  readonly repeatable: boolean;
  /** How often a fault may be met. */
  readonly faultRetries?: number;
}

/** Milliseconds to wait before the next attempt; undefined where the failure stands. `jitter` is 0 to 1. */
export function retryDelay(error: unknown, attempt: Attempt, jitter: number): number | undefined {
  const delay = backOffDelay(attempt.failures, jitter);
  if (attempt.elapsed + delay >= RETRY_CEILING) return undefined;
  if (error instanceof ApiError && error.status === 429) return 0; // The pacer has every request wait for the reset.
  if (error instanceof ApiError && error.status === 425) return delay;
  const { repeatable, failures, faultRetries = MAX_FAULT_RETRIES } = attempt;
  return repeatable && isUnclear(error) && failures <= faultRetries ? delay : undefined;
}

/** Milliseconds: half a second, doubled with each failure, between half and whole of it. `jitter` is 0 to 1. */
export const backOffDelay = (failures: number, jitter: number): number =>
  Math.min(FIRST_DELAY * 2 ** (failures - 1), LONGEST_DELAY) * (0.5 + jitter / 2);

/** Failures that do not tell whether the request took effect, or that may pass by themselves. */
export function isUnclear(error: unknown): boolean {
  if (error instanceof ApiError) return error.status >= 500;
  return error instanceof DecodeError || (error instanceof ConnectionError && !isHopeless(error));
}

/** A certificate or a host name does not mend itself within minutes. */
const isHopeless = ({ code }: ConnectionError) =>
  /^(ENOTFOUND|ERR_INVALID|ERR_PROXY_4|ERR_REDIRECT|ERR_SSL|ERR_TLS|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/.test(
    code,
  );

/**
 * What the requests of a run know of each other: a server that is down is not waited for by each of thousands of
 * them. Any answer that is one starts the count anew.
 */
export class Patience {
  #inVain = 0;

  get faultRetries(): number {
    return this.#inVain < DOUBTFUL ? MAX_FAULT_RETRIES : 0;
  }

  get isOver(): boolean {
    return this.#inVain >= HOPELESS;
  }

  succeeded(): void {
    this.#inVain = 0;
  }

  failed(): void {
    this.#inVain++;
  }
}

/** A request that was not even sent, since so many before it had no answer. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';

  constructor() {
    super(`Not sent: the server took none of the last ${HOPELESS} requests`);
  }
}

export interface RetryOptions {
  readonly repeatable: boolean;
  readonly clock: Clock;
  readonly patience?: Patience;
  /** Where this is aborted, nothing is tried again. */
  readonly cancelled?: AbortSignal;
}

/** Repeats a request as `retryDelay` says. The last failure is thrown as it is. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { repeatable, clock, patience = new Patience(), cancelled = NEVER_CANCELLED.requested }: RetryOptions,
): Promise<T> {
  if (patience.isOver) throw new NotSentError();
  const begun = clock.now();
  for (let failures = 1; ; failures++) {
    try {
      const answer = await attempt();
      patience.succeeded();
      return answer;
    } catch (error) {
      const { faultRetries } = patience;
      const elapsed = clock.now() - begun;
      const delay = retryDelay(error, { failures, elapsed, repeatable, faultRetries }, Math.random());
      if (delay === undefined || cancelled.aborted) {
        if (repeatable && isUnclear(error)) patience.failed();
        throw error;
      }
      await clock.sleep(delay, cancelled);
    }
  }
}
