/** The vocabulary of versioned policy sets (docs/terraform-api.md#policy-set-versions). */
import type { PolicyKind } from './kinds.ts';
import type { SetStamp } from './set-stamp.ts';

/** A policy set as the user names it. */
export type PolicySetReference = { readonly id: string } | { readonly name: string };

export const POLICY_SET_ID = /^polset-[A-Za-z0-9]{16}$/;

export const describeReference = (reference: PolicySetReference): string =>
  'id' in reference ? reference.id : reference.name;

/** One version of a policy set's content: uploaded once, and never changed. */
export interface PolicySetVersion {
  readonly id: string;
  /** `tfe-api` for an upload, else the VCS that it came from; undefined where the server does not say. */
  readonly source: string | undefined;
  /** `pending`, `ingressing`, `ready`, `errored`, `canceled`, or what later servers say. */
  readonly status: string | undefined;
  /** The server's own words on why it failed. */
  readonly error: string | undefined;
}

/** A policy set as the organization has it, with what matters to whoever publishes versions to it. */
export interface VersionedSet {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly organization: string | undefined;
  /** Without the stamp. */
  readonly description: string | null;
  readonly stamp: SetStamp | undefined;
  /** What its content comes from. */
  readonly origin: {
    readonly versioned: boolean;
    readonly vcs: boolean;
    /** How many individually managed policies it holds. */
    readonly policies: number;
    /** A relationship to something else that its content comes from, by its name. */
    readonly other: string | undefined;
  };
  /** What is in force; undefined before the first version is ready. */
  readonly currentVersion: VersionReference | undefined;
  /** The one that was created last, whatever became of it. */
  readonly newestVersion: VersionReference | undefined;
  readonly settings: SetSettings;
  readonly scope: SetScope;
}

/** A version, and what is known of it if the server sent it along. */
export interface VersionReference {
  readonly id: string;
  readonly version: PolicySetVersion | undefined;
}

/** How the policies of a set are run. */
export interface SetSettings {
  /** Version of Sentinel or OPA; undefined where the server names none. */
  readonly toolVersion: string | undefined;
  readonly agentEnabled: boolean | undefined;
  /** Folder inside the archive that holds the policies; undefined: its root. */
  readonly policiesPath: string | undefined;
}

/** What a set is attached to, as far as the API shows. */
export interface SetScope {
  readonly global: boolean;
  /** Undefined where the server does not say. */
  readonly workspaces: number | undefined;
  readonly projects: number | undefined;
  readonly hasTagSelectors: boolean;
}

/** A new set: attached to nothing, so that it guards nothing before its content is there. */
export interface NewSet {
  readonly name: string;
  readonly kind: PolicyKind;
  readonly description: string;
  /** Undefined: the server's own choice. */
  readonly toolVersion: string | undefined;
  readonly agentEnabled: boolean | undefined;
  /** Undefined: the root of each version. */
  readonly policiesPath: string | undefined;
}

/** A change of a set. What the server may reset when it is left out is always stated. */
export interface SetChange {
  readonly description: string | null;
  readonly toolVersion: string | undefined;
  readonly agentEnabled: boolean | undefined;
  /** Null takes it away; undefined leaves it as it is. */
  readonly policiesPath: string | null | undefined;
}

/** What a publish changes, in the words of the `policy-sets` output (docs/policy-sets.md#plan). */
export type ChangedSetPart = 'content' | 'policy-tool-version' | 'policies-path' | 'stamp';
