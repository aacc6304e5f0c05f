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
  /** In pieces, so that a large body is never held in memory twice. `headers` state its length. */
  readonly body?: readonly Uint8Array[];
  /** Needed to finish work that has started, so it is sent even if the run was cancelled. Writes always are. */
  readonly finishes?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. The first value of a repeated header. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Sends one request and reads its complete response, whatever the status. @throws ConnectionError if there is none */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

/** A request ends after this time without a response or progress (docs/behavior.md#retries). Milliseconds. */
export const TIME_LIMIT = 30_000;

/** Maximum duration of a request, even if it makes progress. Milliseconds. */
const LONGEST = 5 * 60_000;

/** More than any response of these endpoints: a page of 100 policies, or 10 MiB of code. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;

/** Large bodies are sent in pieces, so that a slow upload counts as progress. */
const PIECE_BYTES = 64 * 2 ** 10;

export interface TransportOptions {
  /** PEM certificates that are trusted in addition to the system's. */
  readonly certificates?: string | undefined;
  /** Once aborted, pending requests are abandoned and no others are sent. */
  readonly overdue?: AbortSignal;
  /** Without a response or progress. Milliseconds. */
  readonly timeLimit?: number;
  /** In total. Milliseconds. */
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
  // Redirects are never followed, because they could send the token elsewhere.
  const dispatcher = openDispatcher({ certificates, timeLimit });
  // One listener for all requests: a signal per request is expensive compared with the request itself.
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

/** Path and query, with the brackets of `page[number]` decoded. */
export const readablePath = ({ pathname, search }: URL): string =>
  `${pathname}${search}`.replaceAll('%5B', '[').replaceAll('%5D', ']');

interface ExchangeOptions {
  readonly dispatcher: Dispatcher;
  /** In the time of `performance.now()`. */
  readonly deadline: number;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
}

/** Uses undici's `dispatch`: the stream that `request` creates for each response is the largest part of the cost. */
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

/** Why the rest of a response is not read. */
function faultOf(length: number, deadline: number): Error | undefined {
  if (length > MAX_ANSWER_BYTES) return new Error(`The response is larger than ${MAX_ANSWER_BYTES} bytes`);
  return performance.now() > deadline ? tooLong() : undefined;
}

const tooLong = () => new Error('The request took too long');

function firstOfEach(headers: IncomingHttpHeaders): Record<string, string> {
  const first: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? value[0] : value;
    if (text !== undefined) first[name] = text;
  }
  return first;
}

/** A short body is sent as a whole, because a stream would take longer than everything else. */
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
