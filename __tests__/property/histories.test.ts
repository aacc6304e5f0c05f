import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { HcpTerraform, PolicySnapshot } from '../../sandbox/hcp-terraform/server.ts';
import type { Fault } from '../../sandbox/http/faults.ts';
import { outcome } from '../e2e/publish/reading.ts';
import { repository, scenario, sentinel } from '../e2e/publish/scenario.ts';
import { change, seedStamped, stampText } from '../e2e/sync/syncing.ts';
import type { RunResult } from '../support/run-action.ts';
import { type Owned, predict, seen, staleStamps } from './sync-model.ts';

/** Each takes the action some eight runs; all of them are the same ones every time. */
const HISTORIES = 5;
const SEED = 20;

/** Two stages of one owner, and another owner whose names get in the way of the first. */
const PUBLISHERS: readonly Owned[] = [
  { owner: 'acme/policies', prefix: '' },
  { owner: 'acme/policies', prefix: 'prod-' },
  { owner: 'acme/other', prefix: '' },
];

const index = fc.nat({ max: 999 });
const publisher = fc.constantFrom(0, 0, 0, 0, 1, 1, 1, 2);
const code = fc.constantFrom(...'pqrstuvwxyz');
const folder = fc.constantFrom('', '', '', 'team/', 'a b/');
const name = fc.constantFrom(...'abcdefghijklmnop');

const EDITS = [
  'code',
  'level',
  'sets',
  'text',
  'stamp removed',
  'stamp damaged',
  'stamp foreign',
  'deleted',
  'made by hand',
] as const;

const statusFault = (status: number, effect = false): Fault => ({ type: 'status', status, effect });

type Disturbance =
  | { kind: 'none' }
  | { kind: 'fault'; at: number; fault: Fault }
  | { kind: 'kill'; at: number; phase: 'before-effect' | 'after-effect' };

const disturbance: fc.Arbitrary<Disturbance> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('none' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      at: fc.integer({ min: 1, max: 14 }),
      fault: fc.constantFrom<Fault>(
        statusFault(403),
        statusFault(500),
        statusFault(502, true),
        { type: 'lose', effect: 'before' },
        { type: 'lose', effect: 'after' },
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('kill' as const),
      at: fc.integer({ min: 1, max: 14 }),
      phase: fc.constantFrom('before-effect' as const, 'after-effect' as const),
    }),
  },
);

const write = fc.record({ do: fc.constant('write' as const), publisher, name, folder, code });
const step = fc.oneof(
  { weight: 3, arbitrary: write },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('rename' as const), publisher, index, name, folder }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), publisher, index }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('edit' as const), index, edit: fc.constantFrom(...EDITS), code }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A few changes, then a run. */
const chapter = fc.record({
  steps: fc.array(step, { minLength: 2, maxLength: 6 }),
  run: fc.record({ publisher, disturbance }),
});

const history = fc.record({
  opening: fc.array(write, { minLength: 4, maxLength: 8 }),
  chapters: fc.array(chapter, { minLength: 5, maxLength: 5 }),
});

type Files = Map<string, { path: string; code: string }>;

type Publisher = Owned & {
  files: Files;
  folder: string;
  run(options?: { signal: AbortSignal }): Promise<RunResult>;
};

async function open(terraform: HcpTerraform, owned: Owned): Promise<Publisher> {
  const { folder: place, run } = await repository(terraform, {});
  const inputs = { prune: 'true', owner: owned.owner, 'name-prefix': owned.prefix };
  const files: Files = new Map();
  return { ...owned, files, folder: place, run: (options) => run(inputs, { timeout: 180_000, ...options }) };
}

async function put({ files, folder: place }: Publisher, key: string, file: { path: string; code: string }) {
  await take(files, place, key);
  files.set(key, file);
  await change(place, { [file.path]: file.code });
}

async function take(files: Files, place: string, key: string) {
  const file = files.get(key);
  if (file !== undefined) await change(place, { [file.path]: null });
  files.delete(key);
}

const pick = <T>(items: readonly T[], at: number): T | undefined => items[at % Math.max(items.length, 1)];

async function act(taken: Step, terraform: HcpTerraform, publishers: readonly Publisher[]): Promise<void> {
  if (taken.do === 'edit') return edit(terraform, taken);
  const whose = publishers[taken.publisher] as Publisher;
  if (taken.do === 'write') {
    await put(whose, taken.name, {
      path: `${taken.folder}${taken.name}.sentinel`,
      code: sentinel(taken.code),
    });
    return;
  }
  const key = pick([...whose.files.keys()], taken.index);
  const file = key === undefined ? undefined : whose.files.get(key);
  if (key === undefined || file === undefined) return;
  await take(whose.files, whose.folder, key);
  if (taken.do === 'rename') {
    await put(whose, taken.name, { ...file, path: `${taken.folder}${taken.name}.sentinel` });
  }
}

/** Somebody's hand in the organization. */
function edit(terraform: HcpTerraform, taken: Extract<Step, { do: 'edit' }>): void {
  const policy = pick(terraform.policies(), taken.index);
  if (policy === undefined || taken.edit === 'made by hand') {
    const made = pick(['a', 'b', 'prod-c', 'by-hand'], taken.index) ?? 'a';
    terraform.seedPolicy({ name: made, code: sentinel(taken.code), description: 'Made by hand' });
    return;
  }
  const { name: policyName } = policy;
  const description = policy.description ?? '';
  const foreign = { owner: 'else/where', prefix: '', path: 'x.sentinel', sha256: 'f', 'updated-at': null };
  const edits: Record<typeof taken.edit, () => unknown> = {
    code: () => terraform.seedPolicy({ name: policyName, code: sentinel(taken.code) }),
    level: () => terraform.seedPolicy({ name: policyName, enforcementLevel: 'hard-mandatory' }),
    sets: () => terraform.seedPolicy({ name: policyName, policySets: ['base'] }),
    text: () => terraform.seedPolicy({ name: policyName, description: `Edited\n\n${description}` }),
    'stamp removed': () => terraform.seedPolicy({ name: policyName, description: 'Edited' }),
    'stamp damaged': () =>
      terraform.seedPolicy({ name: policyName, description: description.replace('owner=', 'own=') }),
    'stamp foreign': () =>
      terraform.seedPolicy({ name: policyName, description: `Edited\n\n${stampText(foreign)}` }),
    deleted: () => terraform.removePolicy(policyName),
  };
  edits[taken.edit]();
}

const byName = (policies: readonly PolicySnapshot[]) =>
  new Map(policies.map((policy) => [policy.name, policy]));

/** Whatever becomes of a run: what is none of its business stays as it is, to the byte and the id. */
function expectUntouched(
  before: readonly PolicySnapshot[],
  terraform: HcpTerraform,
  names: readonly string[],
) {
  const [old, now] = [byName(before), byName(terraform.policies())];
  expect(names.map((each) => now.get(each))).toEqual(names.map((each) => old.get(each)));
}

/** What the histories came upon: without all of it they would prove little. */
const met = { runs: 0, killed: 0, failed: 0, refused: 0, created: 0, renamed: 0, deleted: 0 };

async function disturbed(terraform: HcpTerraform, whose: Publisher, given: Disturbance): Promise<void> {
  if (given.kind === 'fault') terraform.faults.add({ when: { request: given.at }, fault: given.fault });
  const killer = new AbortController();
  if (given.kind === 'kill') {
    terraform.onRequest = ({ number }, phase) => {
      if (number !== given.at || phase !== given.phase) return;
      killer.abort();
      return 'lose';
    };
  }
  const { signal, exitCode } = await whose.run({ signal: killer.signal });
  terraform.onRequest = undefined;
  met.runs += 1;
  if (signal !== null) met.killed += 1;
  else if (exitCode !== 0) met.failed += 1;
}

async function publish(terraform: HcpTerraform, whose: Publisher, given: Disturbance): Promise<void> {
  const before = terraform.policies();
  const expected = predict(before, whose, whose.files);
  if (given.kind !== 'none') {
    terraform.reset();
    await disturbed(terraform, whose, given);
    expectUntouched(before, terraform, expected.untouched);
    expect(terraform.violations).toEqual([]);
  }
  terraform.reset();
  const { exitCode, created, deleted } = outcome(await whose.run());
  met.runs += 1;
  met.refused += whose.files.size > 0 && !expected.succeeds ? 1 : 0;
  met.created += expected.created;
  met.renamed += expected.renamed;
  met.deleted += expected.deleted;
  expect(exitCode).toBe(expected.succeeds ? 0 : 1);
  expectUntouched(before, terraform, expected.untouched);
  expect(Object.fromEntries(terraform.policies().map((policy) => [policy.name, seen(policy)]))).toEqual(
    expected.policies,
  );
  if (given.kind === 'none') {
    expect([created, deleted]).toEqual([whose.files.size === 0 ? 0 : expected.created, expected.deleted]);
    expect(staleStamps(before, terraform.policies())).toEqual([]);
  }
}

test('whatever happens to files, organization and runs, each completed run leaves what the model says', async () => {
  const begun = performance.now();
  await fc.assert(
    fc.asyncProperty(history, async ({ opening, chapters }) => {
      const { terraform } = await scenario();
      for (const set of ['base', 'more']) terraform.seedPolicySet({ name: set });
      terraform.seedPolicy({ name: 'by-hand', code: sentinel('w'), policySets: ['base'] });
      const elsewhere = { owner: 'else/where' };
      seedStamped(terraform, { name: 'theirs', code: sentinel('x'), policySets: ['more'], stamp: elsewhere });
      const publishers: Publisher[] = [];
      for (const owned of PUBLISHERS) publishers.push(await open(terraform, owned));

      for (const taken of opening) await act(taken, terraform, publishers);
      await publish(terraform, publishers[0] as Publisher, { kind: 'none' });
      for (const { steps, run } of chapters) {
        for (const taken of steps) await act(taken, terraform, publishers);
        await publish(terraform, publishers[run.publisher] as Publisher, run.disturbance);
      }
    }),
    { numRuns: HISTORIES, seed: SEED, endOnFailure: true },
  );
  const seconds = Math.round((performance.now() - begun) / 1000);
  process.stdout.write(`${HISTORIES} histories, ${seconds} s: ${JSON.stringify(met)}\n`);
  expect(Object.entries(met).filter(([, count]) => count === 0)).toEqual([]);
});
