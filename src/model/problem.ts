/** What the user is told: what is wrong, where, and what to do (docs/behavior.md#inputs). */

export interface Place {
  /** Name of an input of `action.yml`. */
  readonly input?: string;
  /** From the workspace, with `/` between folders. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
}

export interface Problem {
  readonly message: string;
  readonly place?: Place;
  readonly advice?: string;
  /** What the message speaks of, one by one: a name, or an old name and a new one. */
  readonly items?: readonly (readonly string[])[];
}

/** Ends the run before its first write. Carries every problem found, so that all can be mended at once. */
export class ProblemsError extends Error {
  override readonly name = 'ProblemsError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(describeProblem).join('\n'));
    this.problems = problems;
  }
}

/** What a finding of the readers of code ends with, as they may be wrong. */
export const REPORT_WRONG = 'If the file is right, open an issue with it in the repository of this action.';

/** `cost.rego:3`, `input policies`, or nothing. */
export function describePlace(place: Place | undefined): string {
  if (place?.file !== undefined) return place.line === undefined ? place.file : `${place.file}:${place.line}`;
  return place?.input === undefined ? '' : `input ${place.input}`;
}

/** One line: where, what, what to do. */
export function describeProblem({ place, ...problem }: Problem): string {
  const where = describePlace(place);
  return `${where === '' ? '' : `${where}: `}${describeWhat(problem)}`;
}

/** The same without the place. */
export function describeWhat({ message, items, advice }: Omit<Problem, 'place'>): string {
  const listed = items?.map((item) => item.join(' → ')).join(', ');
  return [message, listed === undefined ? '' : `${listed}.`, advice ?? '']
    .filter((part) => part !== '')
    .join(' ');
}
