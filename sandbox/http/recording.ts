import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Incoming } from './exchange.ts';

export type RecordedRequest = {
  /** 1 for the first request since the start or the last reset, over all servers of the stand-in. */
  number: number;
  server: string;
  method: string;
  /** Path with query, as sent. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Parsed JSON, the bytes of any other body, or null if there is none. */
  body: unknown;
  /** `lost` until there is a response, and forever if there is none. */
  status: number | 'lost';
  /** Milliseconds since the epoch, with fractions. */
  startedAt: number;
  endedAt: number | null;
};

/** The requests to a stand-in, and their violations. */
export class Recording {
  readonly requests: RecordedRequest[] = [];
  /** The same requests byte for byte, to search for secrets. */
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

/** Undefined if it is not JSON. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
