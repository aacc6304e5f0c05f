/** Why a request to GitHub failed. */
export type FailureKind =
  | 'refused'
  | 'no-host'
  | 'certificate'
  | 'proxy'
  | 'timeout'
  | 'lost'
  | 'token'
  | 'rate-limit'
  | 'locked'
  | 'permission'
  | 'not-found'
  | 'server'
  | 'rejected';

/** The relevant parts of an error that Octokit threw. */
export interface Failure {
  readonly kind: FailureKind;
  /** Undefined if there was no response. */
  readonly status: number | undefined;
  /** The code of the system, Node or TLS if there was no response: `ECONNREFUSED`. Empty if there is none. */
  readonly code: string;
  /** One line, as returned by GitHub or the system. */
  readonly message: string;
  /** Of the response, with names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The host of the request, with a port that is not the default: `github.example.com`. */
  readonly host: string;
}

export interface Explanation {
  /** What happened: a clause on one line, without a full stop. */
  readonly cause: string;
  /** What to do: one or two sentences. */
  readonly advice: string;
}

/** Longer messages are cut. Characters. */
const LONGEST_MESSAGE = 300;

/** Guards against circular causes. */
const DEEPEST = 10;

/**
 * Explains why a request to GitHub failed, and what to do about it.
 *
 * @param error thrown by Octokit or a function that uses it
 * @param permission that the request needs, as in `permissions:`: `pull-requests: write`
 */
export function explainGitHubFailure(error: unknown, permission: string): Explanation {
  const failure = describeFailure(error);
  return { cause: causeOf(failure), advice: adviceFor(failure, permission) };
}

/** Describes an error of Octokit, where every failure to connect is a status 500 with the reason deep in its causes. */
export function describeFailure(error: unknown): Failure {
  const answer = answerOf(error);
  const host = hostOf(error);
  if (answer !== undefined) {
    const { status, headers } = answer;
    const message = oneLine(thrown(error).message ?? String(error));
    return { kind: kindOfAnswer({ status, headers, message }), status, code: '', message, headers, host };
  }
  const { code, message } = reasonOf(error);
  return { kind: kindOfReason(code, message), status: undefined, code, message, headers: {}, host };
}

function answerOf(error: unknown): (Pick<Failure, 'headers'> & { readonly status: number }) | undefined {
  const { status, response } = thrown(error);
  if (status === undefined || response === undefined) return undefined;
  return { status, headers: response.headers ?? {} };
}

/** The most specific cause of an error: undici's own message is only `fetch failed`. */
function reasonOf(error: unknown): { code: string; message: string } {
  const chain = causesOf(error);
  const coded = chain.findLast((cause) => codeOf(cause) !== '');
  const last = coded ?? chain.findLast(({ message }) => message);
  const code = coded === undefined ? '' : codeOf(coded);
  return { code, message: oneLine(last?.message || code || String(error)) };
}

/** From the error inwards. A refused connection to a host with several addresses has one error for each. */
function causesOf(error: unknown): Thrown[] {
  const chain: Thrown[] = [];
  let next = error;
  while (typeof next === 'object' && next !== null && chain.length < DEEPEST) {
    const { errors = [], cause } = thrown(next);
    chain.push(next);
    next = errors[0] ?? cause;
  }
  return chain;
}

/** A timeout has a name, and a number as its legacy code. */
function codeOf({ name, message, code }: Thrown): string {
  if (name === 'TimeoutError') return 'TIMEOUT';
  const proxy = /^Proxy response \((\d+)\)/.exec(message ?? '')?.[1];
  if (proxy !== undefined) return `PROXY_${proxy}`;
  return typeof code === 'string' ? code : '';
}

function hostOf(error: unknown): string {
  const url = thrown(error).request?.url;
  return url !== undefined && URL.canParse(url) ? new URL(url).host : 'GitHub';
}

/** Members that errors of Octokit, undici and Node may have. */
interface Thrown {
  readonly name?: string;
  readonly message?: string;
  readonly code?: unknown;
  readonly status?: number;
  readonly request?: { readonly url?: string };
  readonly response?: { readonly headers?: Failure['headers'] };
  readonly errors?: readonly unknown[];
  readonly cause?: unknown;
}

const thrown = (error: unknown): Thrown => (typeof error === 'object' && error !== null ? error : {});

function kindOfReason(code: string, message: string): FailureKind {
  if (code === 'ECONNREFUSED' || message === 'bad port') return 'refused';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no-host';
  if (code.startsWith('PROXY_')) return 'proxy';
  if (/TIMEDOUT$|TIMEOUT$/.test(code)) return 'timeout';
  return CERTIFICATE.test(code) ? 'certificate' : 'lost';
}

const CERTIFICATE =
  /^(CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE))/;

function kindOfAnswer({
  status,
  headers,
  message,
}: Pick<Failure, 'headers' | 'message'> & { status: number }) {
  const limited = headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined;
  if (status === 429 || (status === 403 && (limited || /rate limit/i.test(message)))) return 'rate-limit';
  if (status === 401) return 'token';
  if (status === 403) return /locked/i.test(message) ? 'locked' : 'permission';
  if (status === 404) return 'not-found';
  return status >= 500 ? 'server' : 'rejected';
}

function causeOf({ kind, status, code, message, host }: Failure): string {
  if (status !== undefined) return `GitHub returned ${status}${message === '' ? '' : `: ${message}`}`;
  const reason =
    message.includes(code) || /^(TIMEOUT|PROXY_\d+)$/.test(code) ? message : `${message}, ${code}`;
  const what = {
    refused: `${host} refused the connection`,
    'no-host': `the host ${host} was not found`,
    certificate: `the certificate of ${host} is not trusted`,
    proxy: `the proxy rejected the request to ${host}`,
    timeout: `${host} did not respond in time`,
  }[kind as string];
  return what === undefined ? `the connection to ${host} failed (${reason})` : `${what} (${reason})`;
}

function adviceFor({ kind, code }: Failure, permission: string): string {
  switch (kind) {
    case 'refused':
    case 'no-host':
      return 'Check that the runner can reach GitHub at the address in GITHUB_API_URL, if necessary through HTTPS_PROXY.';
    case 'certificate':
      return certificateAdvice(code);
    case 'proxy':
      return 'Check the credentials in HTTPS_PROXY or HTTP_PROXY, allow the host in the proxy, or bypass the proxy with NO_PROXY.';
    case 'timeout':
      return 'Run again, or check the network between the runner and GitHub.';
    case 'token':
      return 'The token in `github-token` is invalid or has expired.';
    case 'rate-limit':
      return 'The rate limit of `github-token` is used up: run again later.';
    case 'locked':
      return 'Unlock the conversation to get a comment.';
    case 'permission':
    case 'not-found':
      return `Add \`${permission}\` to the \`permissions:\` of the job; runs for forks and Dependabot cannot be granted every permission.`;
    case 'server':
    case 'lost':
      return 'Run again.';
    case 'rejected':
      return '';
  }
}

function certificateAdvice(code: string): string {
  if (code === 'CERT_HAS_EXPIRED') return 'Renew the certificate.';
  if (/ALTNAME|MISMATCH/.test(code)) return 'The certificate is for another host: correct GITHUB_API_URL.';
  return 'If it was issued by a private CA, set NODE_EXTRA_CA_CERTS to the path of its PEM bundle, for the job or on the runner, or set `ca-certificate`.';
}

/** Empty for an HTML page, which is of no use in a message. */
function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
  if (line.startsWith('<')) return '';
  return line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, LONGEST_MESSAGE).trimEnd()}…`;
}
