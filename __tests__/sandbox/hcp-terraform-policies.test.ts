import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type HcpTerraform, startHcpTerraform } from '../../sandbox/hcp-terraform/server.ts';
import { type Answered, ask, createPolicy, policiesPath, updatePolicy } from './client.ts';

let terraform: HcpTerraform;
beforeEach(async () => {
  terraform = await startHcpTerraform({ rateLimit: null });
});
afterEach(() => terraform.close());

const sentinel = { name: 'a', 'enforcement-level': 'soft-mandatory' };
const opa = { name: 'b', kind: 'opa', query: 'data.b.deny', 'enforcement-level': 'mandatory' };

function idOf(answer: Answered): string {
  return String(answer.at('data', 'id'));
}

describe('create', () => {
  test('a policy has no code, no enforce and no download at first', async () => {
    const answer = await createPolicy(terraform, sentinel);
    expect(answer.status).toBe(201);
    expect(answer.at('data')).toEqual({
      id: expect.stringMatching(/^pol-[A-Za-z0-9]{16}$/),
      type: 'policies',
      attributes: {
        name: 'a',
        description: null,
        kind: 'sentinel',
        query: null,
        'enforcement-level': 'soft-mandatory',
        enforce: [],
        'policy-set-count': 0,
        'updated-at': null,
      },
      relationships: {
        organization: { data: { id: 'acme', type: 'organizations' } },
        'policy-sets': { data: [] },
      },
      links: {
        self: `/api/v2/policies/${idOf(answer)}`,
        upload: `/api/v2/policies/${idOf(answer)}/upload`,
      },
    });
    expect(terraform.violations).toEqual([]);
  });

  test('the status can be 200, as the older documentation has it', async () => {
    await terraform.close();
    terraform = await startHcpTerraform({ createStatus: 200 });
    expect((await createPolicy(terraform, opa)).status).toBe(200);
  });

  test.each([
    ['no name', { 'enforcement-level': 'advisory' }, 'name'],
    ['a dot in the name', { ...sentinel, name: 'a.b' }, 'name'],
    ['no level', { name: 'a' }, 'enforcement-level'],
    ["the other kind's level", { name: 'a', 'enforcement-level': 'mandatory' }, 'enforcement-level'],
    ["the other kind's level, OPA", { ...opa, 'enforcement-level': 'hard-mandatory' }, 'enforcement-level'],
    ['an unknown kind', { ...sentinel, kind: 'tfpolicy' }, 'kind'],
    ['OPA without a query', { name: 'b', kind: 'opa', 'enforcement-level': 'mandatory' }, 'query'],
    ['a number as description', { ...sentinel, description: 1 }, 'description'],
  ])('%s is 422 with a pointer', async (_, attributes, attribute) => {
    const answer = await createPolicy(terraform, attributes);
    expect(answer.status).toBe(422);
    expect(answer.at('errors', 0)).toMatchObject({
      status: '422',
      title: 'invalid attribute',
      source: { pointer: `/data/attributes/${attribute}` },
    });
    expect(terraform.policies()).toEqual([]);
  });

  test('a name that is taken', async () => {
    terraform.seedPolicy({ name: 'a' });
    const answer = await createPolicy(terraform, sentinel);
    expect(answer.status).toBe(422);
    expect(answer.at('errors', 0, 'detail')).toBe('Name has already been taken');
  });

  test('the wrong data.type is 422', async () => {
    const body = { data: { type: 'policy', attributes: sentinel } };
    expect((await ask(terraform, policiesPath, { method: 'POST', body })).status).toBe(422);
  });

  test('an unknown attribute is ignored, and held against the client', async () => {
    const answer = await createPolicy(terraform, { ...sentinel, enforcement_level: 'advisory' });
    expect(answer.at('data', 'attributes', 'enforcement-level')).toBe('soft-mandatory');
    expect(terraform.violations).toEqual([expect.stringContaining('enforcement_level')]);
  });

  test('joins policy sets at once, which is a violation: it has no code', async () => {
    const set = terraform.seedPolicySet({ name: 'base' });
    const answer = await createPolicy(terraform, sentinel, [set.id]);
    expect(answer.at('data', 'attributes', 'policy-set-count')).toBe(1);
    expect(terraform.policySets()).toMatchObject([{ policies: ['a'] }]);
    expect(terraform.violations).toEqual([
      `POST /api/v2${policiesPath}: policy a without code is a member of base`,
    ]);
  });

  test.each([
    ['unknown', () => 'polset-0000000000000000'],
    ['of the other kind', () => terraform.seedPolicySet({ name: 'rego', kind: 'opa' }).id],
    ['from a repository', () => terraform.seedPolicySet({ name: 'vcs', source: 'vcs' }).id],
    ['uploaded as a whole', () => terraform.seedPolicySet({ name: 'up', source: 'upload' }).id],
  ])('a policy set that is %s is 422, and nothing is created', async (_, set) => {
    expect((await createPolicy(terraform, sentinel, [set()])).status).toBe(422);
    expect(terraform.policies()).toEqual([]);
  });

  test('the limit of the plan', async () => {
    terraform.organization('acme').policyLimit = 0;
    expect((await createPolicy(terraform, sentinel)).status).toBe(422);
  });
});

describe('enforce', () => {
  test.each([
    [{ name: 'a', enforce: [{ path: 'a.sentinel', mode: 'advisory' }] }, 'advisory'],
    [{ name: 'a', enforce: [{ path: 'b.sentinel', mode: 'advisory' }] }, 'hard-mandatory'],
    [{ name: 'a', enforce: [{ path: 'a.sentinel' }] }, 'hard-mandatory'],
    [
      { ...opa, 'enforcement-level': undefined, enforce: [{ path: 'b.rego', mode: 'mandatory' }] },
      'mandatory',
    ],
    [{ ...opa, 'enforcement-level': undefined, enforce: [{ path: 'b.opa', mode: 'mandatory' }] }, 'advisory'],
  ])('%j is level %s: another path falls back to the default', async (attributes, level) => {
    await createPolicy(terraform, attributes);
    expect(terraform.policies()).toMatchObject([{ enforcementLevel: level }]);
  });

  test('a mode of the other kind is 422', async () => {
    const enforce = [{ path: 'a.sentinel', mode: 'mandatory' }];
    expect((await createPolicy(terraform, { name: 'a', enforce })).status).toBe(422);
  });
});

describe('update', () => {
  test('only what is named changes, and never the name', async () => {
    const { id } = terraform.seedPolicy({ name: 'a', enforcementLevel: 'advisory', description: 'old' });
    await updatePolicy(terraform, id, { name: 'z', 'enforcement-level': 'hard-mandatory' });
    expect(terraform.policies()).toMatchObject([
      { name: 'a', enforcementLevel: 'hard-mandatory', description: 'old', updatedAt: null },
    ]);
    await updatePolicy(terraform, id, { description: null });
    expect(terraform.policies()).toMatchObject([{ enforcementLevel: 'hard-mandatory', description: null }]);
  });

  test('a query is dropped for Sentinel, and taken for OPA', async () => {
    const policy = terraform.seedPolicy({ name: 'a' });
    const rego = terraform.seedPolicy({ name: 'b', kind: 'opa' });
    expect(
      (await updatePolicy(terraform, policy.id, { query: 'data.x' })).at('data', 'attributes', 'query'),
    ).toBeNull();
    expect(
      (await updatePolicy(terraform, rego.id, { query: 'data.x' })).at('data', 'attributes', 'query'),
    ).toBe('data.x');
  });

  test('what it must not say is held against the client', async () => {
    const { id } = terraform.seedPolicy({ name: 'a' });
    await updatePolicy(terraform, id, { kind: 'opa' });
    expect(terraform.policies()).toMatchObject([{ kind: 'sentinel' }]);
    expect(terraform.violations).toHaveLength(1);
  });

  test("the other kind's level, and another type, are 422", async () => {
    const { id } = terraform.seedPolicy({ name: 'a' });
    expect((await updatePolicy(terraform, id, { 'enforcement-level': 'mandatory' })).status).toBe(422);
    const body = { data: { type: 'vars', attributes: {} } };
    expect((await ask(terraform, `/policies/${id}`, { method: 'PATCH', body })).status).toBe(422);
  });

  test('an omitted description, and the time, are two things nobody knows', async () => {
    await terraform.close();
    terraform = await startHcpTerraform({ patchClearsDescription: true, patchMovesUpdatedAt: true });
    const before = terraform.seedPolicy({ name: 'a', description: 'old', code: 'x' });
    await updatePolicy(terraform, before.id, { 'enforcement-level': 'advisory' });
    const [after] = terraform.policies();
    expect(after?.description).toBeNull();
    expect(after?.updatedAt).not.toBe(before.updatedAt);
  });

  test('an unknown policy is 404', async () => {
    expect((await updatePolicy(terraform, 'pol-1', {})).status).toBe(404);
  });
});

describe('delete', () => {
  test('204, then 404; it leaves its sets, and counts follow', async () => {
    terraform.seedPolicySet({ name: 'base' });
    const policy = terraform.seedPolicy({ name: 'a', code: 'x', policySets: ['base'] });
    const path = `/policies/${policy.id}`;
    expect((await ask(terraform, path, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(terraform, path, { method: 'DELETE' })).status).toBe(404);
    expect(terraform.policySets()).toMatchObject([{ policies: [] }]);
  });
});

describe('somebody else', () => {
  test('may write between a request and its effect', async () => {
    terraform.onRequest = (_, phase) => {
      if (phase === 'before-effect') terraform.seedPolicy({ name: 'a', code: 'theirs' });
    };
    expect((await createPolicy(terraform, sentinel)).status).toBe(422);
  });

  test('changes what is named, and no more', () => {
    const first = terraform.seedPolicy({
      name: 'a',
      code: 'x',
      description: 'd',
      enforcementLevel: 'advisory',
    });
    const second = terraform.seedPolicy({ name: 'a', code: 'y' });
    expect(second).toMatchObject({ id: first.id, description: 'd', enforcementLevel: 'advisory' });
    expect(second.updatedAt).not.toBe(first.updatedAt);
    terraform.removePolicy('a');
    expect(terraform.policies()).toEqual([]);
  });
});

test('documents of both kinds keep to the schemas', async () => {
  await createPolicy(terraform, sentinel);
  await createPolicy(terraform, { ...opa, description: 'text' });
  for (const { id } of terraform.policies()) await ask(terraform, `/policies/${id}`);
  expect(terraform.violations).toEqual([]);
});
