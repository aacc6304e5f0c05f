import { describe, expect, test } from '@jest/globals';
import * as v from 'valibot';
import { Api } from '../../../src/tfe/api.ts';
import { ApiError, DecodeError } from '../../../src/tfe/api-error.ts';
import { Id } from '../../../src/tfe/json-api.ts';
import { listAll } from '../../../src/tfe/pages.ts';
import type { Transport } from '../../../src/tfe/transport.ts';
import { FakeClock } from './fake-clock.ts';

const decode = (resource: unknown) => v.parse(v.object({ id: Id }), resource);
const ids = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);

interface ListServer {
  /** The whole list as it is when the nth request comes, from 1. */
  readonly list: (request: number) => readonly string[];
  readonly tells?: 'all' | 'count' | 'nothing';
  /** The most that the server puts on a page. */
  readonly pageSize?: number;
}

/** Reads a list from a server that answers one request after the other. */
async function read({ list, tells = 'all', pageSize = 100 }: ListServer) {
  const asked: string[] = [];
  const transport: Transport = async ({ url }) => {
    asked.push(decodeURIComponent(url.search));
    const all = list(asked.length);
    const number = Number(url.searchParams.get('page[number]'));
    const size = Math.min(pageSize, Number(url.searchParams.get('page[size]')));
    const data = all.slice((number - 1) * size, number * size).map((id) => ({ id }));
    const last = Math.max(1, Math.ceil(all.length / size));
    const pagination = {
      'current-page': number,
      'next-page': number < last ? number + 1 : null,
      'total-pages': last,
      ...(tells === 'all' ? { 'total-count': all.length } : {}),
    };
    const body = tells === 'nothing' ? { data } : { data, meta: { pagination } };
    return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) };
  };
  const items = await listAll(apiWith(transport), { path: '/x', query: { include: 'y' } }, decode);
  return { found: items.map(({ id }) => id), asked };
}

function apiWith(transport: Transport): Api {
  return new Api({
    origin: 'https://tfe.example.com',
    token: 'a-token',
    parallelism: 1,
    onSecret: () => undefined,
    onFailedSecret: () => undefined,
    transport,
    clock: new FakeClock(),
  });
}

describe('a list', () => {
  test.each([
    [0, 1],
    [1, 1],
    [100, 1],
    [101, 2],
    [250, 3],
  ])('of %d takes %d requests', async (count, requests) => {
    const { found, asked } = await read({ list: () => ids(count) });
    expect(found).toEqual(ids(count));
    expect(asked).toEqual(
      Array.from({ length: requests }, (_, i) => `?include=y&page[number]=${i + 1}&page[size]=100`),
    );
  });

  test('is whole where the server makes smaller pages', async () => {
    expect((await read({ list: () => ids(45), pageSize: 20 })).found).toEqual(ids(45));
  });

  test('is whole where the server tells no count', async () => {
    expect((await read({ list: () => ids(250), tells: 'count' })).found).toEqual(ids(250));
  });
});

describe('a list without meta', () => {
  test.each([
    [0, 1],
    [99, 1],
    [100, 2],
    [250, 3],
  ])('of %d takes %d requests', async (count, requests) => {
    const { found, asked } = await read({ list: () => ids(count), tells: 'nothing' });
    expect(found).toEqual(ids(count));
    expect(asked).toHaveLength(requests);
  });

  test('ends where the server repeats itself', async () => {
    const asked: string[] = [];
    const transport: Transport = async ({ url }) => {
      asked.push(url.search);
      const body = { data: ids(100).map((id) => ({ id })) };
      return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) };
    };
    expect(await listAll(apiWith(transport), { path: '/x' }, decode)).toHaveLength(100);
    expect(asked).toHaveLength(2);
  });
});

describe('a list that shifts meanwhile', () => {
  test('is read again where an entry slipped to a page that was read', async () => {
    const before = ids(150);
    const after = before.slice(1);
    const { found, asked } = await read({ list: (request) => (request === 1 ? before : after) });
    expect(found).toEqual(after);
    expect(asked).toHaveLength(4);
  });

  test('holds each entry once where one came twice', async () => {
    const before = ids(150);
    const after = ['new', ...before];
    const { found } = await read({ list: (request) => (request === 1 ? before : after) });
    expect(found.toSorted()).toEqual(after.toSorted());
  });

  test('is taken as it is after three rounds', async () => {
    const added = (count: number) => Array.from({ length: count }, (_, index) => `new-${count - index}`);
    const { found, asked } = await read({ list: (request) => [...added(request), ...ids(150)] });
    expect(asked).toHaveLength(6);
    expect(new Set(found).size).toBe(found.length);
    expect(found).toEqual(expect.arrayContaining(ids(150)));
  });
});

test('a page that is refused ends it', async () => {
  const transport: Transport = async () => ({ status: 404, headers: {}, body: Buffer.alloc(0) });
  await expect(listAll(apiWith(transport), { path: '/x' }, decode)).rejects.toThrow(ApiError);
});

test('a page that stays nonsense ends it', async () => {
  const clock = new FakeClock();
  const api = new Api({
    origin: 'https://tfe.example.com',
    token: 'a-token',
    parallelism: 1,
    onSecret: () => undefined,
    onFailedSecret: () => undefined,
    transport: async () => ({ status: 200, headers: {}, body: Buffer.from('<html>') }),
    clock,
  });
  const outcome = listAll(api, { path: '/x' }, decode).catch((error: unknown) => error);
  await clock.run(outcome);
  expect(await outcome).toBeInstanceOf(DecodeError);
});
