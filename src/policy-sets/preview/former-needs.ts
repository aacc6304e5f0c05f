import type { LocalSet, Needs } from '../local-set.ts';
import type { FileChange } from './compare-files.ts';

/**
 * Which files needed one that is gone, or that was another one: what is there now does not say so of OPA, which finds its
 * files by what they declare.
 *
 * @param textBefore what a changed file was, as far as that is known, by path in the archive
 */
export async function formerNeeds(
  { usersOf }: Pick<LocalSet, 'usersOf'>,
  files: readonly FileChange[],
  textBefore: ReadonlyMap<string, string>,
): Promise<Needs> {
  const needs = new Map<string, string[]>();
  const former = files.flatMap((change) => formerPath(change) ?? []);
  const known = former.filter((path) => textBefore.has(path) || !path.endsWith('.rego'));
  // One whose text nobody knows may have been anybody's: that is said once.
  const unknown = former.filter((path) => !known.includes(path)).slice(0, 1);
  for (const path of [...known.slice(0, MOST), ...unknown]) {
    for (const user of await usersOf(path, textBefore.get(path)))
      needs.set(user, [...(needs.get(user) ?? []), path]);
  }
  return needs;
}

/** As many as are read. */
const MOST = 100;

/** What is in a package is so wherever its file lies. */
function formerPath(change: FileChange): string | undefined {
  if (change.kind === 'moved') return change.from.endsWith('.rego') ? undefined : change.from;
  return 'before' in change ? change.path : undefined;
}
