import type { PolicyKind } from '../model/kinds.ts';
import type { LeftOut } from '../model/left-out.ts';
import type { Problem } from '../model/problem.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { OpaBlock, SentinelBlock } from './configuration/policy-blocks.ts';
import type { FoundFile } from './find-files.ts';

/** A file that is a policy, and the block that defines it, if there is one. */
export type Selected =
  | {
      readonly kind: 'sentinel';
      readonly file: FoundFile;
      readonly by: Chosen<SentinelBlock> | undefined;
      readonly nearest: readonly Configuration[];
    }
  | {
      readonly kind: 'opa';
      readonly file: FoundFile;
      readonly by: Chosen<OpaBlock> | undefined;
      readonly nearest: readonly Configuration[];
    };

export interface Chosen<B> {
  readonly block: B;
  /** The configuration's path, from the workspace. */
  readonly configuration: string;
}

export interface Selection {
  readonly selected: readonly Selected[];
  readonly leftOut: readonly LeftOut[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly notices: readonly Problem[];
}

export const folderOf = (path: string): string =>
  path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';

/** By kind and folder. Cached per list of configurations, because it is used for each file. */
const byFolder = new WeakMap<readonly Configuration[], Map<string, Configuration[]>>();

const keyOf = (kind: PolicyKind, folder: string) => `${kind} ${folder}`;

function folders(configurations: readonly Configuration[]): Map<string, Configuration[]> {
  const known = byFolder.get(configurations);
  if (known !== undefined) return known;
  const made = Map.groupBy(configurations, ({ kind, path }) => keyOf(kind, folderOf(path)));
  byFolder.set(configurations, made);
  return made;
}

/** The configurations of a kind in the file's folder, or else in the nearest folder above it. */
export function nearestTo(
  path: string,
  kind: PolicyKind,
  configurations: readonly Configuration[],
): readonly Configuration[] {
  const known = folders(configurations);
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    const here = known.get(keyOf(kind, folder)) ?? [];
    if (here.length > 0 || folder === '') return here;
  }
}

/** Whether the configurations name policies. Otherwise files are named after themselves. */
export const decides = (configurations: readonly Configuration[]): boolean =>
  configurations.some((configuration) => configuration.decides);
