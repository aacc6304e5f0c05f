/** What an upload changes in a policy, in the words of the `policies` output. */
export type SetPolicyPart = 'code' | 'enforcement-level' | 'params' | 'query' | 'source';

export interface PolicyChange {
  /** As in `SetPolicy`. */
  readonly id: string;
  readonly name: string;
  readonly title?: string;
  readonly action: 'create' | 'update' | 'delete' | 'unchanged';
  readonly changes: readonly SetPolicyPart[];
  readonly level: { readonly before: string | undefined; readonly after: string | undefined };
  readonly query?: { readonly before: string; readonly after: string } | undefined;
  /** Changed dependencies besides its own code: paths in the archive, and imports such as `module "tags"`. */
  readonly touchedBy: readonly string[];
}
