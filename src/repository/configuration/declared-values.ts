import type { Block } from '../languages/hcl/document.ts';
import { asWritten } from './as-written.ts';

/** A value that an `input` or `locals` block declares, with the expression that refers to it: `input.level`. */
export interface DeclaredValue {
  readonly reference: string;
  readonly written: string;
}

export function declaredValues({ name, labels, body }: Block): DeclaredValue[] {
  if (name === 'input')
    return labels.map((label) => ({ reference: `input.${label}`, written: asWritten(body) }));
  if (name !== 'locals') return [];
  return body.map((element) => ({ reference: `local.${element.name}`, written: asWritten([element]) }));
}

/** The inputs and locals that a text may refer to, each once, including those in strings. */
export const referencesIn = (written: string): string[] => [
  ...new Set(Array.from(written.matchAll(REFERENCE), ([reference]) => reference)),
];

const REFERENCE = /(?<![\p{L}\p{N}_.-])(?:input|local)\.[\p{L}_][\p{L}\p{N}_-]*/gu;
