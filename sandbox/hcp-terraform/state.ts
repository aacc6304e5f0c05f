import { createHash, randomBytes } from 'node:crypto';
import { handOut } from '../http/secrets.ts';
import type { StoredFiles } from './ingress.ts';
import type { OrganizationOptions } from './options.ts';

export type PolicyKind = 'sentinel' | 'opa';
export type PolicySetKind = PolicyKind | 'tfpolicy';
export type Organization = Required<OrganizationOptions>;

export type Policy = {
  id: string;
  organization: string;
  name: string;
  kind: PolicyKind;
  query: string | null;
  description: string | null;
  enforcementLevel: string;
  code: Buffer | null;
  updatedAt: string | null;
};

export const relationNames = [
  'workspaces',
  'projects',
  'workspace-exclusions',
  'project-exclusions',
] as const;
export type RelationName = (typeof relationNames)[number];

export type PolicySet = {
  id: string;
  organization: string;
  name: string;
  kind: PolicySetKind;
  attributes: Record<string, unknown>;
  /** From HashiCorp's catalog of policies: versioned, but without versions or VCS. */
  fromCatalog: boolean;
  tagSelectors: TagSelector[];
  policies: Set<string>;
  relations: Record<RelationName, Set<string>>;
  versions: PolicySetVersion[];
  parameters: Map<string, Parameter>;
  createdAt: string;
  updatedAt: string;
};

export type Parameter = { key: string; value: string; sensitive: boolean };

export type TagSelector = { 'tag-key': string; 'tag-value': string | null; 'is-exclude': boolean };

export type PolicySetVersion = {
  id: string;
  policySet: string;
  /** `tfe-api` for uploads, else the name of the VCS provider. */
  source: string;
  secret: string;
  /** The first archive that was accepted, with its result. Null while there is none. */
  upload: Upload | null;
  /** Number of archives that arrived, accepted or not. */
  uploads: number;
  createdAt: string;
};

/** Milliseconds since the epoch. The status of a version is computed from them, without timers. */
export type Upload = {
  archive: Buffer;
  /** Sequence number of all uploads, to order two at the same time. */
  order: number;
  at: number;
  startsAt: number;
  endsAt: number;
  /** The time from which a ready version is the current one of its set. */
  currentAt: number;
  end: VersionEnd;
};

export type VersionEnd =
  | { status: 'ready'; files: StoredFiles }
  | { status: 'errored' | 'canceled'; error: string | null; message?: string | undefined };

/** Part of all secret URLs, so that one search finds any of them. */
const addressMark = handOut(randomBytes(12).toString('base64url'));

/** The purpose of a secret URL of the object store. */
export type StoredObject =
  | { read: Buffer }
  | { write: (body: Buffer) => Promise<void> /** Milliseconds since the epoch. */; expires: number };

/** The state of the service. */
export class State {
  readonly organizations: Map<string, Organization>;
  readonly policies = new Map<string, Policy>();
  readonly policySets = new Map<string, PolicySet>();
  readonly objects = new Map<string, StoredObject>();
  #ids = 0;
  #lastTime = 0;
  #uploads = 0;

  constructor(organizations: Organization[]) {
    this.organizations = new Map(organizations.map((organization) => [organization.name, organization]));
  }

  /** `pol-` and 16 letters or digits. The same in every run, but not in order. */
  newId(prefix: string): string {
    this.#ids += 1;
    const digest = createHash('sha512').update(`${prefix}${this.#ids}`).digest('base64');
    return `${prefix}-${digest.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 16)}`;
  }

  /** The time, which is never the same twice, so that two uploads always differ. */
  time(): string {
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 1);
    return new Date(this.#lastTime).toISOString();
  }

  nextUpload(): number {
    this.#uploads += 1;
    return this.#uploads;
  }

  store(object: StoredObject): string {
    const secret = addressMark + randomBytes(32).toString('base64url');
    this.objects.set(secret, object);
    return secret;
  }

  /** The policy sets of a policy, by name. */
  policySetsOf(policy: Policy): PolicySet[] {
    return byName([...this.policySets.values()].filter((set) => set.policies.has(policy.id)));
  }

  policiesOf(set: PolicySet): Policy[] {
    return byName([...set.policies].flatMap((id) => this.policies.get(id) ?? []));
  }
}

export function byName<T extends { name: string }>(items: T[]): T[] {
  return items.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
}
