import { KINDS } from '../model/kinds.ts';
import type { Problem } from '../model/problem.ts';
import { pathBelow } from '../model/set-folder.ts';
import { type Configuration, readConfiguration } from '../repository/configuration/configuration.ts';
import type { PackingRules } from './exclusions.ts';
import type { FolderWithConfiguration } from './kind-of-folder.ts';
import { type MovedConfiguration, moveOf } from './move.ts';
import { rebase, rebasedConfiguration } from './rebase.ts';
import type { SetConfiguration } from './set-configuration.ts';
import { namedBy, type Source, sourcesOf } from './sources.ts';

/** The configuration of a policy set, and how it affects what is packed. */
export interface Configured<C extends SetConfiguration = Configuration> {
  /** Sources are relative to the root of the archive. Lines are those of the file. */
  readonly configuration: C;
  /** As written in the file. */
  readonly sources: readonly Source[];
  readonly packing: Pick<PackingRules, 'named' | 'executables' | 'move'>;
  /** Undefined if it is packed unchanged, at its own path. */
  readonly moved?: MovedConfiguration;
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
 * Reads a configuration and decides how it is packed: at the root of the archive, unless the kind supports
 * `policies-path` (docs/policy-sets.md#configuration-in-a-folder-below).
 *
 * @param path the folder that contains it, below the one that is packed
 */
export async function configure(
  { kind, configuration: name }: FolderWithConfiguration,
  path: string | undefined,
  { file, text }: ConfigurationFile,
): Promise<Configured> {
  const configuration = await readConfiguration(file, text);
  const sources = sourcesOf(configuration, path);
  const named = namedBy(configuration, path === undefined ? name : pathBelow(path, name), sources);
  const { problems } = configuration;
  if (path === undefined || KINDS[kind].hasPoliciesPath)
    return { configuration, sources, packing: { ...named, move: undefined }, problems };
  const rebased = await rebasedBy(configuration, path, { file, text });
  const move = moveOf(name, path, rebased.content);
  return {
    configuration: rebased.configuration,
    sources,
    packing: { ...named, move },
    moved: { from: file, to: name, original: Buffer.from(text), sources: rebased.sources },
    problems: [...problems, ...rebased.problems],
  };
}

/** The configuration as it is packed at the root of the archive. */
async function rebasedBy(configuration: Configuration, path: string, file: ConfigurationFile) {
  switch (configuration.kind) {
    case 'sentinel': {
      const { text, sources, problems } = await rebase(file, path);
      return {
        configuration: rebasedConfiguration(configuration, path),
        content: Buffer.from(text),
        sources,
        problems,
      };
    }
    case 'opa':
      // It does not name files.
      return { configuration, content: undefined, sources: [], problems: [] };
  }
}
