/** Decodes the host's Git trees and blobs (docs/github.md#git-trees-and-blobs), and checks them. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';

export interface TreeEntry {
  /** From the root of the repository, with `/` between parts. No part is empty, `.` or `..`. */
  readonly path: string;
  /** Six digits, as in Git: `100644`, `100755`, `120000` (link), `040000` (folder), `160000` (submodule). */
  readonly mode: string;
  readonly type: 'blob' | 'tree' | 'commit';
  /** Git's ID of the object: 40 or 64 lower-case hexadecimal digits. */
  readonly id: string;
  /** Bytes of a blob. Undefined for anything else, or if the host does not say. */
  readonly size: number | undefined;
}

/** One page of a tree. */
export interface TreePage {
  readonly entries: readonly TreeEntry[];
  /** Whether more entries exist. */
  readonly truncated: boolean;
  /** From 1. Undefined if the host has no pages, like GitHub. */
  readonly page: number | undefined;
  /** Number of entries in all pages. Undefined if the host has no pages. */
  readonly total: number | undefined;
}

/** Maximum size of a blob, larger than any file of a policy set. Bytes. */
export const LARGEST_BLOB = 10 * 2 ** 20;

/** A SHA-1 or SHA-256 object ID. */
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

/** Gitea and Forgejo return `null` instead of an empty list. */
const Page = v.object({
  sha: ObjectId,
  tree: v.nullable(v.array(Entry)),
  truncated: v.boolean(),
  page: v.optional(Count),
  total_count: v.optional(Count),
});

/** Undefined if the response is not a tree, or not the requested one. */
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

/** Whether these entries form a valid tree: valid paths, each once, below folders. */
export function isSoundTree(entries: readonly TreeEntry[]): boolean {
  const types = new Map(entries.map(({ path, type }) => [path, type]));
  if (types.size !== entries.length) return false;
  return entries.every(({ path }) => {
    const above = types.get(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    return !UNSOUND_PATH.test(path) && (above === undefined || above === 'tree');
  });
}

/** Contains a part that is empty, `.` or `..`, or a NUL. */
const UNSOUND_PATH = /(?:^|\/)\.{0,2}(?:\/|$)|\0/;

/** For a large blob, newer releases of Gitea omit the content, older ones leave it empty. */
const Blob = v.object({
  sha: ObjectId,
  size: Count,
  encoding: v.nullish(v.string()),
  content: v.nullish(v.string()),
});

/** The bytes, or why there are none. */
export type BlobAnswer = { readonly bytes: Buffer } | { readonly wrong: 'size' | 'answer' | 'content' };

/** Accepts the bytes only if they hash to the requested ID. */
export function decodeBlob(answer: unknown, id: string): BlobAnswer {
  const { success, output } = v.safeParse(Blob, answer);
  if (!success || output.sha !== id) return { wrong: 'answer' };
  if (output.size > LARGEST_BLOB) return { wrong: 'size' };
  if (output.encoding !== 'base64' || output.content == null) return { wrong: 'answer' };
  const bytes = Buffer.from(output.content, 'base64');
  if (bytes.length > LARGEST_BLOB) return { wrong: 'size' };
  return blobId(bytes, id.length) === id ? { bytes } : { wrong: 'content' };
}

/** Git's ID of a file's content, with as many digits as the repository's IDs. */
function blobId(bytes: Buffer, digits: number): string {
  const hash = createHash(digits === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
