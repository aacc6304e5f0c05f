import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type HcpTerraform,
  type HcpTerraformOptions,
  startHcpTerraform,
} from '../../sandbox/hcp-terraform/server.ts';
import { type Answered, ask, policySetsPath, setDocument } from './client.ts';

let terraform: HcpTerraform;
afterEach(() => terraform.close());

async function start(options: HcpTerraformOptions = {}): Promise<void> {
  terraform = await startHcpTerraform({ rateLimit: null, ...options });
}

const create = (attributes: object, relationships: object = {}): Promise<Answered> =>
  ask(terraform, policySetsPath, {
    method: 'POST',
    body: setDocument({ name: 'base', ...attributes }, relationships),
  });

const change = (id: unknown, attributes: object): Promise<Answered> =>
  ask(terraform, `/policy-sets/${id}`, { method: 'PATCH', body: setDocument(attributes) });

const settings = (answer: Answered): unknown[] =>
  ['agent-enabled', 'policy-tool-version', 'overridable'].map((name) =>
    answer.at('data', 'attributes', name),
  );

const agent = (version?: string) => ({
  'agent-enabled': true,
  ...(version ? { 'policy-tool-version': version } : {}),
});

describe('agent mode, tool version and overrides', () => {
  test.each<[string, object, unknown[]]>([
    ['Sentinel on the platform', {}, [false, null, null]],
    ['for which a version means nothing', { 'policy-tool-version': '0.40.0' }, [false, null, null]],
    ['Sentinel on agents', agent(), [true, 'latest', false]],
    ['of one version', { ...agent('0.40.0'), overridable: true }, [true, '0.40.0', true]],
    ['OPA, always on agents', { kind: 'opa', 'agent-enabled': false }, [true, '1.22.3', false]],
    ['of one version, too', { kind: 'opa', 'policy-tool-version': '1.4.2' }, [true, '1.4.2', false]],
    ['tfpolicy', { kind: 'tfpolicy', ...agent('0.4.0') }, [true, '0.4.0', false]],
  ])('%s', async (_, attributes, expected) => {
    await start({ organizations: [{ name: 'acme', tfpolicy: true }] });
    const created = await create(attributes);
    expect(settings(created)).toEqual(expected);
    expect(settings(await change(created.at('data', 'id'), { description: 'd' }))).toEqual(expected);
    expect(terraform.violations).toEqual([]);
  });

  test.each<[string, object]>([
    ['a version that is not offered', agent('9.9.9')],
    ['the latest OPA', { kind: 'opa', 'policy-tool-version': 'latest' }],
    ['tfpolicy, while it is not switched on', { kind: 'tfpolicy' }],
    ['more than a hundred patterns', { 'policy-update-patterns': Array(101).fill('*') }],
  ])('refused: %s', async (_, attributes) => {
    await start();
    expect((await create(attributes)).status).toBe(422);
    expect(terraform.policySets()).toEqual([]);
  });

  test('switched off, they are empty; switched on, at the latest', async () => {
    await start();
    const id = (await create({ ...agent('0.40.0'), overridable: true })).at('data', 'id');
    expect((await change(id, { 'policy-tool-version': '9.9.9' })).status).toBe(422);
    expect(settings(await change(id, { 'agent-enabled': false }))).toEqual([false, null, null]);
    expect(settings(await change(id, { 'policy-tool-version': '0.40.0' }))).toEqual([false, null, null]);
    expect(settings(await change(id, { 'agent-enabled': true }))).toEqual([true, 'latest', false]);
  });

  test.each([
    ['kept', [true, '0.40.0', true], [true, '1.4.2', false]],
    ['reset', [false, null, null], [true, '1.22.3', false]],
  ] as const)('left out of a change: %s', async (omittedSettings, sentinel, opa) => {
    await start({ omittedSettings });
    const first = await create({ ...agent('0.40.0'), overridable: true });
    const second = await create({ name: 'rego', kind: 'opa', 'policy-tool-version': '1.4.2' });
    expect(settings(await change(first.at('data', 'id'), { description: 'd' }))).toEqual(sentinel);
    expect(settings(await change(second.at('data', 'id'), { description: 'd' }))).toEqual(opa);
    const both = { description: 'e', ...agent('0.40.0') };
    expect(settings(await change(first.at('data', 'id'), both))).toEqual([
      true,
      '0.40.0',
      expect.any(Boolean),
    ]);
  });
});

test('the path of the policies is stored on every set', async () => {
  await start();
  const created = await create({ 'policies-path': 'policies' });
  expect(created.at('data', 'attributes', 'policies-path')).toBe('policies');
  const changed = await change(created.at('data', 'id'), { 'policies-path': null });
  expect(changed.at('data', 'attributes', 'policies-path')).toBeNull();
});

test('a set with policies takes no repository', async () => {
  await start();
  terraform.seedPolicy({ name: 'a', code: 'x' });
  const { id } = terraform.seedPolicySet({ name: 'base', policies: ['a'] });
  expect((await change(id, { 'vcs-repo': { identifier: 'acme/policies' } })).status).toBe(422);
});

describe('scopes by tags', () => {
  const selectors = [
    { 'tag-key': 'env', 'tag-value': 'prod', 'is-exclude': false },
    { 'tag-key': 'team', 'tag-value': null, 'is-exclude': false },
  ];
  const scope = (method: string, id: unknown, data: unknown = selectors): Promise<Answered> =>
    ask(terraform, `/policy-sets/${id}/tag-selectors`, { method, body: { data } });
  const logic = { 'tag-selector-matching-logic': 'any' };

  test('need a matching logic', async () => {
    await start();
    const id = (await create({})).at('data', 'id');
    const refused = await scope('POST', id);
    expect(refused.status).toBe(422);
    expect(refused.at('errors', 0, 'detail')).toBe(
      'tag-selector-matching-logic is required when using tag selectors. Valid values: "any", "all"',
    );
    await change(id, logic);
    expect((await scope('POST', id)).status).toBe(204);
    expect((await ask(terraform, `/policy-sets/${id}`)).at('data', 'attributes')).toMatchObject({
      'tag-selectors': selectors,
      'scoping-type': 'tag',
      ...logic,
    });
    expect((await scope('DELETE', id, [selectors[0]])).status).toBe(204);
    const left = await ask(terraform, `/policy-sets/${id}`);
    expect(left.at('data', 'attributes', 'tag-selectors')).toEqual([selectors[1]]);
    expect(terraform.violations).toEqual([]);
  });

  test('can be given to a new set, and have all three members', async () => {
    await start({ tagMatchingLogic: 'unknown' });
    const created = await create({ 'tag-selectors': selectors });
    expect(created.at('data', 'attributes', 'tag-selectors')).toEqual(selectors);
    expect((await scope('POST', created.at('data', 'id'), [{ 'tag-key': 'a' }])).status).toBe(422);
  });

  test('exclude workspaces and projects', async () => {
    await start({ tagMatchingLogic: 'unknown' });
    const { id } = terraform.seedPolicySet({ name: 'base', workspaces: ['ws-1'], projects: ['prj-1'] });
    expect((await scope('POST', id)).status).toBe(422);
    const set = await ask(terraform, `/policy-sets/${id}`);
    expect(set.at('data', 'attributes')).toMatchObject({ 'workspace-count': 1, 'project-count': 1 });
  });

  test('are not known to older releases', async () => {
    await start({ dialect: 'v202303-1' });
    const { id } = terraform.seedPolicySet({ name: 'base' });
    expect((await scope('POST', id)).status).toBe(404);
  });
});

describe('parameters', () => {
  const parameter = (attributes: object) => ({ data: { type: 'vars', attributes } });
  const add = (id: string, attributes: object): Promise<Answered> =>
    ask(terraform, `/policy-sets/${id}/parameters`, {
      method: 'POST',
      body: parameter({ category: 'policy-set', ...attributes }),
    });

  test('are created, read, changed and deleted; a sensitive value is never read back', async () => {
    await start();
    const { id } = terraform.seedPolicySet({ name: 'base', parameters: [{ key: 'seeded', value: '1' }] });
    const created = await add(id, { key: 'k' });
    expect(created.status).toBe(201);
    expect(created.at('data')).toMatchObject({
      attributes: { key: 'k', value: '', sensitive: false, category: 'policy-set' },
      relationships: { configurable: { data: { id, type: 'policy-sets' } } },
    });
    const path = `/policy-sets/${id}/parameters/${created.at('data', 'id')}`;
    const body = parameter({ key: 'renamed', value: 'secret', sensitive: true });
    expect((await ask(terraform, path, { method: 'PATCH', body })).status).toBe(200);
    const listed = await ask(terraform, `/policy-sets/${id}/parameters`);
    expect(listed.text).not.toContain('secret');
    expect(listed.at('data')).toMatchObject([
      { attributes: { key: 'seeded', value: '1' } },
      { attributes: { key: 'renamed', value: null, sensitive: true } },
    ]);
    expect(listed.at('meta')).toBeUndefined();
    const paged = await ask(terraform, `/policy-sets/${id}/parameters?page[size]=1`);
    expect(paged.at('meta', 'pagination', 'total-count')).toBe(2);
    expect((await ask(terraform, path, { method: 'DELETE' })).status).toBe(204);
    expect((await ask(terraform, path)).status).toBe(404);
    expect(terraform.violations).toEqual([]);
  });

  test('without a key or category, or with a key that is taken, are refused', async () => {
    await start();
    const { id } = terraform.seedPolicySet({ name: 'base', parameters: [{ key: 'k' }] });
    for (const attributes of [{}, { key: 'k' }, { key: 'a', category: 'env' }]) {
      expect((await add(id, attributes)).status).toBe(422);
    }
    expect((await add(id, { key: 'not-an-identifier' })).status).toBe(201);
  });

  test('may have to be identifiers, and may not exist on sets of managed policies', async () => {
    await start({ parameterKeys: 'identifiers', managedParameters: false });
    terraform.seedPolicy({ name: 'a', code: 'x' });
    const managed = terraform.seedPolicySet({ name: 'managed', policies: ['a'] });
    const plain = terraform.seedPolicySet({ name: 'plain' });
    expect((await add(plain.id, { key: 'not-an-identifier' })).status).toBe(422);
    expect((await add(plain.id, { key: 'an_identifier' })).status).toBe(201);
    expect((await add(managed.id, { key: 'k' })).status).toBe(404);
  });
});
