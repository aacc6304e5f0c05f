import * as core from '@actions/core';
import { type GitHub, openGitHub } from '../github/client.ts';
import { type RunContext, readRunContext } from '../github/context.ts';
import { type Inputs, readInputs, readSecrets } from '../inputs/inputs.ts';
import { type Checkout, readCheckout } from '../repository/git/checkout.ts';
import type { Cancellation } from '../runtime/cancellation.ts';
import { Log } from '../runtime/log.ts';
import { once } from '../runtime/once.ts';
import { Secrets } from '../runtime/secrets.ts';

/** Everything that a run works with: its inputs, its event, its log, and GitHub. */
export interface Job {
  readonly inputs: Inputs;
  readonly context: RunContext;
  /** The Git checkout that contains the files, if there is one. */
  readonly checkout: Checkout | undefined;
  /** Opened on first use, because most runs contact Terraform first. Undefined without a token. */
  readonly github: () => Promise<GitHub | undefined>;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly summaryFile: string | undefined;
  readonly cancellation: Cancellation;
}

/** Reads everything that the runner provides. Masks the tokens before anything else is printed. */
export function openJob(environment: NodeJS.ProcessEnv, cancellation: Cancellation): Job {
  const secrets = maskSecrets(environment);
  const inputs = readInputs(environment);
  const context = readRunContext(environment);
  // @actions/github reads the event again when it is loaded, and throws if it is not JSON (docs/github.md#toolkit).
  delete environment['GITHUB_EVENT_PATH'];
  const github = once(() => gitHubOf(inputs, context));
  return {
    inputs,
    context,
    checkout: readCheckout(context.workspace, inputs.files?.workingDirectory ?? '.'),
    github,
    log: new Log(secrets),
    secrets,
    summaryFile: environment['GITHUB_STEP_SUMMARY'],
    cancellation,
  };
}

async function gitHubOf(
  { comment, terraform }: Inputs,
  { repositoryName, apiUrl }: RunContext,
): Promise<GitHub | undefined> {
  const token = comment?.githubToken;
  if (token === undefined || repositoryName === undefined) return undefined;
  return openGitHub(token, repositoryName, { apiUrl, certificates: terraform?.certificates });
}

function maskSecrets(environment: NodeJS.ProcessEnv): Secrets {
  const secrets = new Secrets();
  for (const secret of readSecrets(environment)) {
    core.setSecret(secret);
    secrets.add(secret);
  }
  return secrets;
}
