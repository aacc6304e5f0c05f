/** One error in a response (docs/terraform-api.md#errors). Any member may be missing. */
export interface ErrorObject {
  readonly title: string | undefined;
  readonly detail: string | undefined;
  readonly pointer: string | undefined;
}

export interface RequestLine {
  readonly method: string;
  /** Path and query, without the host. */
  readonly path: string;
}

/** Stands at the end of a path for the URL that the response to its request contained, which is a secret. */
export const OBJECT_STORE = ' → object store';

/** The server returned an error status. Contains no headers, because they carry the token. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly request: RequestLine;
  readonly errors: readonly ErrorObject[];
  readonly requestId: string | undefined;

  constructor(
    request: RequestLine,
    status: number,
    errors: readonly ErrorObject[],
    requestId: string | undefined,
  ) {
    const details = errors.map(({ title, detail }) => detail ?? title).filter((text) => text !== undefined);
    const said = details.length === 0 ? '' : `: ${details.join('; ')}`;
    super(
      `${request.method} ${request.path} returned ${status}${said}${requestId ? ` (request ${requestId})` : ''}`,
    );
    this.status = status;
    this.request = request;
    this.errors = errors;
    this.requestId = requestId;
  }
}

/** No complete response: refused, lost, too slow, unknown host, TLS. The request may or may not have taken effect. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly code: string;

  constructor(request: RequestLine, cause: unknown) {
    const { code, message } = describe(cause);
    super(`${request.method} ${request.path}: ${message}`, { cause });
    this.code = code;
  }
}

/** A response that is not the expected document. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';

  /** @param expected completes "expected …": `a JSON:API document` */
  constructor(request: RequestLine, expected: string) {
    super(`${request.method} ${request.path} returned an invalid response (expected ${expected})`);
  }
}

function describe(cause: unknown): { code: string; message: string } {
  // A refused connection to a host with several addresses is an AggregateError without a message.
  const error = cause instanceof AggregateError ? cause.errors[0] : cause;
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  // Undici only has a message for this, no code.
  const refusal = /^Proxy response \((\d+)\)/.exec(error.message)?.[1];
  if (refusal !== undefined)
    return { code: `ERR_PROXY_${refusal}`, message: `the proxy returned ${refusal}` };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, message: error.message || code };
}
