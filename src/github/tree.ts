import type { GitHub } from './client.ts';
import type { Repository } from './context.ts';
import { describeFailure, type Explanation, explainGitHubFailure } from './explain.ts';
import {
  type BlobAnswer,
  decodeBlob,
  decodeTreePage,
  isObjectId,
  isSoundTree,
  LARGEST_BLOB,
  type TreeEntry,
  type TreePage,
} from './git-objects.ts';

export type { TreeEntry };

/** All entries in the tree of a commit, including folders, or why they cannot be read. */
export type Tree = { readonly entries: readonly TreeEntry[] } | { readonly unknown: Explanation };

/** The maximum that GitHub returns (docs/github.md#git-trees-and-blobs). */
const MOST_ENTRIES = 100_000;
/** Pages have 1,000 entries, unless the host is configured for smaller ones. */
const MOST_PAGES = 100;

/** What is read from which repository. */
interface Asked extends Repository {
  readonly kind: 'tree of commit' | 'blob';
  readonly id: string;
}

/**
 * Reads the whole tree of a commit: one request on GitHub, one per page on Gitea and Forgejo.
 *
 * @param commit full ID of a commit, which need not be on a branch
 * @returns entries in the host's order, each path once. Never throws.
 */
export async function readTree(github: GitHub, { owner, repo }: Repository, commit: string): Promise<Tree> {
  const asked: Asked = { owner, repo, kind: 'tree of commit', id: commit };
  try {
    const entries = await readEntries(github, checked(asked));
    return isSoundTree(entries) ? { entries } : { unknown: otherAnswer(asked) };
  } catch (error) {
    return { unknown: error instanceof Unreadable ? error.explanation : explain(error, asked, github) };
  }
}

/**
 * Reads a blob in one request. The host sends it whole, so only request blobs that are small according to the tree.
 *
 * @param id of the blob, from a tree
 * @throws Error with a message that can be shown, without the content. Also for blobs over 10 MiB.
 */
export async function readBlob(github: GitHub, { owner, repo }: Repository, id: string): Promise<Buffer> {
  const asked: Asked = { owner, repo, kind: 'blob', id };
  const answer = await requestBlob(github, checked(asked)).catch((error: unknown) => {
    throw error instanceof Unreadable ? error : new Unreadable(explain(error, asked, github));
  });
  if ('bytes' in answer) return answer.bytes;
  throw new Unreadable(explainBlob(answer.wrong, asked));
}

/** An explanation as an error, whose message says the same. */
class Unreadable extends Error {
  readonly explanation: Explanation;

  constructor(explanation: Explanation) {
    const { cause, advice } = explanation;
    super(`${cause.charAt(0).toUpperCase()}${cause.slice(1)}. ${advice}`.trimEnd());
    this.explanation = explanation;
  }
}

async function readEntries(github: GitHub, asked: Asked): Promise<readonly TreeEntry[]> {
  const first = await requestPage(github, asked, 1);
  if (!first.truncated) return first.entries;
  if (first.page === undefined || (first.total ?? 0) > MOST_ENTRIES) throw new Unreadable(tooLarge(asked));
  const pages = [first, ...(await readFurtherPages(github, asked))];
  const entries = pages.flatMap((page) => page.entries);
  // The pages of a commit do not change, so an entry is missing or repeated.
  if (first.total !== undefined && entries.length !== first.total) throw new Unreadable(otherAnswer(asked));
  return entries;
}

async function readFurtherPages(github: GitHub, asked: Asked): Promise<TreePage[]> {
  const pages: TreePage[] = [];
  for (let number = 2; number <= MOST_PAGES; number++) {
    const page = await requestPage(github, asked, number);
    if (page.page !== number) throw new Unreadable(otherAnswer(asked));
    pages.push(page);
    if (!page.truncated) return pages;
  }
  throw new Unreadable(tooLarge(asked));
}

async function requestPage({ octokit }: GitHub, asked: Asked, page: number): Promise<TreePage> {
  const { owner, repo, id } = asked;
  const further = page === 1 ? {} : { page };
  const parameters = { owner, repo, tree_sha: id, recursive: '1', ...further };
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', parameters);
  const decoded = decodeTreePage(data, id);
  if (decoded === undefined) throw new Unreadable(otherAnswer(asked));
  return decoded;
}

async function requestBlob({ octokit }: GitHub, { owner, repo, id }: Asked): Promise<BlobAnswer> {
  const { data } = await octokit.rest.git.getBlob({ owner, repo, file_sha: id });
  return decodeBlob(data, id);
}

/** A name such as `..` would change the path of the request. */
function checked(asked: Asked): Asked {
  const { owner, repo, id } = asked;
  const named = [owner, repo].every((name) => /^[\w.-]+$/.test(name) && !/^\.+$/.test(name));
  if (named && isObjectId(id)) return asked;
  const what = named ? 'this is not a Git object ID' : 'the repository name is not valid';
  throw new Unreadable({ cause: `the ${shown(asked)} cannot be read: ${what}`, advice: '' });
}

/** Never repeats an ID that is not hexadecimal. */
const shown = ({ kind, id }: Asked): string => (isObjectId(id) ? `${kind} ${id.slice(0, 7)}` : kind);

function explain(error: unknown, asked: Asked, github: GitHub): Explanation {
  const { cause, advice } = explainGitHubFailure(error, 'contents: read');
  return {
    cause: `the ${shown(asked)} cannot be read: ${cause}`,
    advice: adviceFor(error, asked, github) ?? advice,
  };
}

/** Advice that is specific to this request. */
function adviceFor(error: unknown, asked: Asked, github: GitHub): string | undefined {
  const { kind, status } = describeFailure(error);
  if (kind === 'permission') return permit(asked, github);
  if (kind === 'not-found') return `${permit(asked, github)} If it already has that, ${gone(asked)}`;
  if (status === 409) return 'The repository is empty: push its commits again.';
  // Gitea and Forgejo return 400 where GitHub returns 404.
  return kind === 'rejected' ? `Probably ${gone(asked)}` : undefined;
}

/** Commits that a force push leaves without a branch are eventually removed (docs/github.md#git-trees-and-blobs). */
const gone = ({ kind }: Asked): string =>
  `the ${kind === 'blob' ? 'blob' : 'commit'} is no longer in the repository, for example after a force push.`;

function permit({ owner, repo }: Asked, github: GitHub): string {
  const own = `${owner}/${repo}`.toLowerCase() === `${github.owner}/${github.repo}`.toLowerCase();
  return own
    ? 'Add `contents: read` to the `permissions:` of the job.'
    : `The token of the job is only for its own repository: set \`github-token\` to a token with \`contents: read\` for \`${owner}/${repo}\`.`;
}

const tooLarge = (asked: Asked): Explanation => ({
  cause: `the ${shown(asked)} is too large to read: it has more than 100,000 files and folders, or is larger than 7 MB`,
  advice: 'To see the changes, keep the policies in a smaller repository of their own.',
});

const otherAnswer = (asked: Asked): Explanation => ({
  cause: `the ${shown(asked)} cannot be read: GitHub returned an unexpected response`,
  advice:
    'Run again. If it fails again, check that GITHUB_API_URL is the API of GitHub and that no proxy changes its responses.',
});

function explainBlob(wrong: 'size' | 'answer' | 'content', asked: Asked): Explanation {
  if (wrong === 'answer') return otherAnswer(asked);
  if (wrong === 'content') {
    return {
      cause: `the ${shown(asked)} cannot be read: the content from GitHub does not match its ID`,
      advice: 'Run again.',
    };
  }
  return { cause: `the ${shown(asked)} is larger than ${LARGEST_BLOB / 2 ** 20} MiB`, advice: '' };
}
