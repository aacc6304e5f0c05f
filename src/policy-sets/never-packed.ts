/**
 * What is never part of a version, whatever the rules say, since a version cannot be deleted: data of Git and Terraform,
 * what tools and file systems leave behind, and files that are made to hold credentials (docs/policy-sets.md#what-is-packed).
 */
const NEVER: readonly RegExp[] = [
  /^\.(git|terraform|github|ds_store|npmrc|netrc|terraformrc)$/,
  /^\._/,
  /^\.env(\..*)?$/s,
  /^gha-creds-.*\.json$/s,
  /\.tfstate(\..*)?$/s,
];

/** Whether a file or folder of this name is never packed, in any spelling that a file system takes for it. */
export const isNeverPacked = (name: string): boolean => {
  const lower = name.toLowerCase();
  return NEVER.some((pattern) => pattern.test(lower));
};
