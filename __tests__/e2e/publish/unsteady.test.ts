import { describe, expect, test } from '@jest/globals';
import type { PlannedFault } from '../../../sandbox/http/faults.ts';
import {
  errors,
  lines,
  members,
  nothing,
  outcome,
  policyStates,
  requestLines,
  writeLines,
} from './reading.ts';
import { rego, scenario, sentinel } from './scenario.ts';

const files = { 'cost.sentinel': sentinel('newer') };
const done = { ...nothing, exitCode: 0, changed: 'true', created: 1 };
const settled = { cost: { level: 'advisory', code: files['cost.sentinel'], sets: ['base'] } };

describe('a create of which nobody knows whether it took effect is looked up, never repeated blindly', () => {
  /** By name of the policy, in the order of the creates: the fault, how it shows, whether the policy is there then. */
  const cases: Record<string, { fault: PlannedFault['fault']; shown: string; there: boolean }> = {
    'a-lost-before': { fault: { type: 'lose', effect: 'before' }, shown: ' → lost', there: false },
    'b-lost-after': { fault: { type: 'lose', effect: 'after' }, shown: ' → lost', there: true },
    'c-broken-off': { fault: { type: 'truncate' }, shown: ' → lost', there: true },
    'd-500-before': { fault: { type: 'status', status: 500 }, shown: ' → 500', there: false },
    'e-502-after': { fault: { type: 'status', status: 502, effect: true }, shown: ' → 502', there: true },
    'f-no-json': { fault: { type: 'body', body: '<html>' }, shown: '', there: true },
    'g-no-policy': { fault: { type: 'body', body: '{"data":[]}' }, shown: '', there: true },
  };
  const names = Object.keys(cases);

  test('lost before or after, broken off, failed, answered with something else', async () => {
    const { terraform, run } = await scenario({
      files: Object.fromEntries(names.map((name) => [`${name}.sentinel`, sentinel(name)])),
    });
    terraform.seedPolicySet({ name: 'base' });
    let creates = 0;
    for (const { fault, there } of Object.values(cases)) {
      terraform.faults.add({ when: { method: 'POST', request: creates + 1 }, fault });
      creates += there ? 1 : 2;
    }
    const result = await run({ 'policy-sets': 'base' });

    expect(outcome(result)).toEqual({ ...done, created: names.length });
    expect(requestLines(terraform).slice(2)).toEqual([
      ...Object.entries(cases).flatMap(([name, { shown, there }]) => [
        `${lines.create(name)}${shown}`,
        lines.find(name),
        ...(there ? [] : [lines.create(name)]),
        lines.upload(name),
      ]),
      lines.addMembers('base'),
    ]);
    expect(policyStates(terraform)).toMatchObject(
      Object.fromEntries(
        names.map((name) => [name, { level: 'advisory', code: sentinel(name), sets: ['base'] }]),
      ),
    );
    expect(result.annotations).toEqual([]);
  });

  test('an OPA policy keeps its query and level through it', async () => {
    const { terraform, run } = await scenario({ files: { 'tags.rego': rego('tags') } });
    terraform.faults.add({ when: { method: 'POST' }, fault: { type: 'lose', effect: 'after' } });
    expect(outcome(await run({ 'enforcement-level': 'mandatory' }))).toEqual(done);
    expect(policyStates(terraform)).toMatchObject({ tags: { level: 'mandatory', query: 'data.tags.deny' } });
    expect(writeLines(terraform)).toEqual([`${lines.create('tags')} → lost`, lines.upload('tags')]);
  });

  test('a policy with a longer name is not taken for it', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicy({ name: 'cost-2', code: sentinel() });
    terraform.faults.add({ when: { method: 'POST' }, fault: { type: 'lose', effect: 'before' } });
    expect(outcome(await run())).toEqual(done);
    expect(policyStates(terraform)).toMatchObject({ 'cost-2': { code: sentinel() } });
  });
});

describe('whatever may be repeated is, when the server fails or the connection breaks', () => {
  const steps = [
    ['GET', /\/policies\?/],
    ['GET', /\/policy-sets\?/],
    ['GET', /download/],
    ['PUT', /upload/],
    ['PATCH', /policies/],
    ['POST', /relationships/],
  ] as const;
  const faults: [string, PlannedFault['fault']][] = [
    ['500', { type: 'status', status: 500 }],
    ['504', { type: 'status', status: 504, effect: true }],
    ['lost', { type: 'lose', effect: 'after' }],
  ];

  test.each(faults)(
    'lists, downloads, uploads, changes of settings, adding members: %s',
    async (shown, fault) => {
      const { terraform, run } = await scenario({ files });
      terraform.seedPolicy({ name: 'cost', code: sentinel('older'), description: 'Kept' });
      terraform.seedPolicySet({ name: 'base' });
      for (const [method, path] of steps) terraform.faults.add({ when: { method, path }, fault });
      const result = await run({
        'enforcement-level': 'advisory',
        'policy-sets': 'base',
        parallelism: '2',
      });

      expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 1, failed: 0 });
      const all = requestLines(terraform);
      for (const [method, path] of steps) {
        const asked = all.filter((_, index) => {
          const request = terraform.requests[index];
          return request?.method === method && path.test(request.path);
        });
        const [first, ...others] = asked.map((line) => line.split(' → ')[1]);
        expect([first, ...others]).toEqual([shown, undefined]);
      }
      expect(policyStates(terraform)).toMatchObject({ cost: { ...settled.cost, description: 'Kept' } });
      expect(result.annotations).toEqual([]);
    },
  );

  test('one upload after another, at once', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const { terraform, run } = await scenario({
      files: Object.fromEntries(names.map((name) => [`${name}.sentinel`, sentinel(name)])),
    });
    terraform.faults.add({ when: { method: 'PUT' }, times: 4, fault: { type: 'lose', effect: 'before' } });
    expect(outcome(await run({ parallelism: '4' }))).toMatchObject({ exitCode: 0, created: 4 });
    expect(Object.entries(policyStates(terraform)).map(([name, { code }]) => [name, code])).toEqual(
      names.map((name) => [name, sentinel(name)]),
    );
  });

  test('a list of which half arrives is asked for again', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicy({ name: 'cost', code: files['cost.sentinel'] });
    terraform.faults.add({ when: { path: /policies\?/ }, fault: { type: 'truncate' } });
    expect(outcome(await run())).toMatchObject({ exitCode: 0, unchanged: 1 });
    expect(requestLines(terraform).slice(0, 2)).toEqual([`${lines.list()} → lost`, lines.list()]);
  });
});

describe('429', () => {
  test('holds every request back until the reset, in fractions of a second, and repeats what was refused', async () => {
    const names = ['a', 'b', 'c'];
    const { terraform, run } = await scenario({
      files: Object.fromEntries(names.map((name) => [`${name}.sentinel`, sentinel(name)])),
    });
    const headers = { 'x-ratelimit-limit': '30', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0.613' };
    terraform.faults.add({
      when: { method: 'POST', request: 2 },
      fault: { type: 'status', status: 429, headers },
    });
    const result = await run();

    expect(outcome(result)).toEqual({ ...nothing, exitCode: 0, changed: 'true', created: 3 });
    expect(requestLines(terraform)).toEqual([
      lines.list(),
      lines.create('a'),
      lines.upload('a'),
      `${lines.create('b')} → 429`,
      lines.create('b'),
      lines.upload('b'),
      lines.create('c'),
      lines.upload('c'),
    ]);
    const [refused, next] = terraform.requests.slice(3);
    const waited = (next?.startedAt ?? 0) - (refused?.endedAt ?? 0);
    expect(waited).toBeGreaterThan(600);
    expect(waited).toBeLessThan(3_000);
  });

  test('for all requests on their way at once ends in the same', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `p${index}`);
    const { terraform, run } = await scenario({
      files: Object.fromEntries(names.map((name) => [`${name}.sentinel`, sentinel(name)])),
    });
    const headers = { 'x-ratelimit-reset': '0.2' };
    terraform.faults.add({
      when: { method: 'POST' },
      times: 6,
      fault: { type: 'status', status: 429, headers },
    });
    terraform.faults.add({
      when: { method: 'PUT' },
      times: 6,
      fault: { type: 'status', status: 429, headers },
    });
    expect(outcome(await run({ parallelism: '6' }))).toMatchObject({ exitCode: 0, created: 6 });
    expect(writeLines(terraform).filter((line) => line.includes('→ 429'))).toHaveLength(12);
    expect(terraform.policies()).toHaveLength(6);
  });

  test.each([425, 429])('and 425 are repeated for a create too: %i', async (status) => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicySet({ name: 'base' });
    const headers = { 'x-ratelimit-reset': '0.0' };
    terraform.faults.add({ when: { method: 'POST' }, fault: { type: 'status', status, headers } });
    expect(outcome(await run({ 'policy-sets': 'base' }))).toEqual(done);
    expect(writeLines(terraform)).toEqual([
      `${lines.create('cost')} → ${status}`,
      lines.create('cost'),
      lines.upload('cost'),
      lines.addMembers('base'),
    ]);
  });
});

test('what the server says in no known form is an error with the status, and no HTML runs into the report', async () => {
  const { terraform, run } = await scenario({ files });
  const body = '<html><script>alert(1)</script></html>';
  terraform.faults.add({
    fault: { type: 'status', status: 418, body, headers: { 'content-type': 'text/html' } },
  });
  const result = await run();
  expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
  expect(errors(result)).toMatchObject([{ message: expect.stringContaining('returned 418') }]);
  expect(result.summary).not.toContain('<script');
  expect(members(terraform)).toEqual({});
});
