import pMap from 'p-map';
import type { CodeDiff } from '../model/code-diff.ts';
import { diffCode } from '../model/diff.ts';
import type { Policy, PolicySet } from '../model/policy.ts';
import type { PolicySetReference } from '../model/policy-set.ts';
import type { Problem } from '../model/problem.ts';
import { readChecked, sha256 } from '../repository/read-file.ts';
import { isCurrent, provesSame } from './ownership.ts';
import type { Organization, Pair, SameCode } from './plan.ts';
import { lookUpPolicySets, type PolicySetSource } from './policy-sets.ts';
import type { Stamped } from './prune.ts';

/** The parts of the API that reading an organization needs. */
export interface OrganizationSource {
  readonly policies: {
    readonly release: { readonly kind: boolean | undefined };
    list(options: { includePolicySets?: boolean }): Promise<Policy[]>;
    download(id: string): Promise<Buffer | undefined>;
  };
  readonly policySets: PolicySetSource & { list(): Promise<PolicySet[]> };
}

export interface OrganizationQuery {
  readonly name: string;
  readonly references: readonly PolicySetReference[];
  /** Whether policies may be deleted, so that the policy sets of each must be known. */
  readonly prune: boolean;
}

/** Reads all policies and the policy sets that the user names. */
export async function readOrganization(
  source: OrganizationSource,
  { name, references, prune }: OrganizationQuery,
): Promise<Organization & { readonly problems: readonly Problem[] }> {
  const [policies, { policySets, problems }] = await Promise.all([
    source.policies.list({ includePolicySets: references.length > 0 || prune }),
    lookUpPolicySets(references, { source: source.policySets, organization: name }),
  ]);
  return { policies, policySets, problems, knowsKinds: source.policies.release.kind };
}

export interface CompareOptions {
  readonly parallelism: number;
  /** Whether stamps are used instead of the code. A drift check ignores them. */
  readonly trustStamps: boolean;
  readonly onCompared: (done: number, total: number) => void;
}

/** The files' code compared with the organization's. */
export interface Comparison {
  /** IDs of the policies whose code equals that of their file, byte for byte. */
  readonly same: SameCode;
  /** By the name of the policy, if the code differs or is new. */
  readonly diffs: ReadonlyMap<string, CodeDiff>;
}

/**
 * Compares the code of every policy that exists on both sides with its file: by the stamp if that proves it to be the
 * same, else by downloading it. Code is kept in memory only while it is compared.
 */
export async function compareCode(
  pairs: readonly Pair[],
  { policies }: Pick<OrganizationSource, 'policies'>,
  { parallelism, trustStamps, onCompared }: CompareOptions,
): Promise<Comparison> {
  const same = new Set<string>();
  const diffs = new Map<string, CodeDiff>();
  let done = 0;
  await pMap(
    pairs,
    async ({ file, policy }) => {
      if (policy !== undefined && trustStamps && provesSame(policy, file)) {
        same.add(policy.id);
        onCompared(++done, pairs.length);
        return;
      }
      const before = policy?.hasCode === true ? await policies.download(policy.id) : undefined;
      if (policy !== undefined && before !== undefined && sha256(before) === file.sha256) same.add(policy.id);
      else diffs.set(file.name, diffCode(before, readChecked(file)));
      onCompared(++done, pairs.length);
    },
    { concurrency: parallelism },
  );
  return { same, diffs };
}

/** The SHA-256 of the code of policies to be deleted, by ID: from the stamp if that is current, else downloaded. */
export async function digestsOf(
  orphans: readonly Stamped[],
  { policies }: Pick<OrganizationSource, 'policies'>,
  { parallelism, trustStamps }: Pick<CompareOptions, 'parallelism' | 'trustStamps'>,
): Promise<ReadonlyMap<string, string>> {
  const digests = await pMap(
    orphans,
    async ({ id, stamp, updatedAt, hasCode }) => {
      if (trustStamps && isCurrent(stamp, updatedAt)) return [id, stamp.sha256] as const;
      const code = hasCode ? await policies.download(id) : undefined;
      return [id, code === undefined ? '' : sha256(code)] as const;
    },
    { concurrency: parallelism },
  );
  return new Map(digests);
}
