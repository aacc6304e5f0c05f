import { expect, test } from '@jest/globals';
import type { HcpTerraform } from '../../../sandbox/hcp-terraform/server.ts';
import { lines, nothing, outcome, requestLines, writeLines } from '../publish/reading.ts';
import { scenario, sentinel } from '../publish/scenario.ts';
import { change, seedStamped } from './syncing.ts';

const parallel = { parallelism: '10' };

const filesOf = (names: readonly string[], rule = (name: string) => name) =>
  Object.fromEntries(names.map((name) => [`${name}.sentinel`, sentinel(rule(name))]));

const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `p-${index + 1_000}`);

const downloads = (terraform: HcpTerraform) =>
  requestLines(terraform).filter((line) => line.endsWith('/download'));

test('with stamps, nothing to do takes a request for each hundred policies and each page of a named set', async () => {
  const names = namesOf(120);
  const { terraform, folder, run } = await scenario({ files: filesOf(names) });
  terraform.seedPolicySet({ name: 'base' });
  for (let number = 1; number <= 110; number++) terraform.seedPolicySet({ name: `more-${number}` });
  terraform.seedPolicySet({ name: 'more' });
  const inputs = { ...parallel, stamp: 'true', 'policy-sets': 'base, more' };
  const slow = { timeout: 300_000 };
  expect(outcome(await run(inputs, slow))).toMatchObject({ exitCode: 0, created: 120 });

  terraform.reset();
  expect(outcome(await run(inputs, slow))).toEqual({ ...nothing, exitCode: 0, unchanged: 120 });
  expect(requestLines(terraform).toSorted()).toEqual(
    [
      lines.listWithSets(1),
      lines.listWithSets(2),
      lines.findSet('base'),
      lines.findSet('more', 1),
      lines.findSet('more', 2),
    ].sort(),
  );

  const changed = names.slice(40, 43);
  await change(
    folder,
    filesOf(changed, (name) => `${name} or true`),
  );
  terraform.reset();
  expect(outcome(await run(inputs, slow))).toMatchObject({ exitCode: 0, updated: 3, unchanged: 117 });
  expect(downloads(terraform).toSorted()).toEqual(changed.map(lines.download).sort());
  expect(writeLines(terraform).toSorted()).toEqual(
    changed.flatMap((name) => [lines.upload(name), lines.update(name)]).sort(),
  );
});

test('of a thousand policies', async () => {
  const names = namesOf(1_000);
  const { terraform, folder, run } = await scenario({ files: filesOf(names) });
  const count = async () => {
    terraform.reset();
    const result = await run(parallel, { timeout: 300_000 });
    expect(result.exitCode).toBe(0);
    return terraform.requests.length;
  };
  for (const name of names) terraform.seedPolicy({ name, code: sentinel(name) });
  const bare = await count();
  for (const name of names) seedStamped(terraform, { name, code: sentinel(name) });
  const stamped = await count();
  await change(
    folder,
    filesOf(names.slice(0, 10), (name) => `${name} or true`),
  );
  const changed = await count();

  const counts = { 'nothing to do, without stamps': bare, 'with stamps': stamped, 'ten changed': changed };
  process.stdout.write(`Requests for 1,000 policies: ${JSON.stringify(counts)}\n`);
  // A download is two requests: one to the API, one to the object store.
  expect([bare, stamped, changed]).toEqual([10 + 2 * 1_000, 10, 10 + 10 * (2 + 1 + 1)]);
});
