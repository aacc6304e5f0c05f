import type { PhrasingContent } from 'mdast';
import { describePlace, type Place, type Problem } from '../../model/problem.ts';
import { type Group, groupProblems } from '../groups.ts';
import { amount, plural, type Report } from '../report.ts';
import type { Block } from './fit.ts';
import { bullets, code, folded, heading, link, render, text, words } from './nodes.ts';

/** So many of the places that have the same problem are named; the log has all. */
const MOST_PLACES = 20;

/** Up to so many stand before what they have in common. */
const FEW_PLACES = 3;

/** A list of problems, one item for all that say the same. `noun` is what one of them is called. */
export function problemBlocks(
  report: Report,
  problems: readonly Problem[],
  { title, noun }: { readonly title?: string; readonly noun: string },
): Block[] {
  if (problems.length === 0) return [];
  const groups = groupProblems(problems);
  const plain = groups.filter(({ items }) => items === undefined);
  const rows = plain.map((group) => render(bullets([groupWords(report, group)])));
  return [
    ...(title === undefined ? [] : [{ kind: 'fixed', text: render(heading(3, text(title))) } as const]),
    ...(rows.length === 0
      ? []
      : [{ kind: 'rows', head: [], rows, what: (count: number) => plural(count, noun) } as const]),
    ...groups.flatMap((group) => itemsBlock(group, noun)),
  ];
}

/** What may be long is folded. */
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

/** Where, and what. Of many places there is first what they have in common. */
function groupWords(report: Report, { places, message, advice }: Group): PhrasingContent[] {
  const what = problemWords({ message, ...(advice === undefined ? {} : { advice }) });
  const where = placesWords(report, places);
  if (places.length === 0) return what;
  if (places.length <= FEW_PLACES) return [...where, text(': '), ...what];
  return [text(`${amount(places.length)} times: `), ...what, text(' In '), ...where, text('.')];
}

function placesWords(report: Report, places: readonly Place[]): PhrasingContent[] {
  const shown = places
    .slice(0, MOST_PLACES)
    .flatMap((place, index) => [...(index === 0 ? [] : [text(', ')]), placeWords(report, place)]);
  const more = places.length - MOST_PLACES;
  return more > 0 ? [...shown, text(` and ${amount(more)} more, all named in the log`)] : shown;
}

function placeWords({ commit }: Report, place: Place): PhrasingContent {
  const line = place.line === undefined ? '' : `#L${place.line}`;
  const url = place.file === undefined ? undefined : commit?.fileUrl(place.file);
  return link(code(describePlace(place)), url === undefined ? undefined : url + line);
}

export const problemWords = ({ message, advice }: Problem): PhrasingContent[] => [
  ...words(message),
  ...(advice === undefined ? [] : words(` ${advice}`)),
];
