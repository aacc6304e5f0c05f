import pMap from 'p-map';
import type { CodeDiff } from '../../model/code-diff.ts';
import { diffCode } from '../../model/diff.ts';
import type { VersionedSet } from '../../model/policy-set.ts';
import type { LocalSet } from '../local-set.ts';
import { holds } from '../plan.ts';
import { type ContentOf, contentsOf, type History, readBefore, type Unknown } from './before.ts';
import { compareFiles, type FileChange } from './compare-files.ts';
import { comparePolicies, type PolicyChange } from './compare-policies.ts';

/** What a publish changes of a policy set's content, as far as that can be known (docs/policy-sets.md#preview). */
export type SetPreview =
  /** There is nothing yet, or it is the same. */
  { readonly state: 'new' | 'same' } | { readonly state: 'unknown'; readonly why: Unknown } | KnownChanges;

export interface KnownChanges {
  readonly state: 'known';
  readonly policies: readonly PolicyChange[];
  readonly files: readonly FileChange[];
  /** By path in the archive. */
  readonly diffs: ReadonlyMap<string, CodeDiff>;
  /** How many changed files are not shown. */
  readonly notShown: number;
}

/** So many changed files are asked for, one request each. */
const MOST_SHOWN = 50;

/** Compares a folder with what its policy set holds. Nothing is thrown: what cannot be known is said. */
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
  const shown = files.filter(({ kind }) => kind !== 'moved' && kind !== 'mode');
  return {
    state: 'known',
    files,
    policies: comparePolicies(before.configuration, local, files),
    diffs: await diffsOf(shown.slice(0, MOST_SHOWN), contentOf),
    notShown: Math.max(shown.length - MOST_SHOWN, 0),
  };
}

/** One that cannot be had is left out; that the file changes is said all the same. */
async function diffsOf(
  changes: readonly FileChange[],
  contentOf: ContentOf,
): Promise<ReadonlyMap<string, CodeDiff>> {
  const diffs = await pMap(
    changes,
    async (change) => {
      const read = (blob: string | undefined) => (blob === undefined ? undefined : contentOf(blob));
      try {
        const [before, after] = await Promise.all([
          read('before' in change ? change.before : undefined),
          read('after' in change ? change.after : undefined),
        ]);
        return [[change.path, diffCode(before, after ?? Buffer.alloc(0))] as const];
      } catch {
        return [];
      }
    },
    { concurrency: 5 },
  );
  return new Map(diffs.flat());
}
