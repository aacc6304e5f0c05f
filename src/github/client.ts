import { openFetch } from '../http/dispatcher.ts';
import { once } from '../runtime/once.ts';
import type { Repository } from './context.ts';
import { describeFailure, type Failure } from './explain.ts';
import { askViewer, type Identity } from './identity.ts';

/** GitHub, for one repository. */
export interface GitHub extends Repository, Identity {}

export interface GitHubAddress {
  /** Without a slash at its end. */
  readonly apiUrl: string;
  /** PEM certificates that are trusted in addition to the system's. */
  readonly certificates: string | undefined;
}

/** Timeout of one request, without retries. Milliseconds. */
const TIME_LIMIT = 15_000;
const RETRIES = 3;

/** Maximum wait for a rate limit, as the report does not depend on GitHub. Milliseconds. */
const LONGEST_WAIT = 60_000;

/** @throws Error if a URL in the environment is not valid */
export async function openGitHub(
  token: string,
  repository: Repository,
  { apiUrl, certificates }: GitHubAddress,
): Promise<GitHub> {
  // The package reads the event at import and fails if it is not JSON, so it is imported after our own check.
  const { getOctokit } = await import(/* webpackChunkName: "github" */ '@actions/github');
  const connection =
    certificates === undefined
      ? {}
      : { request: { fetch: openFetch({ certificates, timeLimit: TIME_LIMIT }) } };
  const octokit = getOctokit(token, { baseUrl: apiUrl, ...connection });
  octokit.hook.wrap('request', async (request, options) => {
    for (let failures = 0; ; failures++) {
      try {
        return await request({
          ...options,
          request: { ...options.request, signal: AbortSignal.timeout(TIME_LIMIT) },
        });
      } catch (error) {
        const wait = waitBefore(error, options.method, failures);
        if (wait === undefined) throw error;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  });
  return { ...repository, octokit, viewer: once(() => askViewer(octokit)) };
}

/** Milliseconds until the request is repeated. Undefined if it is not. */
function waitBefore(error: unknown, method: string, failures: number): number | undefined {
  if (failures === RETRIES) return undefined;
  const failure = describeFailure(error);
  const { status, headers } = failure;
  const asked = Number(headers['retry-after']) * 1000;
  if (asked > 0 && (status === 403 || status === 429)) return asked <= LONGEST_WAIT ? asked : undefined;
  if (isHopeless(failure)) return undefined;
  // A POST may have taken effect without a response, so it is not repeated.
  const repeatable = method === 'GET' || method === 'PATCH' || method === 'DELETE';
  return repeatable && (status === undefined || status >= 500 || status === 429)
    ? 1000 * 2 ** failures
    : undefined;
}

/** TLS errors, unknown hosts and refusals by a proxy are not transient. */
const isHopeless = ({ kind, code }: Failure) =>
  kind === 'certificate' || kind === 'proxy' || code === 'ENOTFOUND' || code.startsWith('ERR_SSL');
