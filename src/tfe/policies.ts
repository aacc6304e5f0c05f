import * as v from 'valibot';
import { type EnforcementLevel, FIRST_KIND, isKind, KINDS, type PolicyKind } from '../model/kinds.ts';
import type { NewPolicy, Policy, PolicySettings } from '../model/policy.ts';
import { readDescription } from '../model/stamp.ts';
import type { Api } from './api.ts';
import { ApiError, DecodeError } from './api-error.ts';
import { Collection } from './collection.ts';
import { type Decoder, decodeNothing, decodeOne, decodeResource, Id, ToMany } from './json-api.ts';
import { isUnclear } from './retry.ts';

const MAX_CREATES = 4;
const MAX_UPLOADS = 3;

export interface PolicyListOptions {
  readonly kind?: PolicyKind;
  /** Requests the policy sets of each policy. Without this the server may omit them. */
  readonly includePolicySets?: boolean;
}

/**
 * What the server's release supports, as seen in the policies that it returns (docs/behavior.md#old-releases).
 * Terraform Enterprise supports `enforcement-level` since v202306-1 and `kind` since v202303-1. Undefined until the
 * first policy.
 */
export interface Release {
  enforcementLevel: boolean | undefined;
  kind: boolean | undefined;
}

/** Individually managed policies (docs/terraform-api.md#policies). */
export class Policies extends Collection<Policy> {
  readonly release: Release = { enforcementLevel: undefined, kind: undefined };

  constructor(api: Api, organization: string) {
    super(api, organization, 'policies');
  }

  async list({ kind, includePolicySets = false }: PolicyListOptions = {}): Promise<Policy[]> {
    const query = kind === undefined ? {} : { 'filter[kind]': kind };
    if (!includePolicySets) return this.listPages(query);
    try {
      return await this.listPages({ ...query, include: 'policy-sets' });
    } catch (error) {
      // A release that does not support `include` returns 400 (docs/terraform-api.md#errors).
      if (!(error instanceof ApiError) || error.status !== 400) throw error;
      return this.listPages(query);
    }
  }

  /**
   * Creates a policy without code, in no policy set.
   *
   * If the response is lost or is a refusal, this or another client may have created the policy. The name is looked up
   * and the existing policy returned. Only if there is none, it is created again (docs/behavior.md#retries).
   */
  async create(policy: NewPolicy): Promise<{ policy: Policy; made: boolean }> {
    for (let failures = 1; ; failures++) {
      try {
        return { policy: await this.#create(policy), made: true };
      } catch (error) {
        const unclear = isUnclear(error);
        if (!unclear && !isRefused(error)) throw error;
        const found = await this.findByName(policy.name);
        if (found !== undefined) return { policy: found, made: false };
        if (!unclear || failures === MAX_CREATES) throw error;
        await this.api.backOff(failures);
      }
    }
  }

  async #create(policy: NewPolicy): Promise<Policy> {
    if (this.release.enforcementLevel !== undefined) return this.#post(policy, this.release.enforcementLevel);
    try {
      return await this.#post(policy, true);
    } catch (error) {
      // The release is not known yet, and an old one rejects a policy without `enforce`.
      if (!isRefused(error)) throw error;
      return this.#post(policy, false).catch(() => Promise.reject(error));
    }
  }

  #post(policy: NewPolicy, knowsLevel: boolean): Promise<Policy> {
    const { name, kind, description, query } = policy;
    const attributes = {
      name,
      kind,
      ...levelAttributes(policy, policy.enforcementLevel, knowsLevel),
      ...(description === undefined ? {} : { description }),
      ...(query === undefined ? {} : { query }),
    };
    return this.api.send(
      {
        method: 'POST',
        path: this.path,
        body: { data: { type: 'policies', attributes } },
        repeatable: false,
      },
      (line, { body }) => {
        const created = decodeOne(line, body, this.decode);
        if (created.name !== name) throw new DecodeError(line, `a policy named ${name}`);
        return created;
      },
    );
  }

  /** Changes the given settings. The description is always sent. */
  update(policy: Policy, { enforcementLevel, description, query }: PolicySettings): Promise<Policy> {
    const attributes = {
      description,
      ...(enforcementLevel === undefined
        ? {}
        : levelAttributes(policy, enforcementLevel, this.release.enforcementLevel)),
      ...(query === undefined ? {} : { query }),
    };
    return this.api.send(
      { method: 'PATCH', path: this.pathOf(policy.id), body: { data: { type: 'policies', attributes } } },
      (line, { body }) => decodeResource(line, body, { id: policy.id, decode: this.decode }),
    );
  }

  /**
   * Uploads code byte for byte and returns the policy afterwards. Some releases return nothing, and so do proxies that
   * block the request, so the code is then read back.
   */
  async upload(policy: Policy, code: Uint8Array): Promise<Policy> {
    const request = { method: 'PUT', path: `${this.pathOf(policy.id)}/upload`, body: code } as const;
    for (let round = 1; ; round++) {
      const answer = await this.api.send(request, (line, { body }) => ({
        line,
        stored:
          body.length === 0 ? undefined : decodeResource(line, body, { id: policy.id, decode: this.decode }),
      }));
      if (answer.stored?.hasCode && answer.stored.enforcementLevel !== undefined) return answer.stored;
      const stored = await this.read(policy.id);
      const moved = stored.hasCode && stored.updatedAt !== policy.updatedAt;
      if (moved || (await this.download(policy.id))?.equals(code)) return stored;
      if (round === MAX_UPLOADS) throw new DecodeError(answer.line, 'the uploaded code to be stored');
      await this.api.backOff(round);
    }
  }

  /** The code as it was uploaded. Undefined if there is none. */
  async download(id: string): Promise<Buffer | undefined> {
    try {
      return await this.api.download(`${this.pathOf(id)}/download`);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Deletes a policy. A missing policy counts as deleted. */
  async delete(id: string): Promise<void> {
    try {
      await this.api.send({ method: 'DELETE', path: this.pathOf(id) }, decodeNothing);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  protected readonly decode: Decoder<Policy> = (resource) => {
    const { id, attributes, relationships, links } = v.parse(PolicySchema, resource);
    this.release.enforcementLevel ??= attributes['enforcement-level'] != null;
    this.release.kind ??= attributes.kind != null;
    const { text, stamp } = readDescription(attributes.description ?? null);
    return {
      id,
      name: attributes.name,
      kind: attributes.kind ?? FIRST_KIND,
      enforcementLevel: attributes['enforcement-level'] ?? attributes.enforce?.[0]?.mode,
      query: attributes.query ?? null,
      description: text,
      stamp,
      hasCode: links?.download !== undefined || wasUploaded(attributes),
      updatedAt: attributes['updated-at'] ?? undefined,
      policySetIds: policySetIdsOf(attributes, relationships),
    };
  };
}

type Attributes = v.InferOutput<typeof PolicySchema>['attributes'];
type Relationships = v.InferOutput<typeof PolicySchema>['relationships'];

/** Attributes that only an upload sets, in every release. */
const wasUploaded = ({ enforce, 'updated-at': updatedAt }: Attributes): boolean =>
  typeof updatedAt === 'string' || (enforce?.length ?? 0) > 0;

/** Undefined if the server omits the relationship, unless it counts zero sets. */
function policySetIdsOf(attributes: Attributes, relationships: Relationships): string[] | undefined {
  const sets = relationships?.['policy-sets']?.data?.map((set) => set.id);
  return sets ?? (attributes['policy-set-count'] === 0 ? [] : undefined);
}

/** Only one of the two attributes: a server that gets both may use either (docs/terraform-api.md#policies). */
function levelAttributes(
  policy: { name: string; kind: string },
  level: EnforcementLevel,
  known = true,
): object {
  if (known) return { 'enforcement-level': level };
  const { ending } = KINDS[isKind(policy.kind) ? policy.kind : FIRST_KIND];
  return { enforce: [{ path: `${policy.name}${ending}`, mode: level }] };
}

/** The name is taken, or another attribute was rejected. */
const isRefused = (error: unknown) => error instanceof ApiError && [409, 422].includes(error.status);

const PolicySchema = v.object({
  id: Id,
  type: v.literal('policies'),
  attributes: v.object({
    name: v.string(),
    description: v.nullish(v.string()),
    kind: v.nullish(v.string()),
    query: v.nullish(v.string()),
    'enforcement-level': v.nullish(v.string()),
    enforce: v.nullish(v.array(v.object({ path: v.nullish(v.string()), mode: v.string() }))),
    'policy-set-count': v.nullish(v.number()),
    'updated-at': v.nullish(v.string()),
  }),
  relationships: v.optional(v.object({ 'policy-sets': ToMany })),
  links: v.optional(v.object({ download: v.optional(v.string()) })),
});
