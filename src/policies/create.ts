import { isLaterKind, KINDS } from '../model/kinds.ts';
import type { NewPolicy } from '../model/policy.ts';
import { ProblemsError } from '../model/problem.ts';
import { type Create, kindUnknown, newSettings, otherKind } from './plan.ts';
import type { Created, PolicyStore } from './ports.ts';

/**
 * Creates the policy of a file, without code and in no policy set. Adopts one that exists by now, created by somebody
 * else or by a request whose response was lost.
 */
export async function createOrAdopt(change: Create, store: PolicyStore): Promise<Created> {
  const { file } = change;
  if (isLaterKind(file.kind) && store.release.kind === false) throw new ProblemsError([kindUnknown(file)]);
  const created = await store.create(newPolicy(change));
  if (created.policy.kind === file.kind) return created;
  if (!isOurs(created)) throw new ProblemsError([otherKind(file, created.policy)]);
  // A release without OPA has created a Sentinel policy.
  await store.delete(created.policy.id);
  throw new ProblemsError([kindUnknown(file)]);

  /** The name was free when the plan was made, so a policy without code and sets is from a request whose response was lost. */
  function isOurs({ made, policy }: Created): boolean {
    return made || (store.release.kind === false && !policy.hasCode && policy.policySetIds?.length === 0);
  }
}

function newPolicy(change: Create): NewPolicy {
  const { file } = change;
  return {
    name: file.name,
    kind: file.kind,
    enforcementLevel: KINDS[file.kind].defaultLevel,
    ...newSettings(change),
  };
}
