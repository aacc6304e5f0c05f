import type { Repository } from './context.ts';
import { describeFailure } from './explain.ts';

/** One answer of GitHub's API. */
export type Octokit = ReturnType<typeof import('@actions/github')['getOctokit']>;

/** GitHub, for one repository. */
export interface GitHub extends Repository {
  readonly octokit: Octokit;
}

/** One request, its retries not included. Milliseconds. */
const TIME_LIMIT = 15_000;
const RETRIES = 3;

/** The longest wait that a rate limit may ask for: the report can do without GitHub. Milliseconds. */
const LONGEST_WAIT = 60_000;

export async function openGitHub(token: string, repository: Repository): Promise<GitHub> {
  // Reads the event at import, and fails where that is no JSON; by then ours has been read (github-platform.md 2).
  const { getOctokit } = await import(/* webpackMode: "eager" */ '@actions/github');
  const octokit = getOctokit(token);
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
  return { ...repository, octokit };
}

/** Milliseconds until the request may be repeated; undefined where the failure stands. */
function waitBefore(error: unknown, method: string, failures: number): number | undefined {
  if (failures === RETRIES) return undefined;
  const { status, headers } = describeFailure(error);
  const asked = Number(headers['retry-after']) * 1000;
  if (asked > 0 && (status === 403 || status === 429)) return asked <= LONGEST_WAIT ? asked : undefined;
  // What was posted may have arrived although no answer came: only reading and replacing is repeated.
  const repeatable = method === 'GET' || method === 'PATCH' || method === 'DELETE';
  return repeatable && (status === undefined || status >= 500 || status === 429)
    ? 1000 * 2 ** failures
    : undefined;
}
