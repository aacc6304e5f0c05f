import { decoded, type Incoming } from './exchange.ts';

const handedOut = new Set<string>();

/** Remembers what a stand-in hands out that must be shown nowhere. */
export function handOut<T extends string>(secret: T): T {
  handedOut.add(secret);
  return secret;
}

/** What the stand-ins of this process have handed out so far. */
export const secretsHandedOut = (): readonly string[] => [...handedOut];

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
