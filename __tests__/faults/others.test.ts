import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { HcpTerraform } from '../../sandbox/hcp-terraform/server.ts';
import type { OnRequest } from '../../sandbox/http/stand-in.ts';
import { errors, members, outcome, policyStates, published, writeLines } from '../e2e/publish/reading.ts';
import { scenario, sentinel, token } from '../e2e/publish/scenario.ts';

/** Acts right before each request that fits has its effect, `times` times. */
function rightBefore(method: string, path: RegExp, act: (time: number) => unknown, times = 1): OnRequest {
  let time = 0;
  return (request, phase) => {
    if (phase !== 'before-effect' || request.method !== method || !path.test(request.path)) return;
    if (time < times) act(++time);
  };
}

const PATCHED = /\/policies\/[^/]+$/;
const MEMBERS = /relationships\/policies$/;
const PAGE_2 = /\/policies\?.*number(%5D|\])=2/;

describe('somebody else writes between the plan and the write', () => {
  const files = { 'a.sentinel': sentinel('a'), 'cost.sentinel': sentinel('cost') };

  test('other code: what the repository has is what is there in the end', async () => {
    const { terraform, run } = await scenario({ files: { 'cost.sentinel': files['cost.sentinel'] } });
    terraform.seedPolicy({ name: 'cost', code: sentinel('older') });
    terraform.onRequest = rightBefore('PUT', /upload/, () =>
      terraform.seedPolicy({ name: 'cost', code: sentinel('theirs') }),
    );
    expect(outcome(await run())).toMatchObject({ exitCode: 0, updated: 1 });
    expect(policyStates(terraform)['cost']?.code).toBe(files['cost.sentinel']);
    expect(outcome(await run())).toMatchObject({ exitCode: 0, unchanged: 1 });
  });

  test('another level, where the code changes too: it is set to what is stated', async () => {
    const { terraform, run } = await scenario({ files: { 'cost.sentinel': files['cost.sentinel'] } });
    terraform.seedPolicy({ name: 'cost', code: sentinel('older'), enforcementLevel: 'advisory' });
    terraform.onRequest = rightBefore('PUT', /upload/, () =>
      terraform.seedPolicy({ name: 'cost', enforcementLevel: 'hard-mandatory', description: 'Theirs' }),
    );
    expect(outcome(await run({ 'enforcement-level': 'advisory' }))).toMatchObject({ exitCode: 0 });
    expect(policyStates(terraform)['cost']).toMatchObject({ level: 'advisory', description: 'Theirs' });
  });

  test('to a policy that is as it shall be: the next run mends it', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicy({ name: 'cost', code: files['cost.sentinel'], enforcementLevel: 'hard-mandatory' });
    terraform.onRequest = rightBefore('POST', /policies$/, () =>
      terraform.seedPolicy({ name: 'cost', code: sentinel('theirs'), enforcementLevel: 'advisory' }),
    );
    const levels = { 'enforcement-level': 'hard-mandatory' };
    expect(outcome(await run(levels))).toMatchObject({ exitCode: 0, created: 1, unchanged: 1 });
    expect(outcome(await run(levels))).toMatchObject({ exitCode: 0, updated: 1, unchanged: 1 });
    expect(policyStates(terraform)['cost']).toMatchObject({
      code: files['cost.sentinel'],
      level: 'hard-mandatory',
    });
  });

  test('deletes a policy before its settings are changed: that fails, the next run makes it anew', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicy({ name: 'cost', code: files['cost.sentinel'], enforcementLevel: 'hard-mandatory' });
    terraform.onRequest = rightBefore('PATCH', PATCHED, () => terraform.removePolicy('cost'));
    const levels = { 'enforcement-level': 'advisory' };
    const result = await run(levels);
    expect(outcome(result)).toMatchObject({ exitCode: 1, created: 1, failed: 1 });
    expect(errors(result)).toEqual([
      { at: 'cost.sentinel', message: expect.stringMatching(/PATCH .*404.*deleted during the run/) },
    ]);
    expect(outcome(await run(levels))).toMatchObject({ exitCode: 0, created: 1, unchanged: 1 });
  });

  test('deletes a policy before it joins: the run fails, the next one ends as it shall', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicySet({ name: 'base' });
    terraform.onRequest = rightBefore('POST', MEMBERS, () => terraform.removePolicy('cost'));
    const sets = { 'policy-sets': 'base' };
    const result = await run(sets);
    expect(result.exitCode).toBe(1);
    expect(errors(result).map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/policy set "base".*422.*could not be found/),
    );
    expect(outcome(await run(sets))).toMatchObject({ exitCode: 0, created: 1, failed: 0 });
    expect(members(terraform)).toEqual({ base: ['a', 'cost'] });
  });

  test('adds the policy to the set first: it is a member once', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicySet({ name: 'base' });
    terraform.onRequest = rightBefore('POST', MEMBERS, () =>
      terraform.seedPolicy({ name: 'cost', policySets: ['base'] }),
    );
    expect(outcome(await run({ 'policy-sets': 'base' }))).toMatchObject({ exitCode: 0, created: 2 });
    expect(members(terraform)).toEqual({ base: ['a', 'cost'] });
  });

  test('takes a policy out of the set while others are published: the next run puts it back', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicySet({ name: 'base' });
    terraform.seedPolicy({ name: 'cost', code: files['cost.sentinel'], policySets: ['base'] });
    terraform.onRequest = rightBefore('POST', MEMBERS, () =>
      terraform.seedPolicy({ name: 'cost', policySets: [] }),
    );
    const sets = { 'policy-sets': 'base' };
    expect(outcome(await run(sets))).toMatchObject({ exitCode: 0, created: 1, unchanged: 1 });
    expect(outcome(await run(sets))).toMatchObject({ exitCode: 0, updated: 1, unchanged: 1 });
    expect(members(terraform)).toEqual({ base: ['a', 'cost'] });
  });

  test('is another run of the same workflow: both are green, and nothing is there twice', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `p${index}`);
    const { terraform, run } = await scenario({
      files: Object.fromEntries(names.map((name) => [`${name}.sentinel`, sentinel(name)])),
    });
    terraform.seedPolicySet({ name: 'base' });
    const inputs = { 'policy-sets': 'base', 'enforcement-level': 'soft-mandatory', parallelism: '4' };
    const results = await Promise.all([run(inputs), run(inputs)]);
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(Object.keys(policyStates(terraform)).toSorted()).toEqual(names.toSorted());
    for (const name of names) {
      expect(policyStates(terraform)[name]).toMatchObject({
        code: sentinel(name),
        level: 'soft-mandatory',
        sets: ['base'],
      });
    }
    expect(outcome(await run(inputs))).toMatchObject({ exitCode: 0, unchanged: names.length });
  });
});

describe('a list that shifts while it is paged', () => {
  const files = { 'cost.sentinel': sentinel('cost') };
  const OURS = 101;

  /** The server lists by id. */
  const id = (position: number) => `pol-${String(position).padStart(16, '0')}`;

  /** 149 policies of others, and ours, which opens the second page. */
  function seed(terraform: HcpTerraform): void {
    for (let position = 1; position <= 150; position += 1) {
      const ours = position === OURS;
      terraform.seedPolicy({
        id: id(position),
        name: ours ? 'cost' : `other-${position}`,
        code: ours ? files['cost.sentinel'] : sentinel('other'),
        enforcementLevel: 'hard-mandatory',
        description: 'Kept',
      });
    }
  }

  const made = (terraform: HcpTerraform, position: number) =>
    terraform.seedPolicy({ id: id(position), name: `new-${position}`, code: sentinel('other') });

  const found = {
    code: files['cost.sentinel'],
    level: 'hard-mandatory',
    description: 'Kept',
  };

  test.each<[string, (terraform: HcpTerraform) => unknown]>([
    ['one on the first page is deleted', (terraform) => terraform.removePolicy(id(1))],
    ['one on the second page is deleted', (terraform) => terraform.removePolicy(id(150))],
    ['one comes on the first page', (terraform) => made(terraform, 0)],
    ['one comes on the second page', (terraform) => made(terraform, 200)],
  ])('%s: ours is found where it is, once', async (_, shift) => {
    const { terraform, run } = await scenario({ files });
    seed(terraform);
    terraform.onRequest = rightBefore('GET', PAGE_2, () => shift(terraform));
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, unchanged: 1 });
    expect(published(result).map((policy) => policy.id)).toEqual([id(OURS)]);
    expect(policyStates(terraform)['cost']).toMatchObject(found);
    expect(writeLines(terraform)).toEqual([]);
  });

  test('one goes and one comes, so that their number is the same: ours is not there twice', async () => {
    const { terraform, run } = await scenario({ files });
    seed(terraform);
    terraform.onRequest = rightBefore('GET', PAGE_2, () => {
      terraform.removePolicy(id(1));
      made(terraform, 200);
    });
    const result = await run();
    expect(result.exitCode).toBe(0);
    expect(published(result).map((policy) => policy.id)).toEqual([id(OURS)]);
    expect(policyStates(terraform)['cost']).toMatchObject(found);
    expect(terraform.policies().filter(({ name }) => name === 'cost')).toHaveLength(1);
  });

  test('each time that it is read: no policy is created that is there', async () => {
    const { terraform, run } = await scenario({ files });
    seed(terraform);
    terraform.onRequest = rightBefore('GET', PAGE_2, (time) => terraform.removePolicy(id(time)), 9);
    const result = await run();
    expect(result.exitCode).toBe(0);
    expect(published(result).map((policy) => policy.id)).toEqual([id(OURS)]);
    expect(policyStates(terraform)['cost']).toMatchObject(found);
    expect(terraform.policies().filter(({ name }) => name === 'cost')).toHaveLength(1);
  });
});

describe('the rate limit is shared', () => {
  const names = Array.from({ length: 100 }, (_, index) => `p${index}`);
  const LIMIT = 30;

  /** Another tool with the same user's token. It asks at half the limit's pace, and again after the reset of a 429. */
  async function otherTool({ url }: HcpTerraform, requests: number): Promise<number[]> {
    const statuses: number[] = [];
    const address = `${url}/api/v2/organizations/acme/policy-sets`;
    for (let answered = 0; answered < requests; ) {
      const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
      await answer.arrayBuffer();
      statuses.push(answer.status);
      if (answer.status === 200) answered += 1;
      const reset = answer.status === 429 ? Number(answer.headers.get('x-ratelimit-reset')) : 0;
      await sleep(Math.max(reset * 1_000, 2_000 / LIMIT));
    }
    return statuses;
  }

  test('with a tool that takes half of it: both get on, and 429 is rare', async () => {
    const { terraform, run } = await scenario({
      files: Object.fromEntries(names.map((name) => [`${name}.sentinel`, sentinel(name)])),
      server: { rateLimit: LIMIT },
    });
    const tool = otherTool(terraform, 50);
    const result = await run({ parallelism: '10' }, { timeout: 180_000 });
    const theirs = await tool;
    const ours = terraform.requests.filter(
      ({ headers }) => headers['user-agent'] === 'publish-terraform-policies',
    );
    const refused = ours.filter(({ status }) => status === 429).length;
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: names.length });
    expect(refused).toBeLessThan(ours.length / 50);
    expect(theirs.filter((status) => status === 200)).toHaveLength(50);
  });
});
