import type { PolicySet } from '../model/policy.ts';
import type { PolicySetReference } from '../model/policy-set.ts';
import type { Problem } from '../model/problem.ts';

/** The parts of the API that looking up policy sets needs. */
export interface PolicySetSource {
  findByName(name: string): Promise<PolicySet | undefined>;
  findById(id: string): Promise<PolicySet | undefined>;
}

export interface NamedPolicySets {
  readonly policySets: readonly PolicySet[];
  readonly problems: readonly Problem[];
}

/** Looks up the sets in `policy-sets`. A set that cannot have members is a problem (docs/behavior.md#policy-sets). */
export async function lookUpPolicySets(
  references: readonly PolicySetReference[],
  { source, organization }: { readonly source: PolicySetSource; readonly organization: string },
): Promise<NamedPolicySets> {
  const found = await Promise.all(
    references.map(async (reference) => ({
      reference,
      set: await ('id' in reference ? source.findById(reference.id) : source.findByName(reference.name)),
    })),
  );
  const sets = new Map<string, PolicySet>();
  const problems: Problem[] = [];
  for (const { reference, set } of found) {
    const problem = whyNot(reference, set, organization);
    if (problem !== undefined) problems.push({ ...problem, place: { input: 'policy-sets' } });
    else if (set !== undefined) sets.set(set.id, set);
  }
  return { policySets: [...sets.values()], problems };
}

function whyNot(
  reference: PolicySetReference,
  set: PolicySet | undefined,
  organization: string,
): Problem | undefined {
  const name = 'id' in reference ? reference.id : reference.name;
  if (set === undefined || (set.organization ?? organization) !== organization) {
    return {
      message: `There is no policy set "${name}" in organization ${organization}, or the token has no access to it.`,
      advice: 'Names are case-sensitive. Create the policy set, or correct `policy-sets`.',
    };
  }
  if (set.vcs) {
    return {
      message: `Policy set "${name}" is connected to a VCS repository and does not accept individually managed policies.`,
      advice: 'Name a policy set without a VCS connection.',
    };
  }
  if (set.versioned) {
    return {
      message: `Policy set "${name}" contains uploaded versions and does not accept individually managed policies.`,
      advice: 'Name a policy set that was created for individually managed policies.',
    };
  }
  return undefined;
}
