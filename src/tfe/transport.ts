import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { openDispatcher } from '../http/dispatcher.ts';
import { NEVER_CANCELLED } from '../runtime/cancellation.ts';
import { ConnectionError } from './api-error.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** In pieces, so that a large one is never held in whole beside them. `headers` say how long it is. */
  readonly body?: readonly Uint8Array[];
  /** Part of something that is begun, and sent even after the run was cancelled. Writes are, in any case. */
  readonly finishes?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; of a repeated one the first value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Sends one request and reads its whole answer, whatever its status. Throws ConnectionError where none came. */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

/** No answer, or no progress, for this long ends a request (docs/behavior.md#retries). Milliseconds. */
export const TIME_LIMIT = 30_000;

/** No request lasts longer than this, even if it gets on. Milliseconds. */
const LONGEST = 5 * 60_000;

/** More than any answer of these endpoints holds: a page of 100 policies, or 10 MiB of code. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;

/** Large bodies go in pieces, so that a slow upload counts as progress. */
const PIECE_BYTES = 64 * 2 ** 10;

export interface TransportOptions {
  /** PEM certificates that are trusted beside the system's. */
  readonly certificates?: string | undefined;
  /** Where this is aborted, requests under way are given up, and no other is sent. */
  readonly overdue?: AbortSignal;
  /** Without an answer or progress. Milliseconds. */
  readonly timeLimit?: number;
  /** However slowly it gets on. Milliseconds. */
  readonly longest?: number;
}

export function createTransport(options: TransportOptions = {}): Transport {
  const {
    certificates,
    overdue = NEVER_CANCELLED.overdue,
    timeLimit = TIME_LIMIT,
    longest = LONGEST,
  } = options;
  const limits = { headersTimeout: timeLimit, bodyTimeout: timeLimit };
  // Redirects are never followed, as they may carry the token away.
  const dispatcher = openDispatcher({ certificates, timeLimit });
  // Once for all of them: a signal for each request would cost a good part of what the request does.
  overdue.addEventListener('abort', () => void dispatcher.destroy(overdue.reason), { once: true });
  return async (request) => {
    try {
      overdue.throwIfAborted();
      const deadline = performance.now() + longest;
      return await exchange(request, { dispatcher, deadline, ...limits });
    } catch (error) {
      throw new ConnectionError({ method: request.method, path: readablePath(request.url) }, error);
    }
  };
}

/** Path and query, the brackets of `page[number]` as people write them. */
export const readablePath = ({ pathname, search }: URL): string =>
  `${pathname}${search}`.replaceAll('%5B', '[').replaceAll('%5D', ']');

interface ExchangeOptions {
  readonly dispatcher: Dispatcher;
  /** As `performance.now()` tells the time. */
  readonly deadline: number;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
}

/** Undici's own way in: the stream that its `request` wraps around an answer would cost more than all the rest. */
function exchange(
  { method, url, headers, body }: HttpRequest,
  { dispatcher, deadline, ...limits }: ExchangeOptions,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let head = { status: 0, headers: {} };
    dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers,
        body: body === undefined ? null : inPieces(body, deadline),
        ...limits,
      },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_, status, headers) => {
          head = { status, headers: firstOfEach(headers) };
        },
        onResponseData: (controller, chunk) => {
          chunks.push(chunk);
          length += chunk.length;
          const fault = faultOf(length, deadline);
          if (fault !== undefined) controller.abort(fault);
        },
        onResponseEnd: () => resolve({ ...head, body: Buffer.concat(chunks, length) }),
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}

/** Why no more of an answer is read. */
function faultOf(length: number, deadline: number): Error | undefined {
  if (length > MAX_ANSWER_BYTES) return new Error(`The answer is longer than ${MAX_ANSWER_BYTES} bytes`);
  return performance.now() > deadline ? tooLong() : undefined;
}

const tooLong = () => new Error('The request gets on too slowly');

function firstOfEach(headers: IncomingHttpHeaders): Record<string, string> {
  const first: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? value[0] : value;
    if (text !== undefined) first[name] = text;
  }
  return first;
}

/** A short one goes at once, since a stream would cost more than all the rest. */
function inPieces(body: readonly Uint8Array[], deadline: number): Uint8Array | Readable {
  const [first = new Uint8Array()] = body;
  return body.length <= 1 && first.length <= PIECE_BYTES ? first : Readable.from(smallPieces(body, deadline));
}

function* smallPieces(body: readonly Uint8Array[], deadline: number): Generator<Uint8Array> {
  for (const piece of body) {
    for (let at = 0; at < piece.length; at += PIECE_BYTES) {
      if (performance.now() > deadline) throw tooLong();
      yield piece.subarray(at, at + PIECE_BYTES);
    }
  }
}
