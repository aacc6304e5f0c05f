/** What a reviewer must not miss, in any form of the report. */
export interface Alert {
  readonly kind: 'CAUTION' | 'WARNING' | 'IMPORTANT';
  readonly title: string;
  readonly items: readonly AlertItem[];
  /** A sentence about all of them. */
  readonly rest?: string;
}

/** A policy or a policy set, by its name. */
export interface AlertItem {
  readonly name: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  /** The policy sets that it is about; empty where that goes without saying. */
  readonly sets: readonly string[];
}
