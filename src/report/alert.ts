/** A change that a reviewer must not miss, in every form of the report. */
export interface Alert {
  readonly kind: 'CAUTION' | 'WARNING' | 'IMPORTANT';
  readonly title: string;
  readonly items: readonly AlertItem[];
  /** A sentence about all of them. */
  readonly rest?: string;
}

/** The name of a policy or a policy set. */
export interface AlertItem {
  readonly name: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  /** The policy sets concerned. Empty if they are obvious. */
  readonly sets: readonly string[];
}
