import type { Node } from 'web-tree-sitter';
import type { SyntaxFault } from './document.ts';

/** What HCL asks of line ends, which the grammar lets pass. Source: HCL's native syntax specification. */
export function layoutFaults(root: Node, line: number): SyntaxFault[] {
  const strings = root.descendantsOfType(['string_lit', 'quoted_template']).filter(isBroken);
  const { text, startIndex: begin } = root;
  const heredocs = root
    .descendantsOfType('heredoc_template')
    .filter(({ startIndex }) => !isHeredocLine(lineFrom(text, startIndex - begin)));
  return [
    ...strings.map((node) => fault(node, line, 'the string is not closed on its line')),
    ...heredocs.map((node) => fault(node, line, "only the heredoc's name may stand on its first line")),
    ...root.descendantsOfType('body').flatMap((body) => sharedLines(body, line)),
    ...root.descendantsOfType('attribute').flatMap((attribute) => lateValue(attribute, line)),
    ...root.descendantsOfType('block').flatMap((block) => misplacedBraces(block, line)),
  ];
}

/** Up to and with the end of the line. */
const lineFrom = (text: string, index: number) =>
  text.slice(index, text.indexOf('\n', index) + 1 || text.length + 1);

const isHeredocLine = (line: string) => /^<<-?[^\s()[\]{}\\]+\n/.test(line);

const height = ({ startPosition, endPosition }: Node) => endPosition.row - startPosition.row;

/** Line ends may stand in what a template evaluates, but not in its text. */
const isBroken = (node: Node) =>
  height(node) >
  node.namedChildren.reduce((rows, child) => rows + (/literal/.test(child.type) ? 0 : height(child)), 0);

function sharedLines(body: Node, line: number): SyntaxFault[] {
  const elements = body.namedChildren.filter(({ type }) => type !== 'comment');
  return elements.flatMap((element, index) => {
    const before = elements[index - 1];
    if (before === undefined || before.endPosition.row < element.startPosition.row) return [];
    return fault(element, line, NEW_LINE);
  });
}

function lateValue(attribute: Node, line: number): SyntaxFault[] {
  const [name, equals, value] = attribute.children.filter(({ type }) => type !== 'comment');
  if (name === undefined || value === undefined) return [];
  if (value.startPosition.row === name.startPosition.row) return [];
  return [fault(equals ?? name, line, 'the value does not begin on the line of its name')];
}

/** A block is on one line as a whole, or its braces end and begin lines. */
function misplacedBraces(block: Node, line: number): SyntaxFault[] {
  const [open, body, close] = ['block_start', 'body', 'block_end'].map((type) =>
    block.children.find((child) => child.type === type),
  );
  if (open !== undefined && open.startPosition.row !== block.startPosition.row) {
    return [fault(open, line, '"{" must stand on the line of the block\'s name')];
  }
  if (open === undefined || body === undefined || close === undefined || height(block) === 0) return [];
  if (body.startPosition.row === open.startPosition.row) return [fault(body, line, NEW_LINE)];
  return body.endPosition.row === close.startPosition.row ? [fault(close, line, NEW_LINE)] : [];
}

const NEW_LINE = 'a new line is missing before this';

const fault = ({ startPosition: { row, column } }: Node, line: number, message: string): SyntaxFault => ({
  line: row + line,
  column: column + 1,
  message,
});
