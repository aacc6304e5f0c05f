import { describe, expect, test } from '@jest/globals';
import type { HcpTerraform } from '../../../sandbox/hcp-terraform/server.ts';
import { beforehand } from '../github/scenario.ts';
import { nothing, outcome, published, writeLines } from '../publish/reading.ts';
import { type GivenInputs, repository } from '../publish/scenario.ts';
import { libraries, library, logged, publishedSets, publishing } from './publishing.ts';

const both = { 'versioned-policy-sets': 'base: policies\nrego: rego' };

type Row = {
  name: string;
  /** What the organization has beside the empty set `rego`. */
  seed: (terraform: HcpTerraform) => unknown;
  inputs?: GivenInputs;
  says: RegExp;
  /** `create` where there is no such set. */
  action?: string;
};

/** What somebody's earlier run left, as another repository, owner or run. */
const asPublished =
  (env: Record<string, string>, inputs: GivenInputs = {}) =>
  async (terraform: HcpTerraform) => {
    const { run } = await repository(terraform, library);
    const asked = { 'versioned-policy-sets': 'base: policies', 'create-policy-sets': 'true', ...inputs };
    expect((await run(asked, { env })).exitCode).toBe(0);
  };

const rows: Row[] = [
  {
    name: 'that is not there',
    seed: () => {},
    says: /^input versioned-policy-sets: There is no policy set "base" in organization acme, or the token may not see it\. Set `create-policy-sets: true` to create it/,
    action: 'create',
  },
  {
    name: 'whose name differs in letter case',
    seed: (terraform) => terraform.seedPolicySet({ name: 'Base' }),
    says: /There is no policy set "base"/,
    action: 'create',
  },
  {
    name: 'whose id is not there, where sets may be created',
    seed: () => {},
    inputs: {
      'versioned-policy-sets': 'polset-0123456789abcdef: policies\nrego: rego',
      'create-policy-sets': 'true',
    },
    says: /There is no policy set "polset-0123456789abcdef".*Correct the id/,
    action: 'create',
  },
  {
    name: 'of another organization',
    seed: (terraform) => {
      terraform.addOrganization({ name: 'other' });
      terraform.seedPolicySet({ name: 'theirs', organization: 'other', id: 'polset-aaaaaaaaaaaaaaaa' });
    },
    inputs: { 'versioned-policy-sets': 'polset-aaaaaaaaaaaaaaaa: policies\nrego: rego' },
    says: /There is no policy set "polset-aaaaaaaaaaaaaaaa" in organization acme/,
  },
  {
    name: 'of the other kind',
    seed: (terraform) => terraform.seedPolicySet({ name: 'base', kind: 'opa' }),
    says: /Policy set "base" is for OPA policies, but the folder holds Sentinel policies\. The kind of a policy set cannot change/,
  },
  {
    name: 'that is connected to VCS',
    seed: (terraform) => terraform.seedPolicySet({ name: 'base', source: 'vcs' }),
    says: /Policy set "base" takes its policies from a VCS repository/,
  },
  {
    name: 'that has individually managed members',
    seed: (terraform) => {
      terraform.seedPolicy({ name: 'single', code: 'main = true' });
      terraform.seedPolicySet({ name: 'base', policies: ['single'] });
    },
    says: /holds an individually managed policy, and accepts no uploads\. Publish to a new policy set beside it, attach that one, then detach the old one/,
  },
  {
    name: 'of HashiCorp’s catalog',
    seed: (terraform) => terraform.seedPolicySet({ name: 'base', source: 'catalog' }),
    says: /takes its policies from elsewhere: it has the relationship "ootb-source"/,
  },
  {
    name: 'whose version came from elsewhere',
    seed: (terraform) => {
      terraform.seedPolicySet({ name: 'base' });
      terraform.publishVersion('base', { source: 'github' });
    },
    inputs: { 'adopt-policy-sets': 'true' },
    says: /has a version that came from "github", not by an upload/,
  },
  {
    name: 'whose newest version came from elsewhere, where none is in force',
    seed: (terraform) => {
      terraform.seedPolicySet({ name: 'base' });
      terraform.publishVersion('base', { source: 'bitbucket', error: 'no' });
    },
    inputs: { 'adopt-policy-sets': 'true' },
    says: /has a version that came from "bitbucket"/,
  },
  {
    name: 'whose version nobody stamped',
    seed: (terraform) => terraform.seedPolicySet({ name: 'base', files: { 'sentinel.hcl': '' } }),
    says: /holds a version that this action did not publish \(polsetver-\w+\)\. A publish would replace everything in it\. Set `adopt-policy-sets: true`.*Terraform, where it manages the `description`/,
  },
  {
    name: 'that reads its policies from a folder of its versions',
    seed: (terraform) =>
      terraform.seedPolicySet({ name: 'base', files: { 'x/sentinel.hcl': '' }, policiesPath: 'x' }),
    inputs: { 'adopt-policy-sets': 'true' },
    says: /reads its policies from the folder "x".*Publish to a new policy set beside it/,
  },
  {
    name: 'of another owner',
    seed: asPublished({ GITHUB_REPOSITORY: 'acme/other' }),
    inputs: { 'adopt-policy-sets': 'true' },
    says: /Policy set "base" is published by another owner, `acme\/other`; this run publishes for `acme\/policies`/,
  },
  {
    name: 'that a later run published',
    seed: async (terraform) => {
      await asPublished({ GITHUB_RUN_ID: '5005' })(terraform);
      terraform.publishVersion('base', { files: { 'sentinel.hcl': '' } });
    },
    says: /A later run published policy set "base": .*5005.*1001.*revert/i,
  },
];

async function refuse({ seed, inputs }: Row, dryRun: boolean) {
  const { terraform, run } = await publishing(libraries);
  terraform.seedPolicySet({ name: 'rego', kind: 'opa' });
  await seed(terraform);
  terraform.reset();
  const result = await run({ ...both, ...inputs, ...(dryRun ? { 'dry-run': 'true' } : {}) });
  return { terraform, result };
}

describe('a policy set is refused, and nothing is written to any', () => {
  const outcomeOf = beforehand(rows, (row) => refuse(row, false));

  test.each(rows)('$name', (row) => {
    const { terraform, result } = outcomeOf(row);
    expect(writeLines(terraform)).toEqual([]);
    expect(outcome(result)).toEqual({ exitCode: 1, ...nothing, failed: 1 });
    expect(publishedSets(result)).toMatchObject([
      { action: row.action ?? 'update', status: 'failed', error: expect.stringMatching(row.says) },
      { name: 'rego', action: 'update', status: 'skipped', error: null },
    ]);
    expect(published(result).map(({ status }) => status)).toEqual(['failed', 'failed', 'skipped']);
    expect(result.annotations.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(result.summary).toContain('Nothing was written.');
  });
});

describe('a dry run says the same', () => {
  const asked = rows.filter(({ name }) => /not there$|nobody stamped|later run/.test(name));
  const outcomeOf = beforehand(asked, (row) => refuse(row, true));

  test.each(asked)('$name', (row) => {
    const { terraform, result } = outcomeOf(row);
    expect(writeLines(terraform)).toEqual([]);
    if (!row.name.includes('later run')) {
      expect(outcome(result)).toEqual({ exitCode: 1, ...nothing, failed: 1 });
      return;
    }
    // Nobody is refused who only looks.
    expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 2 });
    expect(logged(result, 'warning')).toContainEqual(
      expect.stringMatching(
        /A run that publishes would be refused here\. A later run published policy set "base"/,
      ),
    );
  });
});

test('a set that is named twice, by name and by id, is refused', async () => {
  const { terraform, run } = await publishing(libraries);
  const { id } = terraform.seedPolicySet({ name: 'base' });
  const result = await run({ 'versioned-policy-sets': `base: policies\n${id}: policies` });
  expect(outcome(result)).toEqual({ exitCode: 1, ...nothing, failed: 2 });
  expect(result.summary).toContain(`is named twice, once by its name and once by its id ${id}.`);
  expect(writeLines(terraform)).toEqual([]);
});

test('a set without relationships to versions, or whose version failed, is no reason', async () => {
  const { terraform, run } = await publishing(library, { missingVersions: 'absent' });
  terraform.seedPolicySet({ name: 'base' });
  terraform.publishVersion('base', { error: 'no' });
  const inputs = { 'versioned-policy-sets': 'base: policies', 'adopt-policy-sets': 'true' };
  expect(outcome(await run(inputs))).toMatchObject({ exitCode: 0, updated: 1 });
});

test('a set that cannot be read ends the run before its first write, and the cause is found out', async () => {
  const { terraform, run } = await publishing(libraries);
  terraform.organization('acme').policyEnforcement = false;
  const result = await run({ ...both, 'create-policy-sets': 'true' });
  expect(outcome(result)).toEqual({ exitCode: 1, ...nothing });
  expect(logged(result, 'error')).toEqual([
    expect.stringMatching(/The plan of organization acme has no policy enforcement/),
  ]);
  expect(writeLines(terraform)).toEqual([]);
});
