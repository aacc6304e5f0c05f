import type { FileInputs } from '../inputs/file-inputs.ts';
import type { Patterns } from '../inputs/patterns.ts';
import type { LeftOut } from '../model/left-out.ts';
import type { PolicyFile } from '../model/policy.ts';
import { describePlace, type Problem, ProblemsError } from '../model/problem.ts';
import { once } from '../runtime/once.ts';
import { mapFindings, mapProblems } from './about-policy.ts';
import { withExcludePatterns } from './exclude-patterns.ts';
import {
  belowOf,
  type Folder,
  type FoundFile,
  findFiles,
  listFolder,
  locatorOf,
  patternsOf,
  resolveFolder,
  selectedPaths,
} from './find-files.ts';
import { guarded } from './guarded.ts';
import { importNotes } from './import-notes.ts';
import { type Inspection, inspect, nameOf, placeOf, type SurroundingsOf, wrongLevel } from './inspect.ts';
import { readPackage } from './languages/rego/rego.ts';
import { duplicateNames, type Named } from './names.ts';
import { nothingSelected, unmatchedPatterns } from './no-match.ts';
import { outsideCandidates } from './outside-sentinel.ts';
import { configurationsOf, readConfigurations } from './read-configurations.ts';
import { reason } from './read-file.ts';
import { list } from './search.ts';
import { select } from './select.ts';
import type { Selected } from './selection.ts';
import { readText } from './source.ts';
import { sentinelFiles, surround, unpublished } from './surroundings.ts';
import { versionNotes } from './version-notes.ts';

export interface Discovery {
  /** Sorted by path. */
  readonly files: readonly PolicyFile[];
  /** Number of policies found, valid or not. */
  readonly policyCount: number;
  readonly leftOut: readonly LeftOut[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly notices: readonly Problem[];
}

export const NOTHING_FOUND: Discovery = {
  files: [],
  policyCount: 0,
  leftOut: [],
  problems: [],
  warnings: [],
  notices: [],
};

/** Finds the policies of the repository and checks them (docs/behavior.md#policy-files). */
export async function discover(workspace: string, inputs: FileInputs): Promise<Discovery> {
  try {
    return await discoverIn(await resolveFolder(workspace, inputs.workingDirectory), inputs);
  } catch (error) {
    if (error instanceof ProblemsError) return { ...NOTHING_FOUND, problems: error.problems };
    const message = `The files of the repository cannot be listed: ${reason(error)}`;
    return { ...NOTHING_FOUND, problems: [{ message, place: { input: 'working-directory' } }] };
  }
}

/** The paths that `policies` minus `exclude` matches, whether the files exist or not. */
export async function selects(
  workspace: string,
  inputs: FileInputs,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const folder = await resolveFolder(workspace, inputs.workingDirectory);
  const below = belowOf(folder);
  // With the default `policies`, sources in a configuration may be anywhere, also above the folder.
  const outside = paths.filter((each) => below !== '' && !each.startsWith(`${below}/`));
  const select = (root: string, among: readonly string[]) =>
    selectedPaths({ ...folder, root }, patternsOf(inputs), among);
  const selected = select(folder.root, paths);
  if (!inputs.hasDefaultPolicies || outside.length === 0) return selected;
  return new Set([...selected, ...select(folder.workspace, outside)]);
}

async function discoverIn(place: Folder, inputs: FileInputs): Promise<Discovery> {
  const folder = listFolder(place, [patternsOf(inputs), configurationsOf(inputs)]);
  const [found, configured] = await Promise.all([
    findFiles(folder, patternsOf(inputs)),
    readConfigurations(folder, inputs),
  ]);
  const configurationPaths = new Set(configured.configurations.map((configuration) => configuration.path));
  const outside = await outsideCandidates(folder, inputs, configured.configurations);
  const candidates = [...found.files, ...outside].filter((file) => !configurationPaths.has(file.path));
  const selectable = new Set(candidates.map(({ location }) => location));
  const knownPackageOf = remembering(packageOf);
  const selection = await select({
    candidates,
    configurations: configured.configurations,
    locate: locatorOf(folder),
    packageOf: knownPackageOf,
    unselectedRego: unselectedRego(folder, selectable),
  });
  const surroundingsOf = surround(
    folder,
    unpublished(candidates, selection.selected),
    knownPackageOf,
    sentinelFiles(candidates, selection.selected),
  );
  const inspections = await inspectAll(selection.selected, inputs, surroundingsOf);
  const sound = inspections.filter((inspection) => 'file' in inspection);
  const named = withExcludePatterns(folder);
  const problems = [
    ...found.problems,
    ...configured.problems,
    ...selection.problems,
    ...inspections.flatMap((inspection) => ('problems' in inspection ? inspection.problems : [])),
    ...wrongLevel(selection.selected, inputs),
    ...duplicateNames(namesOf(selection.selected, inputs)),
  ].map(named);
  const said = {
    files: sound.map(({ file }) => mapFindings(file, named)).sort((a, b) => byText(a.path, b.path)),
    policyCount: selection.selected.length,
    leftOut: selection.leftOut.filter(({ isReported }) => isReported !== true),
    warnings: [
      ...configured.warnings,
      ...selection.warnings,
      ...sound.flatMap(({ warnings }) => warnings),
    ].map(named),
    notices: [...renamedNotice(sound), ...selection.notices],
  };
  if (selection.selected.length === 0 && problems.length === 0)
    return withoutSelection(said, await nothingSelected(place, inputs, { ...selection, ...configured }));
  const unmatched = unmatchedPatterns(folder, inputs, pathsOf(found));
  return withVersionNotes({ ...said, problems, warnings: [...unmatched, ...said.warnings] });
}

function withVersionNotes(discovery: Discovery): Discovery {
  const { warnings, notices } = versionNotes(discovery.files);
  return {
    ...discovery,
    warnings: [...discovery.warnings, ...warnings],
    notices: [...discovery.notices, ...notices, ...importNotes(discovery.files)],
  };
}

/** Without warnings that have the same cause as the problem. */
const withoutSelection = (said: Omit<Discovery, 'problems'>, problem: Problem): Discovery => ({
  ...said,
  problems: [problem],
  warnings: said.warnings.filter(
    ({ cause }) => cause === undefined || cause.summary !== problem.cause?.summary,
  ),
});

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** One after the other, so that only one large file is in memory. */
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
    const name = nameOf(each, inputs);
    // With its place, because two policies may have the same name, which is a separate error.
    const policies = name === undefined ? {} : { policies: [`${name} of ${describePlace(placeOf(each))}`] };
    inspections.push(mapProblems(inspection, (problem) => ({ ...problem, ...policies })));
  }
  return inspections;
}

/** The names of the selected files, valid or not, in the order of their places. */
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

/** Errors are ignored here, because they occur again when the file is inspected. */
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

/** Paths of everything that was found, whether it can be used or not. */
const pathsOf = ({ files, problems }: { files: readonly FoundFile[]; problems: readonly Problem[] }) => [
  ...files.map((file) => file.path),
  ...problems.flatMap(({ place }) => place?.file ?? []),
];

/** Tests declare the package that they test, but are not the policy of a block. */
const ALL_REGO: Patterns = { include: ['**/*.rego'], exclude: ['**/*_test.rego', '**/*.test.rego'] };

/** Searches excluded folders as well, on first use. Folders that cannot be read are ignored. */
function unselectedRego(
  folder: Folder,
  selectable: ReadonlySet<string>,
): (below: string) => Promise<FoundFile[]> {
  const found = once(() =>
    findFiles({ ...folder, listing: list(folder.root, [ALL_REGO], () => {}) }, ALL_REGO),
  );
  return async (below) => {
    const { files } = await found();
    const isBelow = (file: string) => below === '' || file.startsWith(`${below}/`);
    return files.filter((file) => isBelow(file.path) && !selectable.has(file.location));
  };
}

function renamedNotice(sound: readonly { file: PolicyFile; renamed: boolean }[]): Problem[] {
  const items = sound
    .filter((inspection) => inspection.renamed)
    .map(({ file }): [string, string] => [file.path, file.name]);
  if (items.length === 0) return [];
  return [
    {
      message: 'Names can only contain letters, digits, "-" and "_". Other characters were replaced by "-":',
      items,
    },
  ];
}
