import { referencesIn } from '../../repository/configuration/declared-values.ts';
import type { TerraformFile } from '../../repository/configuration/terraform-policies.ts';

type Files = readonly Pick<TerraformFile, 'shared'>[];

/**
 * The inputs and locals of a folder's files that changed, or that depend on one that changed, by the expression that refers
 * to them. One that only moved to another file has not changed.
 */
export function changedValues(before: Files, after: Files): ReadonlySet<string> {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  const changed = new Set<string>();
  for (const reference of new Set([...old.keys(), ...now.keys()]))
    if (old.get(reference) !== now.get(reference)) changed.add(reference);
  const users = usersOf(now);
  // Includes elements that are added on the way.
  for (const reference of changed) for (const user of users.get(reference) ?? []) changed.add(user);
  return changed;
}

function valuesOf(files: Files): ReadonlyMap<string, string> {
  const declared = files.flatMap(({ shared }) => shared.flatMap(({ declares }) => declares));
  const groups = Map.groupBy(declared, ({ reference }) => reference);
  return new Map(
    [...groups].map(([reference, group]) => [
      reference,
      group
        .map(({ written }) => written)
        .sort()
        .join('\n'),
    ]),
  );
}

/** The values that depend on each value. */
function usersOf(values: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const [user, written] of values)
    for (const reference of referencesIn(written)) {
      const others = users.get(reference);
      if (others === undefined) users.set(reference, [user]);
      else others.push(user);
    }
  return users;
}
