import { KINDS } from '../model/kinds.ts';
import type { PolicySetReference } from '../model/policy-set.ts';
import type { Problem } from '../model/problem.ts';
import { configuredFolder, pathBelow, type SetFolder } from '../model/set-folder.ts';
import { sourceOfBlock } from '../repository/configuration/policy-blocks.ts';
import { belowOf, type Folder, locatorOf } from '../repository/find-files.ts';
import { withReport } from '../repository/inspected.ts';
import { readConfigurationText } from '../repository/source.ts';
import type { Checked } from './check/checked.ts';
import { checkOpa } from './check/opa.ts';
import { checkSentinel } from './check/sentinel.ts';
import { allLeftOut, checkTerraform, furtherBelow, terraformPolicies } from './check/tfpolicy.ts';
import { type Collected, collect, ignoreRulesOf } from './collect.ts';
import { type ConfigurationFile, type Configured, configure } from './configured.ts';
import { digest } from './digest.ts';
import { Exclusions, type PackingRules, patternsBelow } from './exclusions.ts';
import { diskTree } from './file-tree.ts';
import { type FolderKind, filesAmong, kindOfFolder } from './kind-of-folder.ts';
import type { LocalSet, SetPolicy } from './local-set.ts';
import type { PackedFile } from './packed-file.ts';
import type { SetConfiguration } from './set-configuration.ts';
import { archivePath, missingSources, type Source, uncheckedSources } from './sources.ts';
import { configureTerraform, selectedPolicyFiles } from './terraform-set.ts';

/** The folder that is packed for a policy set, and the folder of the configuration below it. */
export type FolderOfSet = Folder & Pick<SetFolder, 'path'>;

/** Decides which files of a folder are packed. */
export interface SetRules {
  /** The folder that `exclude` is relative to. */
  readonly working: Folder;
  /** Patterns of excluded files: the built-in ones in use, and the user's. */
  readonly exclude: { readonly builtIn: readonly string[]; readonly given: readonly string[] };
  /** Each form of each secret of the run, which no packed file may contain. */
  readonly secrets: readonly string[];
}

/** A folder that was read. `local` is undefined if it cannot be published. */
export interface ReadSet {
  readonly local?: LocalSet;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Reads a folder to publish as a policy set, and checks everything that would be packed. */
export async function readSet(
  reference: PolicySetReference,
  folder: FolderOfSet,
  rules: SetRules,
): Promise<ReadSet> {
  const { path } = folder;
  const root = belowOf(folder);
  const shown = configuredFolder({ folder: root, path });
  const names = filesAmong(diskTree(folder.workspace).list(shown));
  const kind = kindOfFolder(names, shown, () => furtherBelow(reference, { folder, shown }, rules.working));
  if ('message' in kind) return { problems: [kind], warnings: [] };
  const patterns = {
    exclude: patternsBelow(rules.working, rules.exclude.given),
    builtIn: patternsBelow(rules.working, rules.exclude.builtIn),
  };
  const configured = await configureFolder(kind, folder, patterns);
  if ('message' in configured) return { problems: [configured], warnings: [] };
  const { configuration, sources, packing, moved } = configured;
  const collected = collect(folder, { ...patterns, ...packing, secrets: rules.secrets });
  const checked = await check(configuration, collected.files, sources);
  const problems = [
    ...configured.problems.filter(
      (each) => !collected.pointers.has(each.place?.file ?? '') && !isSaidAgain(each, collected.problems),
    ),
    ...collected.problems,
    // Nothing was collected from a folder that is too large.
    ...(collected.files.length === 0
      ? []
      : [...missingSources(sources, collected, root), ...unpacked(configuredAt(packing), collected, shown)]),
    // Git LFS pointers have one problem for all of them.
    ...checked.problems.filter(({ place }) => !collected.pointers.has(place?.file ?? '')),
  ];
  const warnings = [
    ...configuration.warnings,
    ...withoutPolicies(configuration),
    ...collected.warnings,
    ...uncheckedSources(sources),
    ...checked.warnings,
  ];
  const findings = checked.findings.map(withReport);
  if (problems.length > 0) return { problems: [...problems, ...findings], warnings };
  const { files, ignored } = collected;
  const local: LocalSet = {
    reference,
    folder: root,
    path,
    kind: kind.kind,
    configuration,
    moved,
    files,
    leftOut: ignored,
    digest: digest(files),
    policies: policiesOf(configuration, files, checked.entriesOf),
    findings,
    unsetParameters: checked.unsetParameters,
    rego: checked.rego,
    features: checked.features,
    needs: checked.needs,
    params: checked.params,
    usersOf: checked.usersOf,
    exclusionsWith: (others, ignore) => new Exclusions({ ...patterns, ...others }, ignore),
  };
  return { local, problems: [], warnings };
}

/** Whether a file that cannot be read as a configuration is also reported as one that cannot be packed. */
const isSaidAgain = ({ place }: Problem, others: readonly Problem[]): boolean =>
  place?.file !== undefined &&
  place.line === undefined &&
  others.some((other) => other.place?.file === place.file && other.place?.line === undefined);

/** The path in the archive of the file that defines the policies: it is the first one in `named`. */
function configuredAt({ move, named }: Pick<PackingRules, 'move' | 'named'>): string {
  const [first = ''] = named.keys();
  return move?.to ?? first;
}

/** File systems that ignore letter case find the folder in any spelling. The archive has only one. */
const unpacked = (at: string, { files, problems }: Collected, shown: string): Problem[] =>
  problems.length > 0 || files.some((file) => file.path === at)
    ? []
    : [
        {
          message: `The folder ${shown} is spelled differently in the repository, so its configuration cannot be found.`,
          place: { input: 'versioned-policy-sets' },
          advice: 'Write it as in the repository. Folders are case-sensitive.',
        },
      ];

/** All enforcement would end, which may go unnoticed because nothing fails. */
const withoutPolicies = ({ kind, path: file, policies, problems }: SetConfiguration): Problem[] =>
  // If it could not be read, it may have policies.
  policies.length > 0 || problems.length > 0
    ? []
    : [
        {
          message:
            kind === 'tfpolicy'
              ? 'The files contain no policies, so the policy set enforces nothing.'
              : 'The configuration contains no `policy` block, so the policy set enforces nothing.',
          place: { file },
          advice: 'Add policies, or detach the policy set if nothing should be enforced.',
        },
      ];

type Patterns = Pick<PackingRules, 'exclude' | 'builtIn'>;

/** Reads the files that define the policies of the folder. */
async function configureFolder(
  kind: FolderKind,
  folder: FolderOfSet,
  patterns: Patterns,
): Promise<Configured<SetConfiguration> | Problem> {
  const { path } = folder;
  const root = belowOf(folder);
  const shown = configuredFolder({ folder: root, path });
  if (kind.kind !== 'tfpolicy') {
    const file = readConfigurationFile(folder, pathBelow(shown, kind.configuration));
    return 'message' in file ? file : configure(kind, path, file);
  }
  const names = selectedPolicyFiles(
    kind,
    { folder: root, path },
    (named) => new Exclusions({ ...patterns, named, move: undefined }, ignoreRulesOf(folder)),
  );
  if (names.length === 0) return allLeftOut(kind, shown);
  const read = names.map((name) => {
    const file = pathBelow(shown, name);
    const found = readConfigurationFile(folder, file);
    return 'message' in found ? { file, problem: found } : found;
  });
  return configureTerraform({ folder: root, path }, read);
}

function readConfigurationFile(folder: Folder, path: string): ConfigurationFile | Problem {
  const file = locatorOf(folder)(path);
  if ('message' in file) return file;
  const source = readConfigurationText(file);
  if ('message' in source) return source;
  return { file: file.path, text: source.hasByteOrderMark ? `\ufeff${source.text}` : source.text };
}

type CheckedSet = Checked &
  Pick<LocalSet, 'unsetParameters' | 'rego' | 'features' | 'needs' | 'params' | 'usersOf'> & {
    /** The files that declare what a query asks for, for kinds with queries. */
    readonly entriesOf: (query: string) => readonly string[];
  };

/** The checks of each kind. */
async function check(
  configuration: SetConfiguration,
  files: readonly PackedFile[],
  sources: readonly Source[],
): Promise<CheckedSet> {
  switch (configuration.kind) {
    case 'sentinel':
      return {
        rego: [],
        entriesOf: () => [],
        usersOf: async () => [],
        ...checkSentinel(configuration, files, lookUp(files)),
      };
    case 'opa':
      return {
        unsetParameters: [],
        features: [],
        params: new Map(),
        ...(await checkOpa(configuration, files)),
      };
    case 'tfpolicy':
      return {
        rego: [],
        features: [],
        needs: new Map(),
        params: new Map(),
        entriesOf: () => [],
        usersOf: async () => [],
        ...checkTerraform(configuration, sources, files),
      };
  }
}

function lookUp(files: readonly PackedFile[]): (source: string) => PackedFile | undefined {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return (source) => {
    const to = archivePath(source);
    return to === undefined ? undefined : byPath.get(to);
  };
}

/** The policies as defined by the configuration. Those of OPA have a query, not a file. */
function policiesOf(
  configuration: SetConfiguration,
  files: readonly PackedFile[],
  entriesOf: CheckedSet['entriesOf'],
): SetPolicy[] {
  const find = lookUp(files);
  const { path: file } = configuration;
  switch (configuration.kind) {
    case 'sentinel':
      return configuration.policies.map((block) => {
        const packed = find(sourceOfBlock(block));
        return {
          id: block.name,
          name: block.name,
          kind: 'sentinel',
          path: packed?.file ?? block.source?.value,
          enforcementLevel: block.enforcementLevel?.value ?? KINDS.sentinel.defaultLevel,
          place: { file, line: block.line },
          entries: packed === undefined ? [] : [packed.path],
        };
      });
    case 'opa':
      return configuration.policies.map((block) => {
        const entries = entriesOf(block.query.value);
        return {
          id: block.name,
          name: block.name,
          kind: 'opa',
          // If several files declare what the query asks for, none of them is the policy's own file.
          path: entries.length === 1 ? files.find(({ path: each }) => each === entries[0])?.file : undefined,
          enforcementLevel: block.enforcementLevel?.value ?? KINDS.opa.defaultLevel,
          place: { file, line: block.line },
          entries,
        };
      });
    case 'tfpolicy':
      return terraformPolicies(configuration, files);
  }
}
