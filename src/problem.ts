/** What the user is told: what is wrong, where, and what to do (interface.md 1). */

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

/** `cost.rego:3`, `input policies`, or nothing. */
export function describePlace(place: Place | undefined): string {
  if (place?.file !== undefined) return place.line === undefined ? place.file : `${place.file}:${place.line}`;
  return place?.input === undefined ? '' : `input ${place.input}`;
}

/** One line: where, what, what to do. */
export function describeProblem({ message, place, advice }: Problem): string {
  const where = describePlace(place);
  return `${where === '' ? '' : `${where}: `}${message}${advice === undefined ? '' : ` ${advice}`}`;
}
