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

/** A policy that its owner published and that no file defines any longer. */
export interface Deletion {
  readonly action: 'delete';
  readonly policy: Stamped;
  /** The policy sets that it is a member of. */
  readonly leaves: readonly PolicySet[];
  /** The policy that it was renamed to. */
  readonly renamedTo: string | undefined;
  /** Why it must not be deleted, which is a failure. */
  readonly problem?: Problem | undefined;
}

/**
 * The policies of exactly this owner and prefix that no longer have a file. Whether the patterns match their paths is
 * checked later (docs/behavior.md#prune-and-renames).
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

/** The policies that no file defines. */
export interface Doomed {
  readonly orphans: readonly Stamped[];
  /** Not deleted, because their files still exist. By the configuration that leaves them out. */
  readonly kept: ReadonlyMap<string, readonly Stamped[]>;
}

/**
 * Keeps the policies whose files still exist and are only left out because a configuration in another folder does not
 * name them, which may be an oversight. A configuration in the file's own folder decides on purpose.
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

/** One warning per configuration that leaves out files of existing policies. */
export const unnamedWarnings = (kept: Doomed['kept']): Problem[] =>
  [...kept].map(([configuration, policies]) => ({
    message: `These policies are not deleted, because their files still exist and are only left out by \`${configuration}\`, which is in another folder and does not name them: ${listed(policies)}.`,
    place: { file: configuration },
    advice: 'To keep publishing them, name them in that configuration. To delete them, remove the files.',
  }));

const listed = (policies: readonly Stamped[]): string =>
  policies.map(({ name, stamp }) => `${name} (${stamp.path})`).join(', ');

/** Refuses to delete more than the user allows, before anything is written. Renamed policies do not count. */
export function tooMany(orphans: readonly Stamped[], most: number): Problem[] {
  if (orphans.length <= most) return [];
  return [
    {
      message: `${orphans.length} ${orphans.length === 1 ? 'policy' : 'policies'} without a file would be deleted, more than \`max-deletes\` (${most}): ${listed(orphans)}.`,
      place: { input: 'max-deletes' },
      advice: `If this is intended, set \`max-deletes\` to ${orphans.length}. Otherwise restore the files, or correct \`policies\` and \`working-directory\`.`,
    },
  ];
}

/** The policy that is replaced, by the name of the new one. */
export type Renames = ReadonlyMap<string, Stamped>;

/**
 * Finds renamed policies: new files with the code of exactly one policy to be deleted. A policy without a stamp also
 * counts as new, because an interrupted run may have created it.
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
 * Finds policies that were renamed in the organization: their stamp names a file that is about to be published as a new
 * policy, so that there would be two of them.
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

/** Renames of files are not included: they are part of the plan. */
export function renamedByHandWarning(renamed: readonly [Stamped, PolicyFile][], renames: Renames): Problem[] {
  const left = renamed.filter(([policy, { name }]) => renames.get(name) !== policy);
  if (left.length === 0) return [];
  const pairs = left.map(
    ([{ name }, file]) => `\`${name}\` was published from ${file.path}, which defines \`${file.name}\``,
  );
  return [
    {
      message: `These policies have other names in the organization than in the repository: ${pairs.join('; ')}. Each is published as a new policy, without the settings and policy sets of the existing one.`,
      advice:
        'If the policy was renamed in HCP Terraform, rename it back, or add a `policy` block with the new name and the file as its `source` to a configuration file. If it was renamed in the repository, delete the old policy, or set `prune`.',
    },
  ];
}
