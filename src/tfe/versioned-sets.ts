import * as v from 'valibot';
import { FIRST_KIND } from '../model/kinds.ts';
import type {
  NewSet,
  PolicySetVersion,
  SetChange,
  SetSettings,
  VersionedSet,
  VersionReference,
} from '../model/policy-set.ts';
import { readSetDescription } from '../model/set-stamp.ts';
import type { Api } from './api.ts';
import { ApiError, DecodeError } from './api-error.ts';
import { Collection } from './collection.ts';
import { type Decoder, decodeOne, decodeResource, Id, Identifier, ToMany } from './json-api.ts';
import { listAll } from './pages.ts';
import { isUnclear } from './retry.ts';

const MAX_CREATES = 4;
const MAX_UPLOADS = 4;
const MAX_VERSIONS = 3;

/** A version whose archive has not been uploaded. */
interface NewVersion extends PolicySetVersion {
  /** Receives the archive. A secret itself. */
  readonly uploadUrl: string;
}

/** Versioned policy sets (docs/terraform-api.md#policy-set-versions). */
export class VersionedSets extends Collection<VersionedSet> {
  protected readonly decode = decodeSet;
  protected override along: Readonly<Record<string, string>> = { include: 'current_version,newest_version' };

  constructor(api: Api, organization: string) {
    super(api, organization, 'policy-sets');
  }

  get latency(): number {
    return this.api.latency;
  }

  list(): Promise<VersionedSet[]> {
    return this.listPages();
  }

  /** Reads the set with its current version after an upload, even if the run was cancelled. @throws ApiError */
  readAgain(id: string): Promise<VersionedSet> {
    return this.read(id, { finishes: true });
  }

  /**
   * Creates a set without content that is attached to nothing. If the response is lost or is a refusal, the set may
   * exist nevertheless. The name is then looked up and the existing set returned, for the caller to judge.
   */
  async create(set: NewSet): Promise<{ readonly set: VersionedSet; readonly made: boolean }> {
    for (let failures = 1; ; failures++) {
      try {
        return { set: await this.#post(set), made: true };
      } catch (error) {
        const unclear = isUnclear(error);
        if (!unclear && !(error instanceof ApiError && [409, 422].includes(error.status))) throw error;
        const found = await this.findByName(set.name);
        if (found !== undefined) return { set: found, made: false };
        if (!unclear || failures === MAX_CREATES) throw error;
        await this.api.backOff(failures);
      }
    }
  }

  #post({ name, kind, description, toolVersion, agentEnabled, policiesPath }: NewSet): Promise<VersionedSet> {
    const attributes = {
      name,
      kind,
      description,
      global: false,
      ...toolAttributes({ toolVersion, agentEnabled }),
      ...(policiesPath === undefined ? {} : { 'policies-path': policiesPath }),
    };
    const body = { data: { type: 'policy-sets', attributes } };
    return this.api.send({ method: 'POST', path: this.path, body, repeatable: false }, (line, answer) => {
      const created = decodeOne(line, answer.body, this.decode);
      if (created.name !== name) throw new DecodeError(line, `a policy set named ${name}`);
      return created;
    });
  }

  /** Changes the description and the settings that must be sent with it. Returns the set afterwards. */
  update(id: string, { description, policiesPath, ...tool }: SetChange): Promise<VersionedSet> {
    const attributes = {
      description,
      ...toolAttributes(tool),
      ...(policiesPath === undefined ? {} : { 'policies-path': policiesPath }),
    };
    const body = { data: { type: 'policy-sets', id, attributes } };
    return this.api.send({ method: 'PATCH', path: this.pathOf(id), body }, (line, answer) =>
      decodeResource(line, answer.body, { id, decode: this.decode }),
    );
  }

  /** Creates a version without an archive. Repeatable, because a version that never gets one has no effect. */
  #createVersion(id: string): Promise<NewVersion> {
    return this.api.send({ method: 'POST', path: this.#versionsOf(id) }, (line, { body }) => {
      const { links, ...resource } = decodeOne(line, body, (data) => v.parse(VersionSchema, data));
      const uploadUrl = links?.upload;
      if (uploadUrl == null) throw new DecodeError(line, 'a version with an upload URL');
      return { ...versionOf(resource), uploadUrl };
    });
  }

  /**
   * Uploads an archive as a new version and returns it. After a lost response the version is read to see whether the
   * archive has arrived. If the upload URL is no longer valid, a new version is created: one without an archive has no
   * effect.
   *
   * @throws ApiError, ConnectionError, CancelledError
   */
  async upload(id: string, archive: readonly Uint8Array[]): Promise<PolicySetVersion> {
    for (let round = 1; ; round++) {
      this.api.throwIfCancelled();
      const version = await this.#createVersion(id);
      try {
        await this.#send(id, version, archive);
        return version;
      } catch (error) {
        if (!isAddressRefused(error) || round === MAX_VERSIONS) throw error;
      }
    }
  }

  async #send(id: string, version: NewVersion, archive: readonly Uint8Array[]): Promise<void> {
    for (let failures = 1; ; failures++) {
      this.api.throwIfCancelled();
      try {
        await this.api.sendObject(this.#versionsOf(id), version.uploadUrl, archive);
        return;
      } catch (error) {
        if (!isUnclear(error) && !isToWait(error)) throw error;
        const { status } = await this.readVersion(version.id);
        if (status !== 'pending') return;
        if (failures === MAX_UPLOADS) throw error;
        await this.api.backOff(failures);
      }
    }
  }

  readVersion(id: string): Promise<PolicySetVersion> {
    const request = { method: 'GET', path: `/policy-set-versions/${id}`, finishes: true } as const;
    return this.api.send(request, (line, { body }) =>
      decodeResource(line, body, { id, decode: decodeVersion }),
    );
  }

  /** The names of the parameters of a set. */
  async parameterNames(id: string): Promise<string[]> {
    const parameters = await listAll(this.api, { path: `${this.pathOf(id)}/parameters` }, decodeParameter);
    return parameters.map(({ key }) => key);
  }

  #versionsOf(id: string): string {
    return `${this.pathOf(id)}/versions`;
  }
}

const isToWait = (error: unknown) => error instanceof ApiError && [425, 429].includes(error.status);

/** A URL is valid for an hour, and perhaps for a single upload. */
const isAddressRefused = (error: unknown) =>
  error instanceof ApiError && error.status >= 400 && error.status < 500 && error.request.method === 'PUT';

const toolAttributes = ({ toolVersion, agentEnabled }: Omit<SetSettings, 'policiesPath'>): object => ({
  ...(toolVersion === undefined ? {} : { 'policy-tool-version': toolVersion }),
  ...(agentEnabled === undefined ? {} : { 'agent-enabled': agentEnabled }),
});

const VersionSchema = v.object({
  id: Id,
  type: v.literal('policy-set-versions'),
  attributes: v.object({
    source: v.nullish(v.string()),
    status: v.nullish(v.string()),
    error: v.nullish(v.string()),
    'error-message': v.nullish(v.string()),
  }),
  links: v.nullish(v.object({ upload: v.nullish(v.string()) })),
});

const decodeVersion: Decoder<PolicySetVersion> = (resource) => versionOf(v.parse(VersionSchema, resource));

function versionOf({ id, attributes }: Omit<v.InferOutput<typeof VersionSchema>, 'links'>): PolicySetVersion {
  const words = [attributes.error, attributes['error-message']].filter((text) => text != null && text !== '');
  return {
    id,
    source: attributes.source ?? undefined,
    status: attributes.status ?? undefined,
    error: words.length === 0 ? undefined : words.join(': '),
  };
}

const ParameterSchema = v.object({
  id: Id,
  attributes: v.object({ key: v.string() }),
});

function decodeParameter(resource: unknown): { readonly id: string; readonly key: string } {
  const { id, attributes } = v.parse(ParameterSchema, resource);
  return { id, key: attributes.key };
}

const ToOne = v.optional(v.object({ data: v.nullish(Identifier) }));

const SetSchema = v.object({
  id: Id,
  type: v.literal('policy-sets'),
  attributes: v.object({
    name: v.string(),
    description: v.nullish(v.string()),
    kind: v.nullish(v.string()),
    versioned: v.nullish(v.boolean()),
    'vcs-repo': v.nullish(v.unknown()),
    'policy-count': v.nullish(v.number()),
    'policy-tool-version': v.nullish(v.string()),
    'agent-enabled': v.nullish(v.boolean()),
    'policies-path': v.nullish(v.string()),
    global: v.nullish(v.boolean()),
    'workspace-count': v.nullish(v.number()),
    'project-count': v.nullish(v.number()),
    'tag-selectors': v.nullish(v.array(v.unknown())),
  }),
  relationships: v.optional(
    v.looseObject({
      organization: ToOne,
      policies: ToMany,
      workspaces: ToMany,
      projects: ToMany,
      'current-version': ToOne,
      'newest-version': ToOne,
    }),
    {},
  ),
});

type SetResource = v.InferOutput<typeof SetSchema>;

const decodeSet: Decoder<VersionedSet> = (resource, included) => {
  const { id, attributes, relationships } = v.parse(SetSchema, resource);
  const { text, stamp } = readSetDescription(attributes.description ?? null);
  const versions = new Map(included.flatMap((each) => versionEntry(each)));
  const reference = (to: v.InferOutput<typeof ToOne>): VersionReference | undefined =>
    to?.data == null ? undefined : { id: to.data.id, version: versions.get(to.data.id) };
  return {
    id,
    name: attributes.name,
    kind: attributes.kind ?? FIRST_KIND,
    organization: relationships.organization?.data?.id,
    description: text,
    stamp,
    origin: originOf({ attributes, relationships }),
    currentVersion: reference(relationships['current-version']),
    newestVersion: reference(relationships['newest-version']),
    settings: {
      toolVersion: attributes['policy-tool-version'] ?? undefined,
      agentEnabled: attributes['agent-enabled'] ?? undefined,
      policiesPath: plainPath(attributes['policies-path'] ?? ''),
    },
    scope: {
      global: attributes.global === true,
      workspaces: attributes['workspace-count'] ?? relationships.workspaces?.data?.length,
      projects: attributes['project-count'] ?? relationships.projects?.data?.length,
      hasTagSelectors: (attributes['tag-selectors']?.length ?? 0) > 0,
    },
  };
};

/** As it is compared: the same folder may be written with `/` or `./` around it. */
const plainPath = (path: string): string | undefined =>
  path.replace(/^(?:\.?\/+)+|\/+$/g, '').replace(/^\.$/, '') || undefined;

type Origin = Pick<SetResource, 'attributes' | 'relationships'>;

function originOf({ attributes, relationships }: Origin): VersionedSet['origin'] {
  return {
    versioned: attributes.versioned === true,
    vcs: attributes['vcs-repo'] != null,
    // Some servers also count the policies of a version. Members are the ones in the relationship.
    policies:
      relationships.policies?.data?.length ??
      (attributes.versioned === true ? 0 : (attributes['policy-count'] ?? 0)),
    other: Object.entries(relationships).find(([name, to]) => name.endsWith('source') && isThere(to))?.[0],
  };
}

const isThere = (to: unknown): boolean =>
  !(typeof to === 'object' && to !== null && 'data' in to && to.data === null);

function versionEntry(resource: unknown): [string, PolicySetVersion][] {
  const read = v.safeParse(VersionSchema, resource);
  return read.success ? [[read.output.id, versionOf(read.output)]] : [];
}
