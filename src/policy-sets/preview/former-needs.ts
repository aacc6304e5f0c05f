import type { LocalSet, Needs } from '../local-set.ts';
import type { FileChange } from './compare-files.ts';

/**
 * Which files depended on a file that was removed or changed. For OPA, the current files do not show this, because OPA
 * finds files by what they declare.
 *
 * @param textBefore earlier texts of changed files, as far as they are known, by path in the archive
 */
export async function formerNeeds(
  { usersOf }: Pick<LocalSet, 'usersOf'>,
  files: readonly FileChange[],
  textBefore: ReadonlyMap<string, string>,
): Promise<Needs> {
  const needs = new Map<string, string[]>();
  const former = files.flatMap((change) => formerPath(change) ?? []);
  const known = former.filter((path) => textBefore.has(path) || !path.endsWith('.rego'));
  // Any file may have depended on one whose text is not known. One of them is enough.
  const unknown = former.filter((path) => !known.includes(path)).slice(0, 1);
  for (const path of [...known.slice(0, MOST), ...unknown]) {
    for (const user of await usersOf(path, textBefore.get(path)))
      needs.set(user, [...(needs.get(user) ?? []), path]);
  }
  return needs;
}

/** Maximum number of files to look at. */
const MOST = 100;

/** Moving a Rego file changes nothing, because its package stays the same. */
function formerPath(change: FileChange): string | undefined {
  if (change.kind === 'moved') return change.from.endsWith('.rego') ? undefined : change.from;
  return 'before' in change ? change.path : undefined;
}
