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
 * file, and the programs of its plugins, may affect all of its policies, and so may inputs and locals that they use and
 * another file declares.
 */
export function compareTerraform(
  { before, after, folder }: Compared,
  files: readonly FileChange[],
): PolicyChange[] {
  const renamed = renamedFiles(files, folder);
  const old = new Map(before.policies.map((block) => [idNow(block, renamed), block]));
  const oldFiles = new Map(before.files.map((file) => [nameNow(file.path, renamed), file]));
  const changed = new Set(files.flatMap((change) => (change.kind === 'moved' ? [] : change.path)));
  const values = changedValues(before.files, after.files);
  const kept = after.files.flatMap((file) => {
    const shared = [
      ...sharedChanges(oldFiles.get(posix.basename(file.path)), file),
      ...pluginsOf(file, folder).filter((path) => changed.has(path)),
    ];
    const elsewhere = valuesElsewhere(file, values);
    return file.policies.map((block) =>
      changeOf(old.get(policyId(block)), block, [...shared, ...elsewhere(block)]),
    );
  });
  const now = new Set(after.policies.map(policyId));
  const gone = [...old].filter(([id]) => !now.has(id)).map(([id, block]) => goneChange(id, block));
  return [...kept, ...gone];
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

/** Which of the values that changed a policy uses without its file declaring them. */
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
