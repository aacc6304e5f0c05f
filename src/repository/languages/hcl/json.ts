import type { Node, ParseError } from 'jsonc-parser';
import { isMarker, RESOLVE } from '../conflict.ts';
import { positions } from '../lines.ts';
import {
  type Document,
  type Element,
  firstFaults,
  NULL,
  type SyntaxFault,
  templateText,
  type Value,
} from './document.ts';

type Property = readonly [name: string, value: Node, offset: number];
type LineAt = (offset: number) => number;

/** Messages for the parser's codes. Its types declare them as a `const enum`, which cannot be imported. */
const FAULTS: Readonly<Record<number, string>> = {
  1: 'this is not a value',
  2: 'this is not a number',
  3: 'a property name in double quotes is expected here',
  4: 'a value is expected here',
  5: '":" is expected here',
  6: '"," is expected here',
  7: '"}" is expected here',
  8: '"]" is expected here',
  9: 'nothing more is expected here',
  10: 'comments are not allowed in JSON',
  11: 'the comment is never closed',
  12: 'the string is not closed on its line',
  13: 'the number is not complete',
  14: 'the escape must have four hexadecimal digits',
  15: 'the escape is not valid',
  16: 'the character is not allowed in a string',
};

/** Reads HCL's JSON syntax (https://github.com/hashicorp/hcl/blob/main/json/spec.md). Lines end with `\n`. */
export async function readJson(text: string): Promise<Document> {
  const module = await import(/* webpackChunkName: "jsonc-parser" */ 'jsonc-parser');
  // Node loads the package as CommonJS, the bundle as ES modules.
  const { parseTree } = 'default' in module ? (module.default as typeof module) : module;
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  if (errors.length > 0 || root === undefined) {
    return { elements: [], faults: faultsOf(text, errors) };
  }
  const positionOf = positions(text);
  const lineAt: LineAt = (offset) => positionOf(offset).line;
  const bodies = bodiesOf(root);
  if (bodies === undefined) return { elements: [], faults: [notABody] };
  return {
    elements: bodies.flatMap((body) => properties(body).flatMap((property) => outermost(property, lineAt))),
    faults: [],
  };
}

const notABody: SyntaxFault = { line: 1, column: 1, message: 'an object is expected here' };

/** One fault per place, because the parser reports several alternatives, and one per conflict marker. */
function faultsOf(text: string, errors: readonly ParseError[]): readonly SyntaxFault[] {
  const markerOf = ({ offset }: ParseError) => {
    const start = text.lastIndexOf('\n', offset - 1) + 1;
    return isMarker(text, start) ? start : undefined;
  };
  const places = Map.groupBy(errors, (error) => markerOf(error) ?? error.offset);
  const positionOf = positions(text);
  const faults = [...places.values()].flatMap(([first]) => {
    if (first === undefined) return [];
    const message = FAULTS[first.error] ?? 'this is not JSON';
    const advice = markerOf(first) === undefined ? {} : { advice: RESOLVE };
    return [{ ...positionOf(first.offset), message, ...advice }];
  });
  return firstFaults(faults);
}

/** A body is an object, or a list of objects. */
function bodiesOf(node: Node): Node[] | undefined {
  const nodes = node.type === 'array' ? (node.children ?? []) : [node];
  return nodes.every(({ type }) => type === 'object') ? nodes : undefined;
}

/** In order, including repeated names. `//` is a comment in HCL's JSON. */
function properties(object: Node): Property[] {
  return (object.children ?? []).flatMap(({ children: [name, value] = [], offset }): Property[] =>
    name === undefined || value === undefined || name.value === '//'
      ? []
      : [[String(name.value), value, offset]],
  );
}

/** Number of labels of a block. Each is a level of objects. */
function labelsOf(name: string, first: string): number {
  if (name === 'import') return /^(module|static|plugin)$/.test(first) ? 2 : 1;
  return name === 'policy' || name === 'module' || name === 'param' ? 1 : 0;
}

/** A block is nested in its labels. Anything else in its place is an attribute, which the reader rejects. */
function outermost(
  property: Property,
  lineAt: LineAt,
  labels: readonly string[] = [],
  block?: string,
): Element[] {
  const [key, value, offset] = property;
  const name = block ?? key;
  const held = block === undefined ? labels : [...labels, key];
  const bodies = labelsOf(name, '') === 0 ? undefined : bodiesOf(value);
  if (bodies === undefined) return [attribute([name, value, offset], lineAt)];
  if (held.length < labelsOf(name, held[0] ?? '')) {
    return bodies.flatMap(properties).flatMap((inner) => outermost(inner, lineAt, held, name));
  }
  return bodies.map((body) => ({
    type: 'block',
    name,
    labels: held,
    line: lineAt(value.type === 'array' ? body.offset : offset),
    body: properties(body).map((inner) => attribute(inner, lineAt)),
  }));
}

const attribute = ([name, value, offset]: Property, lineAt: LineAt): Element => ({
  type: 'attribute',
  name,
  line: lineAt(offset),
  value: readValue(value),
});

const NAMES: Readonly<Record<string, string>> = {
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
};

function readValue(node: Node): Value {
  const { type, value } = node;
  if (type === 'null') return NULL;
  if (type === 'object')
    return {
      other: 'an object',
      keys: properties(node).map(([key]) => key),
    };
  if (type !== 'string') return { other: NAMES[type] ?? 'an expression' };
  const text = templateText(String(value));
  return text === undefined ? { other: 'a template' } : { text };
}
