import { afterEach, expect } from '@jest/globals';
import {
  type HcpTerraform,
  type HcpTerraformOptions,
  startHcpTerraform,
} from '../../../sandbox/hcp-terraform/server.ts';
import { type RunOptions, type RunResult, runAction } from '../../support/run-action.ts';
import { workspace } from '../../support/workspace.ts';

/** The only token that the stand-in takes, and that may show up nowhere but in its mask. */
export const token = 'at0Jk2VbQx7TqA.atlasv1.example-organization-token';

export type Files = Record<string, string | Buffer>;
/** By name as in action.yml; undefined takes a standard one away. */
export type GivenInputs = Record<string, string | undefined>;

export type Scenario = { terraform: HcpTerraform } & Repository;

export type Repository = {
  /** The workspace. */
  folder: string;
  /** Runs the action with the standard inputs and these. */
  run(inputs?: GivenInputs, options?: Partial<Omit<RunOptions, 'inputs' | 'workspace'>>): Promise<RunResult>;
};

const running: HcpTerraform[] = [];

afterEach(async () => {
  const ended = running.splice(0);
  const violations = ended.flatMap((terraform) => [...terraform.violations]);
  await Promise.all(ended.map((terraform) => terraform.close()));
  expect(violations).toEqual([]);
});

/** A workspace with these files and a server, which ends with the test and must have seen no violation of its rules. */
export async function scenario({
  files = {},
  server = {},
}: {
  files?: Files;
  server?: HcpTerraformOptions;
} = {}): Promise<Scenario> {
  const terraform = await startHcpTerraform({ rateLimit: null, tokens: [token], ...server });
  running.push(terraform);
  return { terraform, ...(await repository(terraform, files)) };
}

/** One more workspace, whose runs publish to the same organization. */
export async function repository(terraform: HcpTerraform, files: Files = {}): Promise<Repository> {
  const folder = await workspace(files);
  return {
    folder,
    run: async (given = {}, options = {}) => {
      const inputs = { ...standardInputs(terraform), ...given };
      return runAction({
        timeout: 180_000,
        ...options,
        workspace: folder,
        inputs: Object.fromEntries(
          Object.entries(inputs).filter((entry): entry is [string, string] => entry[1] !== undefined),
        ),
      });
    },
  };
}

/** One request at a time, so that their order is the same in every run. */
function standardInputs({ url }: HcpTerraform): GivenInputs {
  return { organization: 'acme', token, hostname: url, comment: 'never', parallelism: '1' };
}

/** A sound Sentinel policy. */
export const sentinel = (rule = 'true'): string => `main = rule { ${rule} }\n`;

/** A sound Rego policy. */
export const rego = (name: string, message = 'no'): string =>
  `package ${name}\n\nimport rego.v1\n\ndeny contains "${message}" if input.plan\n`;
