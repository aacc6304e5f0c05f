/** One error of an answer (docs/terraform-api.md#errors): every member may be missing. */
export interface ErrorObject {
  readonly title: string | undefined;
  readonly detail: string | undefined;
  readonly pointer: string | undefined;
}

export interface RequestLine {
  readonly method: string;
  /** From the host, with the query. */
  readonly path: string;
}

/** What a path ends with in place of an address that the answer to its request gave, which is a secret. */
export const OBJECT_STORE = ' → object store';

/** The server answered with a status that is no success. Holds no headers: they carry the token. */
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
      `${request.method} ${request.path} answered ${status}${said}${requestId ? ` (request ${requestId})` : ''}`,
    );
    this.status = status;
    this.request = request;
    this.errors = errors;
    this.requestId = requestId;
  }
}

/** No whole answer came: refused, lost, too slow, no such host, TLS. Whether the request took effect is not known. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly code: string;

  constructor(request: RequestLine, cause: unknown) {
    const { code, message } = describe(cause);
    super(`${request.method} ${request.path}: ${message}`, { cause });
    this.code = code;
  }
}

/** An answer that is not the document it should be. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';

  constructor(request: RequestLine, what: string) {
    super(`${request.method} ${request.path} answered something that is no ${what}`);
  }
}

function describe(cause: unknown): { code: string; message: string } {
  // A refused connection to a name with several addresses is an AggregateError without a text.
  const error = cause instanceof AggregateError ? cause.errors[0] : cause;
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  // Undici says it in words alone.
  const refusal = /^Proxy response \((\d+)\)/.exec(error.message)?.[1];
  if (refusal !== undefined)
    return { code: `ERR_PROXY_${refusal}`, message: `the proxy answered ${refusal}` };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, message: error.message || code };
}
