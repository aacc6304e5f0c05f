import type { RunContext } from '../github/context.ts';
import type { RunHead } from '../github/head.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Commit, Report } from '../report/report.ts';
import type { Checkout } from '../repository/git/checkout.ts';
import { repositoryOn } from '../repository/git/remote.ts';

/** The organization and its pages, if it is known. */
export function organizationOf({
  access: { organization },
  terraform,
}: Pick<Inputs, 'access' | 'terraform'>): Report['organization'] {
  if (organization === undefined || terraform === undefined) return undefined;
  return { name: organization, ...organizationUrls(terraform.host.origin, organization) };
}

/** The pages of an organization. `origin` has scheme, host and port. */
export function organizationUrls(origin: string, organization: string) {
  const url = `${origin}/app/${encodeURIComponent(organization)}`;
  return { url, policiesUrl: `${url}/settings/policies`, policySetsUrl: `${url}/settings/policy-sets` };
}

/**
 * The commit of the files: HEAD of the checkout that contains them. If that is the event's commit, which for a pull
 * request is a merge commit, or if it cannot be read: the head of the pull request, otherwise GITHUB_SHA
 * (docs/behavior.md#commit).
 */
export function commitOf(
  context: RunContext,
  head: RunHead,
  checkout: Checkout | undefined,
): Commit | undefined {
  const { pullRequest, sha: eventSha, serverUrl } = context;
  const known = checkout?.sha === undefined ? undefined : checkout;
  const isOfEvent = known === undefined || known.sha === eventSha;
  const sha = isOfEvent ? (pullRequest?.head?.sha ?? head.sha ?? eventSha) : known.sha;
  if (sha === undefined) return undefined;
  const repository = checkedOutRepository(context, known);
  const url = repository === undefined ? undefined : `${serverUrl}/${repository}`;
  const address = (form: 'blob' | 'tree', path: string) => {
    const inside = pathIn(known?.root ?? '', path);
    return url === undefined || inside === undefined ? undefined : `${url}/${form}/${sha}/${inside}`;
  };
  return {
    sha,
    url: url && `${url}/commit/${sha}`,
    fileUrl: (path) => address('blob', path),
    folderUrl: (path) => address('tree', path)?.replace(/\/$/, ''),
  };
}

/** The commit of the files, if they are from the event's repository. Otherwise undefined. */
export function publishedCommit(context: RunContext, checkout: Checkout | undefined): string | undefined {
  const { repositoryName, sha } = context;
  if (checkout?.sha === undefined) return sha;
  const own = repositoryName && `${repositoryName.owner}/${repositoryName.repo}`.toLowerCase();
  return checkedOutRepository(context, checkout)?.toLowerCase() === own ? checkout.sha : undefined;
}

/** `owner/repo` on this server. Undefined if it is not known, or the checkout is from another server. */
export function checkedOutRepository(
  { repositoryName, serverUrl }: RunContext,
  checkout: Checkout | undefined,
): string | undefined {
  if (checkout?.origin !== undefined) return repositoryOn(checkout.origin, serverUrl);
  return repositoryName && `${repositoryName.owner}/${repositoryName.repo}`;
}

/** The path of a file in a URL. Undefined if the file is not in the checkout. */
function pathIn(root: string, path: string): string | undefined {
  const folder = root === '' ? '' : `${root}/`;
  if (path === root) return '';
  if (!path.startsWith(folder)) return undefined;
  return path.slice(folder.length).toWellFormed().split('/').map(encodeURIComponent).join('/');
}

/** The run's page, which shows the job summary. */
export function runUrlOf({ serverUrl, repositoryName, runId }: RunContext): string | undefined {
  if (repositoryName === undefined || runId === 0) return undefined;
  return `${serverUrl}/${repositoryName.owner}/${repositoryName.repo}/actions/runs/${runId}`;
}
