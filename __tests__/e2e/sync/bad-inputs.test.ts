import { expect, test } from '@jest/globals';
import { errors, nothing, outcome, requestLines } from '../publish/reading.ts';
import { type GivenInputs, scenario, sentinel } from '../publish/scenario.ts';
import './syncing.ts';

test.each<GivenInputs>([
  { prune: 'yes', stamp: '1', 'expect-no-changes': 'on', 'max-deletes': '-1', owner: 'acme policies' },
  { 'max-deletes': 'ten', owner: `${'x'.repeat(201)}` },
  { 'max-deletes': '1.5', owner: 'acme/policies//a\nb' },
])('wrong values are told at once, each under its name, before any request: %j', async (inputs) => {
  const { terraform, run } = await scenario({ files: { 'a.sentinel': sentinel() } });
  const result = await run(inputs);
  expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
  const places = errors(result).map(({ at }) => at);
  expect(places.toSorted()).toEqual(
    Object.keys(inputs)
      .map((name) => `input ${name}`)
      .sort(),
  );
  for (const [name, value] of Object.entries(inputs)) {
    const message = errors(result).find(({ at }) => at === `input ${name}`)?.message;
    expect(message).toContain(`\`${name}\``);
    expect(message).toContain(value?.split('\n')[0]);
  }
  expect(requestLines(terraform)).toEqual([]);
});

test('`prune` outside a repository needs an owner', async () => {
  const { terraform, run } = await scenario({ files: { 'a.sentinel': sentinel() } });
  const outside = { env: { GITHUB_REPOSITORY: undefined } };
  const result = await run({ prune: 'true' }, outside);
  expect(errors(result)).toMatchObject([{ at: 'input owner' }]);
  expect(requestLines(terraform)).toEqual([]);
  expect(outcome(await run({ prune: 'true', owner: 'team' }, outside))).toMatchObject({ exitCode: 0 });
});
