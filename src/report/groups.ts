import { describePlace, describeProblem, describeWhat, type Place, type Problem } from '../model/problem.ts';
import { oneLine } from '../runtime/safe-text.ts';
import { amount } from './report.ts';

/** A message about one or more places. */
export interface Group extends Pick<Problem, 'message' | 'items' | 'advice' | 'exclude'> {
  readonly places: readonly Place[];
  /** Whether it is a single problem, which may have several places. */
  readonly isSingle: boolean;
  /** The problems themselves, if they have the same cause but different messages. */
  readonly members?: readonly Problem[];
  /** A name for the members: `11 policies that need modules`. */
  readonly title?: string;
  /** `11 of 14 policies`. Undefined if the affected policies are not known. */
  readonly amount?: string;
}

/** Parts of messages that differ between policies with the same failure. */
const POLICY_ID = /(?<=\/policies\/)[^\s/]+/g;
const REQUEST = / \(request [^()]*\)/g;

/**
 * Groups problems with the same message, and problems of several policies with the same cause, in the order of their
 * first problems.
 *
 * @param total number of policies that the run found
 */
export function groupProblems(problems: readonly Problem[], total: number): Group[] {
  return alike(problems).map(({ problems: group, byCause }) =>
    byCause ? ofCause(group, total) : ofMessage(group, total),
  );
}

/**
 * The same problems in another order: the first of each group, then the first of each group in every other file, then all
 * others.
 */
export function distinctFirst(problems: readonly Problem[]): Problem[] {
  const groups = alike(problems).map((group) => group.problems);
  const firstOfFile = groups.flatMap((group) =>
    [...Map.groupBy(group, ({ place }) => place?.file ?? '').values()].flatMap(([first]) => first ?? []),
  );
  return [...new Set([...groups.map(([first]) => first), ...firstOfFile, ...groups.flat()])];
}

type Several = readonly [Problem, ...Problem[]];

interface Alike {
  readonly problems: Several;
  readonly byCause: boolean;
}

function alike(problems: readonly Problem[]): Alike[] {
  const common = commonCauses(problems);
  const groups = Map.groupBy(problems, (problem) => {
    const summary = problem.cause?.summary;
    return summary !== undefined && common.has(summary) ? `cause ${summary}` : wordsOf(problem);
  });
  return [...groups].flatMap(([key, [first, ...others]]) =>
    first === undefined ? [] : [{ problems: [first, ...others], byCause: key.startsWith('cause ') }],
  );
}

/** A common cause of several policies is one group. A problem of a single policy keeps its own message. */
function commonCauses(problems: readonly Problem[]): ReadonlySet<string> {
  const byCause = Map.groupBy(problems, ({ cause }) => cause?.summary ?? '');
  const common = [...byCause].filter(([summary, group]) => summary !== '' && isCommon(group));
  return new Set(common.map(([summary]) => summary));
}

const isCommon = (group: readonly Problem[]): boolean => {
  const places = new Set(group.map(({ place }) => describePlace(place)));
  const policies = policiesOf(group);
  if (policies === undefined) return places.size > 1;
  return policies > 1 && new Set(group.map(describeProblem)).size > 1;
};

/** What problems with the same message have in common. */
export const wordsOf = ({ message, items, advice, place }: Problem): string =>
  JSON.stringify([withoutIds(message), items, advice, place === undefined]);

/** A message that replaces those of several policies. */
export const withoutIds = (message: string): string => message.replace(POLICY_ID, '…').replace(REQUEST, '');

/** ` (request r-1)`, or nothing. */
export const requestOf = (message: string): string => message.match(REQUEST)?.[0] ?? '';

function ofMessage(group: Several, total: number): Group {
  const [{ message, items, advice }] = group;
  const same = group.every((each) => each.message === message);
  const policies = policiesOf(group);
  return {
    // The message contains one request. The IDs of the others are in the log.
    message: same ? message : message.replace(POLICY_ID, '…'),
    ...(items && { items }),
    ...(advice !== undefined && { advice }),
    ...excludeOf(group),
    places: placesOf(group),
    isSingle: group.length === 1,
    ...(policies !== undefined && { amount: amountOf(policies, total) }),
  };
}

function ofCause(group: Several, total: number): Group {
  const policies = policiesOf(group);
  const places = placesOf(group);
  const count = policies ?? places.length;
  const summary = summaryOf(group);
  const advices = withoutBeginnings(group.flatMap(({ advice, cause }) => cause?.advice ?? advice ?? []));
  return {
    message: `${amountOf(count, policies === undefined ? 0 : total)} ${summary}.`,
    ...(advices.length > 0 && { advice: advices.join(' ') }),
    ...excludeOf(group),
    places,
    isSingle: false,
    members: group,
    title: `The ${amount(count)} policies that ${summary}`,
  };
}

/** Each advice once, without those that another one starts with: a finding may continue the advice of a problem. */
const withoutBeginnings = (advices: readonly string[]): string[] =>
  [...new Set(advices)].filter((advice, _, all) =>
    all.every((other) => other === advice || !other.startsWith(advice)),
  );

const placesOf = (group: Several): Place[] =>
  group.flatMap(({ place, otherPlaces = [] }) => [...(place === undefined ? [] : [place]), ...otherPlaces]);

/** Empty if the patterns are the paths, which are shown anyway. */
function excludeOf(group: Several): Pick<Group, 'exclude'> {
  const exclude = [...new Set(group.flatMap((each) => each.exclude ?? []))];
  if (group.length === 1) return exclude.length === 0 ? {} : { exclude };
  const isShown = group.every((problem) => {
    const shown = placesOf([problem]).map(({ file }) => file);
    return problem.exclude?.every((each) => shown.includes(each)) ?? true;
  });
  return isShown ? {} : { exclude };
}

/** Number of policies affected. Undefined if it is not known for all problems. */
function policiesOf(group: readonly Problem[]): number | undefined {
  if (group.some(({ policies }) => policies === undefined)) return undefined;
  return new Set(group.flatMap(({ policies = [] }) => policies)).size;
}

function amountOf(count: number, total: number): string {
  if (total > count) return `${amount(count)} of ${amount(total)} policies`;
  return `${total === count && count > 1 ? 'All ' : ''}${amount(count)} ${count === 1 ? 'policy' : 'policies'}`;
}

function summaryOf([first, ...others]: Several): string {
  const { summary = '' } = first.cause ?? {};
  const whats = [...new Set([first, ...others].flatMap(({ cause }) => cause?.what ?? []))].sort();
  return summary.replace('{}', () => listed(whats));
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** One line per group: its message and, if there is more than one, all places. */
export const problemLines = (problems: readonly Problem[], total: number): string[] =>
  groupProblems(problems, total).map(groupLine);

function groupLine(group: Group): string {
  const { places, members, isSingle, amount: policies } = group;
  if (isSingle || places.length < 2)
    return describeProblem({ ...group, ...(places[0] && { place: places[0] }) });
  const what = `${policies === undefined ? '' : `${policies}: `}${describeWhat(group)}`;
  const where = members === undefined ? places.map(describePlace) : members.map(memberWords);
  // A path that contains a line break must not break the list.
  return oneLine(`${what} In ${where.join(', ')}.`);
}

/** The place and details of one member. */
function memberWords(problem: Problem): string {
  const detail = problem.cause?.detail === undefined ? '' : ` (${problem.cause.detail})`;
  return `${placesOf([problem]).map(describePlace).join(' and ')}${detail}`;
}
