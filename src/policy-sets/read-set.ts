import { readdirSync } from 'node:fs';
import { join } from 'node:path';
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
import { type FolderKind, kindOfFolder } from './kind-of-folder.ts';
import type { LocalSet, SetPolicy } from './local-set.ts';
import type { PackedFile } from './packed-file.ts';
import type { SetConfiguration } from './set-configuration.ts';
import { archivePath, missingSources, type Source, uncheckedSources } from './sources.ts';
import { configureTerraform, selectedPolicyFiles } from './terraform-set.ts';

/** The folder that is packed for a policy set, and where below it the configuration is. */
export type FolderOfSet = Folder & Pick<SetFolder, 'path'>;

/** What decides what of a folder is packed. */
export interface SetRules {
  /** The folder that `exclude` is relative to. */
  readonly working: Folder;
  /** Patterns of what is left out: those that are built in and hold, and those of the user. */
  readonly exclude: { readonly builtIn: readonly string[]; readonly given: readonly string[] };
  /** What no packed file may hold: each form of each secret of the run. */
  readonly secrets: readonly string[];
}

/** A folder that was read; without `local` where it cannot be published. */
export interface ReadSet {
  readonly local?: LocalSet;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Reads a folder that is to be a policy set, and checks all that would be packed of it. */
export async function readSet(
  reference: PolicySetReference,
  folder: FolderOfSet,
  rules: SetRules,
): Promise<ReadSet> {
  const { path } = folder;
  const root = belowOf(folder);
  const shown = configuredFolder({ folder: root, path });
  const kind = kindOfFolder(readdirSync(join(folder.workspace, shown)), shown, () =>
    furtherBelow(reference, { folder, shown }, rules.working),
  );
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
    ...configured.problems.filter(({ place }) => !collected.pointers.has(place?.file ?? '')),
    ...collected.problems,
    // Of what is too large as a whole nothing was collected.
    ...(collected.files.length === 0
      ? []
      : [...missingSources(sources, collected, root), ...unpacked(configuredAt(packing), collected, shown)]),
    // What a pointer of Git LFS is no text of is said once, of all of them.
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

/** Where in the archive something says which policies there are: what names a file is named first itself. */
function configuredAt({ move, named }: Pick<PackingRules, 'move' | 'named'>): string {
  const [first = ''] = named.keys();
  return move?.to ?? first;
}

/** File systems that do not tell letter cases apart have the folder by any spelling, the archive by one. */
const unpacked = (at: string, { files, problems }: Collected, shown: string): Problem[] =>
  problems.length > 0 || files.some((file) => file.path === at)
    ? []
    : [
        {
          message: `The folder ${shown} is spelled in another way in the repository, so its configuration is not found.`,
          place: { input: 'versioned-policy-sets' },
          advice: 'Write it as the repository has it; letter case counts.',
        },
      ];

/** Everything that was enforced would end with it, which nobody may notice where nothing fails. */
const withoutPolicies = ({ kind, path: file, policies, problems }: SetConfiguration): Problem[] =>
  // What it has is not known where it could not be read.
  policies.length > 0 || problems.length > 0
    ? []
    : [
        {
          message:
            kind === 'tfpolicy'
              ? 'The files have no policy, so the policy set enforces nothing.'
              : 'The configuration has no `policy` block, so the policy set enforces nothing.',
          place: { file },
          advice: 'Add the policies, or detach the policy set where nothing is to be enforced.',
        },
      ];

type Patterns = Pick<PackingRules, 'exclude' | 'builtIn'>;

/** Reads what says which policies the folder has. */
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
    /** The files that a query asks, for kinds that have queries. */
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

/** The policies as the configuration has them. OPA's name a query, not a file. */
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
          // Several files together have what the query asks for: none of them is the policy's own.
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
