import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type HcpTerraform,
  type HcpTerraformOptions,
  startHcpTerraform,
} from '../../sandbox/hcp-terraform/server.ts';
import { ask, createPolicy, policiesPath, policySetsPath, updatePolicy, upload } from './client.ts';

let terraform: HcpTerraform;
afterEach(() => terraform.close());

async function start(options: HcpTerraformOptions): Promise<HcpTerraform> {
  terraform = await startHcpTerraform({ rateLimit: null, ...options });
  return terraform;
}

const rego = { name: 'b', kind: 'opa', query: 'data.b.deny' };

describe('v202303-1 knows no enforcement-level', () => {
  test('it is ignored on the way in, and the default level holds', async () => {
    await start({ dialect: 'v202303-1' });
    const answer = await createPolicy(terraform, { name: 'a', 'enforcement-level': 'advisory' });
    expect(answer.status).toBe(201);
    expect(terraform.policies()).toMatchObject([{ enforcementLevel: 'hard-mandatory' }]);
    await createPolicy(terraform, { ...rego, 'enforcement-level': 'mandatory' });
    expect(terraform.policies()[1]).toMatchObject({ kind: 'opa', enforcementLevel: 'advisory' });
  });

  test('or it is refused, as a missing level', async () => {
    await start({ dialect: 'v202303-1', missingLevel: 'refused' });
    const answer = await createPolicy(terraform, { name: 'a', 'enforcement-level': 'advisory' });
    expect(answer.status).toBe(422);
  });

  test('the level is in enforce alone, once there is code', async () => {
    await start({ dialect: 'v202303-1' });
    const enforce = [{ path: 'b.rego', mode: 'mandatory' }];
    const created = await createPolicy(terraform, { ...rego, enforce });
    const attributes = created.at('data', 'attributes') as object;
    expect(Object.keys(attributes)).not.toContain('enforcement-level');
    expect(attributes).toMatchObject({ kind: 'opa', query: 'data.b.deny', enforce: [] });
    const id = String(created.at('data', 'id'));
    expect((await upload(terraform, id, 'x')).at('data', 'attributes', 'enforce')).toEqual(enforce);
    await updatePolicy(terraform, id, { 'enforcement-level': 'advisory' });
    expect(terraform.policies()).toMatchObject([{ enforcementLevel: 'mandatory' }]);
    expect(terraform.violations).toEqual([]);
  });
});

describe('v202212-1 knows neither kind nor OPA', () => {
  test('everything is Sentinel', async () => {
    await start({ dialect: 'v202212-1' });
    const enforce = [{ path: 'b.rego', mode: 'mandatory' }];
    const answer = await createPolicy(terraform, { ...rego, enforce });
    expect(Object.keys(answer.at('data', 'attributes') as object)).toEqual([
      'name',
      'description',
      'enforce',
      'updated-at',
      'policy-set-count',
    ]);
    expect(terraform.policies()).toMatchObject([
      { kind: 'sentinel', query: null, enforcementLevel: 'hard-mandatory' },
    ]);
  });

  test('lists and sets know no kind either', async () => {
    await start({ dialect: 'v202212-1' });
    terraform.seedPolicy({ name: 'a', code: 'x' });
    terraform.seedPolicySet({ name: 'base' });
    const policies = await ask(terraform, `${policiesPath}?filter[kind]=opa`);
    expect(policies.at('data')).toHaveLength(1);
    const sets = await ask(terraform, policySetsPath);
    expect(Object.keys(sets.at('data', 0, 'attributes') as object)).not.toContain('kind');
    expect(terraform.violations).toEqual([]);
  });
});
