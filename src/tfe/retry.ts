import { NEVER_CANCELLED } from '../runtime/cancellation.ts';
import { ApiError, ConnectionError, DecodeError } from './api-error.ts';
import type { Clock } from './clock.ts';

/** Time in which one request may be repeated, waits included (docs/behavior.md#retries). Milliseconds. */
export const RETRY_CEILING = 5 * 60_000;

/** Maximum retries if the server is down or returns invalid responses: half a minute in total. */
const MAX_FAULT_RETRIES = 6;

/** After 2 consecutive failures requests are no longer retried, after 10 they are no longer sent. */
const DOUBTFUL = 2;
const HOPELESS = 10;

const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;

export interface Attempt {
  /** Number of failed attempts: 1 after the first. */
  readonly failures: number;
  /** Milliseconds since the start of the first attempt. */
  readonly elapsed: number;
  /** Whether sending twice has the same effect as sending once. A create is not repeatable. */
  readonly repeatable: boolean;
  /** Maximum number of retries. */
  readonly faultRetries?: number;
}

/** Milliseconds to wait before the next attempt. Undefined if there is none. `jitter` is 0 to 1. */
export function retryDelay(error: unknown, attempt: Attempt, jitter: number): number | undefined {
  const delay = backOffDelay(attempt.failures, jitter);
  if (attempt.elapsed + delay >= RETRY_CEILING) return undefined;
  if (error instanceof ApiError && error.status === 429) return 0; // The pacer makes every request wait for the reset.
  if (error instanceof ApiError && error.status === 425) return delay;
  const { repeatable, failures, faultRetries = MAX_FAULT_RETRIES } = attempt;
  return repeatable && isUnclear(error) && failures <= faultRetries ? delay : undefined;
}

/** Milliseconds: half a second, doubled after each failure, of which `jitter` (0 to 1) removes up to half. */
export const backOffDelay = (failures: number, jitter: number): number =>
  Math.min(FIRST_DELAY * 2 ** (failures - 1), LONGEST_DELAY) * (0.5 + jitter / 2);

/** Failures after which the effect of the request is unknown, or which may be transient. */
export function isUnclear(error: unknown): boolean {
  if (error instanceof ApiError) return error.status >= 500;
  return error instanceof DecodeError || (error instanceof ConnectionError && !isHopeless(error));
}

/** TLS and DNS errors are not transient. */
const isHopeless = ({ code }: ConnectionError) =>
  /^(ENOTFOUND|ERR_INVALID|ERR_PROXY_4|ERR_REDIRECT|ERR_SSL|ERR_TLS|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/.test(
    code,
  );

/**
 * Shared by the requests of a run, so that not each of thousands waits for a server that is down. Any valid response
 * resets the count.
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

/** A request that was not sent, because too many before it failed. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';

  constructor() {
    super(`Not attempted: the last ${HOPELESS} requests failed`);
  }
}

export interface RetryOptions {
  readonly repeatable: boolean;
  readonly clock: Clock;
  readonly patience?: Patience;
  /** Once aborted, nothing is retried. */
  readonly cancelled?: AbortSignal;
}

/** Repeats a request as `retryDelay` decides. Throws the last failure unchanged. */
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
