import type { Problem } from '../model/problem.ts';
import { messageOf } from '../runtime/error-message.ts';

/** Reads all `INPUT_*` variables, and collects problems with the name of the input. */
export class Reader {
  readonly problems: Problem[] = [];
  readonly environment: NodeJS.ProcessEnv;

  constructor(environment: NodeJS.ProcessEnv) {
    this.environment = environment;
  }

  /** The input as set, including the empty string. Undefined if it is not declared. */
  readonly given = (input: string): string | undefined =>
    this.environment[`INPUT_${input.replaceAll(' ', '_').toUpperCase()}`];

  /** The input as set. An empty one counts as not set (docs/behavior.md#inputs). */
  readonly text = (input: string): string | undefined => {
    const value = this.given(input);
    return value === undefined || value.trim() === '' ? undefined : value;
  };

  /**
   * Parses one input. If it is not valid, undefined is returned despite the return type: use this inside `group`, which
   * discards its values then, or handle undefined.
   */
  value<T>(input: string, parse: (reader: Reader) => T): T {
    try {
      return parse(this);
    } catch (error) {
      this.problems.push({ message: `\`${input}\` ${messageOf(error)}.`, place: { input } });
      return undefined as T;
    }
  }

  quietly<T>(parse: (reader: Reader) => T): T | undefined {
    try {
      return parse(this);
    } catch {
      return undefined;
    }
  }

  group<T>(read: () => T): T | undefined {
    const before = this.problems.length;
    const group = read();
    return this.problems.length === before ? group : undefined;
  }
}

/** The booleans of YAML 1.2, as in GitHub's toolkit. */
export const BOOLEANS = {
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
} as const;

export function oneOf<T, D>(text: string | undefined, preset: D, values: Record<string, T>): T | D {
  if (text === undefined) return preset;
  const value = Object.hasOwn(values, text.trim()) ? values[text.trim()] : undefined;
  if (value === undefined)
    throw new Error(`is "${text}"; use one of ${distinct(Object.keys(values)).join(', ')}`);
  return value;
}

const distinct = (names: string[]) => [...new Set(names.map((name) => name.toLowerCase()))];

export function wholeNumber(
  text: string | undefined,
  { least, most }: { least: number; most: number },
): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,16}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
  throw new Error(`is "${text}"; use a whole number, ${range}`);
}

export function firstOf(environment: NodeJS.ProcessEnv, names: readonly string[]): string | undefined {
  return names.map((name) => environment[name]?.trim()).find((value) => value !== undefined && value !== '');
}
