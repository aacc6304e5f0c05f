import type { GitHub } from './client.ts';
import { describeFailure } from './explain.ts';
import { ownLogin } from './identity.ts';
import { comparable, hasMarker, markerLine, maySpeakInsteadOf, type Speaker, speakerOf } from './marker.ts';

export interface CommentOptions {
  readonly pullRequest: number;
  readonly key: string;
  readonly speaker: Speaker;
  /** Without the marker. */
  readonly text: string;
  /** Used if GitHub rejects the text as too long. */
  readonly shortText: string;
  /** False: an existing comment is updated, but none is created. */
  readonly create: boolean;
}

interface Comment {
  readonly id: number;
  readonly body?: string | undefined;
  readonly html_url: string;
  /** Gitea and Forgejo return no type. */
  readonly user: { readonly login: string; readonly type?: string } | null;
  /** Set if somebody has hidden the comment. It is then left alone and a new one created. */
  readonly minimized?: object | null;
}

/**
 * Makes sure that the pull request has one comment with this key and text, and returns its URL.
 *
 * GitHub has no conditional writes. So after creating a comment, the comments are listed again: if two runs have
 * created one each, both keep the older one and delete the other.
 */
export async function upsertComment(github: GitHub, options: CommentOptions): Promise<string | undefined> {
  try {
    return await upsert(github, options);
  } catch (error) {
    const { status, message } = describeFailure(error);
    if (status !== 422 || !/too long|maximum/i.test(message) || options.text === options.shortText)
      throw error;
    return upsert(github, { ...options, text: options.shortText });
  }
}

async function upsert(github: GitHub, options: CommentOptions): Promise<string | undefined> {
  const login = await ownLogin(github);
  const marked = await listComments(github, options);
  const [existing, ...duplicates] = ownOf(marked, login);
  if (login !== undefined) await removeComments(github, duplicates);
  if (existing !== undefined) {
    const url = await updateComment(github, existing, options, true);
    if (url !== undefined) return url;
  }
  const same = login === undefined ? marked.find((comment) => saysTheSame(comment, options)) : undefined;
  if (same !== undefined) return same.html_url;
  if (!options.create) return undefined;
  const made = await createComment(github, options);
  // The author of the new comment is our own login.
  const [first, ...others] = ownOf(await listComments(github, options), made.user?.login ?? login);
  if (first === undefined || first.id === made.id) return made.html_url;
  await removeComments(github, others);
  return (await updateComment(github, first, options, false)) ?? first.html_url;
}

/** Comments with the marker of this key by any author, oldest first. */
async function listComments(
  { octokit, owner, repo }: GitHub,
  { pullRequest, key }: CommentOptions,
): Promise<Comment[]> {
  const listing = octokit.rest.issues.listComments;
  const comments: Comment[] = await octokit.paginate(listing, {
    owner,
    repo,
    issue_number: pullRequest,
    per_page: 100,
  });
  return comments
    .filter((comment) => hasMarker(comment.body ?? '', key) && comment.minimized == null)
    .sort((a, b) => a.id - b.id);
}

/** A marker in somebody else's comment is a quotation, so the author must match as well. */
const ownOf = (comments: readonly Comment[], login: string | undefined): Comment[] =>
  comments.filter(({ user }) => (login === undefined ? user?.type === 'Bot' : user?.login === login));

/**
 * Whether a comment that may be ours is already up to date. If the host returns neither our login nor the type of users,
 * creating a comment each time to find out could trigger the workflow again each time.
 */
const saysTheSame = ({ user, body }: Comment, options: CommentOptions): boolean =>
  user !== null && user.type === undefined && !isStale(body ?? '', options, true);

async function createComment({ octokit, owner, repo }: GitHub, options: CommentOptions): Promise<Comment> {
  const body = bodyOf(options);
  return (await octokit.rest.issues.createComment({ owner, repo, issue_number: options.pullRequest, body }))
    .data;
}

/** Time that another run may take between reading and writing. Milliseconds. */
const SETTLING = 500;
const MAX_UPDATES = 3;

/**
 * Updates a comment and reads it again, because another run that had read it before may write after us.
 * `knowing` means that its content was there before this run wrote its report, and did not appear in the meantime.
 * Returns its URL. Undefined if it was deleted, or cannot be changed by us.
 */
async function updateComment(
  github: GitHub,
  comment: Comment,
  options: CommentOptions,
  knowing: boolean,
): Promise<string | undefined> {
  let current: Comment | undefined = comment;
  for (let updates = 0; updates < MAX_UPDATES; updates++) {
    if (!isStale(current.body ?? '', options, knowing && updates === 0)) break;
    if (!(await replaceBody(github, comment.id, bodyOf(options)))) return undefined;
    await new Promise((resolve) => setTimeout(resolve, SETTLING));
    // If it cannot be read again, it was written nevertheless.
    current = await readComment(github, comment.id).catch(() => ({ ...comment, body: bodyOf(options) }));
    if (current === undefined) return undefined;
  }
  return comment.html_url;
}

/** Whether the comment has other content, which this run may replace. */
function isStale(body: string, options: CommentOptions, knowing: boolean): boolean {
  if (comparable(body) === comparable(bodyOf(options))) return false;
  return maySpeakInsteadOf(speakerOf(body), options.speaker, knowing);
}

async function replaceBody({ octokit, owner, repo }: GitHub, id: number, body: string): Promise<boolean> {
  try {
    await octokit.rest.issues.updateComment({ owner, repo, comment_id: id, body });
    return true;
  } catch (error) {
    if ([403, 404].includes(describeFailure(error).status ?? 0)) return false;
    throw error;
  }
}

async function readComment({ octokit, owner, repo }: GitHub, id: number): Promise<Comment | undefined> {
  try {
    return (await octokit.rest.issues.getComment({ owner, repo, comment_id: id })).data;
  } catch (error) {
    if (describeFailure(error).status === 404) return undefined;
    throw error;
  }
}

async function removeComments({ octokit, owner, repo }: GitHub, comments: readonly Comment[]): Promise<void> {
  // Another run may be deleting the same one, and a duplicate that remains is not a failure.
  await Promise.allSettled(
    comments.map(({ id }) => octokit.rest.issues.deleteComment({ owner, repo, comment_id: id })),
  );
}

const bodyOf = ({ key, speaker, text }: CommentOptions) => `${markerLine(key, speaker)}\n${text}`;
