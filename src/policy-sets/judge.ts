import { isKind, KINDS, type PolicyKind } from '../model/kinds.ts';
import { describeReference, type PolicySetReference, type VersionedSet } from '../model/policy-set.ts';
import { MIGRATION, type Problem } from '../model/problem.ts';
import { describeRun, isLaterThan, OLDER_RUN_ADVICE } from '../model/publishing-run.ts';
import type { LocalSet } from './local-set.ts';
import { isForeign, type SetOwnership } from './ownership.ts';

const INPUT = { input: 'versioned-policy-sets' };

type Judged = Pick<LocalSet, 'reference' | 'kind' | 'path'>;

/**
 * The folder of the policies in each version. Undefined: the root, to which the configuration is moved for kinds without
 * `policies-path`.
 */
export const wantedPath = ({ kind, path }: Pick<LocalSet, 'kind' | 'path'>): string | undefined =>
  KINDS[kind].hasPoliciesPath ? path : undefined;

/** Why nothing may be published to a policy set, or undefined (docs/policy-sets.md#which-policy-sets). */
export function refusalOf(
  local: Judged,
  set: VersionedSet,
  { ownership, organization }: { readonly ownership: SetOwnership; readonly organization: string },
): Problem | undefined {
  const { reference, kind } = local;
  if (set.organization !== undefined && set.organization !== organization)
    return unknown(reference, organization);
  if (set.kind !== kind) return otherKind(set, kind);
  return ofOtherOrigin(set) ?? ofOtherPath(local, set) ?? ofOtherOwner(set, ownership);
}

/** For a policy set that does not exist, or that the token has no access to. */
export function unknown(reference: PolicySetReference, organization: string): Problem {
  const name = describeReference(reference);
  const advice =
    'id' in reference
      ? 'Correct the ID, or use a token with access to the policy set.'
      : 'Set `create-policy-sets: true` to create it, correct the name, or use a token with access to it.';
  return {
    message: `There is no policy set "${name}" in organization ${organization}, or the token has no access to it.`,
    place: INPUT,
    advice,
  };
}

/** A server that does not know a kind may ignore it, and create the policy set for its own. */
export function madeAsOther({ kind }: Pick<Judged, 'kind'>, set: VersionedSet): Problem | undefined {
  if (set.kind === kind) return undefined;
  const { label, since }: { readonly label: string; readonly since: string | undefined } = KINDS[kind];
  const needed = since === undefined ? 'is not available on every server' : `requires ${since} or later`;
  return {
    message: `The server does not support policy sets for ${label} policies: it created "${set.name}" for ${labelOf(set.kind)} policies. Nothing was uploaded to it.`,
    place: INPUT,
    advice: `Delete the policy set in Terraform. On Terraform Enterprise, ${label} ${needed}.`,
  };
}

const labelOf = (kind: string): string => (isKind(kind) ? KINDS[kind].label : kind);

const otherKind = (set: VersionedSet, kind: PolicyKind): Problem => ({
  message: `Policy set "${set.name}" is for ${labelOf(set.kind)} policies, but the folder contains ${KINDS[kind].label} policies. The kind of a policy set cannot be changed.`,
  place: INPUT,
  advice: 'Publish to another policy set. Attach it wherever this one is attached, then detach this one.',
});

/** Sets whose content comes from elsewhere are not changed. */
function ofOtherOrigin({ name, origin, ...set }: VersionedSet): Problem | undefined {
  const wrong = (message: string, advice: string): Problem => ({ message, place: INPUT, advice });
  if (origin.vcs) {
    return wrong(
      `Policy set "${name}" is connected to VCS and does not accept uploads.`,
      'Use a policy set without a VCS connection.',
    );
  }
  if (origin.policies > 0) {
    return wrong(
      `Policy set "${name}" contains ${origin.policies === 1 ? 'an individually managed policy' : `${origin.policies} individually managed policies`} and does not accept uploads.`,
      `Publish to a new policy set, attach it, then detach this one, so that policies are enforced at all times. ${MIGRATION}`,
    );
  }
  const latest = set.currentVersion ?? set.newestVersion;
  const source = latest?.version?.source;
  if (latest !== undefined && source !== undefined && source !== 'tfe-api') {
    return wrong(
      `Policy set "${name}" has a version from "${source}", not from an upload.`,
      'Use a policy set whose versions are uploaded.',
    );
  }
  if (origin.other !== undefined || (origin.versioned && latest === undefined)) {
    const what =
      origin.other === undefined ? 'content that was not uploaded' : `the relationship "${origin.other}"`;
    return wrong(
      `Policy set "${name}" gets its policies from elsewhere: it has ${what}.`,
      'Use a policy set that was created for uploads.',
    );
  }
  return undefined;
}

/** Whether `policies-path` or the content changes first, nothing would be enforced until the other one changes too. */
function ofOtherPath(local: Judged, { name, settings, currentVersion }: VersionedSet): Problem | undefined {
  const wanted = wantedPath(local);
  if (currentVersion === undefined || settings.policiesPath === wanted) return undefined;
  const where = (path: string | undefined) => (path === undefined ? 'the root' : `the folder "${path}"`);
  return {
    message: `Policy set "${name}" reads its policies from ${where(settings.policiesPath)} of each version (\`policies-path\`), but this folder has them in ${wanted === undefined ? 'its root' : `"${wanted}"`}. While \`policies-path\` and the content change, no policy would be enforced.`,
    place: INPUT,
    advice: 'Publish to a new policy set, attach it, then detach this one.',
  };
}

function ofOtherOwner(set: VersionedSet, ownership: SetOwnership): Problem | undefined {
  const { stamp, name } = set;
  if (stamp !== undefined && isForeign(stamp, ownership)) {
    return {
      message: `Policy set "${name}" belongs to owner \`${stamp.owner}\` (this run: \`${ownership.owner}\`) and was not changed.`,
      place: INPUT,
      advice:
        'To take it over, set `owner` to this owner, or remove the last line of its description in HCP Terraform. Otherwise use another policy set.',
    };
  }
  const held = set.currentVersion ?? set.newestVersion;
  if (stamp !== undefined || held === undefined || ownership.mayAdopt) return undefined;
  return {
    message: `Policy set "${name}" has a version that this action did not publish (${held.id}). Publishing would replace its entire content.`,
    place: INPUT,
    advice:
      'Set `adopt-policy-sets: true` to take it over. If this action published it before, the stamp was removed. If Terraform manages the `description` of the policy set, each apply removes the stamp: remove `description` from that configuration.',
  };
}

/** Why a run must not upload, because a later one already did. Undefined if it may. */
export function overtakenBy(set: VersionedSet, { run }: SetOwnership): Problem | undefined {
  const stamped = set.stamp?.run;
  if (stamped === undefined || run === undefined || !isLaterThan(stamped, run)) return undefined;
  return {
    message: `A later run published policy set "${set.name}": ${describeRun(stamped, run)}. This is ${describeRun(run, run)}. Nothing was written.`,
    place: INPUT,
    advice: OLDER_RUN_ADVICE,
  };
}

/** For a version that became current after a later run had stamped the set. */
export function overtookIn(set: VersionedSet, { run }: SetOwnership): Problem | undefined {
  const stamped = set.stamp?.run;
  if (stamped === undefined || run === undefined || !isLaterThan(stamped, run)) return undefined;
  return {
    message: `A later run published policy set "${set.name}" during this run: ${describeRun(stamped, run)}. This is ${describeRun(run, run)}. Its version was uploaded last and is the current version.`,
    place: INPUT,
    advice: 'Re-run the later run. To keep runs in order, use `concurrency`.',
  };
}

/** The same for a run that does not write. */
export function announceOvertaken(problem: Problem): Problem {
  const message = problem.message.replace(/ Nothing was written\.$/, '');
  return { ...problem, message: `A run that publishes would be refused. ${message}` };
}
