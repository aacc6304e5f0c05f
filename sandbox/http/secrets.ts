import { decoded, type Incoming } from './exchange.ts';

/** Where a request carries one of the secrets; `authorization` may be left out of the search. */
export function secretsSeen(
  incoming: Incoming,
  secrets: Iterable<string>,
  { authorization }: { authorization: boolean },
): string[] {
  const places: string[] = [];
  for (const secret of secrets) {
    if (secret === '') continue;
    if (incoming.path.includes(secret) || decoded(incoming.path).includes(secret)) places.push('the address');
    for (const [name, value] of Object.entries(incoming.headers)) {
      if (!authorization && name === 'authorization') continue;
      if (String(value).includes(secret)) places.push(`the header ${name}`);
    }
    if (incoming.body.includes(secret)) places.push('the body');
  }
  return places;
}
