import { structuredPatch } from 'diff';
import type { CodeDiff } from './code-diff.ts';

/** A new policy of up to this many lines is shown in full. */
const SHORT = 60;

/** Longer diffs are not shown. UTF-16 units. */
const LONGEST = 32_000;

/** Longer code is not compared, only its lines are counted. Bytes. */
const LONGEST_CODE = 2 ** 20;

/** With more changed lines the comparison would take too long, and be too long to read. */
const MOST_EDITS = 500;

/** Compares the code that the organization has, if any, with that of the file. */
export function diffCode(before: Buffer | undefined, after: Buffer): CodeDiff {
  const counts: CodeDiff = { kind: 'counts', before: lineCount(before), after: lineCount(after) };
  if (Math.max(before?.length ?? 0, after.length) > LONGEST_CODE) return counts;
  const now = textOf(after);
  if (before === undefined) {
    const short = now !== undefined && counts.after <= SHORT && after.length <= LONGEST;
    return short ? { kind: 'new', text: withoutCommonEnds(now), added: counts.after } : counts;
  }
  const old = textOf(before);
  return old === undefined || now === undefined ? counts : (diffTexts(old, now) ?? counts);
}

/** Compares descriptions, without line ends and surrounding space. */
export function diffDescription(before: string, after: string): CodeDiff {
  const [old, now] = [before, after].map((text) => {
    const trimmed = text.replaceAll('\r\n', '\n').trim();
    return Buffer.from(trimmed === '' ? '' : `${trimmed}\n`);
  }) as [Buffer, Buffer];
  return diffCode(old.length === 0 ? undefined : old, now);
}

/** Undefined if too much differs. */
function diffTexts(old: string, now: string): CodeDiff | undefined {
  const [from, to] = [lineEndsOf(old), lineEndsOf(now)];
  const lineEnds = from === to || from === '' || to === '' ? undefined : `${from} → ${to}`;
  if (lineEnds !== undefined && lf(old) === lf(now)) return { kind: 'line-ends', lineEnds };
  // In a text with mixed line ends each of them may have changed, so they are not normalized.
  const mixed = [from, to].includes('mixed');
  const [a, b] = mixed ? [old, now] : [lf(old), lf(now)];
  const patch = structuredPatch('', '', a, b, undefined, undefined, {
    context: 3,
    maxEditLength: MOST_EDITS,
  });
  if (patch === undefined) return undefined;
  const lines = patch.hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines,
  ]);
  const text = lines.join('\n');
  if (text.length > LONGEST) return undefined;
  const starting = (sign: string) =>
    patch.hunks.flatMap(({ lines }) => lines).filter((line) => line.startsWith(sign)).length;
  const counted = { kind: 'patch', text, added: starting('+'), removed: starting('-') } as const;
  return mixed || lineEnds === undefined ? counted : { ...counted, lineEnds };
}

/** `LF`, `CRLF` or `mixed`. Empty without line ends. A lone carriage return is not a line end. */
function lineEndsOf(text: string): 'LF' | 'CRLF' | 'mixed' | '' {
  const all = text.split('\n').length - 1;
  const crlf = text.split('\r\n').length - 1;
  if (all === 0) return '';
  if (crlf === 0) return 'LF';
  return crlf === all ? 'CRLF' : 'mixed';
}

const lf = (text: string) => text.replaceAll('\r\n', '\n');

const withoutCommonEnds = (text: string) => (lineEndsOf(text) === 'CRLF' ? lf(text) : text);

function textOf(code: Buffer): string | undefined {
  try {
    // A byte order mark can also change.
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
