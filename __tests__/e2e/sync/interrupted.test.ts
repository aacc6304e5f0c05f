import { expect, test } from '@jest/globals';
import pMap from 'p-map';
import { type HcpTerraform, startHcpTerraform } from '../../../sandbox/hcp-terraform/server.ts';
import { outcome, policyStates, published } from '../publish/reading.ts';
import { type Repository, rego, repository, sentinel, token } from '../publish/scenario.ts';
import { seedStamped, stampOf, textOf } from './syncing.ts';

/** Of everything that a run which prunes can have to do, something. */
const files = {
  'new.sentinel': sentinel('renamed'),
  'new-tags.rego': rego('tags'),
  'newer.sentinel': sentinel('newer'),
  'moved/kept.sentinel': sentinel('kept'),
};

function seed(terraform: HcpTerraform): void {
  terraform.seedPolicySet({ name: 'base' });
  terraform.seedPolicySet({ name: 'base-opa', kind: 'opa' });
  const strict = { enforcementLevel: 'hard-mandatory', policySets: ['base'] };
  seedStamped(terraform, { ...strict, name: 'old', code: sentinel('renamed'), text: 'By hand.' });
  seedStamped(terraform, {
    name: 'old-tags',
    kind: 'opa',
    code: rego('tags'),
    query: 'data.tags.warn',
    enforcementLevel: 'mandatory',
    policySets: ['base-opa'],
  });
  seedStamped(terraform, { ...strict, name: 'newer', code: sentinel('older') });
  seedStamped(terraform, { ...strict, name: 'kept', code: sentinel('kept') });
  seedStamped(terraform, { ...strict, name: 'gone', code: sentinel('gone') });
  // None of this run's business.
  seedStamped(terraform, { ...strict, name: 'theirs', code: sentinel('x'), stamp: { owner: 'other/repo' } });
  seedStamped(terraform, { ...strict, name: 'stage-x', code: sentinel('x'), stamp: { prefix: 'stage-' } });
  terraform.seedPolicy({ ...strict, name: 'bare', code: sentinel('x'), description: 'By hand' });
}

/** Who must be enforced at any moment: one of each line. */
const ALWAYS = [
  ['base', 'old', 'new'],
  ['base-opa', 'old-tags', 'new-tags'],
  ['base', 'newer'],
  ['base', 'kept'],
  ['base', 'theirs'],
  ['base', 'stage-x'],
  ['base', 'bare'],
] as const;

function missing(terraform: HcpTerraform): string[] {
  const states = policyStates(terraform);
  return ALWAYS.filter(
    ([set, ...names]) =>
      !names.some((name) => states[name]?.code !== undefined && states[name].sets.includes(set)),
  ).map(([set, ...names]) => `${set} lacks ${names.join(' and ')}`);
}

/** Everything but the times in the stamps, which have to be the servers'. */
function endOf(terraform: HcpTerraform) {
  const times = new Map(terraform.policies().map(({ name, updatedAt }) => [name, updatedAt]));
  return Object.entries(policyStates(terraform)).map(([name, { description, ...state }]) => {
    const { 'updated-at': time, ...stamp } = stampOf(description) ?? {};
    return { name, ...state, stamp, isCurrent: time === times.get(name), text: textOf(description) };
  });
}

type Organization = { terraform: HcpTerraform } & Repository;

async function inOrganization<T>(act: (organization: Organization) => Promise<T>): Promise<T> {
  const terraform = await startHcpTerraform({ rateLimit: null, tokens: [token] });
  seed(terraform);
  try {
    return await act({ terraform, ...(await repository(terraform, files)) });
  } finally {
    await terraform.close();
  }
}

const inputs = { prune: 'true' };

const clean = () =>
  inOrganization(async ({ terraform, run }) => {
    const result = await run(inputs);
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 2, updated: 2, deleted: 3, failed: 0 });
    return { end: endOf(terraform), requests: terraform.requests.length };
  });

type Point = { number: number; phase: 'before-effect' | 'after-effect' };

/** What goes wrong when the process is killed at one request, and run again. */
const killedAt = ({ number, phase }: Point, end: unknown) =>
  inOrganization(async ({ terraform, run }) => {
    const killer = new AbortController();
    const wrong = new Set<string>();
    terraform.onRequest = (request, now) => {
      for (const text of missing(terraform)) wrong.add(text);
      if (request.number !== number || now !== phase) return;
      killer.abort();
      return 'lose';
    };
    const result = await run(inputs, { signal: killer.signal, timeout: 180_000 });
    if (result.signal !== 'SIGKILL') wrong.add(`it ended with ${result.exitCode}`);
    terraform.onRequest = () => {
      for (const text of missing(terraform)) wrong.add(text);
    };
    const again = await run(inputs, { timeout: 180_000 });
    for (const text of [...missing(terraform), ...terraform.violations]) wrong.add(text);
    if (again.exitCode !== 0) wrong.add(`the next run failed: ${JSON.stringify(published(again))}`);
    if (JSON.stringify(endOf(terraform)) !== JSON.stringify(end)) {
      wrong.add(`it ends in another state: ${JSON.stringify(endOf(terraform))}`);
    }
    return [...wrong].map((text) => `killed ${phase} of request ${number}: ${text}`);
  });

test('killed at any request of a run that renames and prunes, and run again, it ends as one clean run', async () => {
  const { end, requests } = await clean();
  expect(end.map(({ name, sets, level, isCurrent }) => [name, level, isCurrent, ...sets])).toEqual([
    ['bare', 'hard-mandatory', false, 'base'],
    ['kept', 'hard-mandatory', true, 'base'],
    ['new', 'hard-mandatory', true, 'base'],
    ['new-tags', 'mandatory', true, 'base-opa'],
    ['newer', 'hard-mandatory', true, 'base'],
    ['stage-x', 'hard-mandatory', true, 'base'],
    ['theirs', 'hard-mandatory', true, 'base'],
  ]);
  const points = Array.from({ length: requests }, (_, index) => index + 1).flatMap((number): Point[] => [
    { number, phase: 'before-effect' },
    { number, phase: 'after-effect' },
  ]);
  const wrong = await pMap(points, (point) => killedAt(point, end), { concurrency: 4 });
  expect(wrong.flat()).toEqual([]);
});
