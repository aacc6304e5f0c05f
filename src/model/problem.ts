/** A message to the user: what is wrong, where, and what to do (docs/behavior.md#inputs). */

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
  /** The other places of a problem that has several, such as two policies with the same name. */
  readonly otherPlaces?: readonly Place[];
  /** Advice to exclude a file says `add it to \`exclude\``, so that the pattern can be filled in (see `TO_EXCLUDE`). */
  readonly advice?: string;
  /** What to add to `exclude`: paths from the workspace, which the search replaces by patterns. */
  readonly exclude?: readonly string[];
  readonly cause?: Cause;
  /** Identifies the policies affected. Only used to count them. */
  readonly policies?: readonly string[];
  /** A list that follows the message. Each item is a name, or an old and a new name. */
  readonly items?: readonly (readonly string[])[];
}

/**
 * What problems of several policies have in common although their messages differ, such as missing modules. Problems
 * with the same `summary` are one line of the report, which starts with the number of policies.
 */
export interface Cause {
  /** A predicate that follows the number of policies: `need {}, which only versioned policy sets support`. */
  readonly summary: string;
  /** Replaces `{}`: `modules`. */
  readonly what?: string;
  /** What to do about all of them. If undefined, the advice of each is used. */
  readonly advice?: string;
  /** Follows the place in a list: `module "report"`. */
  readonly detail?: string;
}

/** The cause of everything that individually managed policies do not support. */
export const NEEDS_VERSIONED_SET: Cause = {
  summary: 'need {}, which only versioned policy sets support',
  advice:
    'Publish them as a versioned policy set (`versioned-policy-sets`), move what they need into the policies, or add the files to `exclude`.',
};

/** Ends the run before its first write. Contains every problem found, so that all can be fixed at once. */
export class ProblemsError extends Error {
  override readonly name = 'ProblemsError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(describeProblem).join('\n'));
    this.problems = problems;
  }
}

/** The end of every finding in code, because the readers of code can be wrong. */
export const REPORT_WRONG =
  'If the file is correct, report this as an issue in the repository of this action.';

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
export function describeWhat({ message, items, ...problem }: Omit<Problem, 'place'>): string {
  const listed = items?.map((item) => item.join(' → ')).join(', ');
  return [message, listed === undefined ? '' : `${listed}.`, adviceOf(problem) ?? '']
    .filter((part) => part !== '')
    .join(' ');
}

/** The advice of code that finds problems, but does not know the patterns. */
const TO_EXCLUDE =
  /\badd (?:it|the files?|this one|(?:all but )?one of (?:them|each)|the others) to `exclude`/;

/** With more files, a single pattern for all of them is easier to write. */
const MOST_PATTERNS = 20;

/** The advice for everything that only versioned policy sets support. */
const TO_VERSIONED_SET = /\bversioned policy set\b/;

/** Not a link, because the action may be used from a fork or a mirror. */
export const MIGRATION = 'See "From individually managed policies" in `docs/policy-sets.md` of this action.';

/** What to do, including the patterns to add to `exclude` and the document to read. */
export function adviceOf({ advice, exclude = [] }: Pick<Problem, 'advice' | 'exclude'>): string | undefined {
  const more = advice !== undefined && TO_VERSIONED_SET.test(advice) ? ` ${MIGRATION}` : '';
  const patterns = exclude.slice(0, MOST_PATTERNS).map((pattern) => `\`${pattern}\``);
  if (exclude.length > MOST_PATTERNS) patterns.push(`and ${exclude.length - MOST_PATTERNS} more`);
  const said = advice?.replace(TO_EXCLUDE, (words) => {
    if (patterns.length === 0) return words;
    return patterns.length === 1 ? `add ${patterns[0]} to \`exclude\`` : `${words} (${patterns.join(', ')})`;
  });
  return said === undefined ? undefined : said + more;
}

/** Whether the advice is to add the file to `exclude`. */
export const advisesExclude = ({ advice = '' }: Problem): boolean => TO_EXCLUDE.test(advice);

/**
 * The problems without repetitions, in order. A problem with a file that defines two policies is found twice, and is one
 * problem of both.
 */
export function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const same = Map.groupBy(problems, ({ policies: _, ...problem }) => JSON.stringify(problem));
  return [...same.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const policies = [...new Set([first, ...others].flatMap((each) => each.policies ?? []))];
    return [policies.length === 0 ? first : { ...first, policies }];
  });
}
