import { posix } from 'node:path';
import { describePlace, type Place, type Problem } from '../model/problem.ts';
import { describeSetFolder, pathBelow } from '../model/set-folder.ts';
import type { Configuration } from '../repository/configuration/configuration.ts';
import { sourceOfBlock } from '../repository/configuration/policy-blocks.ts';
import { isRemoteSource } from '../repository/configuration/remote-source.ts';
import type { PackingRules } from './exclusions.ts';
import type { PackedFile } from './packed-file.ts';
import type { SetConfiguration, TerraformConfiguration } from './set-configuration.ts';

/** A file that a configuration names. */
export interface Source {
  /** What names it: `policy "cost"`. */
  readonly by: string;
  /** As it is written. */
  readonly text: string;
  /** In the archive; undefined where the source leads out of the folder, or is remote. */
  readonly path: string | undefined;
  readonly isRemote: boolean;
  /** Whether Terraform runs it as a program. */
  readonly isProgram: boolean;
  readonly place: Place;
  /** What to do where the source leads out of the folder, if that is not what it always is. */
  readonly outsideAdvice?: string;
}

type SentinelConfiguration = Extract<Configuration, { kind: 'sentinel' }>;

/**
 * Every source that a configuration names, of policies, modules, static imports and plugins.
 *
 * @param path the folder below the one that is packed that holds the configuration
 */
export function sourcesOf(configuration: SetConfiguration, path: string | undefined): Source[] {
  switch (configuration.kind) {
    case 'sentinel':
      return sourcesOfSentinel(configuration, path ?? '');
    case 'opa':
      // It finds its files by their packages.
      return [];
    case 'tfpolicy':
      return pluginsOf(configuration, path ?? '');
  }
}

/** Programs that Terraform policies call functions of: each source is relative to the folder of the policies. */
const pluginsOf = ({ files }: TerraformConfiguration, folder: string): Source[] =>
  files.flatMap(({ path: file, plugins }) =>
    plugins.map(({ name, source: text, line }) => ({
      by: `plugin "${name}"`,
      text,
      path: archivePath(text, folder),
      isRemote: false,
      isProgram: true,
      place: { file, line },
      outsideAdvice:
        'Publish a folder that holds both, and write where the policies are in it behind //, as in `name: folder//policies`.',
    })),
  );

function sourcesOfSentinel(
  { path: file, policies, provided }: SentinelConfiguration,
  folder: string,
): Source[] {
  const source = (by: string, text: string, line: number): Source => {
    const isRemote = isRemoteSource(text);
    const path = isRemote ? undefined : archivePath(text, folder);
    const outsideAdvice = isRemote || path !== undefined ? undefined : packBoth(file, text);
    const place = { file, line };
    return { by, text, path, isRemote, isProgram: false, place, ...(outsideAdvice && { outsideAdvice }) };
  };
  const ofPolicies = policies.map((block) =>
    source(`policy "${block.name}"`, sourceOfBlock(block), block.source?.line ?? block.line),
  );
  const ofImports = provided.flatMap(({ name, form, source: stated }) =>
    stated === undefined
      ? []
      : [
          {
            ...source(`${form} "${name}"`, stated.value, stated.line),
            isProgram: form === 'plugin',
          },
        ],
  );
  return [...ofPolicies, ...ofImports];
}

/** What to write where a folder of the workspace holds both a configuration and what it names; else undefined. */
function packBoth(configuration: string, source: string): string | undefined {
  const own = posix.dirname(configuration);
  const target = archivePath(source, own);
  if (target === undefined) return undefined;
  const [from, to] = [own.split('/'), posix.dirname(target).split('/')];
  const differs = from.findIndex((name, index) => name !== to[index]);
  const shared = { folder: from.slice(0, differs).join('/'), path: from.slice(differs).join('/') };
  return differs < 0
    ? undefined
    : `Publish the folder that holds both, from the workspace \`${describeSetFolder(shared)}\` in \`versioned-policy-sets\`, or put the file into the folder.`;
}

/**
 * Where a local source lies in the archive. Undefined where it leads out.
 *
 * @param folder the folder in the archive that the source is relative to
 */
export function archivePath(text: string, folder = ''): string | undefined {
  const source = text.trim();
  const path = posix.isAbsolute(source) ? source : posix.normalize(posix.join(folder, source));
  return posix.isAbsolute(path) || path === '..' || path.startsWith('../')
    ? undefined
    : path.replace(/^\.\//, '');
}

type NamedFiles = Pick<PackingRules, 'named' | 'executables'>;

/** The configuration itself and what it names have to be packed. @param at where it lies below what is packed */
export function namedBy(
  configuration: Pick<SetConfiguration, 'path'>,
  at: string,
  sources: readonly Source[],
): NamedFiles {
  const { named, executables } = namedSources(sources);
  return { named: new Map([[at, { file: configuration.path, line: 1 }], ...named]), executables };
}

/** What has to be packed because something names it. */
export function namedSources(sources: readonly Source[]): NamedFiles {
  const local = sources.flatMap(({ path: to, place, isProgram }) =>
    to === undefined ? [] : [{ path: to, place, isProgram }],
  );
  return {
    named: new Map(local.map(({ path: to, place }) => [to, place] as const)),
    executables: new Set(local.filter(({ isProgram }) => isProgram).map(({ path: to }) => to)),
  };
}

/** What became of the files of a folder, as far as sources are concerned. */
interface Packed {
  readonly files: readonly Pick<PackedFile, 'path'>[];
  /** Of the files themselves: what is wrong with one of them need not be said of the source, too. */
  readonly problems: readonly Problem[];
}

/** Every local source has to be packed. @param root what is packed, from the workspace */
export function missingSources(
  sources: readonly Source[],
  { files, problems }: Packed,
  root: string,
): Problem[] {
  const packed = new Set(files.map(({ path }) => path));
  const said = new Set(problems.map(({ place }) => describePlace(place)));
  const broken = new Set(problems.map(({ place }) => place?.file));
  return sources.flatMap(({ by, text, path, isRemote, place, outsideAdvice }) => {
    if (isRemote || said.has(describePlace(place))) return [];
    if (path === undefined)
      return [{ ...outside(by, text, place), ...(outsideAdvice && { advice: outsideAdvice }) }];
    const isBroken = broken.has(pathBelow(root, path));
    return packed.has(path) || isBroken ? [] : [notThere(by, text, place)];
  });
}

const outside = (by: string, text: string, place: Place): Problem => ({
  message: `The source "${text}" of ${by} leads out of the folder that is published: Terraform would not find it.`,
  place,
  advice: 'Put the file into the folder, or link to it from there.',
});

const notThere = (by: string, text: string, place: Place): Problem => ({
  message: `The source "${text}" of ${by} is not there.`,
  place,
  advice: 'Correct `source`, or add the file.',
});

/** Code from elsewhere changes without anybody knowing, unless its digest is stated. */
export const uncheckedSources = (sources: readonly Source[]): Problem[] =>
  sources
    .filter(({ isRemote, text }) => isRemote && !/[?&]checksum=/.test(text))
    .map(({ by, text, place }) => ({
      message: `The remote source of ${by} has no checksum, so that what it runs can change unseen: ${text}.`,
      place,
      advice: 'Add `?checksum=sha256:…` to it, or put the file into the folder.',
    }));
