import { readBlob, readTree, type TreeEntry } from '../github/tree.ts';
import type { SetStamp } from '../model/set-stamp.ts';
import type { History, Unknown } from '../policy-sets/preview/before.ts';
import type { CommitEntry } from '../policy-sets/preview/commit-tree.ts';
import type { Job } from './job.ts';
import { checkedOutRepository } from './links.ts';

/** The commits of the checked-out repository on GitHub. Each tree and each content is read once. */
export function historyOf(job: Job): History {
  const trees = new Map<string, Promise<readonly CommitEntry[] | Unknown>>();
  // Policy sets with the same folder need the same contents.
  const contents = new Map<string, Promise<Buffer>>();
  return {
    async filesOf(stamp) {
      const commit = commitOfStamp(stamp, job);
      if (typeof commit !== 'string') return commit;
      const known = trees.get(commit) ?? readFiles(job, commit);
      trees.set(commit, known);
      return known;
    },
    contentOf(blob) {
      const known = contents.get(blob) ?? readContent(job, blob);
      contents.set(blob, known);
      return known;
    },
  };
}

async function readContent(job: Job, blob: string): Promise<Buffer> {
  const [github, repository] = [await job.github(), repositoryOf(job)];
  if (github === undefined || repository === undefined) throw new Error('GitHub is not available');
  return readBlob(github, repository, blob);
}

/** The commit in the stamp, if it is from this repository. */
function commitOfStamp({ commit, run }: SetStamp, { context }: Job): string | Unknown {
  const advice = 'After the next publish, reports show what changes.';
  if (commit === undefined) return { cause: 'its stamp contains no commit', advice };
  const { serverUrl, repositoryName } = context;
  const own = `${repositoryName?.owner}/${repositoryName?.repo}`.toLowerCase();
  const isOwn =
    run === undefined ||
    (run.repository.toLowerCase() === own &&
      URL.canParse(serverUrl) &&
      new URL(serverUrl).host === run.server);
  return isOwn
    ? commit
    : { cause: `it was published by a workflow of ${run.repository} on ${run.server}`, advice };
}

function repositoryOf({ context, checkout }: Job): { owner: string; repo: string } | undefined {
  const [owner, repo] = checkedOutRepository(context, checkout)?.split('/') ?? [];
  return owner === undefined || repo === undefined ? undefined : { owner, repo };
}

async function readFiles(job: Job, commit: string): Promise<readonly CommitEntry[] | Unknown> {
  const [github, repository] = [await job.github(), repositoryOf(job)];
  const what = `commit ${commit.slice(0, 7)}, from which it was published, cannot be read`;
  if (github === undefined)
    return {
      cause: `${what}: \`github-token\` is empty`,
      advice: 'Set it to a token with `contents: read`.',
    };
  if (repository === undefined) return { cause: `${what}: the repository is not known`, advice: '' };
  const tree = await readTree(github, repository, commit);
  if ('unknown' in tree) return tree.unknown;
  const root = job.checkout?.root ?? '';
  return tree.entries.flatMap((entry) => asFile(entry, root));
}

/** Folders are omitted, because the files have their paths. */
function asFile({ path, mode, type, id, size }: TreeEntry, root: string): CommitEntry[] {
  if (type === 'tree') return [];
  const place = root === '' ? path : `${root}/${path}`;
  const kind = type === 'commit' ? 'submodule' : mode === '120000' ? 'link' : 'file';
  return [{ place, blob: id, type: kind, size }];
}
