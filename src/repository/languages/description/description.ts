/** The description in a policy file (docs/behavior.md#settings). */
import { type Comment, openingComments, REGO, SENTINEL } from './comments.ts';
import { isLicence } from './licence.ts';
import { isOnlyPointer, isProse } from './prose.ts';

/**
 * The first paragraph about the policy in the comments at the top of a Sentinel file. `path` is that of the file, from the
 * workspace, with `/`: a line with only the file's name is skipped.
 */
export function describeSentinel(source: string, path: string): string | undefined {
  return describe(openingComments(source, SENTINEL), path);
}

/** The same for the comments at the top of a Rego file, passed without METADATA. */
export function describeOpening(comments: string, path: string): string | undefined {
  return describe(openingComments(comments, REGO), path);
}

function describe(comments: readonly Comment[], path: string): string | undefined {
  for (const { lines, touchesImport } of comments) {
    if (touchesImport) continue;
    const paragraphs = paragraphsOf(lines);
    if (paragraphs.some(isLicence)) continue;
    for (const paragraph of paragraphs) {
      const description = describeParagraph(paragraph, path);
      if (description !== undefined) return description;
    }
  }
  return undefined;
}

function paragraphsOf(lines: readonly string[]): string[][] {
  const paragraphs: string[][] = [];
  let paragraph: string[] = [];
  for (const line of [...lines, '']) {
    if (!/^[ \t]*$/.test(line)) {
      paragraph.push(line);
    } else if (paragraph.length > 0) {
      paragraphs.push(paragraph);
      paragraph = [];
    }
  }
  return paragraphs;
}

function describeParagraph(paragraph: readonly string[], path: string): string | undefined {
  if (paragraph.some((line) => line.trim() === 'METADATA')) return undefined;
  const lines: string[] = [];
  for (const line of paragraph) {
    if (isProse(line, path, lines.at(-1))) lines.push(line);
  }
  return lines.every(isOnlyPointer) ? undefined : joinLines(lines);
}

/** Lines that Markdown does not join: list items, table rows, quotes, headings, fences. */
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
