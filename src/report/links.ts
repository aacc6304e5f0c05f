import type { RunContext } from '../github/context.ts';
import type { RunHead } from '../github/head.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Commit, Report } from './report.ts';

/** The organization's pages, where it is known. */
export function organizationOf({
  access: { organization },
  terraform,
}: Pick<Inputs, 'access' | 'terraform'>): Report['organization'] {
  if (organization === undefined || terraform === undefined) return undefined;
  const url = `${terraform.host.origin}/app/${encodeURIComponent(organization)}`;
  return { name: organization, url, policiesUrl: `${url}/settings/policies` };
}

/** The commit that the run works on: the pull request's head on its events, else GITHUB_SHA (interface.md 5). */
export function commitOf(
  { pullRequest, sha, serverUrl, repositoryName }: RunContext,
  head: RunHead,
): Commit | undefined {
  const commit = pullRequest?.head?.sha ?? head.sha ?? sha;
  if (commit === undefined) return undefined;
  const repository = repositoryName && `${serverUrl}/${repositoryName.owner}/${repositoryName.repo}`;
  return {
    sha: commit,
    url: repository && `${repository}/commit/${commit}`,
    fileUrl: (path) =>
      repository &&
      `${repository}/blob/${commit}/${path.toWellFormed().split('/').map(encodeURIComponent).join('/')}`,
  };
}

/** The run's page, which shows the job summary. */
export function runUrlOf({ serverUrl, repositoryName, runId }: RunContext): string | undefined {
  if (repositoryName === undefined || runId === 0) return undefined;
  return `${serverUrl}/${repositoryName.owner}/${repositoryName.repo}/actions/runs/${runId}`;
}
