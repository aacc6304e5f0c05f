/** What is packed for a policy set, and where in it the policies are configured (docs/policy-sets.md#input). */
export interface SetFolder {
  /** What is packed, with `/` between folders; empty for the folder that it is relative to. */
  readonly folder: string;
  /** Below that one, the folder that holds the configuration; undefined where it is the same. */
  readonly path: string | undefined;
}

/** As the input has it: `policies`, `policies//azure`, `.//azure`; empty for the folder that it is relative to. */
export const describeSetFolder = ({ folder, path }: SetFolder): string =>
  path === undefined ? folder : `${folder === '' ? '.' : folder}//${path}`;

/** Reads what `describeSetFolder` wrote. */
export function readSetFolder(text: string): SetFolder {
  const at = text.indexOf('//');
  if (at < 0) return { folder: text, path: undefined };
  const folder = text.slice(0, at);
  return { folder: folder === '.' ? '' : folder, path: text.slice(at + 2) };
}

/** The folder that holds the configuration. */
export const configuredFolder = ({ folder, path }: SetFolder): string =>
  path === undefined ? folder : pathBelow(folder, path);

/** A path below a folder; an empty folder is where paths begin. */
export const pathBelow = (folder: string, path: string): string =>
  folder === '' ? path : `${folder}/${path}`;
