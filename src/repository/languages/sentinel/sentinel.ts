import { withConflict } from '../conflict.ts';
import type { Fault } from '../fault.ts';
import { type Import, type Param, readStatements } from './statements.ts';

/** What the action needs of a Sentinel file, read as Sentinel's specification has it. */
export interface Sentinel {
  readonly imports: readonly Import[];
  readonly params: readonly Param[];
  /** Whether something is assigned to `main`, which Sentinel evaluates. */
  readonly hasMain: boolean;
  /** What no version of Sentinel can parse; the rest is what was read nevertheless. */
  readonly fault: Fault | undefined;
}

/** Reads a Sentinel file in time that grows with its length. */
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
