import path from 'node:path';
import { kindOfFile } from '../model/kinds.ts';
import { type Choice, type Selectable, unmatched } from './choice.ts';
import type { Configuration } from './configuration/configuration.ts';
import type { OpaBlock, SentinelBlock } from './configuration/policy-blocks.ts';
import { isRemoteSource } from './configuration/remote-source.ts';
import type { FoundFile } from './find-files.ts';
import { folderOf, nearestTo } from './selection.ts';

export const isSentinel = ({ path }: FoundFile): boolean => kindOfFile(path) === 'sentinel';

type SentinelConfiguration = Extract<Configuration, { kind: 'sentinel' }>;

/** The choices of a Sentinel configuration: each block's file is its source. */
export const chooseSentinel = (configuration: SentinelConfiguration, repository: Selectable): Choice[] =>
  configuration.policies.map((block) => chooseBlock(block, configuration, repository));

/** The source of a block, as written. */
const sourceOf = ({ name, source }: SentinelBlock): string => source?.value ?? `./${name}.sentinel`;

/** Whether the block's file is outside the repository. */
export const isRemote = (block: SentinelBlock | OpaBlock): boolean =>
  block.kind === 'sentinel' && isRemoteSource(sourceOf(block));

/** The sources in a configuration, as paths from the workspace, whether the files exist or not. */
export const namedPaths = ({ path, policies }: SentinelConfiguration): string[] =>
  policies.filter((block) => !isRemote(block)).flatMap((block) => pathFrom(path, sourceOf(block)) ?? []);

function chooseBlock(
  block: SentinelBlock,
  configuration: SentinelConfiguration,
  { selectable, configurations, locate }: Selectable,
): Choice {
  const source = sourceOf(block);
  const place = { file: configuration.path, line: block.source?.line ?? block.line };
  if (isRemote(block)) return remote(block, source, place);
  const target = pathFrom(configuration.path, source);
  if (target === undefined) {
    return {
      problem: {
        message: `Source "${source}" is outside the workspace.`,
        place,
        advice: 'Use a file inside the workspace.',
      },
    };
  }
  const file = locate(target);
  if (!('location' in file)) {
    const advice = 'Correct `source`, or remove the block.';
    return {
      problem: {
        message: `Source "${source}" of policy "${block.name}" cannot be used. ${file.message}`,
        place,
        advice,
        cause: {
          summary: `have a source that cannot be used. ${file.message.replace(/\.$/, '')}`,
          detail: `"${block.name}": ${source}`,
        },
      },
    };
  }
  if (!selectable.has(file.location)) return unmatched(block, file, place);
  const nearest = nearestTo(configuration.path, 'sentinel', configurations);
  return { selected: { kind: 'sentinel', file, by: { block, configuration: configuration.path }, nearest } };
}

/** The summary for several policies with a remote source. */
export const REMOTE = 'have a remote source and are not published';

function remote(block: SentinelBlock, source: string, place: { file: string; line: number }): Choice {
  return {
    leftOut: { path: source, why: `is the remote source of policy "${block.name}"`, isReported: true },
    warning: {
      message: `Policy "${block.name}" has a remote source and is not published: ${source}.`,
      place,
      advice: 'Publish it as part of a versioned policy set (`versioned-policy-sets`).',
      cause: {
        summary: REMOTE,
        advice: 'Publish them as part of a versioned policy set (`versioned-policy-sets`).',
        detail: `"${block.name}": ${source}`,
      },
    },
  };
}

/** The path of a source from the workspace. Undefined if it is outside. */
export function pathFrom(configuration: string, source: string): string | undefined {
  const target = path.posix.join(folderOf(configuration), source);
  return path.posix.isAbsolute(source) || target === '..' || target.startsWith('../') ? undefined : target;
}
