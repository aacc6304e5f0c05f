/** The vocabulary of versioned policy sets (docs/terraform-api.md#policy-set-versions). */
import type { PolicyKind } from './kinds.ts';
import type { SetStamp } from './set-stamp.ts';

/** A policy set as named by the user. */
export type PolicySetReference = { readonly id: string } | { readonly name: string };

export const POLICY_SET_ID = /^polset-[A-Za-z0-9]{16}$/;

export const describeReference = (reference: PolicySetReference): string =>
  'id' in reference ? reference.id : reference.name;

/** One version of a policy set's content, which is uploaded once and never changes. */
export interface PolicySetVersion {
  readonly id: string;
  /** `tfe-api` for an upload, else the VCS. Undefined if the server does not say. */
  readonly source: string | undefined;
  /** `pending`, `ingressing`, `ready`, `errored`, `canceled`, or a value of later servers. */
  readonly status: string | undefined;
  /** The server's message if it failed. */
  readonly error: string | undefined;
}

/** A policy set in the organization, as needed to publish versions to it. */
export interface VersionedSet {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly organization: string | undefined;
  /** Without the stamp. */
  readonly description: string | null;
  readonly stamp: SetStamp | undefined;
  /** The origin of its content. */
  readonly origin: {
    readonly versioned: boolean;
    readonly vcs: boolean;
    /** Number of individually managed policies. */
    readonly policies: number;
    /** Name of a relationship to another origin of its content. */
    readonly other: string | undefined;
  };
  /** The version that is enforced. Undefined before the first version is ready. */
  readonly currentVersion: VersionReference | undefined;
  /** The version that was created last, whatever its status. */
  readonly newestVersion: VersionReference | undefined;
  readonly settings: SetSettings;
  readonly scope: SetScope;
}

/** The ID of a version, and the version if the server included it. */
export interface VersionReference {
  readonly id: string;
  readonly version: PolicySetVersion | undefined;
}

/** Settings that control how policies are run. */
export interface SetSettings {
  /** Version of the policy tool. Undefined if the server returns none. */
  readonly toolVersion: string | undefined;
  readonly agentEnabled: boolean | undefined;
  /** Folder of the policies inside the archive. Undefined: its root. */
  readonly policiesPath: string | undefined;
}

/** What a set is attached to, according to the API. */
export interface SetScope {
  readonly global: boolean;
  /** Undefined if the server does not say. */
  readonly workspaces: number | undefined;
  readonly projects: number | undefined;
  readonly hasTagSelectors: boolean;
}

/** A new set. Attached to nothing, so that it enforces nothing before its content is uploaded. */
export interface NewSet {
  readonly name: string;
  readonly kind: PolicyKind;
  readonly description: string;
  /** Undefined: the server's default. */
  readonly toolVersion: string | undefined;
  readonly agentEnabled: boolean | undefined;
  /** Undefined: the root of each version. */
  readonly policiesPath: string | undefined;
}

/** A change of a set. Attributes that the server may reset if they are omitted are required. */
export interface SetChange {
  readonly description: string | null;
  readonly toolVersion: string | undefined;
  readonly agentEnabled: boolean | undefined;
  /** Null removes it, undefined leaves it unchanged. */
  readonly policiesPath: string | null | undefined;
}

/** What a publish changes, in the words of the `policy-sets` output (docs/policy-sets.md#plan). */
export type ChangedSetPart = 'content' | 'policy-tool-version' | 'policies-path' | 'stamp';
