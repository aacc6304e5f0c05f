import type { RecordedRequest } from './recording.ts';

type Effect = 'before' | 'after';

export type Fault =
  /** Another status. Without `effect`, the request has no effect. */
  | { type: 'status'; status: number; headers?: Record<string, string>; body?: string; effect?: boolean }
  /** The connection breaks without a response, before or after the request had its effect. */
  | { type: 'lose'; effect: Effect }
  /** There is no response. */
  | { type: 'hang'; effect: Effect }
  /** The request has its effect, half of the response arrives, then the connection breaks. */
  | { type: 'truncate' }
  /** The request has its effect, but the response is something else. */
  | { type: 'body'; body: string | Buffer; status?: number; contentType?: string }
  /** The correct response, late (`delay` in ms) or slowly. */
  | { type: 'slow'; delay?: number; bytesPerSecond?: number };

export type FaultCondition = {
  /** The n-th request from now on that meets the other conditions. Default: 1. */
  request?: number;
  method?: string;
  /** Matched with the path and query, as sent. */
  path?: RegExp;
  server?: string;
  /** Another condition. */
  holds?: (request: RecordedRequest) => boolean;
};

export type PlannedFault = {
  when?: FaultCondition;
  /** Number of consecutive requests that it affects. Default: 1. */
  times?: number;
  fault: Fault;
};

/** The pending faults of a stand-in. */
export class Faults {
  #planned: { plan: PlannedFault; seen: number }[] = [];

  add(plan: PlannedFault): void {
    this.#planned.push({ plan, seen: 0 });
  }

  clear(): void {
    this.#planned = [];
  }

  /** The fault for this request. Every matching plan counts it, and the first one that is due is used. */
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
