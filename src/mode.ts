import { type HeadOrigin, mayBeForPullRequest, type RunContext } from './github/context.ts';
import type { RunInputs } from './inputs/inputs.ts';
import type { TerraformInputs } from './inputs/terraform-inputs.ts';
import type { Problem } from './problem.ts';

/** What the run may do (interface.md 4): write, only plan, or only check the files. */
export type Mode =
  | { readonly kind: 'publish' }
  | { readonly kind: 'dry-run' }
  | { readonly kind: 'check'; readonly why: string; readonly advice: string };

/** The organization to speak to, and the right to do so. */
export interface Access {
  readonly organization: string;
  readonly token: string;
}

export interface Decision {
  readonly mode: Mode;
  /** Present unless the mode is `check` or something is missing. */
  readonly access: Access | undefined;
  readonly problems: readonly Problem[];
}

/** Decides what the run may do from its inputs, its event and whose commits it has. */
export function decideMode(
  inputs: { readonly run: RunInputs; readonly terraform: TerraformInputs },
  context: RunContext,
  head: HeadOrigin,
): Decision {
  const { expectNoChanges } = inputs.run;
  const asked = inputs.run.dryRun === 'auto' ? isPreview(context) : inputs.run.dryRun;
  const dryRun = asked || expectNoChanges;
  if (head !== 'repository' && !inputs.run.allowFork) return only(forkCheck(head));
  if (inputs.terraform.token === undefined) {
    if (isDependabot(context))
      return only(
        withoutToken(
          'a pull request by Dependabot, which gets no Actions secrets',
          'Store the token as a Dependabot secret, too, to compare the files with the organization.',
        ),
      );
    if (dryRun && !expectNoChanges)
      return only(withoutToken('a dry run', 'Set `token` to compare the files with the organization.'));
  }
  const { organization, token } = inputs.terraform;
  if (organization === undefined || token === undefined) {
    return {
      mode: { kind: dryRun ? 'dry-run' : 'publish' },
      access: undefined,
      problems: missing(inputs.terraform),
    };
  }
  return { mode: { kind: dryRun ? 'dry-run' : 'publish' }, access: { organization, token }, problems: [] };
}

/** `dry-run: auto` previews merge groups and every event of a pull request that is not merged (interface.md 1). */
export function isPreview({ eventName, pullRequest, followedRun, payloadProblem }: RunContext): boolean {
  if (eventName === 'merge_group') return true;
  // Whether an event that cannot be read belongs to a merged pull request is not known: write nothing.
  if (payloadProblem !== undefined && mayBeForPullRequest(eventName)) return true;
  if (followedRun !== undefined) return /^(pull_request|merge_group)/.test(followedRun.event);
  return pullRequest !== undefined && !pullRequest.merged;
}

function isDependabot({ actor, pullRequest }: RunContext): boolean {
  return pullRequest !== undefined && [actor, pullRequest.author].includes('dependabot[bot]');
}

const only = (mode: Mode): Decision => ({ mode, access: undefined, problems: [] });

function forkCheck(head: 'fork' | 'unknown'): Mode {
  const why =
    head === 'fork'
      ? 'the run is for a pull request from a fork'
      : 'the run is for a pull request whose head repository is not known, which counts as a fork';
  return { kind: 'check', why, advice: 'Set `allow-fork: true` only where every fork is trusted.' };
}

function withoutToken(what: string, advice: string): Mode {
  return { kind: 'check', why: `there is no token, and this is ${what}`, advice };
}

function missing({ organization, token }: TerraformInputs): Problem[] {
  const problems: Problem[] = [];
  if (organization === undefined) {
    problems.push({
      message: 'No organization is given.',
      place: { input: 'organization' },
      advice: 'Set `organization`, or TF_CLOUD_ORGANIZATION or TFE_ORGANIZATION in the environment.',
    });
  }
  if (token === undefined) {
    problems.push({
      message: 'No token is given.',
      place: { input: 'token' },
      advice:
        'Set `token` to an organization token, or to a team or user token with Manage Policies; or set TF_TOKEN_<host>, TFE_TOKEN or TF_API_TOKEN in the environment.',
    });
  }
  return problems;
}
