import { expect, test } from '@jest/globals';
import { lines, nothing, outcome, policyStates, published, requestLines, writeLines } from './reading.ts';
import { scenario, sentinel } from './scenario.ts';

/** `cost`, `cost-2` … `cost-250`: each a part of others. */
const names = Array.from({ length: 250 }, (_, index) => (index === 0 ? 'cost' : `cost-${index + 1}`));

test('250 policies with similar names are listed in three requests, and found exactly', async () => {
  const { terraform, run } = await scenario({
    files: {
      'cost.sentinel': sentinel('cost'),
      'cost-2.sentinel': sentinel('newer'),
      'cost-25.sentinel': sentinel('cost-25'),
      'cos.sentinel': sentinel('cos'),
      'cost-.sentinel': sentinel('cost_'),
    },
  });
  for (const name of names) terraform.seedPolicy({ name, code: sentinel(name) });
  const before = policyStates(terraform);
  const result = await run();

  expect(outcome(result)).toEqual({
    ...nothing,
    exitCode: 0,
    changed: 'true',
    created: 2,
    updated: 1,
    unchanged: 2,
  });
  const requests = requestLines(terraform);
  expect(requests.filter((line) => line.includes('?'))).toEqual([
    lines.list(1),
    lines.list(2),
    lines.list(3),
  ]);
  expect(writeLines(terraform)).toEqual([
    lines.create('cos'),
    lines.upload('cos'),
    lines.create('cost-'),
    lines.upload('cost-'),
    lines.upload('cost-2'),
  ]);
  const after = policyStates(terraform);
  expect(after).toMatchObject({ ...before, 'cost-2': { ...before['cost-2'], code: sentinel('newer') } });
  expect(Object.keys(after)).toHaveLength(252);
});

test('the name of a policy that stands in the organization in another letter case is not taken for it', async () => {
  const { terraform, run } = await scenario({ files: { 'cost.sentinel': sentinel('lower') } });
  terraform.seedPolicy({ name: 'COST', code: sentinel('upper') });
  const result = await run();
  expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
  expect(policyStates(terraform)).toMatchObject({
    COST: { code: sentinel('upper') },
    cost: { code: sentinel('lower') },
  });
});

test('250 files are published and then found unchanged', async () => {
  const { terraform, run } = await scenario({
    files: Object.fromEntries(names.map((name) => [`${name}.sentinel`, sentinel(name)])),
  });
  expect(outcome(await run({ parallelism: '10' }))).toMatchObject({ exitCode: 0, created: 250 });
  terraform.reset();
  const result = await run({ parallelism: '10' });
  expect(outcome(result)).toMatchObject({ exitCode: 0, unchanged: 250, changed: 'false' });
  expect(writeLines(terraform)).toEqual([]);
  expect(published(result)).toHaveLength(250);
});

test('the limit of requests a second is never met', async () => {
  const { terraform, run } = await scenario({
    files: Object.fromEntries(names.slice(0, 35).map((name) => [`${name}.sentinel`, sentinel(name)])),
    server: { rateLimit: 30 },
  });
  expect(outcome(await run({ parallelism: '50' }))).toMatchObject({ exitCode: 0, created: 35 });
  expect(terraform.seen429).toBe(0);
});

test('a list without page numbers is read to its end', async () => {
  const { terraform, run } = await scenario({
    files: { 'cost-250.sentinel': sentinel('cost-250'), 'new.sentinel': sentinel() },
    server: { plainLists: true },
  });
  for (const name of names) terraform.seedPolicy({ name, code: sentinel(name) });
  expect(outcome(await run())).toMatchObject({ exitCode: 0, created: 1, unchanged: 1 });
  expect(requestLines(terraform).slice(0, 3)).toEqual([lines.list(1), lines.list(2), lines.list(3)]);
});

test('policies that others add while the pages are read are not missed', async () => {
  const { terraform, run } = await scenario({ files: { 'cost-2.sentinel': sentinel('cost-2') } });
  for (const name of names.slice(0, 200)) terraform.seedPolicy({ name, code: sentinel(name) });
  let listed = false;
  terraform.onRequest = ({ path }, phase) => {
    if (phase === 'before-effect' || listed || !path.includes('/policies?')) return;
    listed = true;
    for (const name of ['a', 'b', 'c']) terraform.seedPolicy({ name, code: sentinel(name) });
  };
  expect(outcome(await run())).toMatchObject({ exitCode: 0, created: 0, unchanged: 1 });
  expect(writeLines(terraform)).toEqual([]);
});
