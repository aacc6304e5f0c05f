import { describeFailure } from './explain.ts';

/** GitHub's client. */
export type Octokit = ReturnType<typeof import('@actions/github')['getOctokit']>;

/** The token's user, according to GraphQL. */
export interface Viewer {
  readonly login: string | undefined;
  /** False if the host has no GraphQL, like Gitea and Forgejo. */
  readonly known: boolean;
}

/** A client and its user. */
export interface Identity {
  readonly octokit: Octokit;
  /** Requested once. */
  readonly viewer: () => Promise<Viewer>;
}

const NO_SUCH_ENDPOINT = [404, 405, 410, 501];

export async function askViewer(octokit: Octokit): Promise<Viewer> {
  try {
    const answer = await octokit.graphql<Partial<{ viewer: { login: string } }> | undefined>(
      'query { viewer { login } }',
    );
    // An HTML page with status 200, from something in between, is not a response from GraphQL.
    return { login: answer?.viewer?.login, known: answer?.viewer != null };
  } catch (error) {
    const { status } = describeFailure(error);
    return { login: undefined, known: status === undefined || !NO_SUCH_ENDPOINT.includes(status) };
  }
}

/**
 * The login that comments with this token. Undefined if the host does not say. GraphQL works with every token of GitHub.
 * `GET /user` works with every token of Gitea and Forgejo that has `read:user`, but on GitHub only with those of users.
 *
 * @throws Octokit's error if the host cannot be reached
 */
export async function ownLogin({ octokit, viewer }: Identity): Promise<string | undefined> {
  const { login } = await viewer();
  if (login !== undefined) return login;
  try {
    const { data } = await octokit.rest.users.getAuthenticated();
    return typeof data.login === 'string' ? data.login : undefined;
  } catch (error) {
    if (describeFailure(error).status === undefined) throw error;
    return undefined;
  }
}
