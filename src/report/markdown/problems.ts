import type { PhrasingContent } from 'mdast';
import { adviceOf, describePlace, type Place, type Problem } from '../../model/problem.ts';
import { type Group, groupProblems } from '../groups.ts';
import { amount, plural, type Report } from '../report.ts';
import type { Block } from './fit.ts';
import { bullets, code, folded, heading, link, paragraph, render, strong, text, words } from './nodes.ts';

/** Maximum number of places per problem. The log contains all. */
const MOST_PLACES = 20;

/** The same for a collapsed list with one item per place. */
const MOST_MEMBERS = 100;

/** Maximum number of places that are shown before the message. */
const FEW_PLACES = 3;

/**
 * A list of problems, with one item for all that have the same message.
 *
 * @param noun the name of one problem
 * @param title the heading, if the list is a section
 * @param lead the text above it, if it is not a section
 */
export function problemBlocks(
  report: Report,
  problems: readonly Problem[],
  { title, lead, noun }: { readonly title?: string; readonly lead?: string; readonly noun: string },
): Block[] {
  if (problems.length === 0) return [];
  const groups = groupProblems(problems, report.policyCount);
  const plain = groups.filter(({ items }) => items === undefined);
  const rows = plain.map((group) => render(bullets([groupWords(report, group)])));
  return [
    ...(title === undefined ? [] : [{ kind: 'fixed', text: render(heading(3, text(title))) } as const]),
    ...(lead === undefined
      ? []
      : [{ kind: 'fixed', text: render(paragraph(strong(text(`${lead}:`)))) } as const]),
    ...(rows.length === 0
      ? []
      : [{ kind: 'rows', head: [], rows, what: (count: number) => plural(count, noun) } as const]),
    ...groups.flatMap((group) => [...itemsBlock(group, noun), ...membersBlock(report, group)]),
  ];
}

/** Long lists are collapsed. */
function itemsBlock({ message, items }: Group, noun: string): Block[] {
  if (items === undefined) return [];
  const list = bullets(
    items.map((item) =>
      item.flatMap((part, index) => (index === 0 ? [code(part)] : [text(' → '), code(part)])),
    ),
  );
  const title = message.replace(/:$/, ` (${items.length})`);
  return [{ kind: 'list', text: render(...folded(title, list)), what: plural(1, noun) }];
}

/** Each problem of a common cause: its place and details. */
function membersBlock(report: Report, { members, title = '' }: Group): Block[] {
  if (members === undefined) return [];
  const isSame = members.every(({ message }) => message === members[0]?.message);
  const items = members.slice(0, MOST_MEMBERS).map(({ message, cause, ...member }) => {
    const apart = cause?.detail ?? (isSame ? undefined : message);
    const where = placesWords(report, allPlaces(member));
    return apart === undefined ? where : [...where, text(': '), ...words(apart)];
  });
  const more = members.length - items.length;
  const list = bullets(
    more > 0 ? [...items, [text(`and ${amount(more)} more, all listed in the log`)]] : items,
  );
  return [
    {
      kind: 'list',
      text: render(...folded(title.replaceAll('`', ''), list)),
      what: `the list of ${title.slice('The '.length).replaceAll('`', '')}`,
    },
  ];
}

const allPlaces = ({ place, otherPlaces = [] }: Omit<Problem, 'message'>): Place[] => [
  ...(place === undefined ? [] : [place]),
  ...otherPlaces,
];

/** The place and the message. With many places, the message comes first. */
function groupWords(report: Report, group: Group): PhrasingContent[] {
  const { places, isSingle, members, amount: policies } = group;
  const what = problemWords(group);
  if (places.length === 0 || members !== undefined) return what;
  const where = placesWords(report, places);
  if (isSingle || places.length <= FEW_PLACES) return [...where, text(': '), ...what];
  const lead = policies === undefined ? `${amount(places.length)} times` : policies;
  return [text(`${lead}: `), ...what, text(' In '), ...where, text('.')];
}

function placesWords(report: Report, places: readonly Place[]): PhrasingContent[] {
  const shown = places
    .slice(0, MOST_PLACES)
    .flatMap((place, index) => [...(index === 0 ? [] : [text(', ')]), placeWords(report, place)]);
  const more = places.length - MOST_PLACES;
  return more > 0 ? [...shown, text(` and ${amount(more)} more, all listed in the log`)] : shown;
}

function placeWords({ commit }: Report, place: Place): PhrasingContent {
  const line = place.line === undefined ? '' : `#L${place.line}`;
  const url = place.file === undefined ? undefined : commit?.fileUrl(place.file);
  return link(code(describePlace(place)), url === undefined ? undefined : url + line);
}

export function problemWords(problem: Pick<Problem, 'message' | 'advice' | 'exclude'>): PhrasingContent[] {
  const advice = adviceOf(problem);
  return [...words(problem.message), ...(advice === undefined ? [] : words(` ${advice}`))];
}
