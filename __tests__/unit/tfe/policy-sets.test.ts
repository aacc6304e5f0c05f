import { expect, test } from '@jest/globals';
import { Api } from '../../../src/tfe/api.ts';
import { ApiError } from '../../../src/tfe/api-error.ts';
import { PolicySets } from '../../../src/tfe/policy-sets.ts';
import type { Transport } from '../../../src/tfe/transport.ts';
import { FakeClock } from './fake-clock.ts';

/** Adds members to a set whose server refuses all for one that is gone; the answers to each request, too. */
async function add(ids: readonly string[], gone: readonly string[]) {
  const asked: string[][] = [];
  const transport: Transport = async ({ body }) => {
    const { data } = JSON.parse(Buffer.concat(body ?? []).toString()) as { data: { id: string }[] };
    asked.push(data.map(({ id }) => id));
    const refused = data.some(({ id }) => gone.includes(id));
    return { status: refused ? 422 : 204, headers: {}, body: Buffer.alloc(0) };
  };
  const nothing = () => undefined;
  const api = new Api({
    origin: 'https://tfe.example.com',
    token: 'a-token',
    parallelism: 1,
    onSecret: nothing,
    onFailedSecret: nothing,
    transport,
    clock: new FakeClock(),
  });
  const failures = await new PolicySets(api, 'acme').addPolicies('polset-1', ids);
  return { failures, asked };
}

test('members are added in one request', async () => {
  const { failures, asked } = await add(['a', 'b', 'c'], []);
  expect(failures.size).toBe(0);
  expect(asked).toEqual([['a', 'b', 'c']]);
});

test('one that is gone does not keep the others out', async () => {
  const { failures, asked } = await add(['a', 'b', 'c', 'd'], ['c']);
  expect([...failures.keys()]).toEqual(['c']);
  expect(failures.get('c')).toBeInstanceOf(ApiError);
  expect(asked).toEqual([['a', 'b', 'c', 'd'], ['a', 'b'], ['c', 'd'], ['c'], ['d']]);
});
