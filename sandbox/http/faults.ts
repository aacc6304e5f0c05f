import type { RecordedRequest } from './recording.ts';

type Effect = 'before' | 'after';

export type Fault =
  /** Another status; unless `effect` is set, before anything else happens. */
  | { type: 'status'; status: number; headers?: Record<string, string>; body?: string; effect?: boolean }
  /** The connection breaks without an answer, before or after the request had its effect. */
  | { type: 'lose'; effect: Effect }
  /** No answer ever. */
  | { type: 'hang'; effect: Effect }
  /** The request has its effect, half of the answer arrives, then the connection breaks. */
  | { type: 'truncate' }
  /** The request has its effect, something else is answered. */
  | { type: 'body'; body: string | Buffer; status?: number; contentType?: string }
  /** The right answer, late (`delay` in ms) or in drips. */
  | { type: 'slow'; delay?: number; bytesPerSecond?: number };

export type FaultCondition = {
  /** The n-th request from now on, among those that meet the other conditions; 1 when left out. */
  request?: number;
  method?: string;
  /** Tested against the path with its query, as sent. */
  path?: RegExp;
  server?: string;
  /** Whatever else has to hold. */
  holds?: (request: RecordedRequest) => boolean;
};

export type PlannedFault = {
  when?: FaultCondition;
  /** How many requests in a row it strikes; 1 when left out. */
  times?: number;
  fault: Fault;
};

/** The faults that a stand-in has still to commit. */
export class Faults {
  #planned: { plan: PlannedFault; seen: number }[] = [];

  add(plan: PlannedFault): void {
    this.#planned.push({ plan, seen: 0 });
  }

  clear(): void {
    this.#planned = [];
  }

  /** The fault that is due for this request. Every plan it matches counts it, the first one due strikes. */
  take(request: RecordedRequest): Fault | undefined {
    const matching = this.#planned.filter(({ plan }) => matches(plan.when ?? {}, request));
    for (const entry of matching) entry.seen += 1;
    return matching.find(isDue)?.plan.fault;
  }
}

function matches(when: FaultCondition, request: RecordedRequest): boolean {
  return (
    (when.method === undefined || when.method === request.method) &&
    (when.server === undefined || when.server === request.server) &&
    (when.path === undefined || request.path.search(when.path) >= 0) &&
    (when.holds === undefined || when.holds(request))
  );
}

function isDue({ plan, seen }: { plan: PlannedFault; seen: number }): boolean {
  const first = plan.when?.request ?? 1;
  return seen >= first && seen < first + (plan.times ?? 1);
}
