import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Api } from '../../src/tfe/api.ts';
import { ApiError, ConnectionError, DecodeError } from '../../src/tfe/api-error.ts';
import { explainFailure } from '../../src/tfe/explain.ts';
import { Policies } from '../../src/tfe/policies.ts';
import { PolicySets } from '../../src/tfe/policy-sets.ts';
import type { HttpRequest, Transport } from '../../src/tfe/transport.ts';
import { FakeClock } from '../unit/tfe/fake-clock.ts';
import { type AnyAnswer, anyAnswer, type Json } from './json-documents.ts';

const ORIGIN = 'https://tfe.example.com';
const TOKEN = 'a-token-that-belongs-to-one-host-alone';
const id = 'pol-0123456789abcdef';
const setId = 'polset-0123456789abcde';

const policy = {
  id,
  type: 'policies',
  attributes: {
    name: 'cost',
    description: 'Costs',
    kind: 'opa',
    query: 'data.cost.deny',
    'enforcement-level': 'advisory',
    enforce: [{ path: 'cost.rego', mode: 'advisory' }],
    'policy-set-count': 1,
    'updated-at': '2026-01-01T00:00:00.000Z',
  },
  relationships: { 'policy-sets': { data: [{ id: setId, type: 'policy-sets' }] } },
  links: { self: `/api/v2/policies/${id}`, download: `/api/v2/policies/${id}/download` },
};

const policySet = {
  id: setId,
  type: 'policy-sets',
  attributes: { name: 'base', kind: 'opa', versioned: false, 'vcs-repo': null },
  relationships: {
    organization: { data: { id: 'acme', type: 'organizations' } },
    policies: { data: [{ id, type: 'policies' }] },
  },
};

const pageOf = (resource: Json): Json => ({
  data: [resource],
  links: { next: null },
  meta: {
    pagination: {
      'current-page': 1,
      'page-size': 100,
      'next-page': null,
      'total-pages': 2,
      'total-count': 1,
    },
  },
});

type Clients = { policies: Policies; policySets: PolicySets };
type Operation = { expected: Json; run: (clients: Clients) => Promise<unknown>; writes?: string };

const settings = { description: 'New', enforcementLevel: 'mandatory', query: 'data.x' } as const;
const existing = {
  id,
  name: 'cost',
  kind: 'opa',
  enforcementLevel: 'advisory',
  query: null,
  description: null,
  hasCode: true,
  stamp: undefined,
  updatedAt: undefined,
  policySetIds: [],
};

const operations: Record<string, Operation> = {
  list: { expected: pageOf(policy), run: ({ policies }) => policies.list({ includePolicySets: true }) },
  find: { expected: pageOf(policy), run: ({ policies }) => policies.findByName('cost') },
  read: { expected: { data: policy }, run: ({ policies }) => policies.read(id) },
  create: {
    expected: { data: policy },
    run: ({ policies }) =>
      policies.create({ name: 'cost', kind: 'opa', enforcementLevel: 'advisory', query: 'data.x' }),
    writes: 'POST',
  },
  update: {
    expected: { data: policy },
    run: ({ policies }) => policies.update(existing, settings),
    writes: 'PATCH',
  },
  upload: {
    expected: { data: policy },
    run: ({ policies }) => policies.upload(existing, Buffer.from('x')),
    writes: 'PUT',
  },
  download: { expected: 'main = rule { true }', run: ({ policies }) => policies.download(id) },
  delete: { expected: null, run: ({ policies }) => policies.delete(id), writes: 'DELETE' },
  'list of policy sets': { expected: pageOf(policySet), run: ({ policySets }) => policySets.list() },
  'find policy set': { expected: pageOf(policySet), run: ({ policySets }) => policySets.findByName('base') },
  'read policy set': { expected: { data: policySet }, run: ({ policySets }) => policySets.read(setId) },
  'add members': {
    expected: null,
    run: async ({ policySets }) => {
      for (const failure of (await policySets.addPolicies(setId, [id])).values()) throw failure;
    },
    writes: 'POST',
  },
};

/** A list is read thrice at most, a thousand pages at most each time; beside that there are retries. */
const MOST_REQUESTS = 3 * 1000 + 120;

/** Answers one after the other, the last one for ever; a server that asks for patience is not asked for ever. */
async function against(answers: readonly AnyAnswer[], run: Operation['run']) {
  const requests: HttpRequest[] = [];
  const clock = new FakeClock();
  const transport: Transport = async (request) => {
    requests.push(request);
    if (requests.length > MOST_REQUESTS) throw new Error('the requests never end');
    await clock.sleep(20);
    const { status, headers, body } = answers[Math.min(requests.length, answers.length) - 1] as AnyAnswer;
    return { status, headers, body: Buffer.from(body) };
  };
  const quiet = () => undefined;
  const options = { parallelism: 4, onSecret: quiet, onFailedSecret: quiet, transport, clock };
  const api = new Api({ origin: ORIGIN, token: TOKEN, ...options });
  const settled = run({ policies: new Policies(api, 'acme'), policySets: new PolicySets(api, 'acme') }).then(
    (value) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  );
  await clock.run(settled);
  return { ...(await settled), requests };
}

const isTyped = (error: unknown) =>
  error instanceof ApiError || error instanceof ConnectionError || error instanceof DecodeError;

/** What is taken from an answer is of these types, whatever the answer held. */
function expectSound(value: unknown): void {
  for (const resource of resourcesIn(value)) expectSoundResource(resource);
}

function resourcesIn(value: unknown): Record<string, unknown>[] {
  if (value === undefined || Buffer.isBuffer(value)) return [];
  if (Array.isArray(value)) return value.flatMap(resourcesIn);
  const { policy: created } = value as { policy?: unknown };
  return created === undefined ? [value as Record<string, unknown>] : resourcesIn(created);
}

function expectSoundResource(resource: Record<string, unknown>): void {
  expect(Object.getPrototypeOf(resource)).toBe(Object.prototype);
  expect(resource['id']).toMatch(/^[^/\s?#]+$/);
  for (const name of ['name', 'kind']) expect(typeof resource[name]).toBe('string');
}

const anyAnswers = (expected: Json): fc.Arbitrary<AnyAnswer[]> =>
  fc
    .tuple(fc.array(anyAnswer(expected), { maxLength: 4 }), anyAnswer(expected))
    .map(([first, last]) => [...first, [425, 429].includes(last.status) ? { ...last, status: 400 } : last]);

describe('whatever a server answers ends in a sound value or an error that is explained, after few requests', () => {
  test.each(Object.entries(operations))('%s', async (_, { expected, run, writes }) => {
    await fc.assert(
      fc.asyncProperty(anyAnswers(expected), async (answers) => {
        const { value, error, requests } = await against(answers, run);
        if (error === undefined) expectSound(value);
        else {
          if (!isTyped(error)) throw error;
          expect(explainFailure(error)).toMatchObject({
            message: expect.any(String),
            advice: expect.any(String),
          });
          expect(JSON.stringify(explainFailure(error))).not.toContain(TOKEN);
        }
        expect(requests.length).toBeLessThanOrEqual(MOST_REQUESTS);
        expect(requests.filter(({ method }) => method !== 'GET' && method !== writes)).toEqual([]);
        for (const { url, headers } of requests) {
          const isApi = url.origin === ORIGIN && headers['authorization'] !== undefined;
          if (isApi)
            expect(url.pathname).toMatch(/^\/api\/v2\/(organizations\/acme\/|policies\/|policy-sets\/)/);
          else expect(JSON.stringify({ url, headers })).not.toContain(TOKEN);
        }
      }),
      { seed: 21, numRuns: 300, endOnFailure: true },
    );
  });
});
