import type { RunContext } from '../github/context.ts';
import { matchesBranch, patternFor, yamlOf } from '../inputs/branch-patterns.ts';
import type { Problem } from '../model/problem.ts';

/** The result of `dry-run: auto` for an event. */
export type Verdict =
  | { readonly kind: 'publish' }
  | { readonly kind: 'preview' }
  /** Would publish if the branch were another one. Undefined if the runner does not name the branch. */
  | { readonly kind: 'wrong-branch'; readonly branch: string | undefined };

/** Where commits have landed: on a branch, or on something that is published whatever the branch is. */
type Landing = { readonly branch: string | undefined } | 'released';

/**
 * Decides from the event only. Events that show that commits have landed publish: a push, a merge, a tag, a release, or
 * a run that was started manually or on a schedule. Later events of a pull request (a label, a comment, a review) and
 * unknown events are previews.
 *
 * @param publishBranches patterns of `publish-branches`. Undefined: the default branch
 */
export function judgeEvent(context: RunContext, publishBranches: readonly string[] | undefined): Verdict {
  const landing = landingOf(context);
  if (landing === undefined) return { kind: 'preview' };
  if (landing === 'released') return { kind: 'publish' };
  const { branch } = landing;
  const publishes = branch !== undefined && isPublished(branch, context.defaultBranch, publishBranches);
  return publishes ? { kind: 'publish' } : { kind: 'wrong-branch', branch };
}

function landingOf(context: RunContext): Landing | undefined {
  switch (context.eventName) {
    case 'push':
    case 'workflow_dispatch':
    case 'repository_dispatch':
      return landingOfRef(context.ref ?? '');
    case 'schedule':
      return 'released';
    case 'release':
      return landingOfRelease(context);
    case 'workflow_run':
      return landingOfRun(context);
    case 'pull_request':
    case 'pull_request_target':
      return landingOfMerge(context);
    default:
      return undefined;
  }
}

function landingOfRef(ref: string): Landing {
  if (ref.startsWith('refs/tags/')) return 'released';
  const prefix = 'refs/heads/';
  return { branch: (ref.startsWith(prefix) && ref.slice(prefix.length)) || undefined };
}

function landingOfRun({ followedRun }: RunContext): Landing | undefined {
  if (followedRun === undefined || /^(pull_request|merge_group)/.test(followedRun.event)) return undefined;
  return { branch: followedRun.headBranch };
}

/** Changes to a release run for its old commit. */
function landingOfRelease({ action }: RunContext): Landing | undefined {
  return ['edited', 'deleted', 'unpublished'].includes(action ?? '') ? undefined : 'released';
}

/** Only the merge itself: a label on a merged pull request runs for an old commit. */
function landingOfMerge({ action, pullRequest }: RunContext): Landing | undefined {
  const branch = pullRequest?.mergedInto;
  return action === 'closed' && branch !== undefined ? { branch } : undefined;
}

function isPublished(
  branch: string,
  defaultBranch: string | undefined,
  publishBranches: readonly string[] | undefined,
): boolean {
  // The default branch is a name, not a pattern.
  if (publishBranches === undefined) return branch === defaultBranch;
  return publishBranches.some((pattern) => matchesBranch(pattern, branch));
}

/** Says why a run for this branch is only a preview, and how to publish from it. */
export function explainPreviewOnly(
  branch: string | undefined,
  { defaultBranch, ref = '' }: RunContext,
  publishBranches: readonly string[] | undefined,
): Problem {
  const say = (why: string, advice: string): Problem => ({
    message: `Nothing was published: ${why}.`,
    place: { input: 'publish-branches' },
    advice,
  });
  if (branch === undefined) {
    return say(
      `the runner does not provide the branch of this run (GITHUB_REF is "${ref}")`,
      'On a runner without branches, set `dry-run` to `true` or `false`.',
    );
  }
  const pattern = patternFor(branch);
  const name = shown(branch);
  if (publishBranches !== undefined) {
    return say(
      `the branch \`${name}\` is not one of \`publish-branches\``,
      `To publish from it, add the line \`${pattern}\` to \`publish-branches\`.`,
    );
  }
  const line = `To publish from it, add this line to the inputs of the step: \`publish-branches: ${yamlOf(pattern)}\`.`;
  if (defaultBranch === undefined)
    return say(`the event does not say whether the branch \`${name}\` is the default branch`, line);
  return say(
    `the branch \`${name}\` is not the default branch \`${shown(defaultBranch)}\``,
    `${line} To keep publishing from the default branch as well, list both, one per line.`,
  );
}

/** Backticks would end the code span in the message. */
const shown = (name: string) => name.replaceAll('`', "'");
