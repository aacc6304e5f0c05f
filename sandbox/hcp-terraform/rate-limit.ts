/** Requests in fixed windows of one second (docs/terraform-api.md#rate-limit). */
export class RateLimit {
  seen429 = 0;
  readonly #limit: number | null;
  #windowEnds = 0;
  #taken = 0;

  constructor(limit: number | null) {
    this.#limit = limit;
  }

  take(): { allowed: boolean; headers: Record<string, string> } {
    if (this.#limit === null) return { allowed: true, headers: {} };
    const time = performance.now();
    if (time >= this.#windowEnds) {
      this.#windowEnds = time + 1000;
      this.#taken = 0;
    }
    this.#taken += 1;
    const allowed = this.#taken <= this.#limit;
    if (!allowed) this.seen429 += 1;
    return { allowed, headers: this.#headers(this.#limit, this.#windowEnds - time) };
  }

  /** The reset is in seconds from now, with a fraction. */
  #headers(limit: number, reset: number): Record<string, string> {
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, limit - this.#taken)),
      'x-ratelimit-reset': (reset / 1000).toFixed(3),
    };
  }
}
