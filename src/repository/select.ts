import { isIndividual, kindOfFile } from '../model/kinds.ts';
import { once } from '../runtime/once.ts';
import type { Choice, Repository } from './choice.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { FoundFile } from './find-files.ts';
import { namedFolders } from './folders-sentinel.ts';
import { chooseRego, regoByFolder } from './select-rego.ts';
import { chooseSentinel, pathFrom } from './select-sentinel.ts';
import { decides, folderOf, nearestTo, type Selection } from './selection.ts';

/**
 * Decides which files are policies (docs/behavior.md#configuration-files): first the blocks of configuration files, then
 * the files that no configuration decides about, by name.
 */
export async function select(repository: Repository): Promise<Selection> {
  const selectable = new Set(repository.candidates.map(({ location }) => location));
  const rego = once(() => regoByFolder(repository));
  const choose = (configuration: Configuration) => {
    switch (configuration.kind) {
      case 'sentinel':
        return chooseSentinel(configuration, { ...repository, selectable });
      case 'opa':
        return chooseRego(configuration, repository, rego().get(folderOf(configuration.path)) ?? []);
    }
  };
  const choices = (await Promise.all(repository.configurations.map(choose))).flat();
  const byBlock = choices.flatMap(({ selected }) => selected ?? []);
  const named = new Set(byBlock.map(({ file }) => file.location));
  const rest = repository.candidates.filter(({ location }) => !named.has(location));
  const roles = supportFiles(repository);
  const unnamedBy = namedFolders(repository.configurations);
  const byName = rest.map((file) => {
    const role = roles.get(file.location);
    if (role !== undefined) return { leftOut: { path: file.path, why: role } };
    return byFileName(file, repository.configurations, unnamedBy);
  });
  return {
    selected: [...byBlock, ...byName.flatMap((choice: Choice) => choice.selected ?? [])],
    leftOut: [...choices, ...byName].flatMap(({ leftOut }) => leftOut ?? []),
    problems: choices.flatMap(({ problem }) => problem ?? []),
    warnings: choices.flatMap(({ warning }) => warning ?? []),
    notices: choices.flatMap(({ notice }) => notice ?? []),
  };
}

/** Files that configurations use as something other than a policy, by location: `is a module of aws/sentinel.hcl`. */
function supportFiles({ configurations, locate }: Repository): ReadonlyMap<string, string> {
  const roles = configurations.flatMap(({ path, support }) =>
    support.map(({ role, source }) => ({ source: pathFrom(path, source), why: `is a ${role} of ${path}` })),
  );
  return new Map(
    roles.flatMap(({ source, why }) => {
      const file = source === undefined ? undefined : locate(source);
      return file !== undefined && 'location' in file ? [[file.location, why]] : [];
    }),
  );
}

function byFileName(
  file: FoundFile,
  configurations: readonly Configuration[],
  namingBeside: (file: FoundFile) => readonly string[],
): Choice {
  const kind = kindOfFile(file.path);
  if (kind === undefined)
    return { leftOut: { path: file.path, why: 'ends neither in .sentinel nor in .rego' } };
  if (!isIndividual(kind))
    return { leftOut: { path: file.path, why: 'can be published only in a versioned policy set' } };
  const nearest = nearestTo(file.path, kind, configurations);
  const unnamedBy = decides(nearest) ? nearest.map((each) => each.path) : namingBeside(file);
  if (unnamedBy.length === 0) return { selected: { kind, file, by: undefined, nearest } };
  return { leftOut: { path: file.path, why: `is not named by ${listed(unnamedBy)}`, unnamedBy } };
}

const MOST_NAMED = 3;

function listed(paths: readonly string[]): string {
  const more = paths.length - MOST_NAMED;
  return `${paths.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
