import { kindOfFile } from '../model/kinds.ts';
import type { Problem } from '../model/problem.ts';
import { once } from '../runtime/once.ts';
import { type Choice, type Repository, unmatched } from './choice.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { OpaBlock } from './configuration/policy-blocks.ts';
import type { FoundFile } from './find-files.ts';
import { formatPath, keyOf, pathOf } from './languages/rego/reference.ts';
import { folderOf, nearestTo } from './selection.ts';

type OpaConfiguration = Extract<Configuration, { kind: 'opa' }>;

/** What an OPA configuration makes of its blocks: the file of each is the one that declares its query's package. */
export function chooseRego(
  configuration: OpaConfiguration,
  repository: Repository,
  own: readonly FoundFile[],
): Promise<Choice[]> {
  const folder = folderOf(configuration.path);
  const { packageOf, unselectedRego } = repository;
  const packages = byPackage(own, packageOf);
  const unselected = once(async () => byPackage(await unselectedRego(folder), packageOf));
  return Promise.all(
    configuration.policies.map((block) =>
      chooseBlock(block, { packages, unselected }, configuration, repository),
    ),
  );
}

/** Whether a file holds Rego, by its name. */
export const isRego = ({ path }: FoundFile): boolean => kindOfFile(path) === 'opa';

/** The Rego candidates by the folder whose configuration decides. */
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
  /** Those that `policies` less `exclude` does not select: looked for only where something is missing. */
  readonly unselected: () => Promise<Packages>;
}

/** The file is the one that declares the query's package. */
async function chooseBlock(
  block: OpaBlock,
  { packages, unselected }: RegoFiles,
  configuration: OpaConfiguration,
  { configurations }: Repository,
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
