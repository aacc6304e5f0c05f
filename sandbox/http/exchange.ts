import type { IncomingHttpHeaders } from 'node:http';

/** A request that has arrived completely. */
export type Incoming = {
  /** The server of the stand-in that received it. */
  server: string;
  method: string;
  /** Path with query, as sent. */
  path: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
};

export type Answer = { status: number; headers: Record<string, string>; body: Buffer };

export function textAnswer(status: number, contentType: string, text: string): Answer {
  return { status, headers: { 'content-type': contentType }, body: Buffer.from(text) };
}

export function emptyAnswer(status: number): Answer {
  return { status, headers: {}, body: Buffer.alloc(0) };
}

/** The value if it is a JSON object, else an empty one: missing members and wrong types are treated alike. */
export function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** The bearer token of a request; GitHub clients also write `token …`. */
export function bearerToken(headers: IncomingHttpHeaders): string | undefined {
  return /^(?:bearer|token) +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** Decodes percent-encoding. Unchanged if the encoding is not valid. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
