import { Readable } from 'node:stream';
import { getCACertificates } from 'node:tls';
import { type Dispatcher, EnvHttpProxyAgent, request as send } from 'undici';
import { NEVER_CANCELLED } from '../cancellation.ts';
import { ProblemsError } from '../problem.ts';
import { ConnectionError } from './api-error.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; of a repeated one the first value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Sends one request and reads its whole answer, whatever its status. Throws ConnectionError where none came. */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

/** No answer, or no progress, for this long ends a request (interface.md 8). Milliseconds. */
export const TIME_LIMIT = 30_000;

/** No request lasts longer than this, however slowly it gets on. Milliseconds. */
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
  /** Milliseconds. */
  readonly timeLimit?: number;
}

export function createTransport(options: TransportOptions = {}): Transport {
  const { certificates, overdue = NEVER_CANCELLED.overdue, timeLimit = TIME_LIMIT } = options;
  const tls = certificates === undefined ? {} : { ca: trustedBeside(certificates) };
  // Proxies by HTTPS_PROXY, HTTP_PROXY, NO_PROXY; redirects are never followed, as they may carry the token away.
  const dispatcher = openDispatcher({
    connect: { timeout: timeLimit, ...tls },
    requestTls: { timeout: timeLimit, ...tls },
    proxyTls: { timeout: timeLimit, ...tls },
    headersTimeout: timeLimit,
    bodyTimeout: timeLimit,
  });
  return async (request) => {
    const path = readablePath(request.url);
    try {
      const signal = AbortSignal.any([overdue, AbortSignal.timeout(LONGEST)]);
      return await exchange(request, { dispatcher, signal });
    } catch (error) {
      throw new ConnectionError({ method: request.method, path }, error);
    }
  };
}

/** Path and query, the brackets of `page[number]` as people write them. */
export const readablePath = ({ pathname, search }: URL): string =>
  `${pathname}${search}`.replaceAll('%5B', '[').replaceAll('%5D', ']');

async function exchange(
  { method, url, headers, body }: HttpRequest,
  { dispatcher, signal }: { readonly dispatcher: Dispatcher; readonly signal: AbortSignal },
): Promise<HttpResponse> {
  const answer = await send(url, {
    method,
    headers,
    body: body === undefined ? null : pieces(body),
    dispatcher,
    signal,
  });
  const first = Object.entries(answer.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value[0] : value,
  ]);
  return { status: answer.statusCode, headers: Object.fromEntries(first), body: await readBody(answer.body) };
}

function openDispatcher(options: EnvHttpProxyAgent.Options): Dispatcher {
  try {
    return new EnvHttpProxyAgent(options);
  } catch {
    // What was thrown may hold the address, and with it a password.
    throw new ProblemsError([
      {
        message: 'The address of the proxy in HTTPS_PROXY or HTTP_PROXY is none.',
        advice:
          'Write it as http://host:port or http://user:password@host:port, special characters percent-encoded.',
      },
    ]);
  }
}

/** Given certificates stand instead of Node's own list, so that all have to be named. */
function trustedBeside(certificates: string): string[] {
  return [...getCACertificates('default'), ...getCACertificates('system'), certificates];
}

function pieces(body: Uint8Array): Uint8Array | Readable {
  if (body.length <= PIECE_BYTES) return body;
  const count = Math.ceil(body.length / PIECE_BYTES);
  return Readable.from(
    Array.from({ length: count }, (_, i) => body.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES)),
  );
}

async function readBody(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error(`The answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
