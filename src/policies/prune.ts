import type { LeftOut } from '../model/left-out.ts';
import type { Policy, PolicyFile, PolicySet, Stamp } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import { folderOf } from '../repository/selection.ts';
import { isOwn, type Ownership } from './ownership.ts';

/** A policy with its stamp. */
export interface Stamped extends Policy {
  readonly stamp: Stamp;
}

const isStamped = (policy: Policy): policy is Stamped => policy.stamp !== undefined;

/** A policy that its owner published and the repository no longer has. */
export interface Deletion {
  readonly action: 'delete';
  readonly policy: Stamped;
  /** The policy sets that it is a member of. */
  readonly leaves: readonly PolicySet[];
  /** The policy that has its code from now on, where it was renamed. */
  readonly renamedTo: string | undefined;
  /** Why it is not to be deleted after all, which is a failure. */
  readonly problem?: Problem | undefined;
}

/**
 * The policies of exactly this owner and prefix that have no file any more. Whether the patterns select their paths is
 * still to be asked (docs/behavior.md#prune-and-renames).
 */
export function findOrphans(
  policies: readonly Policy[],
  files: readonly PolicyFile[],
  ownership: Ownership,
): Stamped[] {
  const names = new Set(files.map(({ name }) => name));
  return policies
    .filter(
      (policy): policy is Stamped =>
        isStamped(policy) && isOwn(policy.stamp, ownership) && !names.has(policy.name),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What became of the policies that no file has. */
export interface Doomed {
  readonly orphans: readonly Stamped[];
  /** Not to be deleted, since their files are still there, by the configuration that leaves them out. */
  readonly kept: ReadonlyMap<string, readonly Stamped[]>;
}

/**
 * Keeps the policies whose files are still there and only left out since a configuration in another folder does not
 * name them: whoever added that may not have thought of them. One in the file's own folder is meant to decide.
 */
export function keepUnnamed(orphans: readonly Stamped[], leftOut: readonly LeftOut[]): Doomed {
  const paths = new Set(orphans.map(({ stamp }) => stamp.path));
  const elsewhere = new Map(
    leftOut.flatMap(({ path, unnamedBy = [] }) =>
      unnamedBy.length === 0 ||
      !paths.has(path) ||
      unnamedBy.some((each) => folderOf(each) === folderOf(path))
        ? []
        : [[path, unnamedBy.join(', ')] as const],
    ),
  );
  const configurationOf = ({ stamp }: Stamped) => elsewhere.get(stamp.path);
  const kept = orphans.filter((each) => configurationOf(each) !== undefined);
  return {
    orphans: orphans.filter((each) => configurationOf(each) === undefined),
    kept: Map.groupBy(kept, (each) => configurationOf(each) ?? ''),
  };
}

/** One for each configuration that leaves files out whose policies are there. */
export const unnamedWarnings = (kept: Doomed['kept']): Problem[] =>
  [...kept].map(([configuration, policies]) => ({
    message: `Not deleted, since their files are still there and only left out because \`${configuration}\`, in another folder, does not name them: ${listed(policies)}.`,
    place: { file: configuration },
    advice: 'Name them in that configuration to go on publishing them, or remove the files to delete them.',
  }));

const listed = (policies: readonly Stamped[]): string =>
  policies.map(({ name, stamp }) => `${name} (${stamp.path})`).join(', ');

/** Refuses to delete more than the user allows, before anything is written. What is only renamed does not count. */
export function tooMany(orphans: readonly Stamped[], most: number): Problem[] {
  if (orphans.length <= most) return [];
  return [
    {
      message: `${orphans.length} policies have no file any more and would be deleted, but \`max-deletes\` is ${most}: ${listed(orphans)}.`,
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
  const byCode = Map.groupBy(orphans, ({ kind, id }) => `${kind} ${codeOf.get(id)}`);
  for (const { name, kind, sha256 } of files) {
    const [match, ...others] = byCode.get(`${kind} ${sha256}`) ?? [];
    if (match !== undefined && others.length === 0) renames.set(name, match);
  }
  return renames;
}

/**
 * Finds the policies that somebody renamed in the organization: with the stamp of a file that is published under
 * another name, which nobody has. They would be there twice from now on.
 */
export function renamedByHand(
  files: readonly PolicyFile[],
  policies: readonly Policy[],
  ownership: Ownership,
): [Stamped, PolicyFile][] {
  const here = new Set(files.map(({ name }) => name));
  const taken = new Set(policies.map(({ name }) => name));
  const missing = new Map(files.filter(({ name }) => !taken.has(name)).map((file) => [file.path, file]));
  return policies.flatMap((policy) => {
    if (!isStamped(policy) || !isOwn(policy.stamp, ownership) || here.has(policy.name)) return [];
    const file = missing.get(policy.stamp.path);
    return file === undefined ? [] : [[policy, file]];
  });
}

/** What is carried over as a rename of its file is told by the plan. */
export function renamedByHandWarning(renamed: readonly [Stamped, PolicyFile][], renames: Renames): Problem[] {
  const left = renamed.filter(([policy, { name }]) => renames.get(name) !== policy);
  if (left.length === 0) return [];
  const pairs = left.map(
    ([{ name }, file]) => `\`${name}\` came from ${file.path}, which is published as \`${file.name}\``,
  );
  return [
    {
      message: `Policies have other names in the organization than in the repository: ${pairs.join('; ')}. Each is published as a new policy, which takes over neither settings nor policy sets.`,
      advice:
        'If it was renamed in HCP Terraform, rename it back, or name it in a configuration file: a `policy` block with the new name and the file as its `source`. If it was renamed in the repository, delete the old one, or set `prune`.',
    },
  ];
}
