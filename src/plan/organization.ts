import pMap from 'p-map';
import { readChecked, sha256 } from '../code.ts';
import type { PolicySetReference } from '../inputs/terraform-inputs.ts';
import type { Policy } from '../policy.ts';
import type { Problem } from '../problem.ts';
import { type CodeDiff, diffCode } from './diff.ts';
import type { Organization, Pair, SameCode } from './plan.ts';
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

/** How the files' code relates to the organization's. */
export interface Comparison {
  /** Ids of the policies whose code is, byte for byte, that of their file. */
  readonly same: SameCode;
  /** By the name of the policy, where the code differs or is new. */
  readonly diffs: ReadonlyMap<string, CodeDiff>;
}

/**
 * Downloads the code of every policy that exists on both sides and compares it with its file's. A policy that has no
 * code has none that is the same. Code is held only while it is compared.
 */
export async function compareCode(
  pairs: readonly Pair[],
  { policies }: Pick<OrganizationSource, 'policies'>,
  { parallelism, onCompared }: CompareOptions,
): Promise<Comparison> {
  const same = new Set<string>();
  const diffs = new Map<string, CodeDiff>();
  let done = 0;
  await pMap(
    pairs,
    async ({ file, policy }) => {
      const before = policy?.hasCode === true ? await policies.download(policy.id) : undefined;
      if (policy !== undefined && before !== undefined && sha256(before) === file.sha256) same.add(policy.id);
      else diffs.set(file.name, diffCode(before, await readChecked(file)));
      onCompared(++done, pairs.length);
    },
    { concurrency: parallelism },
  );
  return { same, diffs };
}
