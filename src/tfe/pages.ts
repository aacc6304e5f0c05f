import pMap from 'p-map';
import type { Api } from './api.ts';
import { DecodeError } from './api-error.ts';
import { type Decoder, decodePage, type Page } from './json-api.ts';

/** Maximum size of a page (docs/terraform-api.md#pages). */
const PAGE_SIZE = 100;

/** No organization has more. A higher number is an error of the server. */
const MAX_PAGES = 1000;

export interface ListOptions {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
}

/**
 * Reads every page of a list. The first page contains the number of pages; the others are fetched concurrently.
 *
 * Other clients may write in the meantime and shift entries between pages. An entry that appears twice counts once,
 * and a list whose length differs from the server's count is read again.
 */
export async function listAll<T extends { readonly id: string }>(
  api: Api,
  options: ListOptions,
  decode: Decoder<T>,
): Promise<T[]> {
  for (let round = 1; ; round++) {
    const first = await listPage(api, options, 1, decode);
    const pages = [first, ...(await otherPages(api, options, first, decode))];
    const items = [...new Map(pages.flatMap((page) => page.items).map((item) => [item.id, item])).values()];
    const counts = pages.map(({ pagination }) => pagination?.['total-count'] ?? items.length);
    if (counts.every((count) => count === items.length) || round === 3) return items;
  }
}

async function otherPages<T extends { readonly id: string }>(
  api: Api,
  options: ListOptions,
  first: Page<T>,
  decode: Decoder<T>,
): Promise<Page<T>[]> {
  const total = first.pagination?.['total-pages'];
  if (total === undefined || total === null) return untoldPages(api, options, first, decode);
  if (total > MAX_PAGES) throw tooManyPages(options);
  const numbers = Array.from({ length: Math.max(0, total - 1) }, (_, i) => i + 2);
  return pMap(numbers, (number) => listPage(api, options, number, decode), { concurrency: api.parallelism });
}

/** The oldest documents show lists without `meta`: continue until a page is not full or contains nothing new. */
async function untoldPages<T extends { readonly id: string }>(
  api: Api,
  options: ListOptions,
  first: Page<T>,
  decode: Decoder<T>,
): Promise<Page<T>[]> {
  const pages: Page<T>[] = [];
  const seen = new Set(first.items.map(({ id }) => id));
  for (let last = first; last.items.length >= PAGE_SIZE; ) {
    if (pages.length === MAX_PAGES) throw tooManyPages(options);
    last = await listPage(api, options, pages.length + 2, decode);
    if (last.items.every(({ id }) => seen.has(id))) break;
    for (const { id } of last.items) seen.add(id);
    pages.push(last);
  }
  return pages;
}

const tooManyPages = ({ path }: ListOptions): DecodeError =>
  new DecodeError({ method: 'GET', path: `/api/v2${path}` }, `a list of at most ${MAX_PAGES} pages`);

function listPage<T>(
  api: Api,
  { path, query }: ListOptions,
  number: number,
  decode: Decoder<T>,
): Promise<Page<T>> {
  const page = { 'page[number]': String(number), 'page[size]': String(PAGE_SIZE) };
  return api.send({ method: 'GET', path, query: { ...query, ...page } }, (line, { body }) =>
    decodePage(line, body, decode),
  );
}
