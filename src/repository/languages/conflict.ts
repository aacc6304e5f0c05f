/** What Git writes into a file that two sides have changed, and that somebody committed as it was. */

import type { Fault } from './fault.ts';

const MARKER = /(?:<{7}|={7}|>{7}|\|{7})(?:[ \r\n]|$)/y;
const BEGIN = /^<{7}(?:[ \r]|$)/m;
const END = /^>{7}(?:[ \r]|$)/gm;

/** Whether a line of the text begins at the index that is a conflict marker. Only code can tell it from a ruler. */
export function isMarker(text: string, index: number): boolean {
  if (index > 0 && text.charCodeAt(index - 1) !== LINE_FEED) return false;
  MARKER.lastIndex = index;
  return MARKER.test(text);
}

const LINE_FEED = 10;

/** The line, from 1, of the first marker that begins a conflict which a later marker ends. */
export function conflictLine(text: string): number | undefined {
  const begin = BEGIN.exec(text)?.index;
  if (begin === undefined) return undefined;
  END.lastIndex = begin;
  return END.test(text) ? text.slice(0, begin).split('\n').length : undefined;
}

export const RESOLVE = 'Resolve the merge conflict.';

/** What is said of a conflict whose first marker stands on the line. */
export const conflictAt = (line: number) => ({
  line,
  message: 'A merge conflict was committed: the line is a conflict marker.',
  advice: RESOLVE,
});

/**
 * The conflict, where a file has one, in place of the fault that it led to: it can break what stands before its markers,
 * such as a string. A file without a fault has no conflict, only text that speaks of one.
 */
export function withConflict(fault: Fault | undefined, text: string): Fault | undefined {
  if (fault === undefined) return undefined;
  const line = conflictLine(text);
  return line === undefined ? fault : { ...conflictAt(line), isConflict: true };
}
