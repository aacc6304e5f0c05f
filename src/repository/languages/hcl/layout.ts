import type { SyntaxFault } from './document.ts';
import type { TreeNode } from './tree.ts';

/** HCL's rules for line ends and whole files, which the grammar does not check. Source: HCL's native syntax specification. */
export function layoutFaults(root: TreeNode, line: number): SyntaxFault[] {
  const { bodies, blocks, attributes, values } = outline(root);
  const strings = values.flatMap((node) => node.ofTypes(['string_lit', 'quoted_template'])).filter(isBroken);
  const heredocs = values
    .flatMap((node) => node.ofTypes(['heredoc_template']))
    .filter(({ firstLine }) => !isHeredocLine(firstLine));
  return [
    ...root.namedChildren.filter(({ type }) => type === 'object').map((object) => notBlocks(object, line)),
    ...strings.map((node) => fault(node, line, 'the string is not closed on its line')),
    ...heredocs.map((node) =>
      fault(node, line, 'the first line of a heredoc may only contain its delimiter'),
    ),
    ...bodies.flatMap((body) => sharedLines(body, line)),
    ...attributes.flatMap((attribute) => [
      ...lateValue(attribute, line),
      ...brokenExpression(attribute, line),
    ]),
    ...blocks.flatMap((block) => misplacedBraces(block, line)),
  ];
}

interface Outline {
  readonly bodies: TreeNode[];
  readonly blocks: TreeNode[];
  /** Only those of more than one line, like `values`. The others cannot have such faults. */
  readonly attributes: TreeNode[];
  /** Attributes, labels and comments. */
  readonly values: TreeNode[];
}

/** Finds what can have such faults, in the order of the text. */
function outline(root: TreeNode): Outline {
  const found: Outline = { bodies: [], blocks: [], attributes: [], values: [] };
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { type } = node;
    if (type === 'body') found.bodies.push(node);
    if (type === 'block') found.blocks.push(node);
    if (/^(config_file|body|block)$/.test(type)) {
      for (const child of node.children.toReversed()) open.push(child);
    } else if (node.height > 0) {
      if (type === 'attribute') found.attributes.push(node);
      found.values.push(node);
    }
  }
  return found;
}

/** The grammar accepts an object as a whole file, which would then have no blocks. */
const notBlocks = (object: TreeNode, line: number): SyntaxFault => ({
  ...fault(object, line, '"{" is not expected here'),
  advice: 'Write blocks, as in `name "label" { … }`. JSON is not read from a file of this name.',
});

const isHeredocLine = (line: string) => /^<<-?[^\s()[\]{}\\]+\n/.test(line);

/** Line ends are allowed in the expressions of a template, but not in its text. */
const isBroken = (node: TreeNode) =>
  node.height >
  node.namedChildren.reduce((rows, { type, height }) => rows + (/literal/.test(type) ? 0 : height), 0);

function sharedLines(body: TreeNode, line: number): SyntaxFault[] {
  const elements = body.namedChildren.filter(({ type }) => type !== 'comment');
  return elements.flatMap((element, index) => {
    const before = elements[index - 1];
    if (before === undefined || before.end.line < element.start.line) return [];
    return fault(element, line, NEW_LINE);
  });
}

function lateValue(attribute: TreeNode, line: number): SyntaxFault[] {
  const [name, equals, value] = attribute.children.filter(({ type }) => type !== 'comment');
  if (name === undefined || value === undefined) return [];
  if (value.start.line === name.start.line) return [];
  return [fault(equals ?? name, line, 'the value must start on the same line as its name')];
}

/** Parts of an expression that do not allow line ends themselves. */
const OPEN = /^(expression|operation|binary_operation|unary_operation|conditional)$/;

/** A line can only break at an operator inside brackets: `(a &&` and `b)`. Reports the first fault. */
function brokenExpression(attribute: TreeNode, line: number): SyntaxFault[] {
  const open = attribute.namedChildren.filter(({ type }) => type === 'expression');
  let first: TreeNode | undefined;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const parts = node.children.filter(({ type }) => type !== 'comment');
    const isInBrackets = parts[0]?.type === '(';
    if (!OPEN.test(node.type) || isInBrackets || node.height === 0) continue;
    // Lines may end in a comment: `1 + /* … */ 2`.
    const spans = node.children.some(({ type, height }) => type === 'comment' && height > 0);
    const broken = spans ? undefined : parts.find((part, index) => !part.isNamed && isBrokenAt(parts, index));
    if (broken !== undefined && (first === undefined || broken.startIndex < first.startIndex)) first = broken;
    open.push(...parts.filter(({ isNamed }) => isNamed));
  }
  if (first === undefined) return [];
  const said = fault(first, line, `the line cannot break at "${first.type}" outside of brackets`);
  return [{ ...said, advice: 'Put the expression in parentheses.' }];
}

function isBrokenAt(parts: readonly TreeNode[], index: number): boolean {
  const [before, operator, after] = [parts[index - 1], parts[index], parts[index + 1]];
  if (operator === undefined) return false;
  return (
    (before !== undefined && before.end.line < operator.start.line) ||
    (after !== undefined && after.start.line > operator.end.line)
  );
}

/** A block is on one line, or its braces are at the end and the start of lines. */
function misplacedBraces(block: TreeNode, line: number): SyntaxFault[] {
  const [open, body, close] = ['block_start', 'body', 'block_end'].map((type) =>
    block.children.find((child) => child.type === type),
  );
  if (open !== undefined && open.start.line !== block.start.line) {
    return [fault(open, line, '"{" must be on the same line as the name of the block')];
  }
  if (open === undefined || body === undefined || close === undefined || block.height === 0) return [];
  if (body.start.line === open.start.line) return [fault(body, line, NEW_LINE)];
  return body.end.line === close.start.line ? [fault(close, line, NEW_LINE)] : [];
}

const NEW_LINE = 'a new line is missing before this';

const fault = ({ start }: TreeNode, line: number, message: string): SyntaxFault => ({
  line: start.line + line - 1,
  column: start.column,
  message,
});
