import type { Problem } from '../model/problem.ts';
import { readPublishBranches } from './branch-patterns.ts';
import { type CommentInputs, readCommentInputs } from './comment-inputs.ts';
import { type FileInputs, readFileInputs } from './file-inputs.ts';
import { terraformCliToken } from './host.ts';
import { BOOLEANS, oneOf, Reader, wholeNumber } from './reader.ts';
import { readSyncInputs, type SyncInputs } from './sync-inputs.ts';
import {
  type AccessInputs,
  readAccessInputs,
  readHost,
  readTerraformInputs,
  type TerraformInputs,
} from './terraform-inputs.ts';
import { publishesSets, readVersionedSetInputs, type VersionedSetInputs } from './versioned-set-inputs.ts';

export interface RunInputs {
  readonly dryRun: boolean | 'auto';
  /** Patterns of the branches that `auto` publishes from. Undefined: the default branch. */
  readonly publishBranches: readonly string[] | undefined;
  /** A dry run that ignores stamps and fails if anything would change. */
  readonly expectNoChanges: boolean;
  readonly allowFork: boolean;
  readonly pullRequest: number | undefined;
}

/**
 * Everything the user has set, in groups. A group with a problem is undefined, so that problems in other groups can
 * still be found and reported. `access` and `run` are always defined, because the rest depends on them.
 */
export interface Inputs {
  /** What the step publishes. */
  readonly subject: 'policies' | 'versioned policy sets';
  readonly files: FileInputs | undefined;
  /** Also undefined if the step publishes individually managed policies. */
  readonly versionedSets: VersionedSetInputs | undefined;
  readonly terraform: TerraformInputs | undefined;
  readonly access: AccessInputs;
  readonly sync: SyncInputs | undefined;
  readonly run: RunInputs;
  readonly comment: CommentInputs | undefined;
  readonly problems: readonly Problem[];
}

/** Reads every input and its environment fallbacks (docs/behavior.md#inputs). Finds all problems, throws none. */
export function readInputs(environment: NodeJS.ProcessEnv): Inputs {
  const reader = new Reader(environment);
  return {
    subject: publishesSets(reader) ? 'versioned policy sets' : 'policies',
    files: readFileInputs(reader),
    versionedSets: readVersionedSetInputs(reader),
    terraform: readTerraformInputs(reader),
    access: readAccessInputs(reader),
    sync: readSyncInputs(reader),
    run: readRunInputs(reader),
    comment: readCommentInputs(reader),
    problems: reader.problems,
  };
}

/** All tokens in the environment, to be masked before anything is printed. */
export function readSecrets(environment: NodeJS.ProcessEnv): string[] {
  const reader = new Reader(environment);
  const host = reader.value('hostname', readHost);
  const cli = Object.entries(environment).filter(([name]) => name.startsWith('TF_TOKEN_'));
  return [
    reader.text('token'),
    environment['TFE_TOKEN'],
    environment['TF_API_TOKEN'],
    reader.text('github-token'),
    host === undefined ? undefined : terraformCliToken(environment, host),
    ...cli.map(([, value]) => value),
    ...PROXIES.map((name) => passwordOf(environment[name])),
  ]
    .map((token) => token?.trim() ?? '')
    .filter((token) => token !== '');
}

const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/** As in the URL, still encoded. */
function passwordOf(address: string | undefined): string | undefined {
  return /^[^/]*\/\/[^/@:]*:([^/@]+)@/.exec(address ?? '')?.[1];
}

/** An invalid value ends the run. Until then it counts as the most restrictive one. */
function readRunInputs(reader: Reader): RunInputs {
  const values = { ...BOOLEANS, auto: 'auto' as const };
  const boolean = (input: string) =>
    reader.value(input, (r) => oneOf(r.text(input), false, BOOLEANS)) ?? false;
  return {
    dryRun: reader.value('dry-run', (r) => oneOf(r.text('dry-run'), false, values)) ?? true,
    publishBranches: reader.value('publish-branches', readPublishBranches),
    expectNoChanges: boolean('expect-no-changes'),
    allowFork: boolean('allow-fork'),
    pullRequest: reader.value('pull-request', readPullRequest),
  };
}

function readPullRequest(reader: Reader): number | undefined {
  return wholeNumber(reader.text('pull-request'), { least: 1, most: Number.MAX_SAFE_INTEGER });
}
