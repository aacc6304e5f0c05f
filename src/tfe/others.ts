/** How long the server's count of a second tells of others after it has ended. Milliseconds. */
const MEMORY = 3_000;

/** Seconds of the server end at least one apart: what ends within half of one is the same. Milliseconds. */
const SAME_END = 500;

/** What an answer tells of the server's count. Times in milliseconds. */
export interface Count {
  /** How many requests, of whoever shares the limit, had come in this second: this one is the last. */
  readonly used: number;
  /** When it came. */
  readonly at: number;
  /** When the server begins to count anew. */
  readonly end: number;
}

interface Second {
  readonly end: number;
  readonly first: Count;
  readonly last: Count;
  readonly ours: number;
}

/**
 * Sees how much others use of the limit. The server numbers the requests of a second, whosoever they are, and each
 * answer tells its number: the numbers in between that none of our answers has are theirs.
 *
 * Servers that count otherwise show less of the others, and never others that are not there: a number that does not
 * grow with the time is taken for the end of a second.
 */
export class Others {
  #seconds: readonly Second[] = [];

  see(count: Count): void {
    const known = this.#seconds.find(({ end }) => Math.abs(end - count.end) < SAME_END);
    const { end, first, last, ours } = known ?? { end: count.end, first: count, last: count, ours: 0 };
    const second = {
      end,
      first: count.at < first.at ? count : first,
      last: count.at >= last.at ? count : last,
      ours: ours + 1,
    };
    this.#seconds = [...this.#seconds.filter((each) => each !== known), second];
  }

  /** Their requests in a second. Some that look like theirs may be our own that have no answer yet. */
  perSecond(now: number, unanswered: number): number {
    this.#seconds = this.#seconds.filter(({ end }) => end + MEMORY > now);
    const theirs = this.#seconds.map(({ first, last, ours }) =>
      Math.max(0, last.used - first.used + 1 - ours),
    );
    const observed = sum(this.#seconds.map(({ first, last }) => last.at - first.at));
    const count = Math.max(0, sum(theirs) - unanswered);
    return count === 0 ? 0 : (count * 1000) / Math.max(1, observed);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
