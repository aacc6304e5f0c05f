/** How the code of a policy changes, as far as it can be shown to people. */
export type CodeDiff =
  /** Unified, without file names. */
  | {
      readonly kind: 'patch';
      readonly text: string;
      readonly added: number;
      readonly removed: number;
      /** How the line ends change besides, which the text leaves out. */
      readonly lineEnds?: string;
    }
  /** Nothing but the ends of lines: `LF → CRLF`. */
  | { readonly kind: 'line-ends'; readonly lineEnds: string }
  /** A new policy, whole. */
  | { readonly kind: 'new'; readonly text: string; readonly added: number }
  /** Too long to be read in a report, or no text. */
  | { readonly kind: 'counts'; readonly before: number; readonly after: number };
