/** What an upload changes of a policy, in the words of the `policies` output. */
export type SetPolicyPart = 'code' | 'enforcement-level' | 'params' | 'query' | 'source';

export interface PolicyChange {
  /** As `SetPolicy` has it. */
  readonly id: string;
  readonly name: string;
  readonly title?: string;
  readonly action: 'create' | 'update' | 'delete' | 'unchanged';
  readonly changes: readonly SetPolicyPart[];
  readonly level: { readonly before: string | undefined; readonly after: string | undefined };
  readonly query?: { readonly before: string; readonly after: string } | undefined;
  /** What changes of what it needs beside its own code: files by path in the archive, and the likes of `module "tags"`. */
  readonly touchedBy: readonly string[];
}
