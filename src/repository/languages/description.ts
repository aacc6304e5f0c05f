/** What a policy file says of itself (docs/behavior.md#settings). */

const SENTINEL_COMMENT = /#.*|\/\/.*|\/\*[\s\S]*?\*\//y;
const REGO_COMMENT = /#.*/y;

/** The first paragraph of the comment that opens a Sentinel file, licences and the like skipped. */
export function describeSentinel(source: string): string | undefined {
  return openingParagraph(source, SENTINEL_COMMENT);
}

/** The first paragraph of the comments that open a Rego file, the same skipped. */
export function describeOpening(comments: string): string | undefined {
  return openingParagraph(comments, REGO_COMMENT);
}

/** Lines of law: the whole paragraph is no description. */
const LAW =
  /\b(licen[sc]ed (under|to)|permission is hereby granted|redistribution and use|is provided "?as is|unless required by applicable law|subject to the terms|obtain a copy of the licen[sc]e|general public licen[sc]e|apache licen[sc]e|mozilla public licen[sc]e)\b/i;
/** Lines that are no prose: ownership, editors, linters, interpreters, ornaments. */
const NO_PROSE = [
  /^(copyright\b|\(c\)|©|spdx-|all rights reserved|licen[sc]e\s*(:|$)|(mit|bsd|apache) licen[sc]e)/i,
  /^(vim?:|ex:|emacs:|kate:|code:\s*language)|-\*-/i,
  /^(regal|nolint|lint|tflint|checkov|tfsec|trivy|cspell|codespell|editorconfig)\b\s*(?:[-:]\s*)?(ignore|disable|enable|off|on|skip|:)/i,
  /^(opa|sentinel|rego)[ -]?(fmt|lint|check|ignore)\b/i,
  /^!/,
  /^[^\p{L}\p{N}`]*$/u,
];

function openingParagraph(source: string, comment: RegExp): string | undefined {
  const lines = openingComment(source.replace(/\r\n?/g, '\n'), comment).split('\n');
  let paragraph: string[] = [];
  for (const line of [...lines, '']) {
    if (!/^[ \t]*$/.test(line)) {
      paragraph.push(line);
      continue;
    }
    const description = describeParagraph(paragraph);
    if (description !== undefined) return description;
    paragraph = [];
  }
  return undefined;
}

function describeParagraph(paragraph: readonly string[]): string | undefined {
  if (
    LAW.test(
      paragraph
        .map((line) => line.trim())
        .join(' ')
        .replace(/\s+/g, ' '),
    )
  )
    return undefined;
  if (paragraph.some((line) => line.trim() === 'METADATA')) return undefined;
  const lines = paragraph.filter((line) => !NO_PROSE.some((pattern) => pattern.test(line.trim())));
  return lines.length > 0 ? joinLines(lines) : undefined;
}

/** The text of all comments before the first statement. An empty line between them remains one. */
function openingComment(source: string, comment: RegExp): string {
  const texts: string[] = [];
  let index = skipSpace(source, source.startsWith('\uFEFF') ? 1 : 0);
  while (true) {
    comment.lastIndex = index;
    const found = comment.exec(source)?.[0];
    if (found === undefined) return texts.join('');
    const end = index + found.length;
    index = skipSpace(source, end);
    texts.push(withoutMarks(found), source.slice(end, index).replace(/[^\n]/g, ''));
  }
}

function skipSpace(text: string, index: number): number {
  const space = /\s*/y;
  space.lastIndex = index;
  return index + (space.exec(text)?.[0].length ?? 0);
}

function withoutMarks(comment: string): string {
  if (!comment.startsWith('/*')) return comment.replace(/^(#+(?!!)|#|\/\/+) ?/, '').trimEnd();
  const lines = comment
    .slice(2, -2)
    .replace(/^\*+(?!\S)|(?<!\*)\*+$/g, '')
    .split('\n')
    .map((line) => line.trimEnd());
  const [, ...rest] = lines.filter((line) => line !== '');
  const starred = rest.every((line) => /^\s*\*/.test(line));
  return lines.map((line) => (starred ? line.replace(/^\s*\*+ ?/, '') : line)).join('\n');
}

/** What Markdown gives a line of its own: items of lists, rows of tables, quotes, headings, fences. */
const OWN_LINE = /^\s*([-*+] |\d+[.)] |\||> ?|#{1,6} |```)/;

function joinLines(lines: readonly string[]): string {
  const depth = lines[0]?.search(/\S/) ?? 0;
  return lines
    .map((line) =>
      OWN_LINE.test(line) ? `\n${line.slice(Math.min(depth, line.search(/\S/)))}` : ` ${line.trim()}`,
    )
    .join('')
    .trim();
}
