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
import { readPlain } from './plain.ts';
import { heredocText, PLAIN_STRING, quotedText } from './string.ts';
import { findFaults } from './syntax.ts';
import type { TreeNode } from './tree.ts';

/**
 * Reads HCL, in its native syntax. Lines end with `\n`. Parts that have faults give no elements.
 *
 * @param withParts whether to read the members and references of values as well
 */
export async function readHcl(text: string, withParts = false): Promise<Document> {
  const plain = readPlain(text);
  return plain === undefined ? parse(text, withParts) : { elements: plain, faults: [] };
}

async function parse(text: string, withParts: boolean): Promise<Document> {
  const parser = await hclParser();
  try {
    const { sound, faults } = findFaults(parser, text);
    const layout = sound.flatMap(({ root, line }) => layoutFaults(root, line));
    return {
      elements: sound.flatMap(({ root, line }) => readBody(root, { line, withParts })),
      faults: firstFaults([...faults, ...layout].sort((a, b) => a.line - b.line || a.column - b.column)),
    };
  } finally {
    parser.free();
  }
}

interface Reading {
  /** The line in the whole text at which the tree starts. */
  readonly line: number;
  readonly withParts: boolean;
}

/** The elements of a `config_file`, `block` or `body`. */
function readBody(node: TreeNode, reading: Reading): Element[] {
  return node.namedChildren.flatMap((child): Element[] => {
    if (child.type === 'body') return readBody(child, reading);
    if (child.type === 'attribute') return [readAttribute(child, reading)];
    return child.type === 'block' ? [readBlock(child, reading)] : [];
  });
}

function readAttribute(node: TreeNode, { line, withParts }: Reading): Attribute {
  const [name, expression] = node.namedChildren.filter(({ type }) => type !== 'comment');
  return {
    type: 'attribute',
    name: name?.text ?? '',
    line: lineOf(node, line),
    value: expression === undefined ? NULL : withParts ? readWhole(expression, line) : readValue(expression),
    ...(expression === undefined ? {} : { span: spanOf(innermost(expression), line) }),
  };
}

function readBlock(node: TreeNode, reading: Reading): Block {
  const [name, ...labels] = node.namedChildren.filter(({ type }) => /^(identifier|string_lit)$/.test(type));
  return {
    type: 'block',
    name: name?.text ?? '',
    labels: labels.map((label) =>
      label.type === 'identifier' ? label.text : (quotedText(label.text) ?? ''),
    ),
    line: lineOf(node, reading.line),
    body: readBody(node, reading),
    ...insideOf(node, reading.line),
  };
}

function insideOf({ children }: TreeNode, line: number): Pick<Block, 'inside'> {
  const [open, close] = ['block_start', 'block_end'].map((type) =>
    children.find((child) => child.type === type),
  );
  if (open === undefined || close === undefined) return {};
  return { inside: { start: position(open.end, line), end: position(close.start, line) } };
}

const spanOf = ({ start, end }: TreeNode, line: number): Span => ({
  start: position(start, line),
  end: position(end, line),
});

/** The position in the whole text. @param line the line at which the tree starts */
const position = ({ line: inTree, column }: Position, line: number): Position => ({
  line: inTree + line - 1,
  column,
});

const lineOf = ({ start }: TreeNode, line: number): number => position(start, line).line;

/** Names of expressions in messages. All others are `an expression`. */
const NAMES: Readonly<Record<string, string>> = {
  numeric_lit: 'a number',
  bool_lit: 'true or false',
  tuple: 'a list',
  object: 'an object',
  function_call: 'a function call',
  variable_expr: 'a reference',
};

/** A value with its members and references. */
function readWhole(expression: TreeNode, line: number): Value {
  const value = readValue(expression);
  if ('text' in value || value === NULL) return value;
  const members = readMembers(innermost(expression), line);
  const names = expression.ofTypes(['variable_expr']).map(({ text }) => text);
  return { ...value, ...(members && { members }), references: [...new Set(names)] };
}

/** Maximum number of members. Longer values are data whose members are not needed. */
const MOST_MEMBERS = 1000;

/** Only direct members. Deeper ones would be read again for each level above them. */
function readMembers(node: TreeNode, line: number): readonly Attribute[] | undefined {
  const member = (name: string, value: TreeNode): Attribute => ({
    type: 'attribute',
    name,
    line: lineOf(value, line),
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

function readValue(expression: TreeNode): Value {
  const node = innermost(expression);
  if (node.type === 'null_lit') return NULL;
  const text = plainText(node);
  if (text !== undefined) return { text };
  const source = expression.text;
  if (/^(string_lit|quoted_template|heredoc_template)$/.test(node.type))
    return { other: 'a template', source };
  // In a reference such as `var.x`, the name and the attribute are siblings.
  const first = expression.namedChildren[0]?.type === 'variable_expr' ? 'variable_expr' : node.type;
  const other = NAMES[first] ?? 'an expression';
  return node.type === 'object' ? { other, keys: readKeys(node), source } : { other, source };
}

/** Undefined if a key is an expression. A name without quotes is a string. */
function readKeys(object: TreeNode): readonly string[] | undefined {
  const elements = object.namedChildren.filter(({ type }) => type === 'object_elem');
  const keys = elements.map(({ namedChildren: [key] }) => (key === undefined ? undefined : readKey(key)));
  return keys.every((key) => key !== undefined) ? keys : undefined;
}

function readKey(expression: TreeNode): string | undefined {
  // In parentheses, a name is a variable.
  if (expression.text.startsWith('(')) return undefined;
  const node = innermost(expression);
  return /^(variable_expr|identifier)$/.test(node.type) ? node.text : plainText(node);
}

/** A string without escapes and templates, whose parts need not be read. */
const PLAIN = new RegExp(`^${PLAIN_STRING}$`);

function plainText(node: TreeNode): string | undefined {
  if (PLAIN.test(node.text)) return node.text.slice(1, -1);
  if (node.type === 'heredoc_template') return heredocText(node.text);
  return /^(string_lit|quoted_template)$/.test(node.type) ? quotedText(node.text) : undefined;
}

/** Goes down while a node has a single child. */
function innermost(node: TreeNode): TreeNode {
  if (!/^(expression|literal_value|template_expr|collection_value)$/.test(node.type)) return node;
  if (PLAIN.test(node.text) || node.namedChildCount !== 1) return node;
  const [child] = node.namedChildren;
  return child === undefined ? node : innermost(child);
}
