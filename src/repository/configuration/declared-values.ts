import type { Block } from '../languages/hcl/document.ts';
import { asWritten } from './as-written.ts';

/** What an `input` or a `locals` block declares: what refers to it, such as `input.level`, and what it says. */
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

/** The inputs and locals that a text may refer to, each once: also those that are in a string only. */
export const referencesIn = (written: string): string[] => [
  ...new Set(Array.from(written.matchAll(REFERENCE), ([reference]) => reference)),
];

const REFERENCE = /(?<![\p{L}\p{N}_.-])(?:input|local)\.[\p{L}_][\p{L}\p{N}_-]*/gu;
