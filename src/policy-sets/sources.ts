import { posix } from 'node:path';
import { describePlace, type Place, type Problem } from '../model/problem.ts';
import { describeSetFolder, pathBelow } from '../model/set-folder.ts';
import type { Configuration } from '../repository/configuration/configuration.ts';
import { sourceOfBlock } from '../repository/configuration/policy-blocks.ts';
import { isRemoteSource } from '../repository/configuration/remote-source.ts';
import type { PackingRules } from './exclusions.ts';
import type { PackedFile } from './packed-file.ts';
import type { SetConfiguration, TerraformConfiguration } from './set-configuration.ts';

/** The source of something in a configuration. */
export interface Source {
  /** What it belongs to: `policy "cost"`. */
  readonly by: string;
  /** As written in the file. */
  readonly text: string;
  /** In the archive. Undefined if it is outside the folder or remote. */
  readonly path: string | undefined;
  readonly isRemote: boolean;
  /** Whether it is an executable. */
  readonly isProgram: boolean;
  readonly place: Place;
  /** Replaces the usual advice for a source outside the folder. */
  readonly outsideAdvice?: string;
}

type SentinelConfiguration = Extract<Configuration, { kind: 'sentinel' }>;

/**
 * All sources in a configuration: of policies, modules, static imports and plugins.
 *
 * @param path the folder of the configuration, below the one that is packed
 */
export function sourcesOf(configuration: SetConfiguration, path: string | undefined): Source[] {
  switch (configuration.kind) {
    case 'sentinel':
      return sourcesOfSentinel(configuration, path ?? '');
    case 'opa':
      // OPA finds files by their packages.
      return [];
    case 'tfpolicy':
      return pluginsOf(configuration, path ?? '');
  }
}

/** Plugins of Terraform policies. Their sources are relative to the folder of the policies. */
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
        'Publish a folder that contains both, with the folder of the policies after //: `name: folder//policies`.',
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

/** Advice if a folder of the workspace contains both the configuration and the source, otherwise undefined. */
function packBoth(configuration: string, source: string): string | undefined {
  const own = posix.dirname(configuration);
  const target = archivePath(source, own);
  if (target === undefined) return undefined;
  const [from, to] = [own.split('/'), posix.dirname(target).split('/')];
  const differs = from.findIndex((name, index) => name !== to[index]);
  const shared = { folder: from.slice(0, differs).join('/'), path: from.slice(differs).join('/') };
  return differs < 0
    ? undefined
    : `Publish the folder that contains both: write \`${describeSetFolder(shared)}\` as the folder in \`versioned-policy-sets\`. Or move the file into the folder.`;
}

/**
 * The path of a local source in the archive. Undefined if it is outside.
 *
 * @param folder in the archive that the source is relative to
 */
export function archivePath(text: string, folder = ''): string | undefined {
  const source = text.trim();
  const path = posix.isAbsolute(source) ? source : posix.normalize(posix.join(folder, source));
  return posix.isAbsolute(path) || path === '..' || path.startsWith('../')
    ? undefined
    : path.replace(/^\.\//, '');
}

type NamedFiles = Pick<PackingRules, 'named' | 'executables'>;

/** The files that must be packed: the configuration and its sources. @param at its path from the root of the archive */
export function namedBy(
  configuration: Pick<SetConfiguration, 'path'>,
  at: string,
  sources: readonly Source[],
): NamedFiles {
  const { named, executables } = namedSources(sources);
  return { named: new Map([[at, { file: configuration.path, line: 1 }], ...named]), executables };
}

/** Local sources, which must be packed. */
export function namedSources(sources: readonly Source[]): NamedFiles {
  const local = sources.flatMap(({ path: to, place, isProgram }) =>
    to === undefined ? [] : [{ path: to, place, isProgram }],
  );
  return {
    named: new Map(local.map(({ path: to, place }) => [to, place] as const)),
    executables: new Set(local.filter(({ isProgram }) => isProgram).map(({ path: to }) => to)),
  };
}

/** The packed files of a folder, and the problems with them. */
interface Packed {
  readonly files: readonly Pick<PackedFile, 'path'>[];
  /** A file with a problem is not reported again for its source. */
  readonly problems: readonly Problem[];
}

/** Local sources that are not packed. @param root the folder that is packed, from the workspace */
export function missingSources(
  sources: readonly Source[],
  { files, problems }: Packed,
  root: string,
): Problem[] {
  const packed = new Set(files.map(({ path }) => path));
  const said = new Set(problems.map(({ place }) => describePlace(place)));
  const broken = new Set(problems.map(({ place }) => place?.file));
  const byName = Map.groupBy(packed, (path) => posix.basename(path));
  return sources.flatMap(({ by, text, path, isRemote, place, outsideAdvice }) => {
    if (isRemote || said.has(describePlace(place))) return [];
    if (path === undefined)
      return [{ ...outside(by, text, place), ...(outsideAdvice && { advice: outsideAdvice }) }];
    const isBroken = broken.has(pathBelow(root, path));
    if (packed.has(path) || isBroken) return [];
    const namesakes = (byName.get(posix.basename(path)) ?? []).map((each) => pathBelow(root, each));
    return [notThere({ by, text, place }, namesakes)];
  });
}

const outside = (by: string, text: string, place: Place): Problem => ({
  message: `Source "${text}" of ${by} is outside the published folder, so Terraform would not find it.`,
  place,
  advice: 'Move the file into the folder, or add a symbolic link to it.',
});

/** @param namesakes packed files of the same name in other folders, from the workspace */
const notThere = (
  { by, text, place }: Pick<Source, 'by' | 'text' | 'place'>,
  namesakes: readonly string[],
): Problem => ({
  message: `Source "${text}" of ${by} does not exist.`,
  place,
  advice:
    namesakes.length === 0 || namesakes.length > MOST_NAMESAKES
      ? 'Correct `source`, or add the file.'
      : `Correct \`source\`, or add the file. Files with this name: ${namesakes.map((path) => `\`${path}\``).join(', ')}.`,
});

/** A longer list is not helpful. */
const MOST_NAMESAKES = 3;

/** Remote code can change unnoticed, unless its checksum is stated. */
export const uncheckedSources = (sources: readonly Source[]): Problem[] =>
  sources
    .filter(({ isRemote, text }) => isRemote && !/[?&]checksum=/.test(text))
    .map(({ by, text, place }) => ({
      message: `The remote source of ${by} has no checksum, so its code can change unnoticed: ${text}.`,
      place,
      advice: 'Add `?checksum=sha256:…`, or move the file into the folder.',
    }));
