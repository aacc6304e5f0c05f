/** A configuration in either syntax (HCL, or HCL's JSON). */
import type { Position } from '../lines.ts';

/** A part of the text. The end is exclusive. Only in HCL's native syntax. */
export interface Span {
  readonly start: Position;
  readonly end: Position;
}

export interface Attribute {
  readonly type: 'attribute';
  readonly name: string;
  /** From 1. */
  readonly line: number;
  readonly value: Value;
  /** The expression of the value, without parentheses around it. */
  readonly span?: Span;
}

export interface Block {
  readonly type: 'block';
  /** `policy` of `policy "name" { … }`. */
  readonly name: string;
  readonly labels: readonly string[];
  readonly line: number;
  readonly body: readonly Element[];
  /** The text between its braces. */
  readonly inside?: Span;
}

export type Element = Attribute | Block;

/**
 * A string without expressions, or a description of any other value: `null`, `a number`. An object has `keys`, unless one
 * of them is an expression.
 */
export type Value = { readonly text: string } | OtherValue;

interface OtherValue {
  readonly other: string;
  readonly keys?: readonly string[] | undefined;
  /** As written, in HCL's native syntax. */
  readonly source?: string;
  /** If parts were requested: the members of an object or list, by key or position. */
  readonly members?: readonly Attribute[];
  /** If parts were requested: the first name of each reference in it, such as `input` of `input.name`. */
  readonly references?: readonly string[];
}

export const NULL: Value = { other: 'null' };

/** A syntax error, with a message such as `"," is not expected here`. */
export interface SyntaxFault {
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly message: string;
  readonly advice?: string;
}

/** More faults in one file are not useful. */
export const MAX_FAULTS = 100;

/** The faults to show. If there are more, the last one says so. */
export function firstFaults(faults: readonly SyntaxFault[]): readonly SyntaxFault[] {
  if (faults.length <= MAX_FAULTS) return faults;
  return faults
    .slice(0, MAX_FAULTS)
    .map((fault, index) =>
      index < MAX_FAULTS - 1
        ? fault
        : { ...fault, advice: 'The file has more errors than are shown here: correct these first.' },
    );
}

export interface Document {
  /** Without the parts that have faults. */
  readonly elements: readonly Element[];
  readonly faults: readonly SyntaxFault[];
}

/** Unescapes `$${` and `%%{`. Undefined if `${` or `%{` starts an expression. Source: HCL's specification. */
export function templateText(text: string): string | undefined {
  if (/(?<![$])[$]\{|(?<!%)%\{/.test(text)) return undefined;
  return text.replace(/([$%])\1\{/g, '$1{');
}
