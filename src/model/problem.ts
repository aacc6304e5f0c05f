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
  /** Where else it stands, if it is one problem of several places: two policies of one name. */
  readonly otherPlaces?: readonly Place[];
  /** Where it is to add a file to `exclude`, it says `add it to \`exclude\`` in these or similar words. */
  readonly advice?: string;
  /** What the advice is to add to `exclude`: paths from the workspace, until the search puts patterns in their place. */
  readonly exclude?: readonly string[];
  readonly cause?: Cause;
  /** What tells the policies apart that it is about, where the run found them: for counting only. */
  readonly policies?: readonly string[];
  /** What the message speaks of, one by one: a name, or an old name and a new one. */
  readonly items?: readonly (readonly string[])[];
}

/**
 * What problems of several policies have in common although their messages differ, such as the modules that they need.
 * Problems with the same `summary` are one line of the report, with the number of their policies before it.
 */
export interface Cause {
  /** What several policies do, behind their number: `need {}, which only a versioned policy set has`. */
  readonly summary: string;
  /** What stands for `{}` of this one: `modules`. */
  readonly what?: string;
  /** What to do about all of them; left out where the advice of each says it. */
  readonly advice?: string;
  /** What sets this one apart in a list of places: `module "report"`. */
  readonly detail?: string;
}

/** The cause of all that an individually managed policy does not have. */
export const NEEDS_VERSIONED_SET: Cause = {
  summary: 'need {}, which only a versioned policy set has',
  advice:
    'Publish them as a versioned policy set (`versioned-policy-sets`), move what they need into the policies, or add the files to `exclude`.',
};

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
export function describeWhat({ message, items, ...problem }: Omit<Problem, 'place'>): string {
  const listed = items?.map((item) => item.join(' → ')).join(', ');
  return [message, listed === undefined ? '' : `${listed}.`, adviceOf(problem) ?? '']
    .filter((part) => part !== '')
    .join(' ');
}

/** What sites of problems write that know no patterns. */
const TO_EXCLUDE =
  /\badd (?:it|the files?|this one|(?:all but )?one of (?:them|each)|the others) to `exclude`/;

/** Whoever has more of them writes a pattern for all. */
const MOST_PATTERNS = 20;

/** What sites of problems write that only a versioned policy set helps with. */
const TO_VERSIONED_SET = /\bversioned policy set\b/;

/** Where it says how to get there. The repository of the action has no fixed address: it may be a fork or a mirror. */
export const MIGRATION = 'See "From individually managed policies" in `docs/policy-sets.md` of this action.';

/** What to do, with the very patterns where it is to add files to `exclude`, and with where to read on. */
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
 * The problems, each once: what is wrong with a file that two policies are made of is found twice, and is one problem of
 * both. In the order of the first of each.
 */
export function withoutRepeats(problems: readonly Problem[]): Problem[] {
  const same = Map.groupBy(problems, ({ policies: _, ...problem }) => JSON.stringify(problem));
  return [...same.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const policies = [...new Set([first, ...others].flatMap((each) => each.policies ?? []))];
    return [policies.length === 0 ? first : { ...first, policies }];
  });
}
