import pMap from 'p-map';
import { sha256 } from '../code.ts';
import type { PolicySetReference } from '../inputs/inputs.ts';
import type { Policy } from '../policy.ts';
import type { Problem } from '../problem.ts';
import type { Organization, Pair } from './plan.ts';
import { lookUpPolicySets, type PolicySetSource } from './policy-sets.ts';

/** What reading an organization needs of the API. */
export interface OrganizationSource {
  readonly policies: {
    readonly release: { readonly kind: boolean | undefined };
    list(options: { includePolicySets?: boolean }): Promise<Policy[]>;
    download(id: string): Promise<Buffer | undefined>;
  };
  readonly policySets: PolicySetSource;
}

/** Reads all policies and the policy sets that the user names. */
export async function readOrganization(
  source: OrganizationSource,
  { name, references }: { readonly name: string; readonly references: readonly PolicySetReference[] },
): Promise<Organization & { readonly problems: readonly Problem[] }> {
  const [policies, { policySets, problems }] = await Promise.all([
    source.policies.list({ includePolicySets: references.length > 0 }),
    lookUpPolicySets(references, { source: source.policySets, organization: name }),
  ]);
  return { policies, policySets, problems, knowsOpa: source.policies.release.kind };
}

export interface CompareOptions {
  readonly parallelism: number;
  readonly onCompared: (done: number, total: number) => void;
}

/**
 * Downloads the code of every policy that exists on both sides, and returns the ids of those whose code is, byte for
 * byte, that of their file. One that has no code has none that is the same.
 */
export async function compareCode(
  pairs: readonly Pair[],
  { policies }: Pick<OrganizationSource, 'policies'>,
  { parallelism, onCompared }: CompareOptions,
): Promise<ReadonlySet<string>> {
  const same = new Set<string>();
  const comparable = pairs.flatMap(({ file, policy }) => (policy?.hasCode ? [{ file, policy }] : []));
  let done = 0;
  await pMap(
    comparable,
    async ({ file, policy }) => {
      const code = await policies.download(policy.id);
      if (code !== undefined && sha256(code) === file.sha256) same.add(policy.id);
      onCompared(++done, comparable.length);
    },
    { concurrency: parallelism },
  );
  return same;
}
