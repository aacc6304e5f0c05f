import type { Answer } from '../http/exchange.ts';
import { jsonAnswer } from './errors.ts';
import type { Call } from './service.ts';

const defaultSize = 30;
const maximumSize = 100;

/** One page, with links to the others in the Link header. Gitea does not paginate comments. */
export function pageAnswer<Item>(call: Call, items: Item[], document: (item: Item) => object): Answer {
  if (call.settings.dialect === 'gitea') return jsonAnswer(200, items.map(document));
  const size = Math.min(maximumSize, positive(call.query.get('per_page')) ?? defaultSize);
  const page = positive(call.query.get('page')) ?? 1;
  const last = Math.ceil(items.length / size);
  const answer = jsonAnswer(200, items.slice((page - 1) * size, page * size).map(document));
  const link = linkHeader(call, { page, last });
  return link === '' ? answer : { ...answer, headers: { ...answer.headers, link } };
}

function linkHeader({ incoming, url }: Call, { page, last }: { page: number; last: number }): string {
  const pages: [string, number, boolean][] = [
    ['prev', Math.min(page - 1, last), page > 1],
    ['next', page + 1, page < last],
    ['last', last, page < last],
    ['first', 1, page > 1],
  ];
  return pages
    .filter(([, , present]) => present)
    .map(([relation, number]) => {
      const target = new URL(incoming.path, url);
      target.searchParams.set('page', String(number));
      return `<${target.href}>; rel="${relation}"`;
    })
    .join(', ');
}

export function positive(value: string | null): number | undefined {
  return value !== null && /^[1-9]\d*$/.test(value) ? Number(value) : undefined;
}
