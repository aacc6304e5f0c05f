import { simpleError } from './errors.ts';
import type { Call } from './service.ts';

type Listed = { id: string; name: string; kind: string; updatedAt: string | null };

/** Filtered and sorted according to the query (docs/terraform-api.md#policies). */
export function select<Item extends Listed>({ query, settings }: Call, items: Item[]): Item[] {
  const search = query.get('search[name]')?.toLowerCase() ?? '';
  const kind = settings.dialect.kind ? query.get('filter[kind]') : null;
  return items
    .filter((item) => item.name.toLowerCase().includes(search) && (kind === null || item.kind === kind))
    .toSorted(order(query.get('sort')));
}

/** The default order is not documented. By ID it looks random, and pages shift while others write. */
function order(sort: string | null): (a: Listed, b: Listed) => number {
  const descending = sort?.startsWith('-') ? -1 : 1;
  switch (sort?.replace(/^-/, '')) {
    case 'name':
      return (a, b) => descending * compare(a.name, b.name);
    case 'updated-at':
      return (a, b) => descending * compare(a.updatedAt ?? '', b.updatedAt ?? '');
    default:
      return (a, b) => compare(a.id, b.id);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The related resources to include. Those that the endpoint does not support are rejected with 400. */
export function included({ query }: Call, known: readonly string[]): Set<string> {
  const asked = (query.get('include') ?? '').split(',').filter((name) => name !== '');
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw simpleError(400, 'invalid include parameter', `${unknown} is not a valid value for include`);
  }
  return new Set(asked.map((name) => name.replaceAll('_', '-')));
}
