import { beforeAll, describe, expect, test } from '@jest/globals';
import type { HcpTerraform } from '../../../sandbox/hcp-terraform/server.ts';
import type { RunResult } from '../../support/run-action.ts';
import { nothing, outcome, published, requestLines, writeLines } from '../publish/reading.ts';
import type { GivenInputs } from '../publish/scenario.ts';
import { ofThisRun, stampText } from '../sync/syncing.ts';
import { asks, libraries, logged, publishedSets, publishing } from './publishing.ts';

/** A policy set that nothing may be published to. */
type Row = {
  /** As the input names it. */
  set: string;
  why: string;
  seed?: (terraform: HcpTerraform, name: string) => unknown;
  says: RegExp;
  action?: 'create';
  /** What has to be given where only its absence is the reason. */
  unless?: 'create-policy-sets' | 'adopt-policy-sets';
};

const files = { 'sentinel.hcl': '' };
const theirs = 'polset-aaaaaaaaaaaaaaaa';
const unknown = 'polset-0123456789abcdef';
const stamp = (facts: object) => stampText({ ...ofThisRun, folder: 'policies', ...facts } as never);

const rows: Row[] = [
  {
    set: 'gone',
    why: 'is not there',
    says: /^input versioned-policy-sets: There is no policy set "gone" in organization acme, or the token has no access to it\. Set `create-policy-sets: true` to create it/,
    action: 'create',
    unless: 'create-policy-sets',
  },
  {
    set: 'case',
    why: 'has a name of other letter case',
    seed: (terraform) => terraform.seedPolicySet({ name: 'Case' }),
    says: /There is no policy set "case"/,
    action: 'create',
    unless: 'create-policy-sets',
  },
  {
    set: unknown,
    why: 'has an id that is not there',
    says: /There is no policy set "polset-0123456789abcdef".*Correct the ID/,
    action: 'create',
  },
  {
    set: theirs,
    why: 'is of another organization',
    seed: (terraform) => {
      terraform.addOrganization({ name: 'other' });
      terraform.seedPolicySet({ name: 'theirs', organization: 'other', id: theirs });
    },
    says: /There is no policy set "polset-aaaaaaaaaaaaaaaa" in organization acme/,
  },
  {
    set: 'opa',
    why: 'is of the other kind',
    seed: (terraform, name) => terraform.seedPolicySet({ name, kind: 'opa' }),
    says: /"opa" is for OPA policies, but the folder contains Sentinel policies\. The kind of a policy set cannot be changed/,
  },
  {
    set: 'vcs',
    why: 'is connected to VCS',
    seed: (terraform, name) => terraform.seedPolicySet({ name, source: 'vcs' }),
    says: /"vcs" is connected to VCS and does not accept uploads/,
  },
  {
    set: 'members',
    why: 'has individually managed members',
    seed: (terraform, name) => {
      terraform.seedPolicy({ name: 'single', code: 'main = true' });
      terraform.seedPolicySet({ name, policies: ['single'] });
    },
    says: /contains an individually managed policy and does not accept uploads\. Publish to a new policy set, attach it, then detach this one/,
  },
  {
    set: 'catalog',
    why: 'is of HashiCorp’s catalog',
    seed: (terraform, name) => terraform.seedPolicySet({ name, source: 'catalog' }),
    says: /gets its policies from elsewhere: it has the relationship "ootb-source"/,
  },
  {
    set: 'elsewhere',
    why: 'has a version that came from elsewhere',
    seed: (terraform, name) => {
      terraform.seedPolicySet({ name });
      terraform.publishVersion(name, { source: 'github' });
    },
    says: /has a version from "github", not from an upload/,
  },
  {
    set: 'newest',
    why: 'has no version in force, and a failed one that came from elsewhere',
    seed: (terraform, name) => {
      terraform.seedPolicySet({ name });
      terraform.publishVersion(name, { source: 'bitbucket', error: 'no' });
    },
    says: /has a version from "bitbucket"/,
  },
  {
    set: 'foreign',
    why: 'holds a version that nobody stamped',
    seed: (terraform, name) => terraform.seedPolicySet({ name, files }),
    says: /has a version that this action did not publish \(polsetver-\w+\)\. Publishing would replace its entire content\. Set `adopt-policy-sets: true`.*If Terraform manages the `description`/,
    unless: 'adopt-policy-sets',
  },
  {
    set: 'inside',
    why: 'reads its policies from a folder of its versions',
    seed: (terraform, name) => terraform.seedPolicySet({ name, files, policiesPath: 'x' }),
    says: /reads its policies from the folder "x".*Publish to a new policy set, attach it/,
  },
  {
    set: 'owned',
    why: 'is another owner’s',
    seed: (terraform, name) =>
      terraform.seedPolicySet({ name, files, description: stamp({ owner: 'acme/other' }) }),
    says: /"owned" belongs to owner `acme\/other` \(this run: `acme\/policies`\) and was not changed/,
  },
  {
    set: 'later',
    why: 'was published by a later run',
    seed: (terraform, name) =>
      terraform.seedPolicySet({ name, files, description: stamp({ owner: 'acme/policies', run: '5005' }) }),
    says: /A later run published policy set "later": .*5005.*1001.*revert/i,
  },
];

/** Every set of the rows, and one that could be published to. */
async function refuse(refused: readonly Row[], inputs: GivenInputs) {
  const { terraform, run } = await publishing(libraries);
  terraform.seedPolicySet({ name: 'fine', kind: 'opa' });
  for (const { set, seed } of refused) seed?.(terraform, set);
  const lines = [...refused.map(({ set }) => `${set}: policies`), 'fine: rego'];
  const result = await run({ 'versioned-policy-sets': lines.join('\n'), parallelism: '10', ...inputs });
  return { terraform, result };
}

const inputs = { 'create-policy-sets': 'true', 'adopt-policy-sets': 'true' };

describe.each([
  { name: 'a publish', refused: rows, given: {} },
  {
    name: 'a publish that may create and adopt',
    refused: rows.filter(({ unless }) => unless === undefined),
    given: inputs,
  },
])('$name', ({ refused, given }) => {
  let terraform: HcpTerraform;
  let result: RunResult;

  beforeAll(async () => {
    ({ terraform, result } = await refuse(refused, given));
  });

  test.each(refused)('refuses a set that $why', ({ set, says, action = 'update' }) => {
    const entry = publishedSets(result)[refused.findIndex((row) => row.set === set)];
    expect(entry).toMatchObject({ action, status: 'failed', error: expect.stringMatching(says) });
  });

  test('and writes nothing, also not to the others, which are skipped and not counted', () => {
    expect(writeLines(terraform)).toEqual([]);
    expect(outcome(result)).toEqual({ exitCode: 1, ...nothing, failed: refused.length });
    expect(publishedSets(result).at(-1)).toMatchObject({
      name: 'fine',
      action: 'update',
      status: 'skipped',
      error: null,
    });
    expect(published(result).at(-1)).toMatchObject({ name: 'tags', policySet: 'fine', status: 'skipped' });
    expect(result.summary).toContain('Nothing was written.');
    expect(result.stdout).not.toContain('()');
    // One look-up each, and for a version whose origin is not known one more.
    const found = requestLines(terraform);
    expect(found.filter((line) => line === asks.find('fine'))).toHaveLength(1);
    expect(found.length).toBeLessThanOrEqual(2 * (refused.length + 1));
  });
});

test('a dry run reports the same, and that a publish would be refused because of a later run', async () => {
  const { terraform, result } = await refuse(rows, { 'dry-run': 'true' });
  const later = rows.length - 1;
  expect(writeLines(terraform)).toEqual([]);
  expect(outcome(result)).toEqual({ exitCode: 1, ...nothing, failed: later });
  expect(publishedSets(result).map(({ status }) => status)).toEqual([
    ...rows.slice(0, later).map(() => 'failed'),
    'skipped',
    'skipped',
  ]);

  const alone = await refuse(rows.slice(later), { 'dry-run': 'true' });
  expect(outcome(alone.result)).toMatchObject({ exitCode: 0, changed: 'true', updated: 2 });
  expect(logged(alone.result, 'warning')).toContainEqual(
    expect.stringMatching(/A run that publishes would be refused\. A later run published policy set "later"/),
  );
});

test('a set that is listed twice, by name and by ID, is refused', async () => {
  const { terraform, run } = await publishing(libraries);
  const { id } = terraform.seedPolicySet({ name: 'base' });
  const result = await run({ 'versioned-policy-sets': `base: policies\n${id}: policies` });
  expect(outcome(result)).toEqual({ exitCode: 1, ...nothing, failed: 2 });
  expect(result.summary).toContain(`is listed twice, by its name and by its ID ${id}.`);
  expect(writeLines(terraform)).toEqual([]);
});

test('a set without relationships to versions, or whose version failed, is not refused', async () => {
  const { terraform, run } = await publishing(libraries, { missingVersions: 'absent' });
  terraform.seedPolicySet({ name: 'base' });
  terraform.publishVersion('base', { error: 'no' });
  terraform.seedPolicySet({ name: 'rego', kind: 'opa' });
  const result = await run({
    'versioned-policy-sets': 'base: policies\nrego: rego',
    'adopt-policy-sets': 'true',
  });
  expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 2 });
});

test('a set that cannot be read ends the run before its first write, and the cause is reported', async () => {
  const { terraform, run } = await publishing(libraries);
  terraform.organization('acme').policyEnforcement = false;
  const result = await run({
    'versioned-policy-sets': 'base: policies\nrego: rego',
    'create-policy-sets': 'true',
  });
  expect(outcome(result)).toEqual({ exitCode: 1, ...nothing });
  expect(logged(result, 'error')).toEqual([
    expect.stringMatching(/Policy enforcement is not included in the edition of organization "acme"/),
  ]);
  expect(writeLines(terraform)).toEqual([]);
});
