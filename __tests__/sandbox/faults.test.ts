import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type HcpTerraform, startHcpTerraform } from '../../sandbox/hcp-terraform/server.ts';
import { ask, createPolicy, policiesPath, upload } from './client.ts';

let terraform: HcpTerraform;
beforeEach(async () => {
  terraform = await startHcpTerraform({ rateLimit: null });
});
afterEach(() => terraform.close());

const policy = { name: 'a', 'enforcement-level': 'advisory' };

describe('a status', () => {
  test('comes before any effect, and once', async () => {
    terraform.faults.add({ fault: { type: 'status', status: 502 } });
    const answer = await createPolicy(terraform, policy);
    expect(answer.status).toBe(502);
    expect(answer.headers.get('content-type')).toBe('text/html');
    expect(terraform.policies()).toEqual([]);
    expect((await createPolicy(terraform, policy)).status).toBe(201);
  });

  test('or after it, with a body and headers of its own', async () => {
    const headers = { 'x-ratelimit-reset': '0.2' };
    terraform.faults.add({
      fault: { type: 'status', status: 429, headers, body: '{"errors":["slow"]}', effect: true },
    });
    const answer = await createPolicy(terraform, policy);
    expect(answer).toMatchObject({ status: 429, text: '{"errors":["slow"]}' });
    expect(answer.headers.get('x-ratelimit-reset')).toBe('0.2');
    expect(terraform.policies()).toHaveLength(1);
    expect(terraform.seen429).toBe(0);
  });
});

describe('a lost connection', () => {
  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('%s the effect', async (effect, policies) => {
    terraform.faults.add({ fault: { type: 'lose', effect } });
    await expect(createPolicy(terraform, policy)).rejects.toThrow('fetch failed');
    expect(terraform.policies()).toHaveLength(policies);
    expect(terraform.requests).toMatchObject([{ status: 'lost', endedAt: expect.any(Number) }]);
  });

  test('half of an answer', async () => {
    terraform.faults.add({ fault: { type: 'truncate' } });
    await expect(createPolicy(terraform, policy)).rejects.toThrow('terminated');
    expect(terraform.policies()).toHaveLength(1);
    expect(terraform.requests).toMatchObject([{ status: 'lost' }]);
  });
});

test('silence, until the client gives up', async () => {
  terraform.faults.add({ fault: { type: 'hang', effect: 'after' } });
  const signal = AbortSignal.timeout(1_000);
  const headers = { authorization: 'Bearer terraform-token' };
  await expect(fetch(`${terraform.url}/api/v2${policiesPath}`, { headers, signal })).rejects.toThrow(
    'timeout',
  );
  expect(terraform.requests).toMatchObject([{ status: 'lost' }]);
});

test('something else as the answer', async () => {
  terraform.faults.add({ fault: { type: 'body', body: '<html>', contentType: 'text/html' } });
  const answer = await createPolicy(terraform, policy);
  expect(answer).toMatchObject({ status: 201, text: '<html>' });
  expect(answer.headers.get('content-type')).toBe('text/html');
  expect(terraform.policies()).toHaveLength(1);
});

test.each([{ delay: 60 }, { bytesPerSecond: 2000 }])('the right answer, slowly: %j', async (how) => {
  terraform.faults.add({ fault: { type: 'slow', ...how } });
  const started = performance.now();
  const answer = await createPolicy(terraform, policy);
  expect(performance.now() - started).toBeGreaterThan(50);
  expect(answer.at('data', 'attributes', 'name')).toBe('a');
  expect(terraform.requests).toMatchObject([{ status: 201 }]);
});

describe('which request', () => {
  const refuse = { type: 'status', status: 503 } as const;
  const statuses = async (count: number) => {
    const answers: number[] = [];
    for (let index = 0; index < count; index += 1) answers.push((await ask(terraform, policiesPath)).status);
    return answers;
  };

  test('the n-th from now on, so many times', async () => {
    await statuses(2);
    terraform.faults.add({ when: { request: 2 }, times: 2, fault: refuse });
    expect(await statuses(4)).toEqual([200, 503, 503, 200]);
  });

  test('counted among those that match', async () => {
    const { id } = terraform.seedPolicy({ name: 'a' });
    terraform.faults.add({ when: { method: 'PUT', path: /\/upload$/, request: 2 }, fault: refuse });
    expect(await statuses(2)).toEqual([200, 200]);
    expect((await upload(terraform, id, 'x')).status).toBe(200);
    expect((await upload(terraform, id, 'y')).status).toBe(503);
  });

  test('on one of the servers', async () => {
    const { id } = terraform.seedPolicy({ name: 'a', code: 'x' });
    terraform.faults.add({ when: { server: 'object-store' }, fault: refuse });
    const { status, headers } = await ask(terraform, `/policies/${id}/download`);
    expect(status).toBe(302);
    expect((await fetch(headers.get('location') ?? '')).status).toBe(503);
  });

  test('one that a test picks by what it holds', async () => {
    terraform.faults.add({
      when: { holds: ({ body }) => JSON.stringify(body).includes('"b"') },
      fault: refuse,
    });
    expect((await createPolicy(terraform, policy)).status).toBe(201);
    expect((await createPolicy(terraform, { ...policy, name: 'b' })).status).toBe(503);
  });

  test('a reset forgets those to come', async () => {
    terraform.faults.add({ fault: refuse });
    terraform.reset();
    expect(await statuses(1)).toEqual([200]);
  });
});

describe('the hook', () => {
  test('is called before and after the effect', async () => {
    const seen: unknown[] = [];
    terraform.onRequest = async (request, phase) => {
      await Promise.resolve();
      seen.push([request.number, phase, terraform.policies().length]);
    };
    await createPolicy(terraform, policy);
    expect(seen).toEqual([
      [1, 'before-effect', 0],
      [1, 'after-effect', 1],
    ]);
  });

  test.each([
    ['before-effect', 0],
    ['after-effect', 1],
  ] as const)('may break the connection %s', async (when, policies) => {
    terraform.onRequest = (_, phase) => (phase === when ? 'lose' : undefined);
    await expect(createPolicy(terraform, policy)).rejects.toThrow('fetch failed');
    expect(terraform.policies()).toHaveLength(policies);
    expect(terraform.requests).toMatchObject([{ status: 'lost' }]);
  });
});

test('latency', async () => {
  await terraform.close();
  terraform = await startHcpTerraform({ latency: 40 });
  const started = performance.now();
  await ask(terraform, policiesPath);
  expect(performance.now() - started).toBeGreaterThanOrEqual(38);
});

test('closing breaks what is open', async () => {
  terraform.faults.add({ fault: { type: 'hang', effect: 'before' } });
  const pending = expect(ask(terraform, policiesPath)).rejects.toThrow('fetch failed');
  await new Promise((resolve) => setTimeout(resolve, 30));
  await terraform.close();
  await pending;
});
