import { type Cancellation, NEVER_CANCELLED } from '../runtime/cancellation.ts';
import { ApiError, ConnectionError, DecodeError, OBJECT_STORE, type RequestLine } from './api-error.ts';
import { type Clock, systemClock } from './clock.ts';
import { decodeErrors } from './json-api.ts';
import { Pacer } from './pacer.ts';
import { backOffDelay, Patience, withRetries } from './retry.ts';
import {
  createTransport,
  type HttpRequest,
  type HttpResponse,
  readablePath,
  type Transport,
} from './transport.ts';

export interface ApiOptions {
  /** Scheme, host and port, no path. */
  readonly origin: string;
  readonly token: string;
  /** Maximum number of concurrent requests. */
  readonly parallelism: number;
  /** Called with each URL that is a secret itself, before it is used. */
  readonly onSecret: (address: string) => void;
  /** Called with each such URL that failed, because only then can a message contain it. */
  readonly onFailedSecret: (address: string) => void;
  /** Called after each response, for the debug log. */
  readonly onAnswer?: ((line: string) => void) | undefined;
  /** PEM certificates that are trusted in addition to the system's. */
  readonly certificates?: string | undefined;
  readonly cancellation?: Cancellation;
  readonly transport?: Transport;
  readonly clock?: Clock;
}

export interface ApiRequest {
  readonly method: HttpRequest['method'];
  /** Below `/api/v2`, with segments from outside percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** A JSON:API document, or raw bytes. */
  readonly body?: object | Uint8Array;
  /** False for a create, which must not be repeated blindly. */
  readonly repeatable?: boolean;
  /** Accepts a redirect as a response. Otherwise it is an error. */
  readonly mayRedirect?: boolean;
  /** Needed to finish work that has started, so it is sent even if the run was cancelled. */
  readonly finishes?: boolean;
}

/** Reads a response. An error that it throws counts as a failed attempt. */
export type Reader<T> = (request: RequestLine, answer: HttpResponse) => T;

const JSON_API = 'application/vnd.api+json';
const REDIRECTS = [301, 302, 303, 307, 308];
const MAX_REDIRECTS = 5;
const FRESH_ADDRESSES = 3;

/**
 * The API of HCP Terraform and Terraform Enterprise: one request in, one checked response out. The layers, outermost
 * first, are retries, status check, pacing and transport. The token is sent only to `/api/v2` of this origin.
 */
export class Api {
  readonly #options: ApiOptions;
  readonly #clock: Clock;
  readonly #paced: Transport;
  readonly #direct: Transport;
  readonly #cancellation: Cancellation;
  readonly #patience = new Patience();
  #latency = Number.POSITIVE_INFINITY;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#cancellation = options.cancellation ?? NEVER_CANCELLED;
    const { overdue } = this.#cancellation;
    const transport = options.transport ?? createTransport({ certificates: options.certificates, overdue });
    this.#direct = untilCancelled(transport, this.#cancellation);
    this.#paced = new Pacer(options.parallelism, this.#clock, overdue).wrap(this.#direct);
  }

  /** Number of requests that are worth sending concurrently. */
  get parallelism(): number {
    return this.#options.parallelism;
  }

  /** The shortest time from a request to its response so far. Infinite before the first one. Milliseconds. */
  get latency(): number {
    return this.#latency;
  }

  /** @throws ApiError, ConnectionError, or what `read` throws */
  async send<T>(request: ApiRequest, read: Reader<T>): Promise<T> {
    const http = this.#httpRequest(request);
    const line = lineOf(http);
    return this.#retrying(request.repeatable ?? true, async () => {
      const answer = await this.#answer(line, http);
      return read(line, checked(line, answer, request.mayRedirect ? REDIRECTS : []));
    });
  }

  /** @throws CancelledError if the run was cancelled, because nothing new is started then. */
  throwIfCancelled(): void {
    this.#cancellation.requested.throwIfAborted();
  }

  /** Waits before the next attempt. `failures` is 1 after the first failure. */
  backOff(failures: number): Promise<void> {
    return this.#clock.sleep(backOffDelay(failures, Math.random()), this.#cancellation.requested);
  }

  /**
   * Downloads what a path redirects to. The URL is a secret that needs no token and must not get one, even on the same
   * host (docs/terraform-api.md#object-store). If it has expired, a new one is requested.
   */
  async download(path: string): Promise<Buffer> {
    for (let round = 1; ; round++) {
      const answer = await this.send({ method: 'GET', path, mayRedirect: true }, codeOrRedirect);
      if (!REDIRECTS.includes(answer.status)) return answer.body;
      try {
        return await this.#retrying(true, () => this.#fetchObject(path, answer));
      } catch (error) {
        const expired = error instanceof ApiError && error.status < 500;
        if (!expired || round === FRESH_ADDRESSES) throw error;
      }
    }
  }

  /**
   * Sends bytes to a URL that a response contained. The URL is a secret that needs no token. Sent only once, because
   * only the caller knows what a lost response means.
   *
   * @param path of the request whose response contained the URL
   * @param body in pieces, sent one after another
   * @throws ApiError, ConnectionError, DecodeError
   */
  async sendObject(path: string, address: string, body: readonly Uint8Array[]): Promise<void> {
    const line: RequestLine = { method: 'PUT', path: `/api/v2${path}${OBJECT_STORE}` };
    const url = this.#objectAddress(line, address, this.#options.origin);
    this.#options.onSecret(url.href);
    const headers = {
      'user-agent': 'publish-terraform-policies',
      'content-type': 'application/octet-stream',
      'content-length': String(body.reduce((sum, piece) => sum + piece.length, 0)),
    };
    const answer = await this.#sendQuietly(line, { method: 'PUT', url, headers, body });
    if (answer.status < 200 || answer.status >= 300) this.#options.onFailedSecret(url.href);
    checked(line, answer, []);
    // An object store returns almost nothing. A page comes from a proxy, which may not have passed the bytes on.
    if (isPage(answer) && answer.body.length > 0)
      throw new DecodeError(line, 'a response from an object store');
  }

  #retrying<T>(repeatable: boolean, attempt: () => Promise<T>): Promise<T> {
    return withRetries(attempt, {
      repeatable,
      clock: this.#clock,
      patience: this.#patience,
      cancelled: this.#cancellation.requested,
    });
  }

  async #answer(line: RequestLine, http: HttpRequest): Promise<HttpResponse> {
    const begun = this.#clock.now();
    const answer = await this.#paced(http);
    const remaining = answer.headers['x-ratelimit-remaining'];
    const time = Math.round(this.#clock.now() - begun);
    this.#latency = Math.min(this.#latency, time);
    this.#options.onAnswer?.(
      `${line.method} ${line.path} ${answer.status} ${time} ms${remaining === undefined ? '' : `, ${remaining} left`}`,
    );
    return answer;
  }

  #httpRequest({ method, path, query, body, finishes = false }: ApiRequest): HttpRequest {
    const url = new URL(`/api/v2${path}`, this.#options.origin);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const raw = body instanceof Uint8Array;
    const headers = {
      authorization: `Bearer ${this.#options.token}`,
      accept: JSON_API,
      'user-agent': 'publish-terraform-policies',
      // Required for every write, with or without a body (docs/terraform-api.md#requests).
      ...(method === 'GET' ? {} : { 'content-type': raw ? 'application/octet-stream' : JSON_API }),
    };
    if (body === undefined) return { method, url, headers, finishes };
    const bytes = raw ? body : Buffer.from(JSON.stringify(body));
    return { method, url, headers: { ...headers, 'content-length': String(bytes.length) }, body: [bytes] };
  }

  async #fetchObject(path: string, first: HttpResponse): Promise<Buffer> {
    const line: RequestLine = { method: 'GET', path: `/api/v2${path}${OBJECT_STORE}` };
    let base = `${this.#options.origin}/api/v2${path}`;
    let answer = first;
    for (let hop = 0; REDIRECTS.includes(answer.status); hop++) {
      if (hop === MAX_REDIRECTS) throw wrongRedirect(line, 'too many redirects');
      const url = this.#objectAddress(line, answer.headers['location'], base);
      this.#options.onSecret(url.href);
      const headers = { 'user-agent': 'publish-terraform-policies' };
      answer = await this.#sendQuietly(line, { method: 'GET', url, headers });
      base = url.href;
    }
    return codeOrRedirect(line, checked(line, answer, [])).body;
  }

  async #sendQuietly(line: RequestLine, request: HttpRequest): Promise<HttpResponse> {
    try {
      return await this.#direct(request);
    } catch (error) {
      this.#options.onFailedSecret(request.url.href);
      // The transport's message contains the path, which is the secret here.
      throw new ConnectionError(line, error instanceof ConnectionError ? error.cause : error);
    }
  }

  #objectAddress(line: RequestLine, location: string | undefined, base: string): URL {
    if (location === undefined || !URL.canParse(location, base)) {
      throw wrongRedirect(line, 'the redirect has no valid URL');
    }
    const url = new URL(location, base);
    const allowed = this.#options.origin.startsWith('http:') ? ['http:', 'https:'] : ['https:'];
    if (!allowed.includes(url.protocol))
      throw wrongRedirect(line, `redirects to ${url.protocol} are not allowed`);
    return url;
  }
}

/** A cancelled run finishes the writes that it has started, but reads nothing more. */
function untilCancelled(transport: Transport, { requested }: Cancellation): Transport {
  return async (request) => {
    if (request.method === 'GET' && request.finishes !== true) requested.throwIfAborted();
    return transport(request);
  };
}

const wrongRedirect = (line: RequestLine, what: string) =>
  new ConnectionError(line, Object.assign(new Error(what), { code: 'ERR_REDIRECT' }));

function lineOf({ method, url }: HttpRequest): RequestLine {
  return { method, path: readablePath(url) };
}

function checked(line: RequestLine, answer: HttpResponse, alsoFine: readonly number[]): HttpResponse {
  if ((answer.status >= 200 && answer.status < 300) || alsoFine.includes(answer.status)) return answer;
  throw new ApiError(line, answer.status, decodeErrors(answer.body), answer.headers['x-request-id']);
}

/** Code is never an HTML page: a page comes from a proxy. */
function codeOrRedirect(line: RequestLine, answer: HttpResponse): HttpResponse {
  const isRedirect = REDIRECTS.includes(answer.status);
  if (!isRedirect && answer.body.length === 0 && !line.path.endsWith(OBJECT_STORE))
    throw new DecodeError(line, 'policy code');
  if (isPage(answer)) throw new DecodeError(line, 'policy code');
  return answer;
}

const isPage = ({ headers }: HttpResponse): boolean => /^text\/html\b/i.test(headers['content-type'] ?? '');

/** A segment of a path, from arbitrary text. */
export const segment = (text: string): string => encodeURIComponent(text);
