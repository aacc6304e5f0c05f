import { isKind, KINDS, type PolicyKind } from '../model/kinds.ts';
import { describeReference, type PolicySetReference, type VersionedSet } from '../model/policy-set.ts';
import { MIGRATION, type Problem } from '../model/problem.ts';
import { describeRun, isLaterThan, OLDER_RUN_ADVICE } from '../model/publishing-run.ts';
import type { LocalSet } from './local-set.ts';
import { isForeign, type SetOwnership } from './ownership.ts';

const INPUT = { input: 'versioned-policy-sets' };

type Judged = Pick<LocalSet, 'reference' | 'kind' | 'path'>;

/**
 * Where in each version its policies are; undefined: at its root, where the configuration is moved for kinds that can be
 * nowhere else.
 */
export const wantedPath = ({ kind, path }: Pick<LocalSet, 'kind' | 'path'>): string | undefined =>
  KINDS[kind].hasPoliciesPath ? path : undefined;

/** Why nothing may be published to a policy set; undefined where it may (docs/policy-sets.md#which-policy-sets). */
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

/** What is said of a policy set that the organization does not have, or that the token may not see. */
export function unknown(reference: PolicySetReference, organization: string): Problem {
  const name = describeReference(reference);
  const advice =
    'id' in reference
      ? 'Correct the id, or use a token that may see the policy set.'
      : 'Set `create-policy-sets: true` to create it, correct the name, or use a token that may see it.';
  return {
    message: `There is no policy set "${name}" in organization ${organization}, or the token may not see it.`,
    place: INPUT,
    advice,
  };
}

const otherKind = (set: VersionedSet, kind: PolicyKind): Problem => ({
  message: `Policy set "${set.name}" is for ${isKind(set.kind) ? KINDS[set.kind].label : set.kind} policies, but the folder holds ${KINDS[kind].label} policies. The kind of a policy set cannot change.`,
  place: INPUT,
  advice: 'Publish to another policy set: attach it where the old one is attached, then detach the old one.',
});

/** The content of a set that comes from elsewhere is left alone. */
function ofOtherOrigin({ name, origin, ...set }: VersionedSet): Problem | undefined {
  const wrong = (message: string, advice: string): Problem => ({ message, place: INPUT, advice });
  if (origin.vcs) {
    return wrong(
      `Policy set "${name}" takes its policies from a VCS repository, and accepts no uploads.`,
      'Name a policy set without a VCS connection.',
    );
  }
  if (origin.policies > 0) {
    return wrong(
      `Policy set "${name}" holds ${origin.policies === 1 ? 'an individually managed policy' : `${origin.policies} individually managed policies`}, and accepts no uploads.`,
      `Publish to a new policy set beside it, attach that one, then detach the old one. That way, policies are enforced at every moment. ${MIGRATION}`,
    );
  }
  const latest = set.currentVersion ?? set.newestVersion;
  const source = latest?.version?.source;
  if (latest !== undefined && source !== undefined && source !== 'tfe-api') {
    return wrong(
      `Policy set "${name}" has a version that came from "${source}", not by an upload.`,
      'Name a policy set whose versions are uploaded.',
    );
  }
  if (origin.other !== undefined || (origin.versioned && latest === undefined)) {
    const what =
      origin.other === undefined
        ? 'content that is no uploaded version'
        : `the relationship "${origin.other}"`;
    return wrong(
      `Policy set "${name}" takes its policies from elsewhere: it has ${what}.`,
      'Name a policy set that was created for uploads.',
    );
  }
  return undefined;
}

/** Whichever of `policies-path` and content were changed first: until the other one is, nothing would be enforced. */
function ofOtherPath(local: Judged, { name, settings, currentVersion }: VersionedSet): Problem | undefined {
  const wanted = wantedPath(local);
  if (currentVersion === undefined || settings.policiesPath === wanted) return undefined;
  const where = (path: string | undefined) => (path === undefined ? 'the root' : `the folder "${path}"`);
  return {
    message: `Policy set "${name}" reads its policies from ${where(settings.policiesPath)} of each version (\`policies-path\`), but this folder has them at ${wanted === undefined ? 'its root' : `"${wanted}"`}. Changing it would leave a moment without any policy.`,
    place: INPUT,
    advice: 'Publish to a new policy set beside it, attach that one, then detach the old one.',
  };
}

function ofOtherOwner(set: VersionedSet, ownership: SetOwnership): Problem | undefined {
  const { stamp, name } = set;
  if (stamp !== undefined && isForeign(stamp, ownership)) {
    return {
      message: `Policy set "${name}" is published by another owner, \`${stamp.owner}\`; this run publishes for \`${ownership.owner}\`. Nothing was written to it.`,
      place: INPUT,
      advice:
        'To take it over, set `owner` to theirs, or remove the last line of its description in HCP Terraform. Otherwise choose another policy set.',
    };
  }
  const held = set.currentVersion ?? set.newestVersion;
  if (stamp !== undefined || held === undefined || ownership.mayAdopt) return undefined;
  return {
    message: `Policy set "${name}" holds a version that this action did not publish (${held.id}). A publish would replace everything in it.`,
    place: INPUT,
    advice:
      'Set `adopt-policy-sets: true` to take it over. If this action did publish it, its stamp was removed: Terraform, where it manages the `description` of the policy set, removes the stamp at each apply; leave `description` out of that configuration.',
  };
}

/** Why a run must not upload: a later one already did. Undefined where it may. */
export function overtakenBy(set: VersionedSet, { run }: SetOwnership): Problem | undefined {
  const stamped = set.stamp?.run;
  if (stamped === undefined || run === undefined || !isLaterThan(stamped, run)) return undefined;
  return {
    message: `A later run published policy set "${set.name}": ${describeRun(stamped, run)}. This is ${describeRun(run, run)}. Nothing was written.`,
    place: INPUT,
    advice: OLDER_RUN_ADVICE,
  };
}

/** What is wrong once a version is in force, and a later run turns out to have stamped the set since it was read. */
export function overtookIn(set: VersionedSet, { run }: SetOwnership): Problem | undefined {
  const stamped = set.stamp?.run;
  if (stamped === undefined || run === undefined || !isLaterThan(stamped, run)) return undefined;
  return {
    message: `A later run published policy set "${set.name}" meanwhile: ${describeRun(stamped, run)}. This is ${describeRun(run, run)}; its version came last and is in force.`,
    place: INPUT,
    advice: 'Run the later one again. To keep runs in order, let one wait for the other (`concurrency`).',
  };
}

/** What a run that only looks says instead. */
export function announceOvertaken(problem: Problem): Problem {
  const message = problem.message.replace(/ Nothing was written\.$/, '');
  return { ...problem, message: `A run that publishes would be refused here. ${message}` };
}
