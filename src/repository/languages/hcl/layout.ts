import type { Node } from 'web-tree-sitter';
import type { SyntaxFault } from './document.ts';

/** HCL's rules for line ends and whole files, which the grammar does not check. Source: HCL's native syntax specification. */
export function layoutFaults(root: Node, line: number): SyntaxFault[] {
  const strings = root.descendantsOfType(['string_lit', 'quoted_template']).filter(isBroken);
  const { text, startIndex: begin } = root;
  const heredocs = root
    .descendantsOfType('heredoc_template')
    .filter(({ startIndex }) => !isHeredocLine(lineFrom(text, startIndex - begin)));
  return [
    ...root.namedChildren.filter(({ type }) => type === 'object').map((object) => notBlocks(object, line)),
    ...strings.map((node) => fault(node, line, 'the string is not closed on its line')),
    ...heredocs.map((node) =>
      fault(node, line, 'the first line of a heredoc may only contain its delimiter'),
    ),
    ...root.descendantsOfType('body').flatMap((body) => sharedLines(body, line)),
    ...root
      .descendantsOfType('attribute')
      .flatMap((attribute) => [...lateValue(attribute, line), ...brokenExpression(attribute, line)]),
    ...root.descendantsOfType('block').flatMap((block) => misplacedBraces(block, line)),
  ];
}

/** The grammar accepts an object as a whole file, which would then have no blocks. */
const notBlocks = (object: Node, line: number): SyntaxFault => ({
  ...fault(object, line, '"{" is not expected here'),
  advice: 'Write blocks, as in `name "label" { … }`. JSON is not read from a file of this name.',
});

/** Up to and including the end of the line. */
const lineFrom = (text: string, index: number) =>
  text.slice(index, text.indexOf('\n', index) + 1 || text.length + 1);

const isHeredocLine = (line: string) => /^<<-?[^\s()[\]{}\\]+\n/.test(line);

const height = ({ startPosition, endPosition }: Node) => endPosition.row - startPosition.row;

/** Line ends are allowed in the expressions of a template, but not in its text. */
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
  return [fault(equals ?? name, line, 'the value must start on the same line as its name')];
}

/** What an expression consists of as long as nothing around it allows line ends. */
const OPEN = /^(expression|operation|binary_operation|unary_operation|conditional)$/;

/** Beside an operator the line goes on only in brackets, as `(a &&` and `b)`. The first place that is wrong is said. */
function brokenExpression(attribute: Node, line: number): SyntaxFault[] {
  if (height(attribute) === 0) return [];
  const open = attribute.namedChildren.filter(({ type }) => type === 'expression');
  let first: Node | undefined;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const parts = node.children.filter(({ type }) => type !== 'comment');
    const isInBrackets = parts[0]?.type === '(';
    if (!OPEN.test(node.type) || isInBrackets || height(node) === 0) continue;
    const broken = parts.find((part, index) => !part.isNamed && isBrokenAt(parts, index));
    if (broken !== undefined && (first === undefined || broken.startIndex < first.startIndex)) first = broken;
    open.push(...parts.filter(({ isNamed }) => isNamed));
  }
  if (first === undefined) return [];
  const said = fault(first, line, `the line cannot break at "${first.type}" outside of brackets`);
  return [{ ...said, advice: 'Put the expression in parentheses.' }];
}

function isBrokenAt(parts: readonly Node[], index: number): boolean {
  const [before, operator, after] = [parts[index - 1], parts[index], parts[index + 1]];
  if (operator === undefined) return false;
  const { startPosition, endPosition } = operator;
  return (
    (before !== undefined && before.endPosition.row < startPosition.row) ||
    (after !== undefined && after.startPosition.row > endPosition.row)
  );
}

/** A block is on one line, or its braces are at the end and the start of lines. */
function misplacedBraces(block: Node, line: number): SyntaxFault[] {
  const [open, body, close] = ['block_start', 'body', 'block_end'].map((type) =>
    block.children.find((child) => child.type === type),
  );
  if (open !== undefined && open.startPosition.row !== block.startPosition.row) {
    return [fault(open, line, '"{" must be on the same line as the name of the block')];
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
