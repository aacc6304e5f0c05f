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
  /** Requests in flight at once. */
  readonly parallelism: number;
  /** Told each address that is a secret by itself, before it is used. */
  readonly onSecret: (address: string) => void;
  /** Told each such address that failed, as only then a message could hold it. */
  readonly onFailedSecret: (address: string) => void;
  /** Told of each answer, for the debug log. */
  readonly onAnswer?: ((line: string) => void) | undefined;
  /** PEM certificates that are trusted beside the system's. */
  readonly certificates?: string | undefined;
  readonly cancellation?: Cancellation;
  readonly transport?: Transport;
  readonly clock?: Clock;
}

export interface ApiRequest {
  readonly method: HttpRequest['method'];
  /** Below `/api/v2`, each segment percent-encoded where it comes from elsewhere. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** A JSON:API document, or raw bytes. */
  readonly body?: object | Uint8Array;
  /** Set false for a create, which must not be repeated blindly. */
  readonly repeatable?: boolean;
  /** Takes a redirect for an answer; anywhere else it is an error. */
  readonly mayRedirect?: boolean;
  /** Reads what has to be known to finish what is begun: the run may be cancelled already. */
  readonly finishes?: boolean;
}

/** Reads what an answer holds. What it throws counts as a failed attempt. */
export type Reader<T> = (request: RequestLine, answer: HttpResponse) => T;

const JSON_API = 'application/vnd.api+json';
const REDIRECTS = [301, 302, 303, 307, 308];
const MAX_REDIRECTS = 5;
const FRESH_ADDRESSES = 3;

/**
 * The API of HCP Terraform and Terraform Enterprise: one request in, one checked answer out. The layers, outermost
 * first: retries, status check, pacing, transport. The token goes to this origin's `/api/v2` and nowhere else.
 */
export class Api {
  readonly #options: ApiOptions;
  readonly #clock: Clock;
  readonly #paced: Transport;
  readonly #direct: Transport;
  readonly #cancellation: Cancellation;
  readonly #patience = new Patience();

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#cancellation = options.cancellation ?? NEVER_CANCELLED;
    const { overdue } = this.#cancellation;
    const transport = options.transport ?? createTransport({ certificates: options.certificates, overdue });
    this.#direct = untilCancelled(transport, this.#cancellation);
    this.#paced = new Pacer(options.parallelism, this.#clock, overdue).wrap(this.#direct);
  }

  /** How many requests it makes sense to have under way at once. */
  get parallelism(): number {
    return this.#options.parallelism;
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

  /** @throws CancelledError where the run was cancelled: nothing new is begun then. */
  throwIfCancelled(): void {
    this.#cancellation.requested.throwIfAborted();
  }

  /** Waits before something is tried again that failed so many times, 1 after the first. */
  backOff(failures: number): Promise<void> {
    return this.#clock.sleep(backOffDelay(failures, Math.random()), this.#cancellation.requested);
  }

  /**
   * Downloads what a path redirects to. The address is a secret that needs no token, and must not get one, even where
   * it lies on the same host (docs/terraform-api.md#object-store). One that has expired meanwhile is asked for again.
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
   * Sends bytes to an address that the answer to a request gave. The address is a secret that needs no token. Tried
   * once, as only the sender knows what a lost answer means.
   *
   * @param path of the request whose answer gave the address
   * @param body in pieces, sent one after the other
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
    // A store has next to nothing to say; what stands before it, as a proxy, may have taken the bytes for itself.
    if (isPage(answer) && answer.body.length > 0) throw new DecodeError(line, 'answer of an object store');
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
      // Asked for on every write, with or without a body: 415 otherwise (docs/terraform-api.md#requests).
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
      // The transport's message names the path, which here is the secret.
      throw new ConnectionError(line, error instanceof ConnectionError ? error.cause : error);
    }
  }

  #objectAddress(line: RequestLine, location: string | undefined, base: string): URL {
    if (location === undefined || !URL.canParse(location, base)) {
      throw wrongRedirect(line, 'the redirect names no address');
    }
    const url = new URL(location, base);
    const allowed = this.#options.origin.startsWith('http:') ? ['http:', 'https:'] : ['https:'];
    if (!allowed.includes(url.protocol))
      throw wrongRedirect(line, `a redirect to ${url.protocol} is refused`);
    return url;
  }
}

/** What a cancelled run has begun to write is finished, but there is nothing more to find out. */
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

/** Code is never a page: that is what something on the way puts in its place. */
function codeOrRedirect(line: RequestLine, answer: HttpResponse): HttpResponse {
  const isRedirect = REDIRECTS.includes(answer.status);
  if (!isRedirect && answer.body.length === 0 && !line.path.endsWith(OBJECT_STORE))
    throw new DecodeError(line, 'code');
  if (isPage(answer)) throw new DecodeError(line, 'code');
  return answer;
}

const isPage = ({ headers }: HttpResponse): boolean => /^text\/html\b/i.test(headers['content-type'] ?? '');

/** A segment of a path, from text that may hold anything. */
export const segment = (text: string): string => encodeURIComponent(text);
