import type { Policy, PolicyFile, PolicySet, Stamp } from '../policy.ts';
import type { Problem } from '../problem.ts';
import type { Ownership } from './ownership.ts';

/** A policy with its stamp. */
export interface Stamped extends Policy {
  readonly stamp: Stamp;
}

/** A policy that its owner published and the repository no longer has. */
export interface Deletion {
  readonly action: 'delete';
  readonly policy: Stamped;
  /** The policy sets that it is a member of. */
  readonly leaves: readonly PolicySet[];
  /** The policy that has its code from now on, where it was renamed. */
  readonly renamedTo: string | undefined;
}

/**
 * The policies of exactly this owner and prefix that have no file any more. Whether the patterns select their paths is
 * still to be asked (interface.md 6).
 */
export function findOrphans(
  policies: readonly Policy[],
  files: readonly PolicyFile[],
  { owner, prefix }: Ownership,
): Stamped[] {
  const names = new Set(files.map(({ name }) => name));
  return policies
    .filter(
      (policy): policy is Stamped =>
        policy.stamp !== undefined &&
        policy.stamp.owner === owner &&
        policy.stamp.prefix === prefix &&
        !names.has(policy.name),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Refuses to delete more than the user allows, before anything is written. */
export function tooMany(orphans: readonly Stamped[], most: number): Problem[] {
  if (orphans.length <= most) return [];
  const names = orphans.map(({ name, stamp }) => `${name} (${stamp.path})`).join(', ');
  return [
    {
      message: `${orphans.length} policies have no file any more and would be deleted, but \`max-deletes\` is ${most}: ${names}.`,
      place: { input: 'max-deletes' },
      advice: `If they are meant to go, set \`max-deletes\` to ${orphans.length}; else bring the files back, or correct \`policies\` and \`working-directory\`.`,
    },
  ];
}

/** By the name of the new policy, the one that it replaces. */
export type Renames = ReadonlyMap<string, Stamped>;

/**
 * Finds the files that are renamed policies: new to the organization, with the code of exactly one policy that goes. A
 * policy without a stamp is new, too: an interrupted run may have made it.
 */
export function findRenames(
  files: readonly PolicyFile[],
  orphans: readonly Stamped[],
  codeOf: ReadonlyMap<string, string>,
): Renames {
  const renames = new Map<string, Stamped>();
  for (const { name, kind, sha256 } of files) {
    const [match, ...others] = orphans.filter((each) => each.kind === kind && codeOf.get(each.id) === sha256);
    if (match !== undefined && others.length === 0) renames.set(name, match);
  }
  return renames;
}
