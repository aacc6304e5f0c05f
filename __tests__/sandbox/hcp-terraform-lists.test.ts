import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type HcpTerraform, startHcpTerraform } from '../../sandbox/hcp-terraform/server.ts';
import { type Answered, ask, policiesPath, policySetsPath } from './client.ts';

let terraform: HcpTerraform;
beforeEach(async () => {
  terraform = await startHcpTerraform({ rateLimit: null });
});
afterEach(() => terraform.close());

function names(answer: Answered): string[] {
  return (answer.at('data') as { attributes: { name: string } }[]).map(({ attributes }) => attributes.name);
}

function seedMany(count: number): void {
  for (let index = 0; index < count; index += 1) terraform.seedPolicy({ name: `p${index}` });
}

describe('pages', () => {
  test('20 by default, with meta and absolute links', async () => {
    seedMany(45);
    const answer = await ask(terraform, `${policiesPath}?page%5Bnumber%5D=2&sort=name`);
    expect(names(answer)).toHaveLength(20);
    expect(answer.at('meta', 'pagination')).toEqual({
      'current-page': 2,
      'page-size': 20,
      'prev-page': 1,
      'next-page': 3,
      'total-pages': 3,
      'total-count': 45,
    });
    const next = new URL(String(answer.at('links', 'next')));
    expect(next.origin).toBe(terraform.url);
    expect(next.searchParams.get('page[number]')).toBe('3');
    expect(next.searchParams.get('sort')).toBe('name');
    expect(terraform.violations).toEqual([]);
  });

  test('100 at the most', async () => {
    seedMany(120);
    const answer = await ask(terraform, `${policiesPath}?page[size]=150`);
    expect(names(answer)).toHaveLength(100);
    expect(answer.at('meta', 'pagination', 'page-size')).toBe(100);
  });

  test('past the end: empty, with the number asked for and the right total', async () => {
    seedMany(3);
    const answer = await ask(terraform, `${policiesPath}?page[number]=9`);
    expect(names(answer)).toEqual([]);
    expect(answer.at('meta', 'pagination')).toMatchObject({
      'current-page': 9,
      'next-page': null,
      'total-count': 3,
    });
  });

  test('plain lists have neither meta nor links', async () => {
    await terraform.close();
    terraform = await startHcpTerraform({ plainLists: true });
    seedMany(21);
    const answer = await ask(terraform, policiesPath);
    expect(Object.keys(answer.at() as object)).toEqual(['data']);
    expect(names(answer)).toHaveLength(20);
  });
});

describe('what is listed', () => {
  beforeEach(() => {
    terraform.seedPolicy({ name: 'cost-limit', code: 'x' });
    terraform.seedPolicy({ name: 'cost-limit-2', kind: 'opa', code: 'x' });
    terraform.seedPolicy({ name: 'tags', code: 'x' });
  });

  test('search[name] finds parts of names, and narrows the total', async () => {
    const answer = await ask(terraform, `${policiesPath}?search[name]=limit&sort=name`);
    expect(names(answer)).toEqual(['cost-limit', 'cost-limit-2']);
    expect(answer.at('meta', 'pagination', 'total-count')).toBe(2);
  });

  test('filter[kind] and sort', async () => {
    expect(names(await ask(terraform, `${policiesPath}?filter[kind]=opa`))).toEqual(['cost-limit-2']);
    const descending = await ask(terraform, `${policiesPath}?sort=-name`);
    expect(names(descending)).toEqual(['tags', 'cost-limit-2', 'cost-limit']);
    const oldest = await ask(terraform, `${policiesPath}?sort=updated-at`);
    expect(names(oldest)).toEqual(['cost-limit', 'cost-limit-2', 'tags']);
  });

  test('unknown query parameters are ignored', async () => {
    expect((await ask(terraform, `${policiesPath}?unknown=1`)).status).toBe(200);
  });

  test('nothing of another organization', async () => {
    await terraform.close();
    terraform = await startHcpTerraform({ organizations: [{ name: 'acme' }, { name: 'other' }] });
    terraform.seedPolicy({ name: 'a', organization: 'other' });
    expect(names(await ask(terraform, policiesPath))).toEqual([]);
    expect(names(await ask(terraform, '/organizations/other/policies'))).toEqual(['a']);
  });
});

describe('include', () => {
  beforeEach(() => {
    terraform.seedPolicySet({ name: 'base' });
    terraform.seedPolicy({ name: 'a', code: 'x', policySets: ['base'] });
  });

  test.each(['policy-sets', 'policy_sets'])('%s of policies', async (include) => {
    const answer = await ask(terraform, `${policiesPath}?include=${include}`);
    expect(answer.at('included')).toMatchObject([{ type: 'policy-sets', attributes: { name: 'base' } }]);
    expect(terraform.violations).toEqual([]);
  });

  test('policies of policy sets', async () => {
    const answer = await ask(terraform, `${policySetsPath}?include=policies,workspaces`);
    expect(answer.at('included')).toMatchObject([{ type: 'policies', attributes: { name: 'a' } }]);
    expect(terraform.violations).toEqual([]);
  });

  test('an unknown one is 400', async () => {
    const answer = await ask(terraform, `${policiesPath}?include=policies`);
    expect(answer.status).toBe(400);
    expect(answer.at('errors', 0, 'detail')).toContain('include');
  });

  test('membership may be missing in lists unless it is asked for', async () => {
    await terraform.close();
    terraform = await startHcpTerraform({ includeMembershipInLists: false });
    terraform.seedPolicySet({ name: 'base' });
    const { id } = terraform.seedPolicy({ name: 'a', code: 'x', policySets: ['base'] });
    const relationships = ['data', 0, 'relationships', 'policy-sets'];
    expect((await ask(terraform, policiesPath)).at(...relationships)).toBeUndefined();
    expect((await ask(terraform, `${policiesPath}?include=policy-sets`)).at(...relationships)).toBeDefined();
    expect(
      (await ask(terraform, `/policies/${id}`)).at('data', 'relationships', 'policy-sets'),
    ).toBeDefined();
    expect(terraform.violations).toEqual([]);
  });
});
