/** A file of a versioned policy set as it goes into the archive (docs/policy-sets.md#what-is-packed). */
export interface PackedFile {
  /** In the archive: from its root, with `/` between folders. */
  readonly path: string;
  /** From the workspace: where what is wrong with it is shown. For what lies behind a link, the path through the link. */
  readonly file: string;
  readonly bytes: PackedBytes;
  /** 0755 only for what the configuration names as a plugin's source, whatever the checkout's file system says. */
  readonly mode: 0o644 | 0o755;
  /** Bytes. */
  readonly size: number;
  /** Git's id of the content as it is, without filters: SHA-1 in lower-case hexadecimal. */
  readonly blob: string;
}

/** Real location of the bytes on this machine; or the bytes themselves, of what is packed in another form. */
export type PackedBytes = { readonly location: string } | { readonly content: Buffer };
