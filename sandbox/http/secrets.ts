import { decoded, type Incoming } from './exchange.ts';

const handedOut = new Set<string>();

/** Collects the secrets that a stand-in returns. */
export function handOut<T extends string>(secret: T): T {
  handedOut.add(secret);
  return secret;
}

/** The secrets that the stand-ins of this process have returned so far. */
export const secretsHandedOut = (): readonly string[] => [...handedOut];

/** Where a request contains one of the secrets. `authorization` can be excluded from the search. */
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
