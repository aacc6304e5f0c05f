import type { RunContext } from '../github/context.ts';
import type { RunHead, UnknownHead } from '../github/head.ts';
import type { Inputs, RunInputs } from '../inputs/inputs.ts';
import type { AccessInputs } from '../inputs/terraform-inputs.ts';
import type { Problem } from '../model/problem.ts';
import { explainPreviewOnly, judgeEvent, type Verdict } from './auto.ts';

/** What the run may do: publish, only plan, or only check the files. */
export type Mode =
  | { readonly kind: 'publish' }
  | { readonly kind: 'dry-run' }
  | { readonly kind: 'check'; readonly why: string; readonly advice: string };

/** The organization and the token for it. */
export interface Access {
  readonly organization: string;
  readonly token: string;
}

export interface Decision {
  readonly mode: Mode;
  /** Undefined if the mode is `check` or something is missing. */
  readonly access: Access | undefined;
  readonly problems: readonly Problem[];
  /** Why the run does not publish, if only because of its branch. */
  readonly previewOnly: Problem | undefined;
}

/**
 * Decides what the run may do from its inputs, its event and the origin of its commits. Invalid inputs, which end the
 * run, are not also reported as missing.
 */
export function decideMode(
  { run, access, problems }: Pick<Inputs, 'run' | 'access' | 'problems'>,
  context: RunContext,
  head: RunHead,
): Decision {
  const wrong = problems.flatMap(({ place }) => place?.input ?? []);
  const decision = decide({ run, access }, context, head);
  return {
    ...decision,
    // It is not known whether a dry run was intended, so the report does not say so.
    mode: wrong.includes('dry-run') ? { kind: 'publish' } : decision.mode,
    problems: decision.problems.filter(({ place }) => !wrong.includes(place?.input ?? '')),
    previewOnly: wrong.includes('publish-branches') ? undefined : decision.previewOnly,
  };
}

type Asked = Pick<Inputs, 'run' | 'access'>;

function decide({ run, access }: Asked, context: RunContext, head: RunHead): Decision {
  const verdict = verdictOf(run, context);
  const publishes = verdict.kind === 'publish' && !run.expectNoChanges;
  if (head.origin !== 'repository' && !run.allowFork) return checkFork(head, askedFor(run, publishes));
  const decision = withToken({ run, access }, context, publishes);
  if (verdict.kind !== 'wrong-branch' || run.expectNoChanges) return decision;
  return { ...decision, previewOnly: explainPreviewOnly(verdict.branch, context, run.publishBranches) };
}

function verdictOf({ dryRun, publishBranches }: RunInputs, context: RunContext): Verdict {
  if (dryRun === 'auto') return judgeEvent(context, publishBranches);
  return { kind: dryRun ? 'preview' : 'publish' };
}

function withToken({ run, access }: Asked, context: RunContext, publishes: boolean): Decision {
  const { organization, token } = access;
  if (token === undefined) {
    if (isDependabot(context))
      return only(
        withoutToken(
          'a pull request by Dependabot, which does not get Actions secrets',
          'To compare the files with the organization, also store the token as a Dependabot secret.',
        ),
      );
    if (!publishes && !run.expectNoChanges)
      return only(withoutToken('a dry run', 'To compare the files with the organization, set `token`.'));
  }
  const mode: Mode = { kind: publishes ? 'publish' : 'dry-run' };
  return organization === undefined || token === undefined
    ? { mode, access: undefined, problems: missing(access), previewOnly: undefined }
    : { mode, access: { organization, token }, problems: [], previewOnly: undefined };
}

function isDependabot({ actor, pullRequest }: RunContext): boolean {
  return pullRequest !== undefined && [actor, pullRequest.author].includes('dependabot[bot]');
}

const only = (mode: Mode): Decision => ({
  mode,
  access: undefined,
  problems: [],
  previewOnly: undefined,
});

/** What the run was asked to do. Undefined for a preview, which does not fail if it can only check files. */
function askedFor({ expectNoChanges }: RunInputs, publishes: boolean): string | undefined {
  if (expectNoChanges) return 'compared';
  return publishes ? 'published' : undefined;
}

/** A run that was asked to publish or compare fails if it cannot be determined whether it is for a fork. */
function checkFork(head: RunHead, asked: string | undefined): Decision {
  if (head.origin !== 'unknown') return only(forkCheck(head.origin));
  const mode = unknownCheck(head);
  const message = `Nothing was ${asked}, because ${mode.why}.`;
  return { ...only(mode), problems: asked === undefined ? [] : [{ message, advice: mode.advice }] };
}

function forkCheck(origin: 'repository' | 'fork' | 'deleted'): Mode {
  const which = origin === 'deleted' ? 'a fork that was deleted' : 'a fork';
  return {
    kind: 'check',
    why: `the run is for a pull request from ${which}`,
    advice: 'Set `allow-fork: true` only if you trust every fork.',
  };
}

function unknownCheck({ cause, advice }: UnknownHead): Mode & { kind: 'check' } {
  return {
    kind: 'check',
    why: `it is not known whether the run is for a pull request from a fork: ${cause}`,
    advice: `${advice} If you trust every fork, you can set \`allow-fork: true\` instead.`.trim(),
  };
}

function withoutToken(what: string, advice: string): Mode {
  return { kind: 'check', why: `there is no token, and this is ${what}`, advice };
}

function missing({ organization, token }: AccessInputs): Problem[] {
  const problems: Problem[] = [];
  if (organization === undefined) {
    problems.push({
      message: 'No organization is set.',
      place: { input: 'organization' },
      advice: 'Set `organization`, or TF_CLOUD_ORGANIZATION or TFE_ORGANIZATION in the environment.',
    });
  }
  if (token === undefined) {
    problems.push({
      message: 'No token is set.',
      place: { input: 'token' },
      advice:
        'Set `token` to an organization token, or to a team or user token with Manage Policies, or set TF_TOKEN_<host>, TFE_TOKEN or TF_API_TOKEN in the environment.',
    });
  }
  return problems;
}
