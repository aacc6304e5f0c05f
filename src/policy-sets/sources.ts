import { posix } from 'node:path';
import { describePlace, type Place, type Problem } from '../model/problem.ts';
import type { Configuration } from '../repository/configuration/configuration.ts';
import { isRemoteSource } from '../repository/configuration/remote-source.ts';
import { sourceOfBlock } from './check/sentinel.ts';
import type { PackingRules } from './exclusions.ts';
import type { PackedFile } from './packed-file.ts';

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
}

type SentinelConfiguration = Extract<Configuration, { kind: 'sentinel' }>;

/** Every source that a configuration names, of policies, modules, static imports and plugins. */
export function sourcesOf(configuration: Configuration): Source[] {
  switch (configuration.kind) {
    case 'sentinel':
      return sourcesOfSentinel(configuration);
    case 'opa':
      // It finds its files by their packages.
      return [];
  }
}

function sourcesOfSentinel({ path: file, policies, provided }: SentinelConfiguration): Source[] {
  const ofPolicies = policies.map((block) =>
    source(`policy "${block.name}"`, sourceOfBlock(block), { file, line: block.source?.line ?? block.line }),
  );
  const ofImports = provided.flatMap(({ name, form, source: stated }) =>
    stated === undefined
      ? []
      : [
          {
            ...source(`${form} "${name}"`, stated.value, { file, line: stated.line }),
            isProgram: form === 'plugin',
          },
        ],
  );
  return [...ofPolicies, ...ofImports];
}

function source(by: string, text: string, place: Place): Source {
  const isRemote = isRemoteSource(text);
  return { by, text, path: isRemote ? undefined : archivePath(text), isRemote, isProgram: false, place };
}

/** Where a local source lies in the archive, whose root the configuration is in. Undefined where it leads out. */
export function archivePath(text: string): string | undefined {
  const path = posix.normalize(text.trim());
  return posix.isAbsolute(path) || path === '..' || path.startsWith('../')
    ? undefined
    : path.replace(/^\.\//, '');
}

/** The configuration itself and what it names have to be packed. */
export function namedBy(
  configuration: Configuration,
  name: string,
  sources: readonly Source[],
): Pick<PackingRules, 'named' | 'executables'> {
  const local = sources.flatMap(({ path: to, place, isProgram }) =>
    to === undefined ? [] : [{ path: to, place, isProgram }],
  );
  return {
    named: new Map([
      [name, { file: configuration.path, line: 1 }],
      ...local.map(({ path: to, place }) => [to, place] as const),
    ]),
    executables: new Set(local.filter(({ isProgram }) => isProgram).map(({ path: to }) => to)),
  };
}

/** What became of the files of a folder, as far as sources are concerned. */
interface Packed {
  readonly files: readonly Pick<PackedFile, 'path'>[];
  /** Of the files themselves: what is wrong with one of them need not be said of the source, too. */
  readonly problems: readonly Problem[];
}

/** Every local source has to be packed. */
export function missingSources(sources: readonly Source[], { files, problems }: Packed): Problem[] {
  const packed = new Set(files.map(({ path }) => path));
  const said = new Set(problems.map(({ place }) => describePlace(place)));
  const broken = new Set(problems.map(({ place }) => place?.file));
  return sources.flatMap(({ by, text, path, isRemote, place }) => {
    if (isRemote || said.has(describePlace(place))) return [];
    if (path === undefined) return [outside(by, text, place)];
    const isBroken = broken.has(posix.join(posix.dirname(place.file ?? ''), path));
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
