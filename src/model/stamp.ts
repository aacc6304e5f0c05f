import type { Stamp } from './policy.ts';
import {
  addressIn,
  type Described,
  readRun,
  runValues,
  type StampValues,
  splitDescription,
  writeLine,
} from './stamp-line.ts';

/** Separates the stamp of a policy from its description. */
export const readDescription = (description: string | null): Described<Stamp> =>
  splitDescription(description, readStamp);

export interface StampContent extends Omit<Stamp, 'line'> {
  /** URL of the file at the commit. */
  readonly url: string | undefined;
}

export function stampLine({ url, ...stamp }: StampContent): string {
  const { run, owner, prefix, path, sha256, updatedAt } = stamp;
  const values = { ...runValues(run), owner, prefix, path, sha256, 'updated-at': updatedAt };
  return writeLine({ words: `Published from ${path} (${owner})`, url, values });
}

/** The URL that the stamp links to. Undefined if there is none. */
export const stampAddress = ({ line }: Stamp): string | undefined => addressIn(line);

function readStamp(values: StampValues, line: string): Stamp | undefined {
  const [owner, path, sha256] = [values.get('owner'), values.get('path'), values.get('sha256')];
  if (owner === undefined || path === undefined || sha256 === undefined) return undefined;
  return {
    run: readRun(values),
    owner,
    prefix: values.get('prefix') ?? '',
    path,
    sha256,
    updatedAt: values.get('updated-at') ?? '',
    line,
  };
}
