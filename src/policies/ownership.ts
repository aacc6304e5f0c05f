import type { Policy, PolicyFile, Stamp } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import type { ThisRun } from '../model/publishing-run.ts';
import { asInNames } from '../repository/names.ts';

/** Whose policies the run publishes (docs/behavior.md#stamps). */
export interface Ownership {
  /** Undefined where nothing tells; then every stamp is somebody else's. */
  readonly owner: string | undefined;
  /** As names have it. */
  readonly prefix: string;
  /** The run that publishes; undefined outside GitHub Actions. */
  readonly run?: ThisRun | undefined;
  /** Whether each policy is to have a stamp; one that has its owner's is kept up to date in any case. */
  readonly stamps: boolean;
}

export const isForeign = (policy: Policy, { owner }: Ownership): boolean =>
  policy.stamp !== undefined && policy.stamp.owner !== owner;

export const isStamped = (policy: Policy | undefined, { stamps }: Ownership): boolean =>
  stamps || policy?.stamp !== undefined;

export const foreign = (file: PolicyFile, { owner: theirs }: Stamp, { owner }: Ownership): Problem => ({
  message: `The policy was published by another owner, \`${theirs}\`; this run publishes for ${owner === undefined ? 'none' : `\`${owner}\``}. Nothing was written to it.`,
  place: { file: file.path },
  advice: `To take it over, set \`owner\` to theirs, or remove the last line of its description in HCP Terraform. Otherwise choose another name, or a \`name-prefix\`.`,
});

/**
 * Whether the stamp proves that the organization has the file's very code: nobody uploaded since, and what was
 * uploaded then is what the file holds. Where it does not, the code has to be downloaded.
 */
export function provesSame({ stamp, updatedAt, hasCode }: Policy, file: PolicyFile): boolean {
  return hasCode && stamp?.sha256 === file.sha256 && isCurrent(stamp, updatedAt);
}

/** Whether the code was uploaded by whoever wrote the stamp. */
export const isCurrent = (stamp: Stamp, updatedAt: string | undefined): boolean =>
  stamp.updatedAt !== '' && stamp.updatedAt === updatedAt;

/** Whether the stamp is of this owner and prefix, however the prefix was spelt: `team.a.` makes the names that `team-a-` makes. */
export const isOwn = (stamp: Stamp, { owner, prefix }: Ownership): boolean =>
  stamp.owner === owner && asInNames(stamp.prefix) === asInNames(prefix);

/** Whether the policy has a stamp that names this file. */
export const isStampOf = ({ stamp }: Policy, { path }: PolicyFile, ownership: Ownership): boolean =>
  stamp !== undefined && isOwn(stamp, ownership) && stamp.path === path;

/**
 * Whether the stamp has to be written although the code stays. One that only lies about the time is left alone, as
 * some servers count a change of the description for an upload, and no stamp would ever be right there.
 */
export function needsStamp(policy: Policy, file: PolicyFile, ownership: Ownership): boolean {
  const { stamp, updatedAt } = policy;
  if (!isStamped(policy, ownership)) return false;
  if (stamp === undefined || !isStampOf(policy, file, ownership)) return true;
  // An upload whose run was interrupted before it could write the stamp.
  return stamp.sha256 !== file.sha256 && !isCurrent(stamp, updatedAt);
}
