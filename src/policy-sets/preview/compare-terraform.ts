import { posix } from 'node:path';
import { referencesIn } from '../../repository/configuration/declared-values.ts';
import {
  policyWords,
  type TerraformBlock,
  type TerraformFile,
} from '../../repository/configuration/terraform-policies.ts';
import { policyId, type TerraformConfiguration } from '../set-configuration.ts';
import { archivePath } from '../sources.ts';
import { changedValues } from './changed-values.ts';
import type { FileChange } from './compare-files.ts';
import type { PolicyChange, SetPolicyPart } from './policy-change.ts';

/** Terraform policies at two times, and their folder in the archive. */
interface Compared {
  readonly before: TerraformConfiguration;
  readonly after: TerraformConfiguration;
  readonly folder: string;
}

/**
 * What an upload changes in each Terraform policy, from their files. Removed policies come last. The shared parts of a
 * file, and the programs of its plugins, may affect all of its policies, as may inputs and locals from other files that
 * they use.
 */
export function compareTerraform(
  { before, after, folder }: Compared,
  files: readonly FileChange[],
): PolicyChange[] {
  const renamed = renamedFiles(files, folder);
  const formers = formerPolicies({ before, after }, renamed);
  const oldFiles = new Map(before.files.map((file) => [file.path, file]));
  const changed = new Set(files.flatMap((change) => (change.kind === 'moved' ? [] : change.path)));
  const values = changedValues(before.files, after.files);
  const kept = after.files.flatMap((file) => {
    const programs = pluginsOf(file, folder).filter((path) => changed.has(path));
    const shared = sharedSince(oldFiles, file);
    const elsewhere = valuesElsewhere(file, values);
    return file.policies.map((block) => {
      const former = formers.get(block);
      const parts = former === undefined ? [] : shared(former.place.file);
      return changeOf(former, block, [...parts, ...programs, ...elsewhere(block)]);
    });
  });
  const found = new Set(formers.values());
  const gone = before.policies.filter((block) => !found.has(block));
  return [...kept, ...gone.map((block) => goneChange(idNow(block, renamed), block))];
}

/**
 * The former version of each policy: the one with its name in the same file, or in another one if the name was removed
 * from one file and added to one other.
 */
function formerPolicies(
  { before, after }: Pick<Compared, 'before' | 'after'>,
  renamed: ReadonlyMap<string, string>,
): ReadonlyMap<TerraformBlock, TerraformBlock> {
  const byId = new Map(before.policies.map((block) => [idNow(block, renamed), block]));
  const stayed = pairsOf(after.policies, (block) => byId.get(policyId(block)));
  const found = new Set(stayed.values());
  const wordsOf = (blocks: readonly TerraformBlock[]) => Map.groupBy(blocks, policyWords);
  const gone = wordsOf(before.policies.filter((block) => !found.has(block)));
  const added = after.policies.filter((block) => !stayed.has(block));
  const named = wordsOf(added);
  const moved = pairsOf(added, (block) => {
    const [former, ...others] = gone.get(policyWords(block)) ?? [];
    const isClear = others.length === 0 && named.get(policyWords(block))?.length === 1;
    return isClear ? former : undefined;
  });
  return new Map([...stayed, ...moved]);
}

const pairsOf = (
  blocks: readonly TerraformBlock[],
  formerOf: (block: TerraformBlock) => TerraformBlock | undefined,
): ReadonlyMap<TerraformBlock, TerraformBlock> =>
  new Map(
    blocks.flatMap((block) => {
      const former = formerOf(block);
      return former === undefined ? [] : [[block, former] as const];
    }),
  );

/** Returns the shared parts of a file that differ from those of the former file of a policy. */
function sharedSince(oldFiles: ReadonlyMap<string, TerraformFile>, now: TerraformFile) {
  const known = new Map<string, readonly string[]>();
  return (path: string): readonly string[] => {
    const parts = known.get(path) ?? sharedChanges(oldFiles.get(path), now);
    known.set(path, parts);
    return parts;
  };
}

/** The new names of policy files by their old names. */
function renamedFiles(files: readonly FileChange[], folder: string): ReadonlyMap<string, string> {
  const inFolder = (path: string) => (posix.dirname(path) === (folder === '' ? '.' : folder) ? [path] : []);
  return new Map(
    files.flatMap((change) =>
      change.kind === 'moved'
        ? inFolder(change.path).map((path) => [posix.basename(change.from), posix.basename(path)] as const)
        : [],
    ),
  );
}

function nameNow(path: string, renamed: ReadonlyMap<string, string>): string {
  const name = posix.basename(path);
  return renamed.get(name) ?? name;
}

const idNow = (block: TerraformBlock, renamed: ReadonlyMap<string, string>): string =>
  policyId({ ...block, place: { ...block.place, file: nameNow(block.place.file, renamed) } });

/** The shared parts of a file that changed, in words. */
function sharedChanges(old: TerraformFile | undefined, now: TerraformFile): string[] {
  const textsOf = (file: TerraformFile | undefined) => {
    const parts = Map.groupBy(file?.shared ?? [], ({ words }) => words);
    return new Map(
      [...parts].map(([words, group]) => [words, group.map(({ written }) => written).join('\n')]),
    );
  };
  const [before, after] = [textsOf(old), textsOf(now)];
  return [...new Set([...after.keys(), ...before.keys()])].filter(
    (words) => before.get(words) !== after.get(words),
  );
}

/** The changed values that a policy uses and its file does not declare. */
function valuesElsewhere({ shared }: TerraformFile, values: ReadonlySet<string>) {
  const declared = shared.flatMap(({ declares }) => declares);
  const own = new Set(declared.map(({ reference }) => reference));
  const byAll = declared.flatMap(({ written }) => referencesIn(written));
  return ({ refersTo }: TerraformBlock): string[] =>
    [...new Set([...refersTo, ...byAll])].filter((each) => values.has(each) && !own.has(each));
}

const pluginsOf = ({ plugins }: TerraformFile, folder: string): string[] =>
  plugins.flatMap(({ source }) => archivePath(source, folder) ?? []);

const named = (id: string, block: TerraformBlock) => ({ id, name: block.name, title: policyWords(block) });

const goneChange = (id: string, block: TerraformBlock): PolicyChange => ({
  ...named(id, block),
  action: 'delete',
  changes: [],
  level: { before: block.level.value, after: undefined },
  touchedBy: [],
});

const expressionOf = ({ level: { from } }: TerraformBlock) => (from === 'default' ? undefined : from);

function changeOf(
  old: TerraformBlock | undefined,
  now: TerraformBlock,
  shared: readonly string[],
): PolicyChange {
  const level = { before: old?.level.value, after: now.level.value };
  const words = named(policyId(now), now);
  if (old === undefined) return { ...words, action: 'create', changes: [], level, touchedBy: [] };
  const hasOtherLevel = level.before !== level.after || expressionOf(old) !== expressionOf(now);
  const changes: SetPolicyPart[] = [
    ...(old.written === now.written ? [] : ['code' as const]),
    ...(hasOtherLevel ? ['enforcement-level' as const] : []),
  ];
  const action = changes.length + shared.length === 0 ? 'unchanged' : 'update';
  return { ...words, action, changes, level, touchedBy: shared };
}
