/** How long the count of a second is used to estimate other clients after it has ended. Milliseconds. */
const MEMORY = 3_000;

/** The server's seconds end one second apart, so ends that differ by less than half are the same. Milliseconds. */
const SAME_END = 500;

/** The server's count, as one response reports it. Times are those of responses, in milliseconds. */
export interface Count {
  /** Requests per second. An endpoint with its own limit has its own count. */
  readonly limit: number;
  /** Requests of all clients in this second, up to and including this one. */
  readonly used: number;
  /** Time of the response. */
  readonly at: number;
  /** Responses from this time on belong to the next second. */
  readonly end: number;
}

/** What is known about one second of the server. */
interface Second {
  readonly first: Count;
  readonly last: Count;
  /** The highest count seen. */
  readonly used: number;
  readonly ours: number;
}

/**
 * Estimates how much of a shared limit other clients use. The server counts all clients' requests per second, and each
 * response contains the count: numbers that none of our responses has belong to others.
 *
 * On servers that count differently the estimate is too low, never too high: a count that does not grow is taken as
 * the end of a second.
 */
export class SharedLimit {
  #seconds: readonly Second[] = [];

  see(count: Count): void {
    const known = this.#seconds.find(
      ({ first: { limit, end } }) => limit === count.limit && Math.abs(end - count.end) < SAME_END,
    );
    const { first, last, used, ours } = known ?? { first: count, last: count, used: 0, ours: 0 };
    const second = {
      first: count.at < first.at ? count : first,
      last: count.at >= last.at ? count : last,
      used: Math.max(used, count.used),
      ours: ours + 1,
    };
    this.#seconds = [...this.#seconds.filter((each) => each !== known), second];
  }

  /**
   * Milliseconds after `time` before which the server accepts no request. 0 if it accepts some, or if nothing is known
   * about this second.
   */
  fullFor(time: number, unanswered: number): number {
    const current = this.#seconds.findLast(({ last }) => last.end > time);
    if (current === undefined) return 0;
    // Requests without a response may not have been counted yet.
    const left = current.last.limit - current.used - unanswered;
    return left > 0 ? 0 : current.last.end - time;
  }

  /** Requests per second of other clients. Some of them may be our own that have no response yet. */
  othersPerSecond(now: number, unanswered: number): number {
    this.#seconds = this.#seconds.filter(({ first }) => first.end + MEMORY > now);
    const theirs = this.#seconds.map(({ first, last, ours }) =>
      Math.max(0, last.used - first.used + 1 - ours),
    );
    const observed = sum(this.#seconds.map(({ first, last }) => last.at - first.at));
    const count = Math.max(0, sum(theirs) - unanswered);
    return count === 0 ? 0 : (count * 1000) / Math.max(1, observed);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
