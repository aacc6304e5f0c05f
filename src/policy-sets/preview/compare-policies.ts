import { KINDS } from '../../model/kinds.ts';
import type { Configuration } from '../../repository/configuration/configuration.ts';
import {
  type OpaBlock,
  type SentinelBlock,
  sourceOfBlock,
} from '../../repository/configuration/policy-blocks.ts';
import { isDataFile } from '../check/opa.ts';
import { importWords } from '../check/sentinel.ts';
import type { LocalSet, Needs, SetPolicy } from '../local-set.ts';
import type { SetConfiguration } from '../set-configuration.ts';
import { archivePath } from '../sources.ts';
import type { ArchiveFile, FileChange } from './compare-files.ts';
import { compareTerraform } from './compare-terraform.ts';
import type { PolicyChange, SetPolicyPart } from './policy-change.ts';

type Block = SentinelBlock | OpaBlock;

/** A policy set at one time. */
export interface Content<C extends SetConfiguration = SetConfiguration> {
  readonly configuration: C;
  readonly files: readonly ArchiveFile[];
}

/** Content with a configuration file. */
type Configured = Content<Configuration>;

/**
 * What an upload changes in each policy, from both configurations. Removed policies come last.
 *
 * @param formerNeeds earlier dependencies of files, if they differ from the current ones
 */
export function comparePolicies(
  { files: before, configuration: former }: Content,
  local: LocalSet,
  changes: Changes,
): PolicyChange[] {
  const { configuration: now, files: after } = local;
  if (former.kind !== 'tfpolicy' && now.kind !== 'tfpolicy') {
    const contents = [
      { configuration: former, files: before },
      { configuration: now, files: after },
    ] as const;
    return compareConfigured(contents, local, changes);
  }
  // The kind of a set cannot change.
  if (former.kind !== 'tfpolicy' || now.kind !== 'tfpolicy') return [];
  return compareTerraform({ before: former, after: now, folder: local.path ?? '' }, changes.files);
}

interface Changes {
  readonly files: readonly FileChange[];
  readonly formerNeeds: Needs;
}

function compareConfigured(
  [before, after]: readonly [Configured, Configured],
  local: LocalSet,
  { files, formerNeeds }: Changes,
): PolicyChange[] {
  const old = blocksOf(before.configuration);
  const now = blocksOf(after.configuration);
  const paths = files.flatMap((change) => changedPaths(change, local.kind));
  const around: Around = {
    local,
    changed: new Set([...paths, ...changedImports(before, after, paths)]),
    params: changedParams(before.configuration, after.configuration),
    blobs: { before: blobsOf(before), after: blobsOf(after) },
    needs: (path) => [...(local.needs.get(path) ?? []), ...(formerNeeds.get(path) ?? [])],
  };
  const kept = local.policies.flatMap((policy) => {
    const block = now.get(policy.name);
    return block === undefined ? [] : changeOf(policy, [old.get(policy.name), block], around);
  });
  const gone = [...old.values()].filter(({ name }) => !now.has(name));
  return [...kept, ...gone.map(goneChange)];
}

interface Around {
  readonly local: LocalSet;
  /** Paths in the archive, and imports such as `module "tags"`. */
  readonly changed: ReadonlySet<string>;
  /** Parameters whose value in the configuration changes. */
  readonly params: ReadonlySet<string>;
  readonly blobs: { readonly before: Blobs; readonly after: Blobs };
  readonly needs: (path: string) => readonly string[];
}

/** The path of a file only matters for data files of OPA: sources in the configuration are compared themselves. */
function changedPaths(change: FileChange, kind: LocalSet['kind']): string[] {
  if (change.kind !== 'moved') return [change.path];
  return kind === 'opa' && isDataFile(change.path) ? [change.path, change.from] : [];
}

/** Imports whose source or settings change. Changed files are reported as such. */
function changedImports(before: Configured, after: Configured, paths: readonly string[]): string[] {
  const said = new Set(paths);
  const [old, now] = [originsOf(before), originsOf(after)];
  return [...now].flatMap(([name, { words, origin, path }]) =>
    old.get(name)?.origin === origin || (path !== undefined && said.has(path)) ? [] : [words],
  );
}

/** The origins of imports by name. The first import of a name counts. */
function originsOf(content: Configured) {
  const blobs = blobsOf(content);
  return new Map(
    content.configuration.provided.toReversed().map((each) => {
      const { form, settings, source } = each;
      const path = source === undefined ? undefined : archivePath(source.value);
      const blob = path === undefined ? undefined : blobs.get(path);
      const origin = JSON.stringify([form, settings, blob ?? source?.value]);
      return [each.name, { words: importWords(each), origin, path }] as const;
    }),
  );
}

function changedParams(before: Configuration, after: Configuration): ReadonlySet<string> {
  const valuesOf = ({ params }: Configuration) =>
    new Map(params.map(({ name, written }) => [name, written] as const));
  const [old, now] = [valuesOf(before), valuesOf(after)];
  return new Set([...old.keys(), ...now.keys()].filter((name) => old.get(name) !== now.get(name)));
}

type Blobs = ReadonlyMap<string, string>;

const blobsOf = ({ files }: Pick<Content, 'files'>): Blobs =>
  new Map(files.map(({ path, blob }) => [path, blob]));

const blocksOf = ({ policies }: Configuration): ReadonlyMap<string, Block> =>
  new Map(policies.map((block: Block) => [block.name, block]));

const levelOf = ({ kind, enforcementLevel }: Block): string =>
  enforcementLevel?.value ?? KINDS[kind].defaultLevel;

const goneChange = (block: Block): PolicyChange => ({
  id: block.name,
  name: block.name,
  action: 'delete',
  changes: [],
  level: { before: levelOf(block), after: undefined },
  touchedBy: [],
});

function changeOf(
  policy: SetPolicy,
  [old, now]: readonly [Block | undefined, Block],
  around: Around,
): PolicyChange {
  const level = { before: old === undefined ? undefined : levelOf(old), after: levelOf(now) };
  const { name, entries } = policy;
  if (old === undefined) return { id: name, name, action: 'create', changes: [], level, touchedBy: [] };
  const changes: SetPolicyPart[] = [
    ...(hasOtherCode(policy, [old, now], around) ? ['code' as const] : []),
    ...(level.before === level.after ? [] : ['enforcement-level' as const]),
    ...settingsOf(policy, [old, now], around),
  ];
  const needed = neededBy(entries, around.needs).filter((path) => around.changed.has(path));
  const touchedBy = needed.filter((path) => !entries.includes(path));
  const action = changes.length + touchedBy.length === 0 ? 'unchanged' : 'update';
  return { id: name, name, action, changes, level, query: queryOf(old, now), touchedBy };
}

/** A file that is only moved has the same code. */
function hasOtherCode(
  { entries }: SetPolicy,
  [old, now]: readonly [Block, Block],
  { changed, blobs }: Around,
): boolean {
  if (old.kind === 'opa' || now.kind === 'opa') return entries.some((path) => changed.has(path));
  const blobOf = (block: SentinelBlock, all: Blobs) => all.get(archivePath(sourceOfBlock(block)) ?? '');
  return blobOf(old, blobs.before) !== blobOf(now, blobs.after);
}

function settingsOf(
  { entries }: SetPolicy,
  [old, now]: readonly [Block, Block],
  { local, params }: Around,
): SetPolicyPart[] {
  if (old.kind === 'opa' || now.kind === 'opa') return queryOf(old, now) === undefined ? [] : ['query'];
  const declared = entries.flatMap((path) => local.params.get(path) ?? []);
  const given = now.params?.written !== old.params?.written || declared.some((name) => params.has(name));
  return [
    ...(sourceOfBlock(old) === sourceOfBlock(now) ? [] : ['source' as const]),
    ...(given ? ['params' as const] : []),
  ];
}

function queryOf(old: Block, now: Block): PolicyChange['query'] {
  if (old.kind !== 'opa' || now.kind !== 'opa' || old.query.value === now.query.value) return undefined;
  return { before: old.query.value, after: now.query.value };
}

/** All direct and indirect dependencies of these files, including the files themselves. */
function neededBy(entries: readonly string[], needs: Around['needs']): string[] {
  const found = new Set(entries);
  // Iterating over a set includes elements that are added on the way.
  for (const path of found) for (const next of needs(path)) found.add(next);
  return [...found];
}
