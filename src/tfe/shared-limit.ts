/** How long the server's count of a second tells of others after it has ended. Milliseconds. */
const MEMORY = 3_000;

/** Seconds of the server end at least one apart: what ends within half of one is the same. Milliseconds. */
const SAME_END = 500;

/** What an answer tells of the server's count. Times in milliseconds: those at which answers come. */
export interface Count {
  /** How many the server takes in a second. Where an endpoint has a limit of its own, its requests are counted apart. */
  readonly limit: number;
  /** How many requests, of whoever shares the limit, had come in this second: this one is the last. */
  readonly used: number;
  /** When it was answered. */
  readonly at: number;
  /** An answer that comes from here on is of a second that the server counts anew. */
  readonly end: number;
}

/** What is known of one second of the server. */
interface Second {
  readonly first: Count;
  readonly last: Count;
  /** The greatest number seen. */
  readonly used: number;
  readonly ours: number;
}

/**
 * What the server's count tells of a limit that others may share. It numbers the requests of a second, whosoever they
 * are, and each answer tells its number: the numbers in between that none of our answers has are theirs.
 *
 * Servers that count otherwise show less of the others, and never others that are not there: a number that does not
 * grow with the time is taken for the end of a second.
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
   * How much later than at this time an answer has to come, in milliseconds, since the server takes none before.
   * 0 where it takes some, or nothing is known of this second.
   */
  fullFor(time: number, unanswered: number): number {
    const current = this.#seconds.findLast(({ last }) => last.end > time);
    if (current === undefined) return 0;
    // Those without an answer may not have been counted yet.
    const left = current.last.limit - current.used - unanswered;
    return left > 0 ? 0 : current.last.end - time;
  }

  /** Requests of others in a second. Some that look like theirs may be our own that have no answer yet. */
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
