import { describeFailure } from './explain.ts';

/** GitHub's client. */
export type Octokit = ReturnType<typeof import('@actions/github')['getOctokit']>;

/** What GraphQL says of the token. */
export interface Viewer {
  readonly login: string | undefined;
  /** False where the host has no GraphQL, as Gitea and Forgejo. */
  readonly known: boolean;
}

/** A token at work. */
export interface Identity {
  readonly octokit: Octokit;
  /** Asked once. */
  readonly viewer: () => Promise<Viewer>;
}

const NO_SUCH_ENDPOINT = [404, 405, 410, 501];

export async function askViewer(octokit: Octokit): Promise<Viewer> {
  try {
    const answer = await octokit.graphql<Partial<{ viewer: { login: string } }> | undefined>(
      'query { viewer { login } }',
    );
    // A page for people, answered with 200 by whatever is in between, is no answer of GraphQL.
    return { login: answer?.viewer?.login, known: answer?.viewer != null };
  } catch (error) {
    const { status } = describeFailure(error);
    return { login: undefined, known: status === undefined || !NO_SUCH_ENDPOINT.includes(status) };
  }
}

/**
 * Who comments with this token; undefined where the host does not say. GraphQL answers for every token of GitHub;
 * `GET /user` answers for every token of Gitea and Forgejo with `read:user`, but on GitHub for those of people only.
 *
 * @throws what Octokit throws where the host cannot be reached
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
