import path from 'node:path';
import { BUILT_IN_EXCLUDE, type FileInputs } from '../inputs/file-inputs.ts';
import { kindOfFile } from '../model/kinds.ts';
import type { PolicyFile } from '../model/policy.ts';
import { type Problem, ProblemsError } from '../model/problem.ts';
import {
  type Configuration,
  readConfiguration,
  unreadableConfiguration,
} from './configuration/configuration.ts';
import {
  type Folder,
  type FoundFile,
  findFiles,
  type Locate,
  locatorOf,
  resolveFolder,
  selectedPaths,
  withoutMatch,
} from './find-files.ts';
import { type Inspection, inspect, nameOf, placeOf, type SurroundingsOf, wrongLevel } from './inspect.ts';
import { keyOf, type Path } from './languages/rego/reference.ts';
import { declares, readPackage } from './languages/rego/rego.ts';
import { duplicateNames, type Named } from './names.ts';
import { reason } from './read-file.ts';
import { select } from './select.ts';
import { folderOf, type LeftOut, type Selected } from './selection.ts';
import { readConfigurationText, readText } from './source.ts';
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
    const message = `The files of the repository cannot be listed. ${reason(error as Error)}`;
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

const patternsOf = ({ policies: { include, exclude }, ...inputs }: FileInputs) => ({
  include,
  exclude: [...exclude, ...inputs.exclude],
});

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
  const inspections: Inspection[] = [];
  const surroundingsOf = surround(folder, unpublished(candidates, selection.selected), knownPackageOf);
  // One after the other: a large file's text is gone before the next is read.
  for (const each of selection.selected) {
    const place = { file: each.file.path };
    inspections.push(
      await guarded(
        () => inspect(each, inputs, surroundingsOf),
        (problem) => ({ problems: [{ ...problem, place }] }),
      ),
    );
  }
  const sound = inspections.filter((inspection) => 'file' in inspection);
  const problems = [
    ...found.problems,
    ...configured.problems,
    ...selection.problems,
    ...inspections.flatMap((inspection) => ('problems' in inspection ? inspection.problems : [])),
    ...wrongLevel(selection.selected, inputs),
    ...duplicateNames(namesOf(selection.selected, inputs)),
  ];
  const versions = versionNotes(sound.map(({ file }) => file));
  const nothing = selection.selected.length === 0 && problems.length === 0;
  return {
    files: sound.map(({ file }) => file).sort((a, b) => byText(a.path, b.path)),
    leftOut: selection.leftOut.filter(({ told }) => told !== true),
    problems: nothing ? [nothingSelected(folder, inputs, selection.leftOut)] : problems,
    warnings: [
      ...(nothing ? [] : await unmatchedPatterns(folder, inputs, found.files)),
      ...configured.warnings,
      ...selection.warnings,
      ...sound.flatMap(({ warnings }) => warnings),
      ...versions.warnings,
    ],
    notices: [...renamedNotice(sound), ...selection.notices, ...versions.notices],
  };
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

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

interface Configured {
  readonly configurations: readonly Configuration[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

async function readConfigurations(folder: Folder, { config, exclude }: FileInputs): Promise<Configured> {
  if (config.length === 0) return { configurations: [], problems: [], warnings: [] };
  const found = await findFiles(folder, { include: config, exclude });
  const read = await Promise.all(found.files.map(readConfigurationFile));
  // What cannot be read may name policies all the same: nothing below it goes by file name.
  const unread = found.problems.map((problem) => unreadableConfiguration(problem.place?.file ?? '', problem));
  const configurations = [...read, ...unread];
  return {
    configurations,
    problems: configurations.flatMap(({ problems }) => problems),
    warnings: configurations.flatMap(({ warnings }) => warnings),
  };
}

async function readConfigurationFile(file: FoundFile): Promise<Configuration> {
  const unreadable = (problem: Problem) => unreadableConfiguration(file.path, problem);
  const place = { file: file.path };
  return guarded(
    async () => {
      const source = readConfigurationText(file);
      return 'text' in source ? readConfiguration(file.path, source.text) : unreadable(source);
    },
    (problem) => unreadable({ ...problem, place }),
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

/** Whatever goes wrong with one file is said of this file, and does not hide what there is to say of others. */
async function guarded<T>(read: () => Promise<T>, failed: (problem: Problem) => T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RangeError) {
      return failed({
        message: `The file could not be read: it is too large or too deeply nested (${error.message}).`,
        advice: 'Simplify it, or add it to `exclude`.',
      });
    }
    return failed({
      message: `The file could not be processed: ${String(error)}.`,
      advice:
        'This is an error of the action: please report it. To publish the other files, add this one to `exclude`.',
    });
  }
}

/** Rego that the search found, and that is no policy. */
function unpublished(candidates: readonly FoundFile[], selected: readonly Selected[]): FoundFile[] {
  const published = new Set(selected.map(({ file }) => file.location));
  return candidates.filter((file) => kindOfFile(file.path) === 'opa' && !published.has(file.location));
}

/** What lies around a file. Nothing is looked up before it is asked for. */
function surround(
  folder: Folder,
  others: readonly FoundFile[],
  ofPackage: (file: FoundFile) => Path,
): SurroundingsOf {
  let byPackage: ReadonlyMap<string, readonly FoundFile[]> | undefined;
  const filesOf = (path: Path) => {
    byPackage ??= Map.groupBy(others, (file) => keyOf(ofPackage(file)));
    return byPackage.get(keyOf(path)) ?? [];
  };
  const locate = locatorOf(folder);
  const working = path.relative(folder.workspace, folder.root).replaceAll(path.sep, '/');
  return ({ by }) => ({
    unpublished: (document) => declaring(document, filesOf)?.path,
    dataFile: (document) => dataFile(document, by ? folderOf(by.configuration) : working, locate),
  });
}

/** The file of the longest package on the way that has what is at the path. */
function declaring(document: Path, filesOf: (path: Path) => readonly FoundFile[]): FoundFile | undefined {
  for (let length = document.length; length > 0; length--) {
    const found = filesOf(document.slice(0, length)).find((file) => {
      const source = readText(file);
      return 'text' in source && declares(source.text, document.slice(length));
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A data file gets its place among the documents from its folder. */
function dataFile(document: Path, below: string, locate: Locate): string | undefined {
  const plain = document.findIndex((name) => !/^[\w-][\w.-]*$/.test(name));
  for (let length = plain < 0 ? document.length : plain; length > 0; length--) {
    const folder = [...(below === '' ? [] : [below]), ...document.slice(0, length)].join('/');
    const found = ['data.json', 'data.yaml'].map((name) => locate(`${folder}/${name}`));
    const file = found.find((each) => 'location' in each);
    if (file !== undefined) return file.path;
  }
  return undefined;
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

function nothingSelected(folder: Folder, inputs: FileInputs, leftOut: readonly LeftOut[]): Problem {
  if (leftOut.every(({ path }) => kindOfFile(path) === undefined)) return nothingFound(folder, inputs);
  const first = leftOut.slice(0, 5).map(({ path, why }) => `${path} ${why}`);
  const more = leftOut.length > first.length ? `; and ${leftOut.length - first.length} more` : '';
  return {
    message: `No file is a policy: ${first.join('; ')}${more}.`,
    place: { input: 'config' },
    advice: 'Name the policies in the configuration file, or set `config` empty to go by file names.',
  };
}

function nothingFound({ workspace, root }: Folder, { policies, exclude }: FileInputs): Problem {
  const folder = path.relative(workspace, root).replaceAll(path.sep, '/') || 'the root of the workspace';
  const builtIn = BUILT_IN_EXCLUDE.every((pattern) => exclude.includes(pattern));
  const excluded = [
    ...policies.exclude,
    ...exclude.filter((pattern) => !builtIn || !BUILT_IN_EXCLUDE.includes(pattern)),
    ...(builtIn ? ['the built-in list of `exclude`'] : []),
  ];
  const without = excluded.length === 0 ? '' : ` (excluded: ${excluded.join(', ')})`;
  return {
    message: `No policy file matches ${policies.include.join(', ')} in ${folder}${without}.`,
    place: { input: 'policies' },
    advice:
      'Check out the repository before this step, and correct `policies`, `exclude` or `working-directory`.',
  };
}

/** A misspelt pattern beside one that is right would go unnoticed. */
async function unmatchedPatterns(
  folder: Folder,
  inputs: FileInputs,
  files: readonly FoundFile[],
): Promise<Problem[]> {
  if (inputs.hasDefaultPolicies || inputs.policies.include.length < 2) return [];
  const unmatched = await withoutMatch(folder, patternsOf(inputs), files);
  if (unmatched.length === 0) return [];
  const which = unmatched.length === 1 ? 'This pattern matches' : 'These patterns match';
  return [
    {
      message: `${which} no file, or only files that are excluded: ${unmatched.join(', ')}.`,
      place: { input: 'policies' },
      advice: 'Correct or remove it, or take back what excludes the files.',
    },
  ];
}

function renamedNotice(sound: readonly { file: PolicyFile; renamed: boolean }[]): Problem[] {
  const items = sound
    .filter((inspection) => inspection.renamed)
    .map(({ file }): [string, string] => [file.path, file.name]);
  if (items.length === 0) return [];
  return [{ message: 'Names hold letters, digits, "-" and "_" only; other characters became "-":', items }];
}
