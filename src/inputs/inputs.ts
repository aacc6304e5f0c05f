import type { Problem } from '../problem.ts';
import { type CommentInputs, readCommentInputs } from './comment-inputs.ts';
import { type FileInputs, readFileInputs } from './file-inputs.ts';
import { terraformCliToken } from './host.ts';
import { BOOLEANS, oneOf, Reader, wholeNumber } from './reader.ts';
import { readHost, readTerraformInputs, type TerraformInputs } from './terraform-inputs.ts';

export interface RunInputs {
  readonly dryRun: boolean | 'auto';
  readonly allowFork: boolean;
  readonly pullRequest: number | undefined;
}

/**
 * Everything the user set, each group by itself: a group with a problem is missing, so that the other
 * groups' problems can still be found, and reported where the user looks.
 */
export interface Inputs {
  readonly files: FileInputs | undefined;
  readonly terraform: TerraformInputs | undefined;
  readonly run: RunInputs | undefined;
  readonly comment: CommentInputs | undefined;
  readonly problems: readonly Problem[];
}

/** Reads every input and its environment fallbacks (interface.md 1). Finds all problems, throws none. */
export function readInputs(environment: NodeJS.ProcessEnv): Inputs {
  const reader = new Reader(environment);
  return {
    files: readFileInputs(reader),
    terraform: readTerraformInputs(reader),
    run: readRunInputs(reader),
    comment: readCommentInputs(reader),
    problems: reader.problems,
  };
}

/** The tokens as they arrive, to be masked before anything is printed. */
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

/** As it stands in the address, still encoded. */
function passwordOf(address: string | undefined): string | undefined {
  return /^[^/]*\/\/[^/@:]*:([^/@]+)@/.exec(address ?? '')?.[1];
}

function readRunInputs(reader: Reader): RunInputs | undefined {
  return reader.group(() => ({
    dryRun: reader.value('dry-run', (r) =>
      oneOf(r.text('dry-run'), false, { ...BOOLEANS, auto: 'auto' as const }),
    ),
    allowFork: reader.value('allow-fork', (r) => oneOf(r.text('allow-fork'), false, BOOLEANS)),
    pullRequest: reader.value('pull-request', readPullRequest),
  }));
}

function readPullRequest(reader: Reader): number | undefined {
  return wholeNumber(reader.text('pull-request'), { least: 1, most: Number.MAX_SAFE_INTEGER });
}
