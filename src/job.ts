import * as core from '@actions/core';
import { type GitHub, openGitHub } from './github/client.ts';
import { type RunContext, readRunContext } from './github/context.ts';
import { type Inputs, readInputs, readSecrets } from './inputs/inputs.ts';
import { Log } from './log.ts';
import { Secrets } from './secrets.ts';

/** What a run has at hand: its inputs, its event, its log, and GitHub where it can be asked. */
export interface Job {
  readonly inputs: Inputs;
  readonly context: RunContext;
  readonly github: GitHub | undefined;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly summaryFile: string | undefined;
}

/** Reads everything that the runner hands over. Masks the tokens before anything else is printed. */
export async function openJob(environment: NodeJS.ProcessEnv): Promise<Job> {
  const secrets = maskSecrets(environment);
  const inputs = readInputs(environment);
  const context = readRunContext(environment);
  const token = inputs.comment?.githubToken;
  const github =
    token === undefined || context.repositoryName === undefined
      ? undefined
      : await openGitHub(token, context.repositoryName);
  const summaryFile = environment['GITHUB_STEP_SUMMARY'];
  return { inputs, context, github, log: new Log(secrets), secrets, summaryFile };
}

function maskSecrets(environment: NodeJS.ProcessEnv): Secrets {
  const secrets = new Secrets();
  for (const secret of readSecrets(environment)) {
    core.setSecret(secret);
    secrets.add(secret);
  }
  return secrets;
}
