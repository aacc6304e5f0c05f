import { Readable } from 'node:stream';
import { type Dispatcher, EnvHttpProxyAgent, request as send } from 'undici';
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

/** More than any answer of these endpoints holds: a page of 100 policies, or 10 MiB of code. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;

/** Large bodies go in pieces, so that a slow upload counts as progress. */
const PIECE_BYTES = 64 * 2 ** 10;

export function createTransport({ timeLimit = TIME_LIMIT } = {}): Transport {
  // Proxies by HTTPS_PROXY, HTTP_PROXY, NO_PROXY; redirects are never followed, as they may carry the token away.
  const dispatcher = new EnvHttpProxyAgent({
    connect: { timeout: timeLimit },
    headersTimeout: timeLimit,
    bodyTimeout: timeLimit,
  });
  return async (request) => {
    const path = request.url.pathname + request.url.search;
    try {
      return await exchange(request, dispatcher);
    } catch (error) {
      throw new ConnectionError({ method: request.method, path }, error);
    }
  };
}

async function exchange(
  { method, url, headers, body }: HttpRequest,
  dispatcher: Dispatcher,
): Promise<HttpResponse> {
  const answer = await send(url, {
    method,
    headers,
    body: body === undefined ? null : pieces(body),
    dispatcher,
  });
  const first = Object.entries(answer.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value[0] : value,
  ]);
  return { status: answer.statusCode, headers: Object.fromEntries(first), body: await readBody(answer.body) };
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
