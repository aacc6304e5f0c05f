/** One comment: adjacent lines of the same form, or one block over several lines. */
export interface Comment {
  /** Without comment marks. Empty at the end of a paragraph. */
  readonly lines: readonly string[];
  /** Whether an `import` follows without an empty line, which the comment is then about. */
  readonly touchesImport: boolean;
}

/** Match one comment of a language. */
export const SENTINEL = /#.*|\/\/.*|\/\*[\s\S]*?\*\//y;
export const REGO = /#.*/y;

/** Maximum length of the comments. UTF-16 units. */
const MOST = 64 * 1024;

/** The comments before the first statement. With any line ends. */
export function openingComments(source: string, language: RegExp): Comment[] {
  const text = source.replace(/\r\n?/g, '\n');
  const comments: { form: string; lines: string[] }[] = [];
  let index = skipSpace(text, text.startsWith('\uFEFF') ? 1 : 0);
  let [length, touches] = [0, false];
  while (length < MOST) {
    language.lastIndex = index;
    const found = language.exec(text)?.[0];
    if (found === undefined) break;
    length += found.length;
    const form = formOf(found);
    const lines = withoutMarks(found.slice(0, MOST));
    const last = comments.at(-1);
    if (touches && last?.form === form && form !== 'block') last.lines.push(...lines);
    else comments.push({ form, lines });
    const end = index + found.length;
    index = skipSpace(text, end);
    touches = hasOneBreak(text.slice(end, index));
  }
  const isImport = touches && /^import\b/.test(text.slice(index, index + 'import '.length));
  return comments.map(({ lines }, at) => ({
    lines,
    touchesImport: isImport && at === comments.length - 1,
  }));
}

const formOf = (comment: string): string =>
  comment.includes('\n') ? 'block' : comment.slice(0, comment.startsWith('#') ? 1 : 2);

const hasOneBreak = (space: string): boolean => space.indexOf('\n') === space.lastIndexOf('\n');

function skipSpace(text: string, index: number): number {
  const space = /\s*/y;
  space.lastIndex = index;
  return index + (space.exec(text)?.[0].length ?? 0);
}

function withoutMarks(comment: string): string[] {
  if (!comment.startsWith('/*'))
    return [withoutEdge(comment.replace(/^(#+(?!!)|#|\/\/+) ?/, ''), comment.charAt(0))];
  const lines = withoutEdge(
    comment.slice(2, comment.endsWith('*/') ? -2 : undefined).replace(/^\*+(?!\S)/, ''),
    '*',
  )
    .split('\n')
    .map((line) => line.trimEnd());
  const [, ...rest] = lines.filter((line) => line !== '');
  const isStarred = rest.every((line) => /^\s*\*/.test(line));
  return isStarred ? lines.map((line) => withoutEdge(line.replace(/^\s*\*+ ?/, ''), '*')) : lines;
}

/** Without the right edge of a box, which is marks after a space, and without trailing space. */
function withoutEdge(line: string, mark: string): string {
  const text = line.trimEnd();
  let end = text.length;
  while (end > 0 && text.charAt(end - 1) === mark) end--;
  return end === 0 || /\s/.test(text.charAt(end - 1)) ? text.slice(0, end).trimEnd() : text;
}
