import { structuredPatch } from 'diff';

/** How the code of a policy changes, as far as it can be shown to people. */
export type CodeDiff =
  /** Unified, without file names. */
  | { readonly kind: 'patch'; readonly text: string; readonly added: number; readonly removed: number }
  /** A new policy, whole. */
  | { readonly kind: 'new'; readonly text: string; readonly added: number }
  /** Too long to be read in a report, or no text. */
  | { readonly kind: 'counts'; readonly before: number; readonly after: number };

/** A new policy of up to this many lines is shown whole. */
const SHORT = 60;

/** Longer diffs are for other tools. UTF-16 units. */
const LONGEST = 32_000;

/** More changed lines than this are not compared: that would take long, and show nothing. */
const MOST_EDITS = 500;

/** Compares the code that the organization has, if any, with that of the file. */
export function diffCode(before: Buffer | undefined, after: Buffer): CodeDiff {
  const counts: CodeDiff = { kind: 'counts', before: lineCount(before), after: lineCount(after) };
  if (before === undefined) {
    const short = counts.after <= SHORT && after.length <= LONGEST;
    return short ? { kind: 'new', text: after.toString('utf8'), added: counts.after } : counts;
  }
  const [old, now] = [textOf(before), textOf(after)];
  const patch =
    old === undefined || now === undefined
      ? undefined
      : structuredPatch('', '', old, now, undefined, undefined, { context: 3, maxEditLength: MOST_EDITS });
  if (patch === undefined) return counts;
  const lines = patch.hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines,
  ]);
  const text = lines.join('\n');
  const starting = (sign: string) =>
    patch.hunks.flatMap(({ lines }) => lines).filter((line) => line.startsWith(sign));
  return text.length > LONGEST
    ? counts
    : { kind: 'patch', text, added: starting('+').length, removed: starting('-').length };
}

function textOf(code: Buffer): string | undefined {
  try {
    // The byte order mark is part of what changes, too.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(code);
  } catch {
    return undefined;
  }
}

function lineCount(code: Buffer | undefined): number {
  if (code === undefined || code.length === 0) return 0;
  let count = code.at(-1) === 0x0a ? 0 : 1;
  for (let at = code.indexOf(0x0a); at >= 0; at = code.indexOf(0x0a, at + 1)) count++;
  return count;
}
