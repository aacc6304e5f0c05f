import { NEVER_CANCELLED } from '../runtime/cancellation.ts';
import type { Clock } from './clock.ts';
import { SharedLimit } from './shared-limit.ts';
import type { HttpResponse, Transport } from './transport.ts';

/** Assumed until the server's limit is known: the documented requests per second (docs/terraform-api.md#rate-limit). */
const ASSUMED_LIMIT = 30;

/** A little for requests that travel at unequal speed, and for timers that are early. Milliseconds. */
const LEEWAY = 20;

/** The second that the limit speaks of. Milliseconds. */
const WINDOW = 1000 + LEEWAY;

/** What is left of one's share after 429, and how soon it grows back. */
const LESS = 0.5;
const LEAST = 0.2;
const REGROWTH = 30_000;

/** A window that has just ended may not be over for the server. Milliseconds. */
const SHORTEST_PAUSE = 100;

/** At the start, and after so long a silence, one goes ahead of the others, for a second at most. Milliseconds. */
const SILENCE = 200;

/** A reset is seconds to wait; anything longer than this is some other unit. Milliseconds. */
const LONGEST_PAUSE = 60_000;

/**
 * Holds requests back so that the server's limit is never met: at most `limit - 1` arrive there in any second.
 *
 * Which second a request counts in is decided when it arrives, which lies between sending it and the answer. Only
 * answers have a time that is known, so that one answer is compared with another: a request that is sent now has its
 * answer after the fastest round trip so far at the earliest. The first round trip is none to go by, since it opens the
 * connection, too. Others who share the limit, an earlier run for one, keep what they are seen to take, up to half of
 * it. When 429 comes anyway, everything waits for the reset.
 */
export class Pacer {
  readonly #parallelism: number;
  readonly #clock: Clock;
  readonly #overdue: AbortSignal;
  #limit: number | undefined = ASSUMED_LIMIT;
  #inFlight = 0;
  /** When the requests of the last second were answered. */
  #answers: number[] = [];
  #firstAnswer = Number.POSITIVE_INFINITY;
  #fastest = Number.POSITIVE_INFINITY;
  #pausedUntil = 0;
  /** Undefined until the first 429. */
  #share: { readonly of: number; readonly since: number } | undefined;
  readonly #shared = new SharedLimit();
  #lastSent = Number.NEGATIVE_INFINITY;
  #silentSince = Number.NEGATIVE_INFINITY;
  /** Until when the others wait for the answer of one, which tells what was made of the limit meanwhile. */
  #aheadUntil = 0;
  #waiting: (() => void)[] = [];
  #wakeAt = Number.POSITIVE_INFINITY;

  /** Once `overdue` is aborted nothing is held back: the transport refuses what comes. */
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

  /** Milliseconds until the next request may go; infinite where an answer has to come first. */
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
    // Beside others evenly: between our requests theirs find room, and are seen.
    const isShared = allowed < all || this.#share !== undefined;
    return isShared ? this.#lastSent + WINDOW / allowed - now : 0;
  }

  /** To a request that is sent now. As long as nothing is known of the way, at once. */
  #earliestAnswer(now: number): number {
    return Number.isFinite(this.#fastest) ? now + this.#fastest : now;
  }

  /** How many of all the requests in a second may be ours. */
  #allowed(all: number, now: number): number {
    const others = Math.round(this.#shared.othersPerSecond(now, this.#inFlight));
    const left = Math.max(all / 2, all - others);
    return Math.max(1, Math.floor(Math.min(left, all * this.#shareAt(now))));
  }

  #shareAt(now: number): number {
    const { of, since } = this.#share ?? { of: 1, since: now };
    return Math.min(1, of + (now - since) / REGROWTH);
  }

  /** Several requests may be refused at once, which counts once. */
  #yield(now: number): void {
    if (now >= this.#pausedUntil)
      this.#share = { of: Math.max(LEAST, this.#shareAt(now) * LESS), since: now };
  }

  /** What is waited for may come sooner than it seemed before. */
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
    // One without an answer may have arrived just now.
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
    // A server that answers without the header has its limit switched off (docs/terraform-api.md#rate-limit).
    else if (status < 400) this.#limit = undefined;
    if (status === 429) {
      this.#yield(now);
      this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.max(reset ?? 1000, SHORTEST_PAUSE));
    }
    // Others may use the limit too, an earlier step for one.
    else if (limit !== undefined && remaining !== undefined && reset !== undefined) {
      this.#shared.see({ limit, used: limit - remaining, at: now, end: now + reset + LEEWAY });
    }
  }
}

/** The wait that an answer asks for, in milliseconds. `x-ratelimit-reset` is in seconds, with decimals. */
function resetAfter(headers: HttpResponse['headers']): number | undefined {
  const seconds = number(headers['x-ratelimit-reset']) ?? number(headers['retry-after']);
  return seconds === undefined ? undefined : Math.min(Math.max(0, seconds * 1000), LONGEST_PAUSE);
}

function number(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
