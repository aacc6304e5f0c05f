import type { VersionedSet } from '../model/policy-set.ts';
import type { Problem } from '../model/problem.ts';
import type { LocalSet, UnsetParameter } from './local-set.ts';
import type { SetOwnership } from './ownership.ts';
import type { SetChange, SetPair } from './plan.ts';

/** Parameters that policies declare without a default and that neither the configuration nor the policy set sets. */
export function missingParameters(
  { kind, unsetParameters }: Pick<LocalSet, 'kind' | 'unsetParameters'>,
  given: readonly string[],
): Problem[] {
  const missing = unsetParameters.filter(({ name }) => !given.includes(name));
  return missing.map(kind === 'tfpolicy' ? unsetInput : unsetParameter);
}

/** An environment variable may set the value, which is not visible here. */
const unsetInput = ({ name, place }: UnsetParameter): Problem => ({
  message: `Input \`${name}\` has no default, and the policy set has no parameter with that name. Unless an environment variable sets it, its policies fail in every run.`,
  place,
  advice: 'Add a default, or a parameter to the policy set.',
});

const unsetParameter = ({ name, place }: UnsetParameter): Problem => ({
  message: `Parameter \`${name}\` has no default, and neither the configuration nor the policy set sets it. The policy fails in every run.`,
  place,
  advice: `Add \`params\` to the policy or \`param "${name}"\` to the configuration, add a default, or add a parameter to the policy set.`,
});

/**
 * A policy set that is not attached to anything visible: one that this run creates, or one without a scope. The API does
 * not show scopes such as Stacks, so it cannot be said that a set applies to nothing.
 */
export function unattached(change: SetChange, url: string): Problem[] {
  const name = change.action === 'create' ? change.name : nameOfUnattached(change);
  if (name === undefined) return [];
  return [
    {
      message: `Policy set "${name}" is not attached to anything that this action can see.`,
      place: { input: 'versioned-policy-sets' },
      advice: `Attach it to workspaces or projects, or make it global, in \`${url}\`.`,
    },
  ];
}

function nameOfUnattached(change: SetChange): string | undefined {
  const set = change.action === 'update' || change.action === 'unchanged' ? change.set : undefined;
  return set !== undefined && isUnattached(set) ? set.name : undefined;
}

const isUnattached = ({ scope }: VersionedSet): boolean =>
  !scope.global && scope.workspaces === 0 && scope.projects === 0 && !scope.hasTagSelectors;

/** Policy sets that this owner published and no folder is published to now. */
export function orphansAmong(
  all: readonly VersionedSet[],
  pairs: readonly SetPair[],
  { owner }: Pick<SetOwnership, 'owner'>,
): VersionedSet[] {
  const named = new Set(pairs.flatMap(({ set }) => set?.id ?? []));
  return all.filter(({ id, stamp }) => stamp?.owner === owner && !named.has(id));
}

/** Policy sets that are no longer published are still enforced. */
export function stillInForce(orphans: readonly VersionedSet[]): Problem[] {
  const [first] = orphans;
  if (first === undefined) return [];
  const names = orphans.map(({ name }) => `"${name}"`).join(', ');
  const which =
    orphans.length === 1
      ? `Policy set ${names} was published by this owner and is still`
      : `${orphans.length} policy sets were published by this owner and are still`;
  return [
    {
      message: `${which} enforced, but \`versioned-policy-sets\` does not list ${orphans.length === 1 ? 'it' : `them: ${names}`}.`,
      place: { input: 'versioned-policy-sets' },
      advice: 'Add it again, or detach and delete it in Terraform if its policies are no longer needed.',
    },
  ];
}
