import type { Policy, PolicyFile, Stamp } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import type { ThisRun } from '../model/publishing-run.ts';
import { asInNames } from '../repository/names.ts';

/** The owner that the run publishes for (docs/behavior.md#stamps). */
export interface Ownership {
  /** Undefined if unknown. Every stamp then belongs to somebody else. */
  readonly owner: string | undefined;
  /** As it appears in names. */
  readonly prefix: string;
  /** The publishing run. Undefined outside GitHub Actions. */
  readonly run?: ThisRun | undefined;
  /** Whether each policy gets a stamp. An existing stamp of this owner is kept up to date in any case. */
  readonly stamps: boolean;
}

export const isForeign = (policy: Policy, { owner }: Ownership): boolean =>
  policy.stamp !== undefined && policy.stamp.owner !== owner;

export const isStamped = (policy: Policy | undefined, { stamps }: Ownership): boolean =>
  stamps || policy?.stamp !== undefined;

export const foreign = (file: PolicyFile, { owner: theirs }: Stamp, { owner }: Ownership): Problem => ({
  message: `The policy belongs to owner \`${theirs}\` (this run: ${owner === undefined ? 'none' : `\`${owner}\``}) and was not changed.`,
  place: { file: file.path },
  advice: `To take it over, set \`owner\` to that owner, or remove the last line of its description in HCP Terraform. If the repository was renamed, keep its old name in \`owner\`. Otherwise choose another name, or a \`name-prefix\`.`,
});

/**
 * Whether the stamp proves that the organization has the file's code: that was uploaded, and nothing has been uploaded
 * since. Otherwise the code must be downloaded.
 */
export function provesSame({ stamp, updatedAt, hasCode }: Policy, file: PolicyFile): boolean {
  return hasCode && stamp?.sha256 === file.sha256 && isCurrent(stamp, updatedAt);
}

/** Whether the last upload was that of the stamp. */
export const isCurrent = (stamp: Stamp, updatedAt: string | undefined): boolean =>
  stamp.updatedAt !== '' && stamp.updatedAt === updatedAt;

/** Whether the stamp has this owner and prefix. Prefixes are compared as in names: `team.a.` equals `team-a-`. */
export const isOwn = (stamp: Stamp, { owner, prefix }: Ownership): boolean =>
  stamp.owner === owner && asInNames(stamp.prefix) === asInNames(prefix);

/** Whether the policy has a stamp that names this file. */
export const isStampOf = ({ stamp }: Policy, { path }: PolicyFile, ownership: Ownership): boolean =>
  stamp !== undefined && isOwn(stamp, ownership) && stamp.path === path;

/**
 * Whether the stamp must be written although the code stays the same. A stamp with only an outdated time is left alone:
 * on servers that count a change of the description as an upload, no stamp would ever be current.
 */
export function needsStamp(policy: Policy, file: PolicyFile, ownership: Ownership): boolean {
  const { stamp, updatedAt } = policy;
  if (!isStamped(policy, ownership)) return false;
  if (stamp === undefined || !isStampOf(policy, file, ownership)) return true;
  // The run was interrupted between the upload and the stamp.
  return stamp.sha256 !== file.sha256 && !isCurrent(stamp, updatedAt);
}
