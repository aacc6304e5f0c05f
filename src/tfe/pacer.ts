import { NEVER_CANCELLED } from '../runtime/cancellation.ts';
import type { Clock } from './clock.ts';
import { SharedLimit } from './shared-limit.ts';
import type { HttpResponse, Transport } from './transport.ts';

/** The documented requests per second, assumed until the server's limit is known (docs/terraform-api.md#rate-limit). */
const ASSUMED_LIMIT = 30;

/** Tolerance for varying latency and for timers that fire early. Milliseconds. */
const LEEWAY = 20;

/** The second that the limit applies to. Milliseconds. */
const WINDOW = 1000 + LEEWAY;

/** The share of the limit that remains after a 429, and the time in which it recovers. */
const LESS = 0.5;
const LEAST = 0.2;
const REGROWTH = 30_000;

/** For the server, a window that has just ended may not be over. Milliseconds. */
const SHORTEST_PAUSE = 100;

/** At the start, and after this time without requests, a single probe is sent first. Milliseconds. */
const SILENCE = 200;

/** A reset is given in seconds. A longer one must be in another unit. Milliseconds. */
const LONGEST_PAUSE = 60_000;

/**
 * Delays requests so that the server's limit is never reached: at most `limit - 1` arrive there in any second.
 *
 * A request counts in the second in which it arrives, at some time between sending it and its response. Only the times
 * of responses are known, so responses are compared with each other: the response to a request that is sent now arrives
 * after the fastest round trip so far at the earliest. The first round trip does not count, because it includes opening
 * the connection. Other clients that share the limit, such as an earlier run, keep what they are seen to use, up to half
 * of it. After a 429 all requests wait for the reset.
 */
export class Pacer {
  readonly #parallelism: number;
  readonly #clock: Clock;
  readonly #overdue: AbortSignal;
  #limit: number | undefined = ASSUMED_LIMIT;
  #inFlight = 0;
  /** Times of the responses in the last second. */
  #answers: number[] = [];
  #firstAnswer = Number.POSITIVE_INFINITY;
  #fastest = Number.POSITIVE_INFINITY;
  #pausedUntil = 0;
  /** Undefined until the first 429. */
  #share: { readonly of: number; readonly since: number } | undefined;
  readonly #shared = new SharedLimit();
  #lastSent = Number.NEGATIVE_INFINITY;
  #silentSince = Number.NEGATIVE_INFINITY;
  /** While set, other requests wait for a probe that reveals the current usage. */
  #aheadUntil = 0;
  #waiting: (() => void)[] = [];
  #wakeAt = Number.POSITIVE_INFINITY;

  /** Once `overdue` is aborted, requests are no longer delayed, because the transport refuses them. */
  constructor(parallelism: number, clock: Clock, overdue: AbortSignal = NEVER_CANCELLED.overdue) {
    this.#parallelism = parallelism;
    this.#clock = clock;
    this.#overdue = overdue;
  }

  wrap(transport: Transport): Transport {
    return async (request) => {
      await this.#slot();
      const sent = this.#clock.now();
      let answer: HttpResponse | undefined;
      try {
        answer = await transport(request);
        return answer;
      } finally {
        this.#answered(sent, answer);
      }
    };
  }

  #slot(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#admit();
    });
  }

  #admit(): void {
    while (this.#waiting.length > 0) {
      const wait = this.#wait();
      if (wait > 0) {
        this.#wakeIn(wait);
        return;
      }
      const now = this.#clock.now();
      if (this.#inFlight === 0 && now - this.#silentSince > SILENCE) this.#aheadUntil = now + WINDOW;
      this.#inFlight++;
      this.#lastSent = now;
      this.#waiting.shift()?.();
    }
  }

  /** Milliseconds until the next request may be sent. Infinite if a response must arrive first. */
  #wait(): number {
    const now = this.#clock.now();
    if (this.#overdue.aborted) return 0;
    if (now < this.#pausedUntil) return this.#pausedUntil - now;
    if (this.#inFlight >= this.#parallelism) return Number.POSITIVE_INFINITY;
    if (this.#limit === undefined) return 0;
    if (now < this.#aheadUntil) return this.#aheadUntil - now;
    const answer = this.#earliestAnswer(now);
    const full = this.#shared.fullFor(answer, this.#inFlight);
    if (full > 0) return full;
    this.#answers = this.#answers.filter((earlier) => earlier + WINDOW > answer);
    const all = this.#limit - 1;
    const allowed = this.#allowed(all, now);
    if (this.#inFlight + this.#answers.length >= allowed) return Math.min(...this.#answers) + WINDOW - answer;
    // If the limit is shared, requests are spread evenly, so that others find room and are noticed.
    const isShared = allowed < all || this.#share !== undefined;
    return isShared ? this.#lastSent + WINDOW / allowed - now : 0;
  }

  /** Earliest response to a request that is sent now. Immediately, if no round trip is known yet. */
  #earliestAnswer(now: number): number {
    return Number.isFinite(this.#fastest) ? now + this.#fastest : now;
  }

  /** How many of the requests in a second may be ours. */
  #allowed(all: number, now: number): number {
    const others = Math.round(this.#shared.othersPerSecond(now, this.#inFlight));
    const left = Math.max(all / 2, all - others);
    return Math.max(1, Math.floor(Math.min(left, all * this.#shareAt(now))));
  }

  #shareAt(now: number): number {
    const { of, since } = this.#share ?? { of: 1, since: now };
    return Math.min(1, of + (now - since) / REGROWTH);
  }

  /** Several refusals at the same time count as one. */
  #yield(now: number): void {
    if (now >= this.#pausedUntil)
      this.#share = { of: Math.max(LEAST, this.#shareAt(now) * LESS), since: now };
  }

  /** A new wait may end before the current one. */
  #wakeIn(wait: number): void {
    const at = this.#clock.now() + wait;
    if (at >= this.#wakeAt) return;
    this.#wakeAt = at;
    this.#clock.sleep(Math.ceil(wait), this.#overdue).then(() => {
      if (this.#wakeAt === at) this.#wakeAt = Number.POSITIVE_INFINITY;
      this.#admit();
    });
  }

  #answered(sent: number, answer: HttpResponse | undefined): void {
    const now = this.#clock.now();
    this.#inFlight--;
    this.#aheadUntil = 0;
    this.#silentSince = now;
    // A request without a response may have arrived just now.
    if (answer === undefined) this.#answers.push(this.#earliestAnswer(now));
    else {
      if (sent >= this.#firstAnswer) this.#fastest = Math.min(this.#fastest, now - sent);
      this.#firstAnswer = Math.min(this.#firstAnswer, now);
      this.#answers.push(now);
      this.#learn(answer, now);
    }
    this.#admit();
  }

  #learn({ status, headers }: HttpResponse, now: number): void {
    const limit = number(headers['x-ratelimit-limit']);
    const remaining = number(headers['x-ratelimit-remaining']);
    const reset = resetAfter(headers);
    if (limit !== undefined && limit >= 1) this.#limit = limit;
    // Without the header, the server's limit is turned off (docs/terraform-api.md#rate-limit).
    else if (status < 400) this.#limit = undefined;
    if (status === 429) {
      this.#yield(now);
      this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.max(reset ?? 1000, SHORTEST_PAUSE));
    }
    // Others may use the limit as well, such as an earlier step.
    else if (limit !== undefined && remaining !== undefined && reset !== undefined) {
      this.#shared.see({ limit, used: limit - remaining, at: now, end: now + reset + LEEWAY });
    }
  }
}

/** The wait that a response requests, in milliseconds. `x-ratelimit-reset` is in seconds, with decimals. */
function resetAfter(headers: HttpResponse['headers']): number | undefined {
  const seconds = number(headers['x-ratelimit-reset']) ?? number(headers['retry-after']);
  return seconds === undefined ? undefined : Math.min(Math.max(0, seconds * 1000), LONGEST_PAUSE);
}

function number(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
