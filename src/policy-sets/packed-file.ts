/** A file of a versioned policy set in the archive (docs/policy-sets.md#what-is-packed). */
export interface PackedFile {
  /** From the root of the archive, with `/` between folders. */
  readonly path: string;
  /** From the workspace, for messages. For a file behind a link, the path through the link. */
  readonly file: string;
  readonly bytes: PackedBytes;
  /** 0755 only for the sources of plugins, whatever the mode in the checkout is. */
  readonly mode: 0o644 | 0o755;
  /** Bytes. */
  readonly size: number;
  /** Git ID of the content, without filters: SHA-1 in lower-case hexadecimal. */
  readonly blob: string;
}

/** Real path on this machine, or the content itself if it differs from the file. */
export type PackedBytes = { readonly location: string } | { readonly content: Buffer };
