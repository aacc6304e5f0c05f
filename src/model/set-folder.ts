/** The folder that is packed for a policy set, and the folder of its configuration (docs/policy-sets.md#input). */
export interface SetFolder {
  /** The folder that is packed, with `/` between folders. Empty for the folder that it is relative to. */
  readonly folder: string;
  /** The folder of the configuration, relative to `folder`. Undefined if it is the same. */
  readonly path: string | undefined;
}

/** As in the input: `policies`, `policies//azure`, `.//azure`. Empty for the folder that it is relative to. */
export const describeSetFolder = ({ folder, path }: SetFolder): string =>
  path === undefined ? folder : `${folder === '' ? '.' : folder}//${path}`;

/** Parses the result of `describeSetFolder`. */
export function readSetFolder(text: string): SetFolder {
  const at = text.indexOf('//');
  if (at < 0) return { folder: text, path: undefined };
  const folder = text.slice(0, at);
  return { folder: folder === '.' ? '' : folder, path: text.slice(at + 2) };
}

/** The folder of the configuration. */
export const configuredFolder = ({ folder, path }: SetFolder): string =>
  path === undefined ? folder : pathBelow(folder, path);

/** A path below a folder, which may be empty. */
export const pathBelow = (folder: string, path: string): string =>
  folder === '' ? path : `${folder}/${path}`;
