/** How a policy language writes what is not code. */
export interface Syntax {
  /** Matches one comment or string from where the last match ended. */
  readonly opaque: RegExp;
}

export const SENTINEL: Syntax = {
  opaque: /#.*|\/\/.*|\/\*[\s\S]*?(?:\*\/|$)|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?/g,
};

/**
 * Blanks whatever is not a statement of the file itself: comments, strings and all between brackets.
 * Every character keeps its place, so that an index here is one in the source.
 */
export function outline(source: string, { opaque }: Syntax): string {
  const code = source.replace(opaque, blank);
  let depth = 0;
  return code.replace(/[()[\]{}]|[^()[\]{}]+/g, (part) => {
    if (part === '(' || part === '[' || part === '{') return depth++ === 0 ? part : ' ';
    if (part === ')' || part === ']' || part === '}') {
      depth = Math.max(0, depth - 1);
      return depth === 0 ? part : ' ';
    }
    return depth === 0 ? part : blank(part);
  });
}

const blank = (text: string) => text.replace(/[^\r\n]+/g, (run) => ' '.repeat(run.length));
