/** What a versioned policy set may hold (docs/policy-sets.md#what-is-packed). */

export const MEBIBYTE = 2 ** 20;

/** The service names no limit. HashiCorp's largest library is 1 MB in whole. */
export const MAX_BYTES = 50 * MEBIBYTE;

/** More is a sign that something was packed that nobody meant. */
export const LARGE_BYTES = 5 * MEBIBYTE;

/** Files and folders, counted through links. */
export const MAX_ENTRIES = 100_000;

/** Links to folders that hold links to folders may multiply without end. */
export const MAX_LINKED_FOLDERS = 1_000;

/** What file systems can hold, and so what the archive can be unpacked to. */
export const MAX_NAME_BYTES = 255;

export const MAX_IGNORE_FILE_BYTES = MEBIBYTE;
