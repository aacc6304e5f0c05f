import type { HttpResponse, Transport } from '../../../src/tfe/transport.ts';
import type { FakeClock } from './fake-clock.ts';

/** Milliseconds that a request takes to the server, and its answer back. */
export interface Latency {
  readonly up: number;
  readonly down: number;
}

export interface ServerOptions {
  /** How it counts: by the second of its own clock, or by the second that ends now. */
  readonly counts: 'fixed' | 'sliding';
  readonly limit?: number;
  /** Of the nth request, from 0. */
  readonly latency: (index: number) => Latency;
  /** Milliseconds that a request takes longer where no open connection is idle. */
  readonly handshake?: number;
  /** False: no limit, and no headers that tell one. */
  readonly limited?: boolean;
  /** Requests of others, by the time they arrive. */
  readonly others?: readonly number[];
}

const WINDOW = 1_000;
/** Where in one of our seconds the server's begins. */
const PHASE = 370;

/** Answers 200 within its limit of requests a second, and 429 beyond it, with the headers of HCP Terraform. */
export class RateLimitedServer {
  readonly arrivals: number[] = [];
  readonly refusals: number[] = [];
  readonly sent: number[] = [];
  #idleConnections = 0;
  readonly #clock: FakeClock;
  readonly #options: ServerOptions;

  constructor(clock: FakeClock, options: ServerOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  readonly transport: Transport = async () => {
    const { latency, handshake = 0 } = this.#options;
    const { up, down } = latency(this.sent.length);
    this.sent.push(this.#clock.now());
    await this.#clock.sleep(up + (this.#takeConnection() ? 0 : handshake));
    const answer = this.#answer(this.#clock.now());
    await this.#clock.sleep(down);
    this.#idleConnections++;
    return answer;
  };

  /** As when the client is another process. */
  closeConnections(): void {
    this.#idleConnections = 0;
  }

  /** Whether one was open. */
  #takeConnection(): boolean {
    if (this.#idleConnections === 0) return false;
    this.#idleConnections--;
    return true;
  }

  #answer(now: number): HttpResponse {
    const { counts, limit = 30, limited = true, others = [] } = this.#options;
    const since = counts === 'sliding' ? now - WINDOW : now - ((now + PHASE) % WINDOW);
    const isCounted = (time: number) => time <= now && (counts === 'sliding' ? time > since : time >= since);
    const counted = [...this.arrivals, ...others].filter(isCounted);
    const refused = limited && counted.length >= limit;
    (refused ? this.refusals : this.arrivals).push(now);
    const oldest = counts === 'sliding' ? Math.min(now, ...counted) : since;
    const headers = {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, limit - counted.length - 1)),
      'x-ratelimit-reset': ((oldest + WINDOW - now) / 1000).toFixed(3),
    };
    return { status: refused ? 429 : 200, headers: limited ? headers : {}, body: Buffer.from('{}') };
  }
}
