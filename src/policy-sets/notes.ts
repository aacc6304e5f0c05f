import type { VersionedSet } from '../model/policy-set.ts';
import type { Problem } from '../model/problem.ts';
import type { LocalSet, UnsetParameter } from './local-set.ts';
import type { SetOwnership } from './ownership.ts';
import type { SetChange, SetPair } from './plan.ts';

/** Parameters that policies declare without a default, and that neither the configuration nor the policy set gives a value. */
export function missingParameters(
  { kind, unsetParameters }: Pick<LocalSet, 'kind' | 'unsetParameters'>,
  given: readonly string[],
): Problem[] {
  const missing = unsetParameters.filter(({ name }) => !given.includes(name));
  return missing.map(kind === 'tfpolicy' ? unsetInput : unsetParameter);
}

/** An environment variable may have its value, which nobody sees here. */
const unsetInput = ({ name, place }: UnsetParameter): Problem => ({
  message: `Input \`${name}\` has no default, and the policy set has no parameter of that name: unless an environment variable gives it a value, its policies fail in every run.`,
  place,
  advice: 'Give it a default, or add a parameter to the policy set.',
});

const unsetParameter = ({ name, place }: UnsetParameter): Problem => ({
  message: `Parameter \`${name}\` has no default, and neither the configuration nor the policy set gives it a value: the policy fails in every run.`,
  place,
  advice: `Add \`params\` to the policy or \`param "${name}"\` to the configuration, give it a default, or add a parameter to the policy set.`,
});

/**
 * A policy set that guards nothing, as far as can be seen: one that this run creates, or one without any scope. Stacks
 * and the like are not shown by the API, so that nobody can say that a set applies to nothing.
 */
export function unattached(change: SetChange, url: string): Problem[] {
  const name = change.action === 'create' ? change.name : nameOfUnattached(change);
  if (name === undefined) return [];
  return [
    {
      message: `Policy set "${name}" is attached to nothing that this action can see.`,
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

/** Policy sets that this owner published and that no folder is published to any longer. */
export function orphansAmong(
  all: readonly VersionedSet[],
  pairs: readonly SetPair[],
  { owner }: Pick<SetOwnership, 'owner'>,
): VersionedSet[] {
  const named = new Set(pairs.flatMap(({ set }) => set?.id ?? []));
  return all.filter(({ id, stamp }) => stamp?.owner === owner && !named.has(id));
}

/** What nobody publishes any longer stays in force. */
export function stillInForce(orphans: readonly VersionedSet[]): Problem[] {
  const [first] = orphans;
  if (first === undefined) return [];
  const names = orphans.map(({ name }) => `"${name}"`).join(', ');
  const which =
    orphans.length === 1
      ? `Policy set ${names} was published by this owner and is`
      : `${orphans.length} policy sets were published by this owner and are`;
  return [
    {
      message: `${which} still in force, but \`versioned-policy-sets\` does not name ${orphans.length === 1 ? 'it' : `them: ${names}`}.`,
      place: { input: 'versioned-policy-sets' },
      advice: 'Name it again, or detach and delete it in Terraform, if its policies shall end.',
    },
  ];
}
