import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { nothing, outcome, requestLines } from '../publish/reading.ts';
import { inGit } from './in-git.ts';
import {
  asks,
  contentOf,
  logged,
  program,
  publishedSets,
  publishing,
  sentAttributes,
  setOf,
  stampOf,
  steps,
  terraformLibrary,
  upload,
} from './publishing.ts';

const asTf = { 'versioned-policy-sets': 'tf: tf//policies' };
const asNewTf = { ...asTf, 'create-policy-sets': 'true' };
const beta = { organizations: [{ name: 'acme', tfpolicy: true }] };

const policies = ({ outputs }: { outputs: Record<string, string> }): unknown[] =>
  JSON.parse(outputs['policies'] ?? '') as unknown[];

describe('a folder of Terraform policies', () => {
  test('becomes a policy set, and the next run has nothing to do', async () => {
    const { terraform, run } = await publishing(terraformLibrary, beta);
    const result = await run({ ...asNewTf, 'policy-tool-version': '0.3.0' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, changed: 'true', created: 1, failed: 0 });
    expect(steps(terraform)).toEqual([asks.find('tf'), asks.create('tf'), ...upload('tf')]);
    const tool = { 'policy-tool-version': '0.3.0', 'agent-enabled': true };
    const [created] = sentAttributes(terraform, 'POST');
    expect(created).toMatchObject({ ...tool, kind: 'tfpolicy', 'policies-path': 'policies', global: false });
    expect(sentAttributes(terraform, 'PATCH')).toMatchObject([tool]);
    const set = setOf(terraform, 'tf');
    expect(set).toMatchObject({ kind: 'tfpolicy', toolVersion: '0.3.0', agentEnabled: true });
    expect(stampOf(set.description)).toMatchObject({ folder: 'tf//policies', version: set.currentVersion });
    // The whole folder, with what can be run made so.
    expect(contentOf(terraform, 'tf').map(([path, mode]) => [path, mode])).toEqual([
      ['bin/tool', '755'],
      ['policies/modules.policy.hcl', '644'],
      ['policies/storage.policy.hcl', '644'],
      ['policies/storage.policytest.hcl', '644'],
    ]);
    expect(publishedSets(result)).toMatchObject([{ name: 'tf', kind: 'tfpolicy', path: 'tf//policies' }]);
    const common = { kind: 'tfpolicy', policySet: 'tf', status: 'applied' };
    const storage = { ...common, path: 'tf/policies/storage.policy.hcl' };
    expect(policies(result)).toEqual([
      {
        ...common,
        path: 'tf/policies/modules.policy.hcl',
        name: 'known',
        enforcementLevel: 'mandatory_overridable',
      },
      { ...storage, name: 'encrypted', enforcementLevel: 'mandatory' },
      { ...storage, name: 'tagged', enforcementLevel: 'advisory' },
    ]);
    expect(result.lines).toContainEqual(
      expect.stringMatching(
        /^ {2}Terraform 0\.3\.0, in agent mode\. 3 policies \(1 mandatory, 1 mandatory_overridable, 1 advisory\) in 4 files/,
      ),
    );
    expect(result.lines).toEqual(
      expect.arrayContaining([
        '  policy resource_policy "aws_s3_bucket" "encrypted": mandatory (default)',
        '  policy resource_policy "aws_*" "tagged": advisory (default of input.level)',
        '  policy module_policy "*" "known": mandatory_overridable',
      ]),
    );
    expect(result.summary).toContain('`resource_policy "aws_s3_bucket" "encrypted"`');
    expect(logged(result, 'warning')).toEqual([expect.stringMatching(/not attached to anything/)]);

    terraform.reset();
    const again = await run(asTf);
    expect(outcome(again)).toMatchObject({ exitCode: 0, changed: 'false', unchanged: 1 });
    expect(requestLines(terraform)).toEqual([asks.find('tf')]);
  });

  test('is rejected by an organization without the beta, in the words of the server', async () => {
    const { terraform, run } = await publishing(terraformLibrary);
    const result = await run(asNewTf);
    expect(outcome(result)).toMatchObject({ exitCode: 1, created: 0, failed: 1 });
    expect(publishedSets(result)).toMatchObject([
      { status: 'failed', error: expect.stringMatching(/kind/i) },
    ]);
    expect(logged(result, 'warning')).toEqual([
      expect.stringMatching(
        /^Policy sets for Terraform policies are in beta, and may not be available to organization acme/,
      ),
    ]);
    expect(terraform.policySets()).toEqual([]);
  });

  test('reads the parameters of the set only if an input has no default', async () => {
    const files = {
      'tf/a.policy.hcl': `${['given', 'missing'].map((name) => `input "${name}" {\n  type = string\n}\n`).join('')}resource_policy "a" "b" {\n  enforce {\n    condition = input.given == input.missing\n  }\n}\n`,
    };
    const { terraform, run } = await publishing(files, beta);
    terraform.seedPolicySet({
      name: 'tf',
      kind: 'tfpolicy',
      parameters: [{ key: 'given', value: 'x' }],
    });
    const result = await run({ 'versioned-policy-sets': 'tf: tf' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 1 });
    expect(requestLines(terraform)).toContain(asks.parameters('tf'));
    expect(logged(result, 'warning')).toEqual([
      expect.stringMatching(/^tf\/a\.policy\.hcl:4: Input `missing` has no default/),
      expect.stringMatching(/not attached to anything/),
    ]);
  });
});

test('only files contain policies, each problem with them is one error, and JSON is not supported', async () => {
  const [policy] = Object.values(terraformLibrary) as [string];
  const { folder, run, terraform } = await publishing({
    'folder/x.policy.hcl/y.txt': '',
    'both/a.policy.hcl': policy,
    'both/x.policy.hcl/y.txt': '',
    'links/a.policy.hcl': policy,
    'json/sentinel.hcl': '{"policy": {"a": {"source": "./a.sentinel"}}}',
    'hidden/.github/a.policy.hcl': policy,
  });
  symlinkSync('nowhere', join(folder, 'links/b.policy.hcl'));
  symlinkSync('/etc/hostname', join(folder, 'links/c.policy.hcl'));
  const folders = ['folder', 'both', 'links', 'json', 'hidden//.github'];
  const sets = folders.map((each, index) => `set-${index}: ${each}`).join('\n');
  const result = await run({ 'versioned-policy-sets': sets });
  expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
  expect(logged(result, 'error')).toEqual([
    expect.stringMatching(/Folder folder is not a policy set: it contains none of sentinel\.hcl/),
    expect.stringMatching(/^links\/b\.policy\.hcl: Broken symbolic link/),
    expect.stringMatching(/^links\/c\.policy\.hcl: The target of the link is outside the workspace/),
    expect.stringMatching(/^json\/sentinel\.hcl:1: Syntax error .*JSON is not read/),
    expect.stringMatching(
      /Folder hidden\/\.github contains no .* except a\.policy\.hcl, .*, or never packed/,
    ),
  ]);
  expect(terraform.requests).toEqual([]);
});

/** What policies of another file use. */
const values = (strictness: string, region: string) => `input "strictness" {
  type    = string
  default = "${strictness}"
}
locals {
  region  = "${region}"
  regions = [local.region]
}
`;

const usingValues = `provider_policy "aws" "strict" {
  enforcement_level = input.strictness
  enforce {
    condition = attrs.strict
  }
}
provider_policy "aws" "near" {
  enforce {
    condition = core::contains(local.regions, attrs.region)
  }
}
provider_policy "aws" "own" {
  locals {
    region = attrs.region
  }
  enforce {
    condition = local.region != ""
  }
}
`;

describe('a preview', () => {
  test('shows which policies in a changed file really change', async () => {
    const { publish, preview, change, git } = await inGit({
      files: {
        ...(terraformLibrary as Record<string, string>),
        'tf/policies/users.policy.hcl': usingValues,
        'tf/policies/values.policy.hcl': values('mandatory', 'eu-west-1'),
      },
      terraform: beta,
    });
    await publish(asNewTf);
    const [storage, modules] = ['storage', 'modules'].map((name) =>
      String(terraformLibrary[`tf/policies/${name}.policy.hcl`]),
    ) as [string, string];
    await change({
      'tf/policies/storage.policy.hcl': `${storage
        .replace('core::try(attrs.encrypted, false)', 'attrs.encrypted')
        .replace('default = "advisory"', 'default = "mandatory"')}
provider_policy "aws" "region" {
  enforcement_level = "advisory"
  enforce {
    condition = attrs.region != null
  }
}
`,
      // The same policies, in another file; the program is another one.
      'tf/policies/modules.policy.hcl': null,
      'tf/policies/sources.policy.hcl': modules,
      'tf/policies/values.policy.hcl': values('advisory', 'us-east-1'),
    });
    await change({ 'tf/bin/tool': program(2).toString('latin1') });
    git.commit();
    const result = await preview(asTf);
    expect(outcome(result)).toMatchObject({ exitCode: 0, changed: 'true', updated: 1 });
    expect(result.lines).toEqual(
      expect.arrayContaining([
        '  policy module_policy "*" "known": affected by bin/tool (mandatory_overridable)',
        '  policy resource_policy "aws_s3_bucket" "encrypted": code, affected by input "level" (mandatory (default))',
        '  policy resource_policy "aws_*" "tagged": enforcement-level, affected by input "level" (advisory → mandatory (default of input.level))',
        '  policy provider_policy "aws" "region": new (advisory)',
        '  policy provider_policy "aws" "strict": enforcement-level (mandatory → advisory (default of input.strictness))',
        '  policy provider_policy "aws" "near": affected by local.regions (mandatory (default))',
      ]),
    );
    expect(result.lines.join('\n')).not.toContain('provider_policy "aws" "own"');
    expect(result.lines).toContain(
      'Enforcement would get looser: provider_policy "aws" "strict" (mandatory → advisory).',
    );
    expect(result.lines).toContain(
      'Enforcement would get stricter: resource_policy "aws_*" "tagged" (advisory → mandatory).',
    );

    await change({
      'tf/policies/storage.policy.hcl': storage.replace(
        'resource_policy "aws_s3_bucket" "encrypted" {',
        'resource_policy "aws_s3_bucket" "encrypted" {\n  enforcement_level = "mandatory_overridable"',
      ),
      'tf/policies/sources.policy.hcl': null,
      // The same values, from another file.
      'tf/policies/values.policy.hcl': null,
      'tf/policies/worth.policy.hcl': values('mandatory', 'eu-west-1'),
      'tf/bin/tool': null,
    });
    git.commit();
    const looser = await preview(asTf);
    expect(looser.lines).toContain(
      'Enforcement would get looser: resource_policy "aws_s3_bucket" "encrypted" (mandatory → mandatory_overridable).',
    );
    expect(looser.lines).toContain(
      'Enforcement would end: module_policy "*" "known" (mandatory_overridable).',
    );
    expect(policies(looser)).toMatchObject([
      { name: 'encrypted', action: 'update', changes: ['enforcement-level'] },
      { name: 'tagged', action: 'unchanged', changes: [] },
      { name: 'strict', action: 'unchanged', changes: [] },
      { name: 'near', action: 'unchanged', changes: [] },
      { name: 'own', action: 'unchanged', changes: [] },
      { name: 'known', action: 'delete', enforcementLevel: null },
    ]);
  });
});

test('Terraform policies require a policy set, and the error has the line to write', async () => {
  const { terraform, run } = await publishing(terraformLibrary);
  for (const inputs of [{}, { policies: '**/*.policy.hcl' }]) {
    const result = await run(inputs);
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(logged(result, 'error')).toEqual([
      expect.stringMatching(
        /^input policies: There is nothing to publish but tf\/policies\/modules\.policy\.hcl, .* only as a versioned policy set\. Set `versioned-policy-sets` to `policies: tf\/policies`/,
      ),
    ]);
  }
  expect(terraform.requests).toEqual([]);
});

test('a pattern that matches nothing is not explained by Terraform policies where there are other policies', async () => {
  const { run } = await publishing({
    ...terraformLibrary,
    'aws/tags/tags.sentinel': 'main = rule { true }\n',
  });
  const result = await run({ policies: 'aws/*.sentinel' });
  expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
  expect(logged(result, 'error')).toEqual([
    expect.stringMatching(/^input policies: No policy file matches aws\/\*\.sentinel/),
  ]);
});
