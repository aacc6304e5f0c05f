import type { Place, Problem } from '../model/problem.ts';

/** One thing that is to be said of several places. */
export interface Group extends Omit<Problem, 'place'> {
  readonly places: readonly Place[];
}

/** What differs from policy to policy although the failure is the same. */
const POLICY_ID = /(?<=\/policies\/)[^\s/]+/g;
const REQUEST = / \(request [^()]*\)/g;

/** Puts problems together that say the same, in the order of the first of each. */
export function groupProblems(problems: readonly Problem[]): Group[] {
  return alike(problems).map((group) => {
    const [{ place: _, ...first }] = group;
    const same = group.every(({ message }) => message === first.message);
    // One request stands for all of them: the ids of the others are in the log.
    const message = same ? first.message : first.message.replace(POLICY_ID, '…');
    return { ...first, message, places: group.flatMap(({ place }) => place ?? []) };
  });
}

/** The same problems, the first of each kind before those that only repeat it. */
export function distinctFirst(problems: readonly Problem[]): Problem[] {
  const groups = alike(problems);
  return [...groups.map(([first]) => first), ...groups.flatMap(([, ...others]) => others)];
}

type Alike = readonly [Problem, ...Problem[]];

function alike(problems: readonly Problem[]): Alike[] {
  const groups = Map.groupBy(problems, ({ message, items, advice, place }) =>
    JSON.stringify([
      message.replace(POLICY_ID, '…').replace(REQUEST, ''),
      items,
      advice,
      place === undefined,
    ]),
  );
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [[first, ...others] as const],
  );
}
