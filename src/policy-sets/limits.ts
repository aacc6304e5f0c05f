/** Limits of a versioned policy set (docs/policy-sets.md#what-is-packed). */

export const MEBIBYTE = 2 ** 20;

/** The service documents no limit. HashiCorp's largest library is 1 MB. */
export const MAX_BYTES = 50 * MEBIBYTE;

/** A larger set probably contains files that were packed by mistake. */
export const LARGE_BYTES = 5 * MEBIBYTE;

/** Files and folders, including those behind links. */
export const MAX_ENTRIES = 100_000;

/** Links to folders that contain links to folders can multiply endlessly. */
export const MAX_LINKED_FOLDERS = 1_000;

/** The longest name that file systems support. */
export const MAX_NAME_BYTES = 255;

export const MAX_IGNORE_FILE_BYTES = MEBIBYTE;
