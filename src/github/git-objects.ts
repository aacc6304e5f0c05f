/** What the host says of Git's trees and blobs (docs/github.md#git-trees-and-blobs), believed only where it is sound. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';

export interface TreeEntry {
  /** From the root of the repository, parts separated by `/`; no part is empty, `.` or `..`. */
  readonly path: string;
  /** As Git has it, with six digits: `100644`, `100755`, `120000` (link), `040000` (folder), `160000` (submodule). */
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  /** Git's id of the object: lower-case hexadecimal, 40 digits or 64. */
  readonly id: string;
  /** Bytes of a blob; undefined of anything else, or where the host does not say. */
  readonly size: number | undefined;
}

/** One answer about a tree. */
export interface TreePage {
  readonly entries: readonly TreeEntry[];
  /** More entries exist than this answer has. */
  readonly truncated: boolean;
  /** From 1; undefined where the host has no pages, as GitHub. */
  readonly page: number | undefined;
  /** Entries of all pages; undefined where the host has none. */
  readonly total: number | undefined;
}

/** Bytes that a blob may have: no file of a policy set comes near. */
export const LARGEST_BLOB = 10 * 2 ** 20;

/** An id of SHA-1 or SHA-256. */
export const isObjectId = (text: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

const ObjectId = v.pipe(v.string(), v.check(isObjectId));
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const Entry = v.object({
  path: v.string(),
  mode: v.pipe(v.string(), v.regex(/^[0-7]{5,6}$/)),
  type: v.picklist(['blob', 'tree', 'commit']),
  sha: ObjectId,
  size: v.fallback(v.optional(Count), undefined),
});

/** Gitea and Forgejo have `null` in place of an empty list. */
const Page = v.object({
  sha: ObjectId,
  tree: v.nullable(v.array(Entry)),
  truncated: v.boolean(),
  page: v.optional(Count),
  total_count: v.optional(Count),
});

/** Undefined where the answer is something else than a tree, or another one than what was asked for. */
export function decodeTreePage(answer: unknown, commit: string): TreePage | undefined {
  const { success, output } = v.safeParse(Page, answer, { abortEarly: true });
  if (!success || output.sha !== commit) return undefined;
  const { tree, truncated, page, total_count: total } = output;
  return { entries: (tree ?? []).map(entryOf), truncated, page, total };
}

const entryOf = ({ path, mode, type, sha, size }: v.InferOutput<typeof Entry>): TreeEntry => ({
  path,
  mode: mode.padStart(6, '0'),
  type,
  id: sha,
  size: type === 'blob' ? size : undefined,
});

/** Whether Git could hold these entries in one tree: names that are some, each once, and folders above them. */
export function isSoundTree(entries: readonly TreeEntry[]): boolean {
  const types = new Map(entries.map(({ path, type }) => [path, type]));
  if (types.size !== entries.length) return false;
  return entries.every(({ path }) => {
    const above = types.get(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    return !UNSOUND_PATH.test(path) && (above === undefined || above === 'tree');
  });
}

/** A part that is empty, `.` or `..`, or a NUL. */
const UNSOUND_PATH = /(?:^|\/)\.{0,2}(?:\/|$)|\0/;

/** Newer releases of Gitea leave the content of a large blob out, older ones empty. */
const Blob = v.object({
  sha: ObjectId,
  size: Count,
  encoding: v.nullish(v.string()),
  content: v.nullish(v.string()),
});

/** The bytes, or why they are not to be had. */
export type BlobAnswer = { readonly bytes: Buffer } | { readonly wrong: 'size' | 'answer' | 'content' };

/** Believes the bytes only if Git would give them the id that was asked for. */
export function decodeBlob(answer: unknown, id: string): BlobAnswer {
  const { success, output } = v.safeParse(Blob, answer);
  if (!success || output.sha !== id) return { wrong: 'answer' };
  if (output.size > LARGEST_BLOB) return { wrong: 'size' };
  if (output.encoding !== 'base64' || output.content == null) return { wrong: 'answer' };
  const bytes = Buffer.from(output.content, 'base64');
  if (bytes.length > LARGEST_BLOB) return { wrong: 'size' };
  return blobId(bytes, id.length) === id ? { bytes } : { wrong: 'content' };
}

/** Git's id of a file's content, in as many digits as the repository's ids have. */
function blobId(bytes: Buffer, digits: number): string {
  const hash = createHash(digits === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
