import pMap from 'p-map';
import type { PolicySetReference, VersionedSet } from '../model/policy-set.ts';
import type { Problem } from '../model/problem.ts';
import type { LocalSet } from '../policy-sets/local-set.ts';
import { missingParameters, orphansAmong } from '../policy-sets/notes.ts';
import type { SetOwnership } from '../policy-sets/ownership.ts';
import type { SetChange, SetPair } from '../policy-sets/plan.ts';
import { amount, plural } from '../runtime/amount.ts';
import type { Job } from './job.ts';
import type { Terraform } from './terraform.ts';

export interface LookedUp {
  readonly pairs: readonly SetPair[];
  /** Sets of this owner that are no longer published. Only known in a drift check, which reads all sets. */
  readonly orphans: readonly VersionedSet[];
}

/** Looks up the policy set of each folder: one request each, or all of them in a drift check. */
export function lookUp(
  job: Job,
  terraform: Terraform,
  found: readonly LocalSet[],
  ownership: SetOwnership,
): Promise<LookedUp> {
  const { organization, inputs, organizations, versionedSets } = terraform;
  const isDriftCheck = job.inputs.run.expectNoChanges;
  return job.log.group(`Reading organization ${organization} on ${inputs.host.name}`, async () => {
    try {
      const all = isDriftCheck ? await versionedSets.list() : undefined;
      const find = finder(versionedSets, all);
      const pairs = await pMap(
        found,
        async (local) => ({ local, set: await sourced(await find(local.reference), versionedSets) }),
        { concurrency: inputs.parallelism },
      );
      const there = pairs.filter(({ set }) => set !== undefined).length;
      job.log.info(
        `Found ${plural(pairs.length, 'policy set')}; the organization has ${amount(there)} of them.`,
      );
      return { pairs, orphans: orphansAmong(all ?? [], pairs, ownership) };
    } catch (error) {
      throw await organizations.diagnose(error);
    }
  });
}

/** One request per set, or none if all sets were read. */
function finder(
  versionedSets: Terraform['versionedSets'],
  all: readonly VersionedSet[] | undefined,
): (reference: PolicySetReference) => Promise<VersionedSet | undefined> {
  if (all !== undefined) {
    return async (reference) =>
      all.find(({ id, name }) => ('id' in reference ? id === reference.id : name === reference.name));
  }
  return (reference) =>
    'id' in reference ? versionedSets.findById(reference.id) : versionedSets.findByName(reference.name);
}

/** The source of the version matters for a set without a stamp. Servers may omit it from the set. */
async function sourced(
  set: VersionedSet | undefined,
  versionedSets: Terraform['versionedSets'],
): Promise<VersionedSet | undefined> {
  const latest = set?.currentVersion ?? set?.newestVersion;
  if (set === undefined || latest === undefined || latest.version !== undefined || set.stamp !== undefined)
    return set;
  const known = { id: latest.id, version: await versionedSets.readVersion(latest.id) };
  return set.currentVersion === undefined
    ? { ...set, newestVersion: known }
    : { ...set, currentVersion: known };
}

/** Parameters without a value. The parameters of a set are only requested if one is missing. */
export async function unsetParameters(
  plan: readonly SetChange[],
  { versionedSets, inputs }: Terraform,
): Promise<Problem[]> {
  const accepted = plan.filter(({ action }) => action !== 'refused');
  const notes = await pMap(
    accepted,
    async (change) => {
      const set = 'set' in change ? change.set : undefined;
      const asks = change.local.unsetParameters.length > 0 && set !== undefined;
      const given = asks ? await versionedSets.parameterNames(set.id) : [];
      return missingParameters(change.local, given);
    },
    { concurrency: inputs.parallelism },
  );
  return notes.flat();
}
