import type { PublishingRun } from './publishing-run.ts';
import {
  type Described,
  readRun,
  runValues,
  type StampValues,
  splitDescription,
  writeLine,
} from './stamp-line.ts';

/** Where a versioned policy set was published from, as its description says (docs/policy-sets.md#stamps). */
export interface SetStamp {
  /** The run that wrote it. Undefined if written outside GitHub Actions. */
  readonly run: PublishingRun | undefined;
  readonly owner: string;
  /** From the workspace, as in the input: `policies`, `policies//azure`. Empty for the workspace itself. */
  readonly folder: string;
  /** What was published. Undefined until a version is current. */
  readonly content: { readonly version: string; readonly digest: string } | undefined;
  /** The commit of the folder. */
  readonly commit: string | undefined;
  /** As in the description. */
  readonly line: string;
}

export const readSetDescription = (description: string | null): Described<SetStamp> =>
  splitDescription(description, readSetStamp);

export interface SetStampContent extends Omit<SetStamp, 'line'> {
  /** URL of the folder at the commit. */
  readonly url: string | undefined;
}

export function setStampLine({ run, owner, folder, content, commit, url }: SetStampContent): string {
  const values = {
    ...runValues(run),
    owner,
    folder,
    ...(commit === undefined ? {} : { commit }),
    ...(content === undefined ? {} : { version: content.version, sha256: content.digest }),
  };
  const from = folder === '' ? 'the root of the repository' : folder;
  return writeLine({ words: `Published from ${from} (${owner})`, url, values });
}

function readSetStamp(values: StampValues, line: string): SetStamp | undefined {
  const [owner, folder] = [values.get('owner'), values.get('folder')];
  if (owner === undefined || folder === undefined) return undefined;
  const [version, digest] = [values.get('version'), values.get('sha256')];
  const content = version === undefined || digest === undefined ? undefined : { version, digest };
  return { run: readRun(values), owner, folder, content, commit: values.get('commit'), line };
}
