import type { Call } from './service.ts';

const defaultSize = 20;
const maximumSize = 100;

type Page = { number: number; size: number; totalPages: number; totalCount: number };

/** One page of resources with its envelope (docs/terraform-api.md#pages). */
export function paginate<Item>(
  { incoming, query, origin, settings }: Call,
  items: Item[],
): { items: Item[]; envelope: object } {
  const size = Math.min(maximumSize, positive(query.get('page[size]')) ?? defaultSize);
  const number = positive(query.get('page[number]')) ?? 1;
  const totalPages = Math.max(1, Math.ceil(items.length / size));
  const page = { number, size, totalPages, totalCount: items.length };
  return {
    items: items.slice((number - 1) * size, number * size),
    envelope: settings.plainLists
      ? {}
      : { links: links(page, new URL(incoming.path, origin)), meta: { pagination: pagination(page) } },
  };
}

function pagination(page: Page): object {
  return {
    'current-page': page.number,
    'page-size': page.size,
    'prev-page': previous(page),
    'next-page': next(page),
    'total-pages': page.totalPages,
    'total-count': page.totalCount,
  };
}

function links(page: Page, url: URL): object {
  const link = (number: number | null): string | null => {
    if (number === null) return null;
    const target = new URL(url);
    target.searchParams.set('page[number]', String(number));
    target.searchParams.set('page[size]', String(page.size));
    return target.href;
  };
  return {
    self: link(page.number),
    first: link(1),
    prev: link(previous(page)),
    next: link(next(page)),
    last: link(page.totalPages),
  };
}

function previous({ number }: Page): number | null {
  return number > 1 ? number - 1 : null;
}

function next({ number, totalPages }: Page): number | null {
  return number < totalPages ? number + 1 : null;
}

function positive(value: string | null): number | undefined {
  return value !== null && /^[1-9]\d*$/.test(value) ? Number(value) : undefined;
}
