/** Conflict markers that Git writes into a file, and that were committed. */

import type { Fault } from './fault.ts';

const MARKER = /(?:<{7}|={7}|>{7}|\|{7})(?:[ \r\n]|$)/y;
const BEGIN = /^<{7}(?:[ \r]|$)/m;
const END = /^>{7}(?:[ \r]|$)/gm;

/** Whether a conflict marker starts at the index. It may also be decoration, which only the caller can know. */
export function isMarker(text: string, index: number): boolean {
  if (index > 0 && text.charCodeAt(index - 1) !== LINE_FEED) return false;
  MARKER.lastIndex = index;
  return MARKER.test(text);
}

const LINE_FEED = 10;

/** The line, from 1, of the first marker of a conflict that has an end marker. */
export function conflictLine(text: string): number | undefined {
  const begin = BEGIN.exec(text)?.index;
  if (begin === undefined) return undefined;
  END.lastIndex = begin;
  return END.test(text) ? text.slice(0, begin).split('\n').length : undefined;
}

export const RESOLVE = 'Resolve the merge conflict.';

/** The problem of a conflict that starts on this line. */
export const conflictAt = (line: number) => ({
  line,
  message: 'A merge conflict was committed: the line is a conflict marker.',
  advice: RESOLVE,
});

/**
 * Replaces a fault by the conflict that caused it, even if the fault is before the markers, such as in a string. A file
 * without a fault has no conflict, only text that mentions one.
 */
export function withConflict(fault: Fault | undefined, text: string): Fault | undefined {
  if (fault === undefined) return undefined;
  const line = conflictLine(text);
  return line === undefined ? fault : { ...conflictAt(line), isConflict: true };
}
