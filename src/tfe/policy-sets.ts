import * as v from 'valibot';
import { FIRST_KIND } from '../model/kinds.ts';
import type { PolicySet } from '../model/policy.ts';
import type { Api } from './api.ts';
import { ApiError } from './api-error.ts';
import { Collection } from './collection.ts';
import { decodeNothing, Id, Identifier, ToMany } from './json-api.ts';

/** Policy sets and their members (docs/terraform-api.md#policy-sets). */
export class PolicySets extends Collection<PolicySet> {
  protected readonly decode = decodePolicySet;

  constructor(api: Api, organization: string) {
    super(api, organization, 'policy-sets');
  }

  list(): Promise<PolicySet[]> {
    return this.listPages();
  }

  /**
   * Adds members in one request, and returns the failure for each that could not be added. The server refuses all of
   * them because of a single policy that was deleted in the meantime, which is then found by bisection.
   */
  async addPolicies(id: string, policyIds: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
    try {
      await this.#add(id, policyIds);
      return new Map();
    } catch (error) {
      if (policyIds.length === 1 || !isRefused(error)) return new Map(policyIds.map((each) => [each, error]));
      const half = Math.ceil(policyIds.length / 2);
      const first = await this.addPolicies(id, policyIds.slice(0, half));
      return new Map([...first, ...(await this.addPolicies(id, policyIds.slice(half)))]);
    }
  }

  /** Repeatable: existing members are ignored. */
  #add(id: string, policyIds: readonly string[]): Promise<void> {
    const body = { data: policyIds.map((policyId) => ({ type: 'policies', id: policyId })) };
    const path = `${this.pathOf(id)}/relationships/policies`;
    return this.api.send({ method: 'POST', path, body }, decodeNothing);
  }
}

const isRefused = (error: unknown) => error instanceof ApiError && [404, 422].includes(error.status);

const PolicySetSchema = v.object({
  id: Id,
  type: v.literal('policy-sets'),
  attributes: v.object({
    name: v.string(),
    kind: v.optional(v.string()),
    versioned: v.nullish(v.boolean()),
    'vcs-repo': v.nullish(v.unknown()),
    'policy-tool-version': v.nullish(v.string()),
  }),
  relationships: v.optional(
    v.object({
      organization: v.optional(v.object({ data: v.nullish(Identifier) })),
      policies: ToMany,
    }),
  ),
});

function decodePolicySet(resource: unknown): PolicySet {
  const { id, attributes, relationships } = v.parse(PolicySetSchema, resource);
  return {
    id,
    name: attributes.name,
    kind: attributes.kind ?? FIRST_KIND,
    organization: relationships?.organization?.data?.id,
    versioned: attributes.versioned === true,
    vcs: attributes['vcs-repo'] != null,
    policyIds: relationships?.policies?.data?.map((policy) => policy.id),
    ...(attributes['policy-tool-version'] != null && { toolVersion: attributes['policy-tool-version'] }),
  };
}
