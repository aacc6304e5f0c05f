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
  /** What to say where GitHub finds the text too long. */
  readonly shortText: string;
  /** False: an older comment is brought up to date, but none is made. */
  readonly create: boolean;
}

interface Comment {
  readonly id: number;
  readonly body?: string | undefined;
  readonly html_url: string;
  /** Gitea and Forgejo name no type. */
  readonly user: { readonly login: string; readonly type?: string } | null;
  /** Hidden by somebody as outdated or resolved: it stays as it is, and a new one is made. */
  readonly minimized?: object | null;
}

/**
 * Makes sure that the pull request has one comment of this key with this text, and returns its address.
 *
 * There is no way to write only if nobody else did. So after a comment was made, the comments are listed again: where
 * two runs made one each, both keep the older one and remove the other.
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
  // Whoever made it is who we are.
  const [first, ...others] = ownOf(await listComments(github, options), made.user?.login ?? login);
  if (first === undefined || first.id === made.id) return made.html_url;
  await removeComments(github, others);
  return (await updateComment(github, first, options, false)) ?? first.html_url;
}

/** Comments that carry the marker of this key, whoever wrote them, the oldest first. */
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

/** A marker in somebody else's comment is only quoted: it counts together with its author. */
const ownOf = (comments: readonly Comment[], login: string | undefined): Comment[] =>
  comments.filter(({ user }) => (login === undefined ? user?.type === 'Bot' : user?.login === login));

/**
 * Whether a comment that may be ours has nothing to learn from us. Where the host says neither who we are nor who is
 * a bot, to make one each time in order to find out could start the workflow anew each time, for ever.
 */
const saysTheSame = ({ user, body }: Comment, options: CommentOptions): boolean =>
  user !== null && user.type === undefined && !isStale(body ?? '', options, true);

async function createComment({ octokit, owner, repo }: GitHub, options: CommentOptions): Promise<Comment> {
  const body = bodyOf(options);
  return (await octokit.rest.issues.createComment({ owner, repo, issue_number: options.pullRequest, body }))
    .data;
}

/** How long another run that is about to write may take to do so. Milliseconds. */
const SETTLING = 500;
const MAX_UPDATES = 3;

/**
 * Brings a comment up to date, and looks at it once more: another run that read it before may have written after us.
 * `knowing` tells that what it says was there before we spoke, and did not come while we did.
 * Returns its address; undefined where it is gone, or turns out not to be ours to change.
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
    // What cannot be read again was written all the same.
    current = await readComment(github, comment.id).catch(() => ({ ...comment, body: bodyOf(options) }));
    if (current === undefined) return undefined;
  }
  return comment.html_url;
}

/** Whether the comment says something else, and we may speak instead of the run that said it. */
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
  // Another run may be removing the same one, and a duplicate that stays is no reason to fail.
  await Promise.allSettled(
    comments.map(({ id }) => octokit.rest.issues.deleteComment({ owner, repo, comment_id: id })),
  );
}

const bodyOf = ({ key, speaker, text }: CommentOptions) => `${markerLine(key, speaker)}\n${text}`;
