import path from 'node:path';
import type { FileInputs } from '../inputs/file-inputs.ts';
import type { LeftOut } from '../model/left-out.ts';
import type { PolicyFile } from '../model/policy.ts';
import { type Problem, ProblemsError } from '../model/problem.ts';
import {
  type Folder,
  type FoundFile,
  findFiles,
  locatorOf,
  patternsOf,
  resolveFolder,
  selectedPaths,
} from './find-files.ts';
import { guarded } from './guarded.ts';
import { type Inspection, inspect, nameOf, placeOf, type SurroundingsOf, wrongLevel } from './inspect.ts';
import { readPackage } from './languages/rego/rego.ts';
import { duplicateNames, type Named } from './names.ts';
import { nothingSelected, unmatchedPatterns } from './no-match.ts';
import { readConfigurations } from './read-configurations.ts';
import { reason } from './read-file.ts';
import { select } from './select.ts';
import type { Selected } from './selection.ts';
import { readText } from './source.ts';
import { surround, unpublished } from './surroundings.ts';
import { versionNotes } from './version-notes.ts';

export interface Discovery {
  /** Sorted by path. */
  readonly files: readonly PolicyFile[];
  readonly leftOut: readonly LeftOut[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly notices: readonly Problem[];
}

export const NOTHING_FOUND: Discovery = { files: [], leftOut: [], problems: [], warnings: [], notices: [] };

/** Finds the policies of the repository and checks that each is sound (docs/behavior.md#policy-files). */
export async function discover(workspace: string, inputs: FileInputs): Promise<Discovery> {
  try {
    return await discoverIn(await resolveFolder(workspace, inputs.workingDirectory), inputs);
  } catch (error) {
    if (error instanceof ProblemsError) return { ...NOTHING_FOUND, problems: error.problems };
    const message = `The files of the repository cannot be listed. ${reason(error)}`;
    return { ...NOTHING_FOUND, problems: [{ message, place: { input: 'working-directory' } }] };
  }
}

/** Which of these paths `policies` less `exclude` selects, whether there are files or not. */
export async function selects(
  { workspace, temporaryFolder }: { readonly workspace: string; readonly temporaryFolder: string },
  inputs: FileInputs,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const folder = await resolveFolder(workspace, inputs.workingDirectory);
  const below = path.relative(folder.workspace, folder.root).replaceAll(path.sep, '/');
  // By default, what a configuration names is selected wherever it lies, above the folder too.
  const outside = paths.filter((each) => below !== '' && !each.startsWith(`${below}/`));
  const select = (root: string, among: readonly string[]) =>
    selectedPaths({ ...folder, root }, patternsOf(inputs), { paths: among, temporaryFolder });
  const selected = await select(folder.root, paths);
  if (!inputs.hasDefaultPolicies || outside.length === 0) return selected;
  return new Set([...selected, ...(await select(folder.workspace, outside))]);
}

async function discoverIn(folder: Folder, inputs: FileInputs): Promise<Discovery> {
  const [found, configured] = await Promise.all([
    findFiles(folder, patternsOf(inputs)),
    readConfigurations(folder, inputs),
  ]);
  const configurationPaths = new Set(configured.configurations.map((configuration) => configuration.path));
  const candidates = found.files.filter((file) => !configurationPaths.has(file.path));
  const selectable = new Set(candidates.map(({ location }) => location));
  const knownPackageOf = remembering(packageOf);
  const selection = await select({
    candidates,
    configurations: configured.configurations,
    locate: locatorOf(folder),
    packageOf: knownPackageOf,
    unselectedRego: (below) => unselectedRego(folder, below, selectable),
  });
  const surroundingsOf = surround(folder, unpublished(candidates, selection.selected), knownPackageOf);
  const inspections = await inspectAll(selection.selected, inputs, surroundingsOf);
  const sound = inspections.filter((inspection) => 'file' in inspection);
  const problems = [
    ...found.problems,
    ...configured.problems,
    ...selection.problems,
    ...inspections.flatMap((inspection) => ('problems' in inspection ? inspection.problems : [])),
    ...wrongLevel(selection.selected, inputs),
    ...duplicateNames(namesOf(selection.selected, inputs)),
  ];
  const said = {
    files: sound.map(({ file }) => file).sort((a, b) => byText(a.path, b.path)),
    leftOut: selection.leftOut.filter(({ isReported }) => isReported !== true),
    warnings: [...configured.warnings, ...selection.warnings, ...sound.flatMap(({ warnings }) => warnings)],
    notices: [...renamedNotice(sound), ...selection.notices],
  };
  if (selection.selected.length === 0 && problems.length === 0)
    return { ...said, problems: [nothingSelected(folder, inputs, selection.leftOut)] };
  const unmatched = await unmatchedPatterns(folder, inputs, found.files);
  return withVersionNotes({ ...said, problems, warnings: [...unmatched, ...said.warnings] });
}

function withVersionNotes(discovery: Discovery): Discovery {
  const { warnings, notices } = versionNotes(discovery.files);
  return {
    ...discovery,
    warnings: [...discovery.warnings, ...warnings],
    notices: [...discovery.notices, ...notices],
  };
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** One after the other: a large file's text is gone before the next is read. */
async function inspectAll(
  selected: readonly Selected[],
  inputs: FileInputs,
  surroundingsOf: SurroundingsOf,
): Promise<Inspection[]> {
  const inspections: Inspection[] = [];
  for (const each of selected) {
    const place = { file: each.file.path };
    const inspection = await guarded(
      () => inspect(each, inputs, surroundingsOf),
      (problem) => ({ problems: [{ ...problem, place }] }),
    );
    inspections.push(inspection);
  }
  return inspections;
}

/** The names that the selected files get, sound or not, in the order of their places. */
function namesOf(selected: readonly Selected[], inputs: FileInputs): Named[] {
  return selected
    .flatMap((each) => {
      const name = nameOf(each, inputs);
      return name === undefined ? [] : [{ name, place: placeOf(each) }];
    })
    .sort(
      (a, b) => byText(a.place.file ?? '', b.place.file ?? '') || (a.place.line ?? 0) - (b.place.line ?? 0),
    );
}

/** What fails here fails once more, and is a problem then, when the file is inspected. */
function packageOf(file: FoundFile): readonly string[] {
  const source = readText(file);
  if (!('text' in source)) return [];
  try {
    return readPackage(source.text) ?? [];
  } catch {
    return [];
  }
}

function remembering<T extends object>(look: (file: FoundFile) => T): (file: FoundFile) => T {
  const known = new Map<string, T>();
  return (file) => {
    const answer = known.get(file.location) ?? look(file);
    known.set(file.location, answer);
    return answer;
  };
}

async function unselectedRego(
  folder: Folder,
  below: string,
  selectable: ReadonlySet<string>,
): Promise<FoundFile[]> {
  const { files } = await findFiles(
    { workspace: folder.workspace, root: path.join(folder.workspace, below) },
    // Tests declare the package that they test, and are no policy of a block.
    { include: ['**/*.rego'], exclude: ['**/*_test.rego', '**/*.test.rego'] },
  );
  return files.filter(({ location }) => !selectable.has(location));
}

function renamedNotice(sound: readonly { file: PolicyFile; renamed: boolean }[]): Problem[] {
  const items = sound
    .filter((inspection) => inspection.renamed)
    .map(({ file }): [string, string] => [file.path, file.name]);
  if (items.length === 0) return [];
  return [{ message: 'Names hold letters, digits, "-" and "_" only; other characters became "-":', items }];
}
