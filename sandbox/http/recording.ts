import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Incoming } from './exchange.ts';

export type RecordedRequest = {
  /** 1 for the first request since the start or the last reset, over all ports of the stand-in. */
  number: number;
  server: string;
  method: string;
  /** Path with query, as sent. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Parsed JSON, the bytes of any other body, or null where there is none. */
  body: unknown;
  /** `lost` until it is answered, and for good if it never is. */
  status: number | 'lost';
  /** Milliseconds since the epoch, with fractions. */
  startedAt: number;
  endedAt: number | null;
};

/** What was asked of a stand-in, and what was wrong with it. */
export class Recording {
  readonly requests: RecordedRequest[] = [];
  /** The same requests byte for byte, for those who look for what must not be in them. */
  readonly arrivals: Incoming[] = [];
  readonly violations: string[] = [];

  begin(server: string, request: IncomingMessage): RecordedRequest {
    const record: RecordedRequest = {
      number: this.requests.length + 1,
      server,
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: request.headers,
      body: null,
      status: 'lost',
      startedAt: now(),
      endedAt: null,
    };
    this.requests.push(record);
    return record;
  }

  violation(where: { method: string; path: string }, message: string): void {
    this.violations.push(`${where.method} ${where.path}: ${message}`);
  }

  reset(): void {
    this.requests.length = 0;
    this.arrivals.length = 0;
    this.violations.length = 0;
  }
}

export function now(): number {
  return performance.timeOrigin + performance.now();
}

export function recordedBody(method: string, headers: IncomingHttpHeaders, body: Buffer): unknown {
  if (body.length === 0) return method === 'PUT' ? body : null;
  return /json/.test(headers['content-type'] ?? '') ? (parseJson(body) ?? body) : body;
}

/** Undefined for what is not JSON. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
