/** How the code of a policy changes, in a form that can be shown. */
export type CodeDiff =
  /** Unified, without file names. */
  | {
      readonly kind: 'patch';
      readonly text: string;
      readonly added: number;
      readonly removed: number;
      /** How the line ends also change, which the text does not show. */
      readonly lineEnds?: string;
    }
  /** Only the line ends: `LF → CRLF`. */
  | { readonly kind: 'line-ends'; readonly lineEnds: string }
  /** A new policy, in full. */
  | { readonly kind: 'new'; readonly text: string; readonly added: number }
  /** Too long for a report, or not text. */
  | { readonly kind: 'counts'; readonly before: number; readonly after: number };
