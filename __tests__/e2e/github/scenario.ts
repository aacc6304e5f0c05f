import { afterEach, beforeAll, expect } from '@jest/globals';
import { type GitHub, type GitHubOptions, startGitHub } from '../../../sandbox/github/server.ts';
import {
  type HcpTerraform,
  type HcpTerraformOptions,
  startHcpTerraform,
} from '../../../sandbox/hcp-terraform/server.ts';
import type { RecordedRequest } from '../../../sandbox/http/recording.ts';
import { type RunOptions, type RunResult, runAction } from '../../support/run-action.ts';
import { workspace } from '../../support/workspace.ts';

export const githubToken = 'ghs_0123456789abcdefghijABCDEFGHIJ012345';
export const terraformToken = 'terraform0token.atlasv1.0123456789abcdefghijABCDEFGHIJ0123456789abcdefghij';
/** A token of a person: GraphQL tells its login, and REST says that its comments are of no Bot. */
export const personalToken = 'ghp_9876543210zyxwvutsrqZYXWVUTSRQ987654';
/** What the job has without `permissions:`. */
export const readToken = 'ghs_read56789abcdefghijABCDEFGHIJ01234567';
export const tokens = [githubToken, personalToken, readToken, terraformToken];

export const bot = 'github-actions[bot]';
export const person = 'octo-admin';

/** Two policies that are sound, one of each kind. */
export const twoPolicies = {
  'cost.sentinel': 'main = rule { true }\n',
  'tags.rego': 'package tags\n\ndeny contains "no tags" if { not input.tags }\n',
};

export const sentinel = (text = 'true'): string => `main = rule { ${text} }\n`;

type ScenarioOptions = {
  files?: Record<string, string | Buffer>;
  github?: GitHubOptions;
  terraform?: HcpTerraformOptions;
};

type RunChanges = Partial<Omit<RunOptions, 'inputs'>> & {
  /** On top of the usual ones; undefined takes one of those away. */
  inputs?: Record<string, string | undefined>;
  /** Takes the place of the scenario's workspace. */
  workspace?: string;
};

/** The action between both services, each by itself: what one test does another does not see. */
export type Scenario = {
  github: GitHub;
  terraform: HcpTerraform;
  workspace: string;
  run(changes?: RunChanges): Promise<RunResult>;
};

// Each run is a process: on a busy machine several of them take longer than the five seconds of a usual test.
const started: Scenario[] = [];

afterEach(async () => {
  const ended = started.splice(0);
  await Promise.all(ended.flatMap(({ github, terraform }) => [github.close(), terraform.close()]));
  expect(ended.flatMap(({ github, terraform }) => [...github.violations, ...terraform.violations])).toEqual(
    [],
  );
});

export async function scenario(options: ScenarioOptions = {}): Promise<Scenario> {
  const [github, terraform, folder] = await Promise.all([
    startGitHub({
      tokens: {
        [githubToken]: { login: bot, type: 'Bot', permissions: 'write' },
        [personalToken]: { login: person, type: 'User', permissions: 'write' },
        [readToken]: { login: bot, type: 'Bot', permissions: 'read' },
      },
      foreignSecrets: [terraformToken],
      ...options.github,
    }),
    startHcpTerraform({
      tokens: [terraformToken],
      foreignSecrets: [githubToken, personalToken, readToken],
      ...options.terraform,
    }),
    workspace(options.files ?? twoPolicies),
  ]);
  const run = (changes: RunChanges = {}) => {
    const inputs = {
      organization: 'acme',
      token: terraformToken,
      hostname: terraform.url,
      'github-token': githubToken,
      ...changes.inputs,
    };
    const env = { GITHUB_API_URL: github.url, GITHUB_GRAPHQL_URL: github.graphqlUrl, ...changes.env };
    return runAction({ workspace: folder, ...changes, inputs: given(inputs), env });
  };
  const made = { github, terraform, workspace: folder, run };
  started.push(made);
  return made;
}

function given(inputs: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

/** Method and path of each request, in order of arrival. */
export const lines = (requests: readonly RecordedRequest[]): string[] =>
  requests.map(({ method, path }) => `${method} ${path.replace('/repos/acme/policies', '')}`);

/** The requests that change something. */
export const writes = (requests: readonly RecordedRequest[]): string[] =>
  lines(requests).filter((line) => !/^(GET|POST \S*\/graphql)/.test(line));

/** A comment without its first line, the hidden marker. */
export const textOf = (body: string | undefined): string => (body ?? '').replace(/^<!--.*?-->\n/, '');

const atOnce = 4;

/**
 * Acts on every row before the first test, several at once since each is mostly a process that starts. The tests
 * then only look at what came of their row.
 */
export function beforehand<Row, Result>(
  rows: readonly Row[],
  act: (row: Row) => Promise<Result>,
): (row: Row) => Result {
  const results = new Map<Row, PromiseSettledResult<Result>>();
  beforeAll(async () => {
    const waiting = [...rows];
    const worker = async () => {
      for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
        const [result] = await Promise.allSettled([act(row)]);
        results.set(row, result);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }, 120_000);
  return (row) => {
    const result = results.get(row);
    if (result?.status !== 'fulfilled') throw result?.reason ?? new Error('nothing was done for this row');
    return result.value;
  };
}
