import type { LevelOf } from '../../model/kinds.ts';
import type { Block } from '../languages/hcl/document.ts';
import { asWritten, valueAsWritten } from './as-written.ts';
import { type At, attributeOf, type Findings, readDescription, readLevel, readText } from './settings.ts';

interface Named {
  /** As in the configuration: without a prefix, with any characters. */
  readonly name: string;
  readonly line: number;
  readonly description?: At<string>;
}

export interface SentinelBlock extends Named {
  readonly kind: 'sentinel';
  /** As written: relative to the configuration's folder, or remote. Default: `./<name>.sentinel`. */
  readonly source?: At<string>;
  readonly enforcementLevel?: At<LevelOf<'sentinel'>>;
  /** The parameters with values. `all` if their names are not known. */
  readonly params?: {
    readonly line: number;
    readonly names: readonly string[] | 'all';
    /** Their text, independent of the layout. */
    readonly written: string;
  };
}

/** As it is written, or where the code is of a policy whose block states no source. */
export const sourceOfBlock = ({ source, name }: SentinelBlock): string =>
  source?.value ?? defaultSource(name);

export const defaultSource = (name: string): string => `./${name}.sentinel`;

export interface OpaBlock extends Named {
  readonly kind: 'opa';
  readonly query: At<string>;
  readonly enforcementLevel?: At<LevelOf<'opa'>>;
}

const KNOWN = {
  sentinel: ['source', 'enforcement_level', 'params', 'description'],
  opa: ['query', 'enforcement_level', 'description'],
} as const;

/** Undefined, with a problem, if the policy's file cannot be determined. */
export function readSentinelBlock(block: Block, name: string, findings: Findings): SentinelBlock | undefined {
  warnOfUnknown(block, name, KNOWN.sentinel, findings);
  const source = readText(block, 'source', findings);
  const enforcementLevel = readLevel(block, 'sentinel', findings);
  const description = readDescription(block, findings);
  const params = readParams(block, findings);
  if (source === 'wrong') return undefined;
  if (source?.value.trim() === '')
    return findings.problem(source.line, '`source` is empty.', 'Name the file.');
  return {
    kind: 'sentinel',
    name,
    line: block.line,
    ...(source && { source }),
    ...(enforcementLevel && { enforcementLevel }),
    ...(description && { description }),
    ...(params && { params }),
  };
}

function readParams(block: Block, findings: Findings): SentinelBlock['params'] {
  const attribute = attributeOf(block, 'params', findings);
  if (attribute !== undefined) {
    const { value, line } = attribute;
    const keys = 'other' in value ? value.keys : undefined;
    return { line, names: keys ?? 'all', written: valueAsWritten(value) };
  }
  // The first syntax of Sentinel used `params { … }`.
  const inner = block.body.find(({ type, name }) => type === 'block' && name === 'params');
  if (inner?.type !== 'block') return undefined;
  return { line: inner.line, names: inner.body.map(({ name }) => name), written: asWritten(inner.body) };
}

/** Undefined, with a problem, if the query cannot be determined. */
export function readOpaBlock(block: Block, name: string, findings: Findings): OpaBlock | undefined {
  warnOfUnknown(block, name, KNOWN.opa, findings);
  const query = readText(block, 'query', findings);
  const enforcementLevel = readLevel(block, 'opa', findings);
  const description = readDescription(block, findings);
  if (query === 'wrong') return undefined;
  if (query === undefined || query.value.trim() === '') {
    return findings.problem(
      query?.line ?? block.line,
      `The policy "${name}" has no \`query\`.`,
      'Add `query = "data.<package>.<rule>"`.',
    );
  }
  return {
    kind: 'opa',
    name,
    line: block.line,
    query,
    ...(enforcementLevel && { enforcementLevel }),
    ...(description && { description }),
  };
}

function warnOfUnknown(block: Block, name: string, known: readonly string[], findings: Findings): void {
  for (const element of block.body) {
    if (known.includes(element.name) && (element.type === 'attribute' || element.name === 'params')) continue;
    findings.warning(
      element.line,
      `The policy "${name}" has ${element.type === 'block' ? 'a block' : 'an attribute'} \`${element.name}\`, which is not supported and is ignored.`,
      `Supported names are ${known.join(', ')}.`,
    );
  }
}
