import { posix } from 'node:path';
import type { Problem } from '../../model/problem.ts';
import type { Configuration } from '../../repository/configuration/configuration.ts';
import { sourceOfBlock } from '../../repository/configuration/policy-blocks.ts';
import { type Provided, Providers } from '../../repository/configuration/provided.ts';
import { isStandardImport } from '../../repository/languages/sentinel/judge.ts';
import { readSentinel, type Sentinel } from '../../repository/languages/sentinel/sentinel.ts';
import type { LocalSet, Needs, UnsetParameter } from '../local-set.ts';
import type { PackedFile } from '../packed-file.ts';
import { packedSource } from '../packed-source.ts';
import { type Checked, NOTHING_FOUND, together } from './checked.ts';
import { type UsedFeature, usedFeatures } from './sentinel-features.ts';

type SentinelConfiguration = Extract<Configuration, { kind: 'sentinel' }>;

export interface CheckedSentinel extends Checked {
  readonly unsetParameters: readonly UnsetParameter[];
  readonly needs: Needs;
  readonly params: LocalSet['params'];
  readonly features: readonly UsedFeature[];
}

/** A file that the configuration uses, and its role. */
interface Named {
  readonly file: PackedFile;
  readonly as: 'policy' | 'module';
}

/**
 * Checks the files that a configuration uses as policies and modules. Other files are packed, but never run.
 *
 * @param sourceOf returns the packed file of a block's source, if there is one
 */
export function checkSentinel(
  configuration: SentinelConfiguration,
  files: readonly PackedFile[],
  sourceOf: (source: string) => PackedFile | undefined,
): CheckedSentinel {
  const named = new Map<string, Named>();
  for (const { form, source } of configuration.provided) {
    const file = form === 'module' && source !== undefined ? sourceOf(source.value) : undefined;
    if (file !== undefined) named.set(file.path, { file, as: 'module' });
  }
  for (const block of configuration.policies) {
    const file = sourceOf(sourceOfBlock(block));
    if (file !== undefined) named.set(file.path, { file, as: 'policy' });
  }
  const modules = new ModuleFiles(files);
  const providers = new Providers(configuration.provided);
  const read = new Map<string, Sentinel>();
  const checked = [...named.values()].map((each) => {
    const source = packedSource(each.file);
    if ('message' in source) return { ...NOTHING_FOUND, problems: [source] };
    const sentinel = readSentinel(source.text);
    read.set(each.file.path, sentinel);
    return judge(sentinel, each, { configuration, modules, providers });
  });
  return {
    ...together(checked),
    unsetParameters: unsetParameters(configuration, sourceOf, read),
    needs: needsOf(providers, sourceOf, read),
    params: paramsOf(read),
    features: usedFeatures(configuration, partialImports(named, read, providers)),
  };
}

interface Around {
  readonly configuration: SentinelConfiguration;
  readonly modules: ModuleFiles;
  readonly providers: Providers;
}

function judge(sentinel: Sentinel, { file, as }: Named, around: Around): Checked {
  const { fault, hasMain } = sentinel;
  if (fault !== undefined) {
    const { message, advice, line } = fault;
    const problem = { message, advice, place: { file: file.file, line } };
    if (fault.isConflict === true) return { ...NOTHING_FOUND, problems: [problem] };
    return { ...NOTHING_FOUND, findings: [problem] };
  }
  const imported = judgeImports(sentinel, file, around);
  const main = as === 'policy' && !hasMain ? [noMain(file.file)] : [];
  return { ...imported, findings: [...main, ...imported.findings] };
}

/** An import must be provided by the configuration, Sentinel or Terraform. */
function judgeImports(
  { imports }: Sentinel,
  { file }: PackedFile,
  { configuration, modules, providers }: Around,
): Checked {
  const unknown = imports.filter(({ name }) => providers.find(name) === undefined && !isStandardImport(name));
  const [findings, warnings]: [Problem[], Problem[]] = [[], []];
  for (const { name, line } of unknown) {
    const place = { file, line };
    const module = modules.find(name);
    if (module === undefined) warnings.push(unknownImport(name, configuration.path, place));
    else findings.push(forgotten(name, module.file, configuration.path, place));
  }
  return { problems: [], findings, warnings };
}

/** Packed files by the name of an import. */
class ModuleFiles {
  readonly #byName: ReadonlyMap<string, PackedFile>;

  constructor(files: readonly PackedFile[]) {
    this.#byName = new Map(files.map((file) => [posix.basename(file.path), file]));
  }

  find(name: string): PackedFile | undefined {
    return this.#byName.get(`${posix.basename(name)}.sentinel`);
  }
}

/** Places where a file imports a part of static data. */
const partialImports = (
  named: ReadonlyMap<string, Named>,
  read: ReadonlyMap<string, Sentinel>,
  providers: Providers,
): Line[] =>
  [...read].flatMap(([path, { imports }]) =>
    imports
      .filter(({ name }) => !isStandardImport(name) && providers.findData(name) !== undefined)
      .map(({ line }) => ({ file: named.get(path)?.file.file ?? path, line })),
  );

/** The imports of each file that the configuration provides, by name, and their files if they are packed. */
function needsOf(
  providers: Providers,
  sourceOf: (source: string) => PackedFile | undefined,
  read: ReadonlyMap<string, Sentinel>,
): Needs {
  const needed = (name: string): string[] => {
    const provider = providers.find(name);
    if (provider === undefined) return [];
    const path = provider.source === undefined ? undefined : sourceOf(provider.source.value)?.path;
    return [importWords(provider), ...(path === undefined ? [] : [path])];
  };
  const imported = [...read].map(([path, { imports }]): [string, string[]] => [
    path,
    imports.flatMap(({ name }) => needed(name)),
  ]);
  return new Map(imported);
}

/** An import that the configuration provides: `module "tags"`. */
export const importWords = ({ form, name }: Pick<Provided, 'form' | 'name'>): string => `${form} "${name}"`;

/** The parameters that each file declares, by its path in the archive. */
const paramsOf = (read: ReadonlyMap<string, Sentinel>): ReadonlyMap<string, readonly string[]> =>
  new Map([...read].map(([path, { params }]) => [path, params.map(({ name }) => name)]));

/** Parameters without a default that neither the block nor the configuration sets. */
function unsetParameters(
  { policies, params }: SentinelConfiguration,
  sourceOf: (source: string) => PackedFile | undefined,
  read: ReadonlyMap<string, Sentinel>,
): UnsetParameter[] {
  const given = new Set(params.map(({ name }) => name));
  const unset = policies.flatMap((block) => {
    const file = sourceOf(sourceOfBlock(block));
    const names = block.params?.names ?? [];
    const declared = (file === undefined ? undefined : read.get(file.path))?.params ?? [];
    return declared
      .filter(
        ({ name, hasDefault }) => !hasDefault && !given.has(name) && names !== 'all' && !names.includes(name),
      )
      .map(({ name, line }) => ({ name, place: { file: file?.file ?? '', line } }));
  });
  // Two blocks may use the same file.
  return [...new Map(unset.map((each) => [`${each.place.file}:${each.place.line}`, each])).values()];
}

type Line = { readonly file: string; readonly line: number };

const noMain = (file: string): Problem => ({
  message: 'The Sentinel file has no `main` rule, so it is not a policy.',
  place: { file },
  advice: 'Add `main = rule { … }`, or declare the file as a module.',
});

const forgotten = (name: string, module: string, configuration: string, place: Line): Problem => ({
  message: `The file imports "${name}", but ${configuration} does not declare it, so every run fails. ${module} is packed.`,
  place,
  advice: `Add an \`import "module" "${name}"\` block with its \`source\` to ${configuration}.`,
});

const unknownImport = (name: string, configuration: string, place: Line): Problem => ({
  message: `The file imports "${name}", which is not in Sentinel's standard library, not provided by Terraform and not declared in ${configuration}.`,
  place,
  advice: 'Correct the import, or declare its source.',
});
