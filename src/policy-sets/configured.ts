import { KINDS } from '../model/kinds.ts';
import type { Problem } from '../model/problem.ts';
import { pathBelow } from '../model/set-folder.ts';
import { type Configuration, readConfiguration } from '../repository/configuration/configuration.ts';
import type { PackingRules } from './exclusions.ts';
import type { FolderKind } from './kind-of-folder.ts';
import { type Move, moveOf } from './move.ts';
import { namedBy, type Source, sourcesOf } from './sources.ts';

/** The configuration of a policy set, and what follows from it for what is packed. */
export interface Configured {
  /** Its sources are relative to the archive's root; lines are those of the file. */
  readonly configuration: Configuration;
  /** As they are written. */
  readonly sources: readonly Source[];
  readonly packing: Pick<PackingRules, 'named' | 'executables' | 'move'>;
  readonly problems: readonly Problem[];
}

/** The file that configures a policy set. */
export interface ConfigurationFile {
  /** From the workspace. */
  readonly file: string;
  /** With the byte order mark, if it has one. */
  readonly text: string;
}

/**
 * Reads a configuration, and settles how it is packed: at the root of the archive, for kinds whose policies an upload can
 * have nowhere else (docs/policy-sets.md#configuration-in-a-folder-below).
 *
 * @param path the folder, below the one that is packed, that holds it
 */
export async function configure(
  { kind, configuration: name }: FolderKind,
  path: string | undefined,
  { file, text }: ConfigurationFile,
): Promise<Configured> {
  const configuration = await readConfiguration(file, text);
  const sources = sourcesOf(configuration, path);
  const at = path === undefined ? name : pathBelow(path, name);
  const move: Move | undefined =
    path === undefined || KINDS[kind].hasPoliciesPath ? undefined : moveOf(name, path, undefined);
  return {
    configuration,
    sources,
    packing: { ...namedBy(configuration, at, sources), move },
    problems: configuration.problems,
  };
}
