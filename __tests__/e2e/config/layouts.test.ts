import { describe, expect, test } from '@jest/globals';
import { outcome, policyStates } from '../publish/reading.ts';
import { type Files, rego, scenario, sentinel } from '../publish/scenario.ts';
import { expectFindings, expectRefused, leftOut, levels, named } from './reading.ts';

/** What no policy may ever be made of: tests and the data that they give. */
const tested = (folder: string, name: string): Files => ({
  [`${folder}/test/${name}/success.hcl`]: `mock "tfplan/v2" {\n  module {\n    source = "../../mocks/${name}/mock-tfplan-v2.sentinel"\n  }\n}\n\ntest {\n  rules = {\n    main = true\n  }\n}\n`,
  [`${folder}/mocks/${name}/mock-tfplan-v2.sentinel`]: 'terraform_version = "1.9.0"\n',
});

describe("HashiCorp's foundational libraries: one sentinel.hcl at the root", () => {
  const ssh = 'aws-cis-4.1-networking-deny-public-ssh';
  const files: Files = {
    'README.md': '# Policies\n',
    'sentinel.hcl': `# Copyright (c) HashiCorp, Inc.
# SPDX-License-Identifier: MPL-2.0

import "module" "report" {
  source = "./modules/report/report.sentinel"
}

module "traverse" {
  source = "./modules/traverse/traverse.sentinel"
}

policy "${ssh}" {
  source            = "./policies/${ssh}/${ssh}.sentinel"
  enforcement_level = "hard-mandatory"
}

# Rotation
policy "kms-key-rotation-enabled" {
  source = "./policies/kms-key-rotation-enabled/kms-key-rotation-enabled.sentinel"
  enforcement_level = "advisory"
}

policy "s3-require-ssl" {
  source = "./policies/s3-require-ssl/s3-require-ssl.sentinel"
}
`,
    'modules/report/report.sentinel': 'generate = func(x) { return x }\n',
    'modules/traverse/traverse.sentinel': 'walk = func(x) { return x }\n',
    [`policies/${ssh}/${ssh}.sentinel`]: `# Copyright (c) HashiCorp, Inc.\n# SPDX-License-Identifier: MPL-2.0\n\n# Denies SSH from\n# anywhere.\n\nimport "tfplan/v2" as tfplan\n\n${sentinel('ssh')}`,
    'policies/kms-key-rotation-enabled/kms-key-rotation-enabled.sentinel': `import "tfconfig/v2" as tfconfig\nimport "strings"\n${sentinel('kms')}`,
    'policies/kms-key-rotation-enabled/draft.sentinel': sentinel('draft'),
    'policies/s3-require-ssl/s3-require-ssl.sentinel': sentinel('s3'),
    ...tested(`policies/${ssh}`, ssh),
    ...tested('policies/s3-require-ssl', 's3-require-ssl'),
  };

  test('publishes what it names, under dashes for dots, and leaves modules and drafts out', async () => {
    const { terraform, run } = await scenario({ files });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 3 });
    const name = 'aws-cis-4-1-networking-deny-public-ssh';
    expect(policyStates(terraform)).toEqual({
      [name]: {
        kind: 'sentinel',
        level: 'hard-mandatory',
        query: null,
        description: 'Denies SSH from anywhere.',
        code: files[`policies/${ssh}/${ssh}.sentinel`],
        sets: [],
      },
      'kms-key-rotation-enabled': expect.objectContaining({ level: 'advisory', description: null }),
      's3-require-ssl': expect.objectContaining({ level: 'advisory', code: sentinel('s3') }),
    });
    expect(levels(result.summary)).toEqual({
      [name]: 'hard-mandatory (sentinel.hcl:14)',
      'kms-key-rotation-enabled': 'advisory (sentinel.hcl:20)',
      's3-require-ssl': 'advisory (default)',
    });
    expect(Object.keys(leftOut(result.summary)).toSorted()).toEqual([
      'modules/report/report.sentinel',
      'modules/traverse/traverse.sentinel',
      'policies/kms-key-rotation-enabled/draft.sentinel',
    ]);
    expectFindings(result, 'warning', []);
    expect(result.annotations).toMatchObject([{ level: 'notice', message: expect.stringContaining(name) }]);
  });

  test('finds nothing to do the second time', async () => {
    const { run } = await scenario({ files });
    await run();
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, changed: 'false', unchanged: 3 });
    expect(levels(result.summary)).toMatchObject({
      'kms-key-rotation-enabled': 'advisory (sentinel.hcl:20)',
      's3-require-ssl': 'advisory (kept)',
    });
  });

  test('names each policy that needs a module, on the line of its import', async () => {
    const needing = (name: string) => `import "tfplan/v2" as tfplan\nimport "${name}"\n\n${sentinel()}`;
    const kms = 'policies/kms-key-rotation-enabled/kms-key-rotation-enabled.sentinel';
    const s3 = 'policies/s3-require-ssl/s3-require-ssl.sentinel';
    const { terraform, run } = await scenario({
      files: { ...files, [kms]: needing('report'), [s3]: needing('traverse') },
    });
    expectRefused(await run(), terraform, [
      [`${kms}:2`, 'module "report"', ' sentinel.hcl:4'],
      [`${s3}:2`, 'module "traverse"', ' sentinel.hcl:8'],
    ]);
  });
});

describe('the per-cloud library: a sentinel.hcl in each folder, modules beside them', () => {
  const modules = (policies: string) => `module "tfplan-functions" {
    source = "../common-functions/tfplan-functions/tfplan-functions.sentinel"
}

module "aws-functions" {
    source = "./aws-functions/aws-functions.sentinel"
}

${policies}`;
  const files: Files = {
    'aws/sentinel.hcl': modules(
      'policy "enforce-mandatory-tags" {\n    enforcement_level = "advisory"\n}\n\npolicy "restrict-ami-owners" {\n    enforcement_level = "soft-mandatory"\n}\n',
    ),
    'aws/enforce-mandatory-tags.sentinel': sentinel('tags'),
    'aws/restrict-ami-owners.sentinel': sentinel('ami'),
    'aws/aws-functions/aws-functions.sentinel': 'find = func() { return [] }\n',
    'aws/aws-functions/docs/find.md': '# find\n',
    'azure/sentinel.hcl':
      'module "tfplan-functions" {\n  source = "../common-functions/tfplan-functions/tfplan-functions.sentinel"\n}\npolicy "restrict-vm-size" {\n  source = "./restrict-vm-size.sentinel"\n  enforcement_level = "hard-mandatory"\n}\n',
    'azure/restrict-vm-size.sentinel': sentinel('vm'),
    'azure/not-yet.sentinel': sentinel('later'),
    'cloud-agnostic/sentinel.hcl': 'policy "limit-cost" {\n  source = "./http/limit-cost.sentinel"\n}\n',
    'cloud-agnostic/http/limit-cost.sentinel': `import "tfrun"\nimport "decimal"\n${sentinel('cost')}`,
    'common-functions/tfplan-functions/tfplan-functions.sentinel': 'find = func() { return [] }\n',
    ...tested('aws', 'enforce-mandatory-tags'),
    ...tested('azure', 'restrict-vm-size'),
  };

  test('publishes all clouds at once; modules are no policies, wherever they lie', async () => {
    const { terraform, run } = await scenario({ files });
    const result = await run();
    expectFindings(result, 'error', []);
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 4 });
    expect(named(result)).toEqual({
      'enforce-mandatory-tags': 'aws/enforce-mandatory-tags.sentinel',
      'restrict-ami-owners': 'aws/restrict-ami-owners.sentinel',
      'restrict-vm-size': 'azure/restrict-vm-size.sentinel',
      'limit-cost': 'cloud-agnostic/http/limit-cost.sentinel',
    });
    expect(levels(result.summary)).toEqual({
      'enforce-mandatory-tags': 'advisory (aws/sentinel.hcl:10)',
      'restrict-ami-owners': 'soft-mandatory (aws/sentinel.hcl:14)',
      'restrict-vm-size': 'hard-mandatory (azure/sentinel.hcl:6)',
      'limit-cost': 'advisory (default)',
    });
    expect(Object.keys(leftOut(result.summary)).toSorted()).toEqual([
      'aws/aws-functions/aws-functions.sentinel',
      'azure/not-yet.sentinel',
      'common-functions/tfplan-functions/tfplan-functions.sentinel',
    ]);
    expect(leftOut(result.summary)['azure/not-yet.sentinel']).toContain('azure/sentinel.hcl');
    expect(Object.keys(policyStates(terraform))).toHaveLength(4);
  });

  test('names what each policy needs, and nothing else', async () => {
    const needing = `# Tags\nimport "tfplan-functions" as plan\nimport "aws-functions" as aws\n${sentinel()}`;
    const { terraform, run } = await scenario({
      files: { ...files, 'aws/enforce-mandatory-tags.sentinel': needing },
    });
    expectRefused(await run(), terraform, [
      ['aws/enforce-mandatory-tags.sentinel:2', 'module "tfplan-functions"', 'aws/sentinel.hcl:1'],
      ['aws/enforce-mandatory-tags.sentinel:3', 'module "aws-functions"', 'aws/sentinel.hcl:5'],
    ]);
  });

  test('publishes one cloud where it is the working directory', async () => {
    const { run } = await scenario({ files });
    const result = await run({ 'working-directory': 'azure' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expect(named(result)).toEqual({ 'restrict-vm-size': 'azure/restrict-vm-size.sentinel' });
    expect(Object.keys(leftOut(result.summary))).toEqual(['azure/not-yet.sentinel']);
  });
});

describe('the other layouts', () => {
  test("a tutorial's: a single policy without a source", async () => {
    const { terraform, run } = await scenario({
      files: {
        'sentinel.hcl':
          'policy "allowed-terraform-version" {\n    enforcement_level = "soft-mandatory"\n}\n\nmock "tfplan" {\n  module {\n    source = "mock-tfplan.sentinel"\n  }\n}\n',
        'allowed-terraform-version.sentinel': sentinel(),
        'mock-tfplan.sentinel': 'x = 1\n',
        ...tested('.', 'allowed-terraform-version'),
      },
    });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expect(result.annotations).toEqual([]);
    expect(policyStates(terraform)).toMatchObject({
      'allowed-terraform-version': { level: 'soft-mandatory', code: sentinel() },
    });
    expect(levels(result.summary)).toEqual({
      'allowed-terraform-version': 'soft-mandatory (sentinel.hcl:2)',
    });
    expect(result.summary).not.toContain('left out');
  });

  test("OPA's: policies.hcl beside nested folders, libraries and tests", async () => {
    const { terraform, run } = await scenario({
      files: {
        'policies.hcl': `policy "instance-types" {
  query             = "data.terraform.policies.instances.deny"
  enforcement_level = "mandatory"
  description       = "Only small instances"
}

policy "instance warnings" {
  query = "data.terraform.policies.instances.warn[_]"
}

policy "public_ingress" {
  query = "data.terraform[\\"public-ingress\\"].rules.deny"
}
`,
        'policies/aws/ec2/instances.rego': `${rego('terraform.policies.instances')}\nwarn contains "x" if false\n`,
        'policies/aws/ec2/instances_test.rego': rego('terraform.policies.instances'),
        'policies/net/ingress.rego': `\uFEFF# METADATA\n# title: Ingress\n# description: No ingress from everywhere.\n\npackage terraform["public-ingress"]\n\nimport data.terraform.other.network\nimport rego.v1\n\nrules.deny contains "no" if network.open\n`,
        'lib/network.rego': 'package terraform.lib.network\n\nopen := false\n',
        'lib/base.rego': 'package terraform\n\nhelper := 1\n',
        'tests/fixtures.rego': 'package terraform.policies.instances\n\nx := 1\n',
      },
    });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 3 });
    expect(policyStates(terraform)).toMatchObject({
      'instance-types': {
        kind: 'opa',
        level: 'mandatory',
        query: 'data.terraform.policies.instances.deny',
        description: 'Only small instances',
      },
      'instance-warnings': {
        level: 'advisory',
        query: 'data.terraform.policies.instances.warn[_]',
        description: null,
      },
      public_ingress: {
        query: 'data.terraform["public-ingress"].rules.deny',
        description: 'No ingress from everywhere.',
      },
    });
    expect(named(result)).toEqual({
      'instance-types': 'policies/aws/ec2/instances.rego',
      'instance-warnings': 'policies/aws/ec2/instances.rego',
      public_ingress: 'policies/net/ingress.rego',
    });
    expect(Object.keys(leftOut(result.summary)).toSorted()).toEqual(['lib/base.rego', 'lib/network.rego']);
    expectFindings(result, 'warning', [['policies/net/ingress.rego:7', 'data.terraform.other.network']]);
  });

  test('policies.json', async () => {
    const { terraform, run } = await scenario({
      files: {
        'policies.json': `{
  "policy": {
    "tags": {
      "query": "data.tags.deny",
      "enforcement_level": "mandatory",
      "description": "Tags — always"
    },
    "names": { "query": "data.names.deny" }
  }
}
`,
        'rego/tags.rego': rego('tags'),
        'rego/names.rego': rego('names'),
        'rego/other.rego': rego('other'),
      },
    });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 2 });
    expect(policyStates(terraform)).toMatchObject({
      tags: { level: 'mandatory', query: 'data.tags.deny', description: 'Tags — always' },
      names: { level: 'advisory', query: 'data.names.deny' },
    });
    expect(levels(result.summary)).toEqual({
      tags: 'mandatory (policies.json:5)',
      names: 'advisory (default)',
    });
    expect(leftOut(result.summary)).toEqual({ 'rego/other.rego': expect.stringContaining('policies.json') });
  });

  test('Sentinel and OPA in one repository: each kind has its own configuration', async () => {
    const { terraform, run } = await scenario({
      files: {
        'sentinel.hcl': 'policy "cost" {\n  enforcement_level = "hard-mandatory"\n}\n',
        'cost.sentinel': sentinel('cost'),
        'size.sentinel': sentinel('size'),
        'opa/policies.hcl':
          'policy "tags" {\n  query = "data.tags.deny"\n  enforcement_level = "mandatory"\n}\n',
        'opa/tags.rego': rego('tags'),
        'opa/lib.rego': 'package lib\n\nx := 1\n',
        'opa/inner.sentinel': sentinel('inner'),
        'loose.rego': rego('loose'),
      },
    });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 3 });
    expect(policyStates(terraform)).toMatchObject({
      cost: { kind: 'sentinel', level: 'hard-mandatory' },
      loose: { kind: 'opa', level: 'advisory', query: 'data.loose.deny' },
      tags: { kind: 'opa', level: 'mandatory' },
    });
    expect(leftOut(result.summary)).toEqual({
      'size.sentinel': 'is not named by sentinel.hcl',
      'opa/inner.sentinel': 'is not named by sentinel.hcl',
      'opa/lib.rego': 'is not named by opa/policies.hcl',
    });
  });

  test('nested configurations: the nearest decides', async () => {
    const { run } = await scenario({
      files: {
        'sentinel.hcl':
          'module "shared" {\n  source = "./common.sentinel"\n}\npolicy "top" {\n  enforcement_level = "advisory"\n}\n',
        'top.sentinel': sentinel(),
        'other.sentinel': sentinel(),
        'common.sentinel': 'x = 1\n',
        'team/sentinel.hcl': 'policy "inner" {\n  source = "./a/b/inner.sentinel"\n}\n',
        'team/a/b/inner.sentinel': `import "shared"\n${sentinel()}`,
        'team/a/left.sentinel': sentinel(),
        'team/open/sentinel.hcl': '# Modules only\nmodule "helper" {\n  source = "./x.sentinel"\n}\n',
        'team/open/by-name.sentinel': sentinel(),
        'team/open/deep/er.sentinel': sentinel(),
        'plain/below-top.sentinel': sentinel(),
      },
    });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 4 });
    expect(named(result)).toEqual({
      top: 'top.sentinel',
      inner: 'team/a/b/inner.sentinel',
      'by-name': 'team/open/by-name.sentinel',
      er: 'team/open/deep/er.sentinel',
    });
    expect(leftOut(result.summary)).toMatchObject({
      'other.sentinel': 'is not named by sentinel.hcl',
      'common.sentinel': expect.any(String),
      'team/a/left.sentinel': 'is not named by team/sentinel.hcl',
      'plain/below-top.sentinel': 'is not named by sentinel.hcl',
    });
    // Which the nearest configuration does not provide.
    expectFindings(result, 'warning', [['team/a/b/inner.sentinel:1', '"shared"']]);
  });

  test('no configuration at all: files go by their names', async () => {
    const { terraform, run } = await scenario({
      files: {
        'cost.sentinel': `import "tfplan/v2" as tfplan\nimport "helpers"\n\n${sentinel()}`,
        'deep/tags.rego': rego('a.tags'),
        ...tested('deep', 'tags'),
      },
    });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 2 });
    expect(policyStates(terraform)).toMatchObject({
      cost: { level: 'advisory', description: null },
      tags: { level: 'advisory', query: 'data.a.tags.deny', description: null },
    });
    expect(levels(result.summary)).toEqual({ cost: 'advisory (default)', tags: 'advisory (default)' });
    expect(result.summary).not.toContain('left out');
    expectFindings(result, 'warning', [['cost.sentinel:2', '"helpers"']]);
  });

  test('a configuration without any policy: files go by their names, and may not need what it provides', async () => {
    const config =
      'import "static" "prices" {\n  source = "./prices.json"\n  format = "json"\n}\nimport "plugin" "clock" {\n  source = "./clock"\n}\nimport "old" {\n  path = "./old"\n}\nparam "limit" {\n  value = 3\n}\n';
    const { terraform, run } = await scenario({
      files: {
        'sentinel.hcl': config,
        'prices.json': '{}',
        'cost.sentinel': `import "prices"\nimport "clock"\nimport "old"\n${sentinel()}`,
        'fine.sentinel': `import "tfconfig"\nimport "types"\n${sentinel()}`,
      },
    });
    expectRefused(await run(), terraform, [
      ['cost.sentinel:1', 'static import "prices"', 'sentinel.hcl:1'],
      ['cost.sentinel:2', 'plugin "clock"', 'sentinel.hcl:5'],
      ['cost.sentinel:3', 'plugin "old"', 'sentinel.hcl:8'],
    ]);
  });
});
