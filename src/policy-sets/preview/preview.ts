import pMap from 'p-map';
import type { CodeDiff } from '../../model/code-diff.ts';
import { diffCode } from '../../model/diff.ts';
import type { VersionedSet } from '../../model/policy-set.ts';
import { messageOf } from '../../runtime/error-message.ts';
import type { LocalSet } from '../local-set.ts';
import { holds } from '../plan.ts';
import { blobIdOf } from '../read-packed.ts';
import { type Before, type ContentOf, contentsOf, type History, readBefore, type Unknown } from './before.ts';
import { compareFiles, type FileChange } from './compare-files.ts';
import { comparePolicies } from './compare-policies.ts';
import { formerNeeds } from './former-needs.ts';
import type { PolicyChange } from './policy-change.ts';

/** What publishing changes in a policy set's content, as far as it is known (docs/policy-sets.md#preview). */
export type SetPreview =
  /** There is no content yet, or it is the same. */
  { readonly state: 'new' | 'same' } | { readonly state: 'unknown'; readonly why: Unknown } | KnownChanges;

export interface KnownChanges {
  readonly state: 'known';
  readonly policies: readonly PolicyChange[];
  readonly files: readonly FileChange[];
  /** By path in the archive. */
  readonly diffs: ReadonlyMap<string, CodeDiff>;
  /** Why the diffs of some files are missing. Undefined if none is. */
  readonly notShown: string | undefined;
}

/** Maximum number of changed files to request, with one request each. */
const MOST_SHOWN = 50;

/** Larger contents are not requested and not shown. Bytes. */
const LONGEST_SHOWN = 2 ** 20;

/** Compares a folder with the current content of its policy set. Never throws: reasons are returned instead. */
export async function previewSet(
  local: LocalSet,
  set: VersionedSet | undefined,
  around: { readonly history: History; readonly workspace: string },
): Promise<SetPreview> {
  if (set?.currentVersion === undefined) return { state: 'new' };
  if (holds(set, local.digest)) return { state: 'same' };
  const contentOf = contentsOf(local, around.history);
  const before = await readBefore(local, set, { ...around, contentOf });
  if ('cause' in before) return { state: 'unknown', why: before };
  const files = compareFiles(before.files, local.files);
  const toShow = files.filter(({ kind }) => kind !== 'moved' && kind !== 'mode');
  const isLarge = largeIn([...before.files, ...local.files]);
  const { contents, failure } = await readAll(
    toShow.slice(0, MOST_SHOWN),
    isLarge,
    contentsBefore(before, contentOf),
  );
  const texts = new Map(
    contents.flatMap(([path, [text]]) => (text === undefined ? [] : [[path, String(text)]])),
  );
  const needs = await formerNeeds(local, files, texts);
  return {
    state: 'known',
    files,
    policies: comparePolicies(before, local, { files, formerNeeds: needs }),
    diffs: new Map(contents.map(([path, [old, now]]) => [path, diffCode(old, now ?? Buffer.alloc(0))])),
    notShown: failure ?? tooMany(toShow.length),
  };
}

/** A rewritten configuration is not in any commit. */
function contentsBefore({ rebased }: Before, contentOf: ContentOf): ContentOf {
  const id = rebased === undefined ? undefined : blobIdOf(rebased);
  return async (blob) => (rebased !== undefined && blob === id ? rebased : contentOf(blob));
}

const tooMany = (count: number): string | undefined =>
  count > MOST_SHOWN ? `${count} files have differences; the first ${MOST_SHOWN} are shown.` : undefined;

/** Whether contents are too long to be shown. */
function largeIn(files: readonly { readonly blob: string; readonly size?: number | undefined }[]) {
  const large = new Set(files.flatMap(({ blob, size = 0 }) => (size > LONGEST_SHOWN ? blob : [])));
  return (blob: string | undefined) => blob !== undefined && large.has(blob);
}

type Contents = readonly [before: Buffer | undefined, after: Buffer | undefined];

/** Old and new contents by path. Those that cannot be read are omitted. The files are still listed as changed. */
async function readAll(
  changes: readonly FileChange[],
  isLarge: (blob: string | undefined) => boolean,
  contentOf: ContentOf,
): Promise<{ contents: (readonly [string, Contents])[]; failure: string | undefined }> {
  let failure: string | undefined;
  const read = async (blob: string | undefined) => (blob === undefined ? undefined : contentOf(blob));
  const contents = await pMap(
    changes,
    async (change) => {
      const before = 'before' in change ? change.before : undefined;
      const after = 'after' in change ? change.after : undefined;
      if (isLarge(before) || isLarge(after)) return [];
      try {
        return [[change.path, await Promise.all([read(before), read(after)])] as const];
      } catch (error) {
        failure ??= messageOf(error);
        return [];
      }
    },
    { concurrency: 5 },
  );
  return { contents: contents.flat(), failure };
}
