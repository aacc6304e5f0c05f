/** What a policy file says of itself (interface.md 3). */

const SENTINEL_COMMENT = /#.*|\/\/.*|\/\*[\s\S]*?\*\//y;
const REGO_COMMENT = /#.*/y;

/** The first paragraph of the comment that opens a Sentinel file, licences and the like skipped. */
export function describeSentinel(source: string): string | undefined {
  return openingParagraph(source, SENTINEL_COMMENT);
}

/** What a METADATA block says, else the first paragraph of the comment that opens a Rego file. */
export async function describeRego(source: string): Promise<string | undefined> {
  const text = source.replace(/\r\n?/g, '\n');
  return (await describeMetadata(text)) ?? openingParagraph(text.replace(METADATA, ''), REGO_COMMENT);
}

/** From `# METADATA` to the end of the comment, each line beginning with `#`. Source: OPA's manual, "Annotations". */
const METADATA = /^\uFEFF?#[ \t]*METADATA[ \t]*\n((?:#.*(?:\n|$))*)/gm;
const SPACE_AND_COMMENTS = /^(?:\s|#.*)*/;

/** The `description`, else the `title`, of the package; where it has neither, of the rule `deny`. */
async function describeMetadata(text: string): Promise<string | undefined> {
  const blocks = [...text.matchAll(METADATA)].map((match) => ({
    yaml: (match[1] ?? '').replace(/^#/gm, ''),
    statement: text.slice(match.index + match[0].length).replace(SPACE_AND_COMMENTS, ''),
  }));
  if (blocks.length === 0) return undefined;
  const { parse } = await import(/* webpackMode: "eager" */ 'yaml');
  const read = blocks.map(({ yaml, statement }) => ({ statement, annotations: readYaml(parse, yaml) }));
  const ofPackage = read.filter(
    ({ statement, annotations }) =>
      /^package\b/.test(statement) || /^(sub)?packages?$/.test(String(annotations['scope'])),
  );
  const ofRule = read.filter(({ statement }) => /^(default[ \t]+)?deny(?![\w(])/.test(statement));
  const texts = [...ofPackage, ...ofRule].flatMap(({ annotations }) => [
    annotations['description'],
    annotations['title'],
  ]);
  return texts
    .find((value) => typeof value === 'string' && value.trim() !== '')
    ?.toString()
    .trim();
}

/** The mapping that a METADATA block holds; empty where it is none, which is OPA's to complain of. */
function readYaml(parse: (text: string) => unknown, yaml: string): Readonly<Record<string, unknown>> {
  try {
    const value = parse(yaml);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Lines of law: the whole paragraph is no description. */
const LAW =
  /\b(licen[sc]ed (under|to)|permission is hereby granted|redistribution and use|is provided "?as is|unless required by applicable law|subject to the terms|obtain a copy of the licen[sc]e|general public licen[sc]e|apache licen[sc]e|mozilla public licen[sc]e)\b/i;
/** Lines that are no prose: ownership, editors, linters, interpreters, ornaments. */
const NO_PROSE = [
  /^(copyright\b|\(c\)|©|spdx-|all rights reserved|licen[sc]e\s*(:|$)|(mit|bsd|apache) licen[sc]e)/i,
  /^(vim?:|ex:|emacs:|kate:|code:\s*language)|-\*-/i,
  /^(regal|nolint|lint|tflint|checkov|tfsec|trivy|cspell|codespell|editorconfig)\b\s*[-:]?\s*(ignore|disable|enable|off|on|skip|:)/i,
  /^(opa|sentinel|rego)[ -]?(fmt|lint|check|ignore)\b/i,
  /^!/,
  /^[^\p{L}\p{N}`]*$/u,
];

function openingParagraph(source: string, comment: RegExp): string | undefined {
  const text = openingComment(source.replace(/\r\n?/g, '\n'), comment);
  for (const paragraph of text.split(/\n(?:[ \t]*\n)+/)) {
    if (LAW.test(paragraph.replace(/\s+/g, ' ')) || /^\s*METADATA\s*$/m.test(paragraph)) continue;
    const lines = paragraph
      .split('\n')
      .filter((line) => !NO_PROSE.some((pattern) => pattern.test(line.trim())));
    if (lines.length > 0) return joinLines(lines);
  }
  return undefined;
}

/** The text of all comments before the first statement. An empty line between them remains one. */
function openingComment(source: string, comment: RegExp): string {
  let text = '';
  let index = /^\uFEFF?\s*/.exec(source)?.[0].length ?? 0;
  while (true) {
    comment.lastIndex = index;
    const found = comment.exec(source)?.[0];
    if (found === undefined) return text;
    const space = /^\s*/.exec(source.slice(index + found.length))?.[0] ?? '';
    text += withoutMarks(found) + space.replace(/[^\n]/g, '');
    index += found.length + space.length;
  }
}

function withoutMarks(comment: string): string {
  if (!comment.startsWith('/*')) return comment.replace(/^(#+(?!!)|#|\/\/+) ?/, '').trimEnd();
  const lines = comment
    .slice(2, -2)
    .replace(/^\*+(?!\S)|\*+$/g, '')
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
