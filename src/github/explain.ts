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

/** What Octokit threw, as far as it matters. */
export interface Failure {
  readonly kind: FailureKind;
  /** Undefined where no answer came. */
  readonly status: number | undefined;
  /** Of the system, of Node or of TLS where no answer came: `ECONNREFUSED`. Empty where there is none. */
  readonly code: string;
  /** One line, as GitHub or the system has it. */
  readonly message: string;
  /** Of the answer, names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Where the request went: `github.example.com`, with the port where it is not the usual one. */
  readonly host: string;
}

export interface Explanation {
  /** What happened: a clause on one line, without a full stop. */
  readonly cause: string;
  /** What to do: one or two sentences. */
  readonly advice: string;
}

/** Longer answers are pages for people, not words for a message. Characters. */
const LONGEST_MESSAGE = 300;

/** Proof against causes that lead in a circle. */
const DEEPEST = 10;

/**
 * Says in words what kept GitHub from answering, and what to do about it.
 *
 * @param error what Octokit, or a function that uses it, threw
 * @param permission what the request needs of the job's token, as `permissions:` has it: `pull-requests: write`
 */
export function explainGitHubFailure(error: unknown, permission: string): Explanation {
  const failure = describeFailure(error);
  return { cause: causeOf(failure), advice: adviceFor(failure, permission) };
}

/** Takes apart what Octokit throws: every failure to connect is a status 500 there, its reason causes deep. */
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

/** What the causes of an error say that is the most exact: undici's own message is `fetch failed`. */
function reasonOf(error: unknown): { code: string; message: string } {
  const chain = causesOf(error);
  const coded = chain.findLast((cause) => codeOf(cause) !== '');
  const last = coded ?? chain.findLast(({ message }) => message);
  const code = coded === undefined ? '' : codeOf(coded);
  return { code, message: oneLine(last?.message || code || String(error)) };
}

/** From the error itself inwards. A refused connection to a host with several addresses holds one for each. */
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

/** Deadlines have a name and, from older days, a number as their code. */
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

/** What errors of Octokit, of undici and of Node may have; nothing of it is sure. */
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
  if (status !== undefined) return `GitHub answered ${status}${message === '' ? '' : `: ${message}`}`;
  const reason =
    message.includes(code) || /^(TIMEOUT|PROXY_\d+)$/.test(code) ? message : `${message}, ${code}`;
  const what = {
    refused: `nothing accepts connections at ${host}`,
    'no-host': `the host ${host} was not found`,
    certificate: `the certificate of ${host} is not trusted`,
    proxy: `the proxy did not let the request to ${host} pass`,
    timeout: `${host} did not answer in time`,
  }[kind as string];
  return what === undefined ? `the connection to ${host} failed (${reason})` : `${what} (${reason})`;
}

function adviceFor({ kind, code }: Failure, permission: string): string {
  switch (kind) {
    case 'refused':
    case 'no-host':
      return 'Let the runner reach GitHub at the address in GITHUB_API_URL, if need be by way of HTTPS_PROXY.';
    case 'certificate':
      return certificateAdvice(code);
    case 'proxy':
      return 'Correct the credentials in HTTPS_PROXY or HTTP_PROXY, allow the host in the proxy, or leave the host out with NO_PROXY.';
    case 'timeout':
      return 'Run again, or check the network between the runner and GitHub.';
    case 'token':
      return 'The token in `github-token` is wrong or has expired.';
    case 'rate-limit':
      return 'The rate limit of `github-token` is used up for now: run again later.';
    case 'locked':
      return 'The conversation is locked: unlock it to get a comment.';
    case 'permission':
    case 'not-found':
      return `Give the job \`permissions:\` with \`${permission}\`; runs for forks and Dependabot cannot have all of them.`;
    case 'server':
    case 'lost':
      return 'Run again.';
    case 'rejected':
      return '';
  }
}

function certificateAdvice(code: string): string {
  if (code === 'CERT_HAS_EXPIRED') return 'Have it renewed.';
  if (/ALTNAME|MISMATCH/.test(code)) return 'It is made out for another host: correct GITHUB_API_URL.';
  return 'If it comes from a private CA, set NODE_EXTRA_CA_CERTS to the path of the PEM bundle of that CA, for the job or on the runner, or give the bundle in `ca-certificate`.';
}

/** A page of HTML says nothing that a message could repeat. */
function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
  if (line.startsWith('<')) return '';
  return line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, LONGEST_MESSAGE).trimEnd()}…`;
}
