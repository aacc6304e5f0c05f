import path from 'node:path';
import { kindOfFile } from '../model/kinds.ts';
import type { Problem } from '../model/problem.ts';
import { once } from '../runtime/once.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { OpaBlock, SentinelBlock } from './configuration/policy-blocks.ts';
import { isRemoteSource } from './configuration/remote-source.ts';
import type { FoundFile, Locate } from './find-files.ts';
import { formatPath, keyOf, pathOf } from './languages/rego/reference.ts';
import { decides, folderOf, type LeftOut, nearestTo, type Selected, type Selection } from './selection.ts';

/** What selecting needs to know of the repository. */
export interface Repository {
  /** What `policies` less `exclude` selects, sorted by path. */
  readonly candidates: readonly FoundFile[];
  readonly configurations: readonly Configuration[];
  /** Finds a file that a block names, from the workspace. */
  readonly locate: Locate;
  /** The names that the package of a Rego file is made of; none where it declares none. */
  readonly packageOf: (file: FoundFile) => readonly string[];
  /** Rego files below a folder that `policies` and `exclude` do not select. */
  readonly unselectedRego: (folder: string) => Promise<readonly FoundFile[]>;
}

/**
 * Decides which files are policies (docs/behavior.md#configuration-files): the blocks of configuration files first,
 * then, where none decides, the files by their names.
 */
export async function select(repository: Repository): Promise<Selection> {
  const selectable = new Set(repository.candidates.map(({ location }) => location));
  const regoOf = once(() => regoByFolder(repository));
  const choices = (
    await Promise.all(
      repository.configurations.map((each) => choose(each, { ...repository, selectable, regoOf })),
    )
  ).flat();
  const byBlock = choices.flatMap(({ selected }) => selected ?? []);
  const named = new Set(byBlock.map(({ file }) => file.location));
  const rest = repository.candidates.filter(({ location }) => !named.has(location));
  const roles = supportFiles(repository);
  const byName = rest.map((file) => {
    const role = roles.get(file.location);
    if (role !== undefined) return { leftOut: { path: file.path, why: role } };
    return byFileName(file, repository.configurations);
  });
  return {
    selected: [...byBlock, ...byName.flatMap((choice: Choice) => choice.selected ?? [])],
    leftOut: [...choices, ...byName].flatMap(({ leftOut }) => leftOut ?? []),
    problems: choices.flatMap(({ problem }) => problem ?? []),
    warnings: choices.flatMap(({ warning }) => warning ?? []),
    notices: choices.flatMap(({ notice }) => notice ?? []),
  };
}

const regoByFolder = ({ candidates, configurations }: Repository) =>
  Map.groupBy(
    candidates.filter(({ path }) => kindOfFile(path) === 'opa'),
    ({ path }) => {
      const [nearest] = nearestTo(path, 'opa', configurations);
      return nearest && folderOf(nearest.path);
    },
  );

/** What configurations use for something else than a policy: `is a module of aws/sentinel.hcl`, by location. */
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

/** A source's path from the workspace; undefined where it leads out. */
function pathFrom(configuration: string, source: string): string | undefined {
  const target = path.posix.join(folderOf(configuration), source);
  return path.posix.isAbsolute(source) || target === '..' || target.startsWith('../') ? undefined : target;
}

interface Selectable extends Repository {
  /** Locations of the candidates. */
  readonly selectable: ReadonlySet<string>;
  /** The Rego candidates by the folder whose configuration decides. */
  readonly regoOf: () => ReadonlyMap<string | undefined, readonly FoundFile[]>;
}

async function choose(configuration: Configuration, repository: Selectable): Promise<Choice[]> {
  if (configuration.kind === 'sentinel') {
    return configuration.policies.map((block) => chooseSentinel(block, configuration, repository));
  }
  const folder = folderOf(configuration.path);
  const { packageOf, unselectedRego } = repository;
  const own = repository.regoOf().get(folder) ?? [];
  const packages = byPackage(own, packageOf);
  const unselected = once(async () => byPackage(await unselectedRego(folder), packageOf));
  return Promise.all(
    configuration.policies.map((block) =>
      chooseOpa(block, { packages, unselected }, { ...repository, configuration }),
    ),
  );
}

/** Rego files by the package that they declare. */
type Packages = ReadonlyMap<string, readonly FoundFile[]>;

const byPackage = (files: readonly FoundFile[], packageOf: Repository['packageOf']): Packages =>
  Map.groupBy(files, (file) => keyOf(packageOf(file)));

interface Choice {
  readonly selected?: Selected;
  readonly leftOut?: LeftOut;
  readonly problem?: Problem;
  readonly warning?: Problem;
  readonly notice?: Problem;
}

function byFileName(file: FoundFile, configurations: readonly Configuration[]): Choice {
  const kind = kindOfFile(file.path);
  if (kind === undefined)
    return { leftOut: { path: file.path, why: 'ends neither in .sentinel nor in .rego' } };
  const nearest = nearestTo(file.path, kind, configurations);
  if (!decides(nearest)) return { selected: { kind, file, by: undefined, nearest } };
  const unnamedBy = nearest.map((each) => each.path);
  return { leftOut: { path: file.path, why: `is not named by ${unnamedBy.join(', ')}`, unnamedBy } };
}

function chooseSentinel(
  block: SentinelBlock,
  configuration: Configuration,
  { selectable, configurations, locate }: Selectable,
): Choice {
  const source = block.source?.value ?? `./${block.name}.sentinel`;
  const place = { file: configuration.path, line: block.source?.line ?? block.line };
  if (isRemoteSource(source)) return remote(block, source, place);
  const target = pathFrom(configuration.path, source);
  if (target === undefined) {
    return {
      problem: {
        message: `The source "${source}" leads out of the workspace.`,
        place,
        advice: 'Name a file inside it.',
      },
    };
  }
  const file = locate(target);
  if (!('location' in file)) {
    const advice = 'Correct `source`, or remove the block.';
    return {
      problem: {
        message: `The source "${source}" of policy "${block.name}" cannot be used. ${file.message}`,
        place,
        advice,
      },
    };
  }
  if (!selectable.has(file.location)) return unmatched(block, file, place);
  const nearest = nearestTo(configuration.path, 'sentinel', configurations);
  return { selected: { kind: 'sentinel', file, by: { block, configuration: configuration.path }, nearest } };
}

function unmatched(
  block: SentinelBlock | OpaBlock,
  { path }: FoundFile,
  place: { file: string; line: number },
): Choice {
  const message = `Policy "${block.name}" is left out: \`policies\` less \`exclude\` does not select ${path}.`;
  return {
    leftOut: { path, why: 'is not selected by `policies` less `exclude`', told: true },
    notice: { message, place },
  };
}

function remote(block: SentinelBlock, source: string, place: { file: string; line: number }): Choice {
  return {
    leftOut: { path: source, why: `is the remote source of policy "${block.name}"`, told: true },
    warning: {
      message: `Policy "${block.name}" has a remote source and is not published: ${source}.`,
      place,
      advice: 'Publish it as part of a versioned policy set.',
    },
  };
}

interface RegoFiles {
  readonly packages: Packages;
  /** Those that `policies` less `exclude` does not select: looked for only where something is missing. */
  readonly unselected: () => Promise<Packages>;
}

/** The file is the one that declares the query's package. */
async function chooseOpa(
  block: OpaBlock,
  { packages, unselected }: RegoFiles,
  { configuration, configurations }: Repository & { readonly configuration: Configuration },
): Promise<Choice> {
  const place = { file: configuration.path, line: block.query.line };
  const query = pathOf(block.query.value);
  if (query === undefined) {
    const message = `The query "${block.query.value}" of policy "${block.name}" names no package.`;
    return { problem: { message, place, advice: 'Write it as data.<package>.<rule>.' } };
  }
  const files = declaring(query, packages);
  const [file, other] = files;
  if (file !== undefined && other === undefined) {
    const nearest = nearestTo(configuration.path, 'opa', configurations);
    return { selected: { kind: 'opa', file, by: { block, configuration: configuration.path }, nearest } };
  }
  if (other !== undefined) return { problem: severalFiles(block, files, place) };
  const [left] = declaring(query, await unselected());
  if (left !== undefined) return unmatched(block, left, place);
  const message = `No Rego file declares the package that the query ${block.query.value} of policy "${block.name}" asks. ${listPackages(packages)}`;
  return {
    problem: {
      message,
      place,
      advice: `Correct \`query\`, or add the file below ${folderOf(configuration.path) || 'the root'}.`,
    },
  };
}

/** What there is instead. */
function listPackages(packages: Packages): string {
  const names = [...packages.keys()].flatMap((key) => {
    const path = JSON.parse(key) as readonly string[];
    return path.length === 0 ? [] : [formatPath(path)];
  });
  if (names.length === 0) return 'No file there declares a package.';
  const more = names.length > SHOWN_PACKAGES ? `, and ${names.length - SHOWN_PACKAGES} more` : '';
  return `Packages there: ${names.slice(0, SHOWN_PACKAGES).join(', ')}${more}.`;
}

const SHOWN_PACKAGES = 10;

/** No package has more names than this; each length is a look-up. */
const DEEPEST = 100;

/** The files of the package that the query begins with: of several such packages, the longest. */
function declaring(query: readonly string[], packages: Packages): readonly FoundFile[] {
  for (let length = Math.min(query.length, DEEPEST); length > 0; length--) {
    const files = packages.get(keyOf(query.slice(0, length)));
    if (files !== undefined) return files;
  }
  return [];
}

const severalFiles = (
  block: OpaBlock,
  files: readonly FoundFile[],
  place: Problem['place'] & object,
): Problem => ({
  message: `Several Rego files declare the package that the query ${block.query.value} of policy "${block.name}" asks: ${files.map((file) => file.path).join(', ')}.`,
  place,
  advice: 'A policy holds one file: put the rules into one, or add the others to `exclude`.',
});
