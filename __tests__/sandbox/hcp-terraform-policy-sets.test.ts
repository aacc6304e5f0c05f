import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type HcpTerraform, startHcpTerraform } from '../../sandbox/hcp-terraform/server.ts';
import { ask, changeMembers, policySetsPath, setDocument } from './client.ts';

let terraform: HcpTerraform;
beforeEach(async () => {
  terraform = await startHcpTerraform({ rateLimit: null });
});
afterEach(() => terraform.close());

describe('policy sets', () => {
  test('create with members, show, change, delete; policies survive', async () => {
    const policy = terraform.seedPolicy({ name: 'a', code: 'x' });
    const policies = { data: [{ id: policy.id, type: 'policies' }] };
    const body = setDocument({ name: 'base', description: 'd' }, { policies });
    const created = await ask(terraform, policySetsPath, { method: 'POST', body });
    expect(created.status).toBe(201);
    const path = `/policy-sets/${created.at('data', 'id')}`;
    expect((await ask(terraform, path)).at('data', 'attributes')).toMatchObject({
      name: 'base',
      kind: 'sentinel',
      versioned: false,
      'policy-count': 1,
    });
    const change = setDocument({ name: 'renamed', global: true });
    expect((await ask(terraform, path, { method: 'PATCH', body: change })).status).toBe(200);
    expect(terraform.policySets()).toMatchObject([{ name: 'renamed', global: true, policies: ['a'] }]);
    expect((await ask(terraform, path, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(terraform, path)).status).toBe(404);
    expect(terraform.policies()).toMatchObject([{ name: 'a', policySets: [] }]);
    expect(terraform.violations).toEqual([]);
  });

  test('a name that is taken, a bad one, and a policy that does not exist are 422', async () => {
    terraform.seedPolicySet({ name: 'base' });
    const unknown = { policies: { data: [{ id: 'pol-1', type: 'policies' }] } };
    const bodies = [
      setDocument({ name: 'base' }),
      setDocument({ name: 'b c' }),
      setDocument({ name: 'b' }, unknown),
    ];
    for (const body of bodies) {
      expect((await ask(terraform, policySetsPath, { method: 'POST', body })).status).toBe(422);
    }
    expect(terraform.policySets()).toHaveLength(1);
  });

  test('a change of workspaces replaces them', async () => {
    const { id } = terraform.seedPolicySet({ name: 'base' });
    const workspaces = (...ids: string[]) => ({ data: ids.map((ws) => ({ id: ws, type: 'workspaces' })) });
    const path = `/policy-sets/${id}`;
    await ask(terraform, `${path}/relationships/workspaces`, {
      method: 'POST',
      body: workspaces('ws-1', 'ws-2'),
    });
    const body = setDocument({}, { workspaces: workspaces('ws-3') });
    const answer = await ask(terraform, path, { method: 'PATCH', body });
    expect(answer.at('data', 'relationships', 'workspaces')).toEqual(workspaces('ws-3'));
    expect(answer.at('data', 'attributes', 'workspace-count')).toBe(1);
  });

  test('filters', async () => {
    terraform.seedPolicySet({ name: 'plain' });
    terraform.seedPolicySet({ name: 'rego', kind: 'opa' });
    terraform.seedPolicySet({ name: 'vcs', source: 'vcs' });
    const names = async (query: string) =>
      (
        (await ask(terraform, `${policySetsPath}?sort=name&${query}`)).at('data') as {
          attributes: { name: string };
        }[]
      ).map(({ attributes }) => attributes.name);
    expect(await names('filter[versioned]=true')).toEqual(['vcs']);
    expect(await names('filter[kind]=sentinel')).toEqual(['plain', 'vcs']);
    expect(await names('search[name]=ego')).toEqual(['rego']);
  });
});

describe('members', () => {
  test('are added, never replaced; again is harmless; a non-member may be removed', async () => {
    const set = terraform.seedPolicySet({ name: 'base' });
    const [a, b] = ['a', 'b'].map((name) => terraform.seedPolicy({ name, code: 'x' }).id) as [string, string];
    expect((await changeMembers(terraform, 'POST', { set: set.id, policies: [a] })).status).toBe(204);
    expect((await changeMembers(terraform, 'POST', { set: set.id, policies: [a, b] })).status).toBe(204);
    expect(terraform.policySets()).toMatchObject([{ policies: ['a', 'b'] }]);
    for (let count = 0; count < 2; count += 1) {
      expect((await changeMembers(terraform, 'DELETE', { set: set.id, policies: [a] })).status).toBe(204);
    }
    expect(terraform.policySets()).toMatchObject([{ policies: ['b'] }]);
    expect(terraform.violations).toEqual([]);
  });

  test('an unknown policy refuses the whole request', async () => {
    const set = terraform.seedPolicySet({ name: 'base' });
    const { id } = terraform.seedPolicy({ name: 'a', code: 'x' });
    expect((await changeMembers(terraform, 'POST', { set: set.id, policies: [id, 'pol-1'] })).status).toBe(
      422,
    );
    expect(terraform.policySets()).toMatchObject([{ policies: [] }]);
  });

  test.each([
    ['of the other kind', { kind: 'opa' }],
    ['from a repository', { source: 'vcs' }],
    ['uploaded as a whole', { source: 'upload' }],
  ] as const)('a set %s takes none', async (_, seed) => {
    const set = terraform.seedPolicySet({ name: 'base', ...seed });
    const { id } = terraform.seedPolicy({ name: 'a', code: 'x' });
    expect((await changeMembers(terraform, 'POST', { set: set.id, policies: [id] })).status).toBe(422);
  });

  test('an unknown set is 404', async () => {
    expect((await changeMembers(terraform, 'POST', { set: 'polset-1', policies: ['pol-1'] })).status).toBe(
      404,
    );
  });

  test('a member without code is a violation, unless it was there before', async () => {
    const set = terraform.seedPolicySet({ name: 'base' });
    terraform.seedPolicy({ name: 'before', policySets: ['base'] });
    const { id } = terraform.seedPolicy({ name: 'a' });
    await changeMembers(terraform, 'POST', { set: set.id, policies: [id] });
    await changeMembers(terraform, 'POST', { set: set.id, policies: [id] });
    expect(terraform.violations).toEqual([
      expect.stringContaining('policy a without code is a member of base'),
    ]);
  });
});
