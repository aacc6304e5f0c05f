import { withConflict } from '../conflict.ts';
import type { Fault } from '../fault.ts';
import { type Import, type Param, readStatements } from './statements.ts';

/** The parts of a Sentinel file that the action needs, read according to Sentinel's specification. */
export interface Sentinel {
  readonly imports: readonly Import[];
  readonly params: readonly Param[];
  /** Whether `main`, which Sentinel evaluates, is assigned. */
  readonly hasMain: boolean;
  /** The place that no version of Sentinel can parse. The other members contain what was read nevertheless. */
  readonly fault: Fault | undefined;
}

/** Reads a Sentinel file in time proportional to its length. */
export function readSentinel(text: string): Sentinel {
  const [imports, params]: [Import[], Param[]] = [[], []];
  let hasMain = false;
  const fault = readStatements(text, {
    import: (statement) => imports.push(statement),
    param: (statement) => params.push(statement),
    assignment: (name) => {
      hasMain ||= name === 'main';
    },
  });
  return { imports, params, hasMain, fault: withConflict(fault, text) };
}
