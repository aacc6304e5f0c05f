import type { Node } from 'web-tree-sitter';
import type { Position } from '../lines.ts';
import {
  type Attribute,
  type Block,
  type Document,
  type Element,
  firstFaults,
  NULL,
  type Span,
  type Value,
} from './document.ts';
import { layoutFaults } from './layout.ts';
import { hclParser } from './parser.ts';
import { heredocText, quotedText } from './string.ts';
import { findFaults } from './syntax.ts';

/**
 * Reads HCL, in its native syntax. Lines end with `\n`. Parts that have faults give no elements.
 *
 * @param withParts whether to read what the values of attributes consist of, too
 */
export async function readHcl(text: string, withParts = false): Promise<Document> {
  const { sound, faults } = findFaults(await hclParser(), text);
  const layout = sound.flatMap(({ root, line }) => layoutFaults(root, line));
  return {
    elements: sound.flatMap(({ root, line }) => readBody(root, { line, withParts })),
    faults: firstFaults([...faults, ...layout].sort((a, b) => a.line - b.line || a.column - b.column)),
  };
}

interface Reading {
  /** The line that the tree's first one has. */
  readonly line: number;
  readonly withParts: boolean;
}

/** The elements of a `config_file`, `block` or `body`. */
function readBody(node: Node, reading: Reading): Element[] {
  return node.namedChildren.flatMap((child): Element[] => {
    if (child.type === 'body') return readBody(child, reading);
    if (child.type === 'attribute') return [readAttribute(child, reading)];
    return child.type === 'block' ? [readBlock(child, reading)] : [];
  });
}

function readAttribute(node: Node, { line, withParts }: Reading): Attribute {
  const [name, expression] = node.namedChildren.filter(({ type }) => type !== 'comment');
  return {
    type: 'attribute',
    name: name?.text ?? '',
    line: node.startPosition.row + line,
    value: expression === undefined ? NULL : withParts ? readWhole(expression, line) : readValue(expression),
    ...(expression === undefined ? {} : { span: spanOf(innermost(expression), line) }),
  };
}

function readBlock(node: Node, reading: Reading): Block {
  const [name, ...labels] = node.namedChildren.filter(({ type }) => /^(identifier|string_lit)$/.test(type));
  return {
    type: 'block',
    name: name?.text ?? '',
    labels: labels.map((label) =>
      label.type === 'identifier' ? label.text : (quotedText(label.text) ?? ''),
    ),
    line: node.startPosition.row + reading.line,
    body: readBody(node, reading),
    ...insideOf(node, reading.line),
  };
}

function insideOf({ children }: Node, line: number): Pick<Block, 'inside'> {
  const [open, close] = ['block_start', 'block_end'].map((type) =>
    children.find((child) => child.type === type),
  );
  if (open === undefined || close === undefined) return {};
  return { inside: { start: position(open.endPosition, line), end: position(close.startPosition, line) } };
}

const spanOf = ({ startPosition, endPosition }: Node, line: number): Span => ({
  start: position(startPosition, line),
  end: position(endPosition, line),
});

const position = ({ row, column }: Node['startPosition'], line: number): Position => ({
  line: row + line,
  column: column + 1,
});

/** How messages name an expression. All others are `an expression`. */
const NAMES: Readonly<Record<string, string>> = {
  numeric_lit: 'a number',
  bool_lit: 'true or false',
  tuple: 'a list',
  object: 'an object',
  function_call: 'a function call',
  variable_expr: 'a reference',
};

/** A value, with what it consists of. */
function readWhole(expression: Node, line: number): Value {
  const value = readValue(expression);
  if ('text' in value || value === NULL) return value;
  const members = readMembers(innermost(expression), line);
  const names = expression.descendantsOfType('variable_expr').map(({ text }) => text);
  return { ...value, ...(members && { members }), references: [...new Set(names)] };
}

/** What has more is data, which nobody asks for its parts. */
const MOST_MEMBERS = 1000;

/** Not of what stands deeper: that would be read once for each level above it. */
function readMembers(node: Node, line: number): readonly Attribute[] | undefined {
  const member = (name: string, value: Node): Attribute => ({
    type: 'attribute',
    name,
    line: value.startPosition.row + line,
    value: readValue(value),
  });
  if (node.namedChildCount > MOST_MEMBERS) return undefined;
  const inside = node.namedChildren;
  if (node.type === 'tuple')
    return inside.filter(({ type }) => type === 'expression').map((each, index) => member(`${index}`, each));
  if (node.type !== 'object') return undefined;
  return inside.flatMap(({ type, namedChildren: [key, value] }) =>
    type === 'object_elem' && key !== undefined && value !== undefined
      ? member(readKey(key) ?? '', value)
      : [],
  );
}

function readValue(expression: Node): Value {
  const node = innermost(expression);
  if (node.type === 'null_lit') return NULL;
  const text = plainText(node);
  if (text !== undefined) return { text };
  const source = expression.text;
  if (/^(string_lit|quoted_template|heredoc_template)$/.test(node.type))
    return { other: 'a template', source };
  // In a reference such as `var.x`, the name and the attribute are siblings.
  const first = expression.namedChild(0)?.type === 'variable_expr' ? 'variable_expr' : node.type;
  const other = NAMES[first] ?? 'an expression';
  return node.type === 'object' ? { other, keys: readKeys(node), source } : { other, source };
}

/** Undefined if a key is an expression. A name without quotes is a string. */
function readKeys(object: Node): readonly string[] | undefined {
  const elements = object.namedChildren.filter(({ type }) => type === 'object_elem');
  const keys = elements.map(({ namedChildren: [key] }) => (key === undefined ? undefined : readKey(key)));
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

function readKey(expression: Node): string | undefined {
  // In parentheses, a name is a variable.
  if (expression.text.startsWith('(')) return undefined;
  const node = innermost(expression);
  return /^(variable_expr|identifier)$/.test(node.type) ? node.text : plainText(node);
}

function plainText(node: Node): string | undefined {
  if (node.type === 'heredoc_template') return heredocText(node.text);
  return /^(string_lit|quoted_template)$/.test(node.type) ? quotedText(node.text) : undefined;
}

/** Goes down while a node has a single child. */
function innermost(node: Node): Node {
  const only =
    /^(expression|literal_value|template_expr|collection_value)$/.test(node.type) &&
    node.namedChildCount === 1;
  const child = only ? node.namedChild(0) : null;
  return child === null ? node : innermost(child);
}
