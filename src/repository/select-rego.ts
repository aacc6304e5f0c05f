import { kindOfFile } from '../model/kinds.ts';
import type { Problem } from '../model/problem.ts';
import { once } from '../runtime/once.ts';
import { type Choice, type Repository, unmatched } from './choice.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { OpaBlock } from './configuration/policy-blocks.ts';
import type { FoundFile } from './find-files.ts';
import { formatPath, keyOf, pathOf } from './languages/rego/reference.ts';
import { byNearness } from './nearness.ts';
import { folderOf, nearestTo } from './selection.ts';

type OpaConfiguration = Extract<Configuration, { kind: 'opa' }>;

/** The choices of an OPA configuration: each block's file is the one that declares the package of its query. */
export function chooseRego(
  configuration: OpaConfiguration,
  repository: Repository,
  own: readonly FoundFile[],
): Promise<Choice[]> {
  const folder = folderOf(configuration.path);
  const { packageOf, unselectedRego } = repository;
  const packages = byPackage(own, packageOf);
  const unselected = once(async () => byPackage(await unselectedRego(folder), packageOf));
  const suggest = suggester(packages);
  return Promise.all(
    configuration.policies.map((block) =>
      chooseBlock(block, { packages, unselected, suggest }, configuration, repository),
    ),
  );
}

/** Whether this is a Rego file, by its name. */
export const isRego = ({ path }: FoundFile): boolean => kindOfFile(path) === 'opa';

/** The Rego candidates by the folder of the configuration that decides. */
export const regoByFolder = ({ candidates, configurations }: Repository) =>
  Map.groupBy(candidates.filter(isRego), ({ path }) => {
    const [nearest] = nearestTo(path, 'opa', configurations);
    return nearest && folderOf(nearest.path);
  });

/** Rego files by the package that they declare. */
type Packages = ReadonlyMap<string, readonly FoundFile[]>;

const byPackage = (files: readonly FoundFile[], packageOf: Repository['packageOf']): Packages =>
  Map.groupBy(files, (file) => keyOf(packageOf(file)));

interface RegoFiles {
  readonly packages: Packages;
  /** Files that `policies` minus `exclude` does not match. Only searched if a file is missing. */
  readonly unselected: () => Promise<Packages>;
  /** Lists the existing packages, and the one that the query probably means. */
  readonly suggest: (query: readonly string[]) => Suggestion;
}

/** The file is the one that declares the package of the query. */
async function chooseBlock(
  block: OpaBlock,
  { packages, unselected, suggest }: RegoFiles,
  configuration: OpaConfiguration,
  { configurations }: Repository,
): Promise<Choice> {
  const folder = folderOf(configuration.path);
  const place = { file: configuration.path, line: block.query.line };
  const query = pathOf(block.query.value);
  if (query === undefined) {
    const message = `The query "${block.query.value}" of policy "${block.name}" does not contain a package.`;
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
  const { there, meant } = suggest(query);
  const correct =
    meant === undefined ? 'Correct `query`' : `Did you mean \`data.${meant}\`? Correct \`query\``;
  return {
    problem: {
      message: `No Rego file declares the package of the query ${block.query.value} of policy "${block.name}". ${there}`,
      place,
      advice: `${correct}, or add the file below ${folder || 'the root'}.`,
      cause: {
        summary: 'have a query for a package that no Rego file declares',
        detail: `"${block.name}": ${block.query.value}`,
      },
    },
  };
}

interface Suggestion {
  /** `Packages in this folder: …`, the nearest first. */
  readonly there: string;
  /** The package whose name is almost that of the query. */
  readonly meant: string | undefined;
}

/** Limits of the comparison. With more mistakes there are no suggestions. */
const COMPARED_QUERIES = 20;
const COMPARED_PACKAGES = 200;
const SHOWN_PACKAGES = 10;

function suggester(packages: Packages): (query: readonly string[]) => Suggestion {
  let left = COMPARED_QUERIES;
  const names = once(() =>
    [...packages.keys()]
      .map((key): readonly string[] => JSON.parse(key))
      .filter((path) => path.length > 0)
      .map((path) => ({ path, name: formatPath(path) })),
  );
  return (query) => {
    const all = names();
    if (all.length === 0) return { there: 'No file in this folder declares a package.', meant: undefined };
    const compared = left-- > 0 ? all.slice(0, COMPARED_PACKAGES) : [];
    // Without the rule after the package.
    const near = byNearness(compared, ({ path, name }) => [name, formatPath(query.slice(0, path.length))]);
    const shown = [...near.sorted, ...all.slice(compared.length)].slice(0, SHOWN_PACKAGES);
    const more = all.length > shown.length ? `, and ${all.length - shown.length} more` : '';
    return {
      there: `Packages in this folder: ${shown.map(({ name }) => name).join(', ')}${more}.`,
      meant: near.almost?.name,
    };
  };
}

/** Maximum length of a package, as each length is a lookup. */
const DEEPEST = 100;

/** The files of the longest package that the query starts with. */
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
  message: `Several Rego files declare the package of the query ${block.query.value} of policy "${block.name}": ${files.map((file) => file.path).join(', ')}.`,
  place,
  advice: 'A policy is a single file: put the rules into one file, or add the others to `exclude`.',
  exclude: files.map((file) => file.path),
});
