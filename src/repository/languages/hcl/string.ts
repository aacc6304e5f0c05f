import { templateText } from './document.ts';

/** Source of a pattern for strings without escapes and templates, with their quotes. */
export const PLAIN_STRING = String.raw`"[^"\\$%\n]*"`;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** The value of a quoted string, passed with its quotes. Undefined if it contains an expression. */
export function quotedText(source: string): string | undefined {
  const inner = source.slice(1, -1);
  const sequence = /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g;
  // Templates are recognized before unescaping: "\u0024{" is text.
  const pieces = inner.split(/(\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}|\\.)/);
  const texts = pieces.map((piece, index) =>
    index % 2 === 0
      ? templateText(piece)
      : piece.replace(sequence, (_, short?: string, long?: string, one?: string) =>
          one === undefined ? character(short ?? long ?? '') : (ESCAPES[one] ?? one),
        ),
  );
  return texts.includes(undefined) ? undefined : texts.join('');
}

function character(hexadecimal: string): string {
  const code = Number.parseInt(hexadecimal, 16);
  return code > 0x10ffff ? '\uFFFD' : String.fromCodePoint(code);
}

/**
 * The value of a heredoc, passed from `<<` to its end delimiter. Undefined if it contains an expression. `<<-` removes the
 * common indentation of its lines.
 */
export function heredocText(source: string): string | undefined {
  const lines = source.split('\n').slice(1, -1);
  const depth = source.startsWith('<<-') ? sharedIndentation(lines) : 0;
  return templateText(lines.map((line) => `${line.slice(depth)}\n`).join(''));
}

function sharedIndentation(lines: readonly string[]): number {
  const depths = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  return depths.length === 0 ? 0 : depths.reduce((least, depth) => Math.min(least, depth));
}
