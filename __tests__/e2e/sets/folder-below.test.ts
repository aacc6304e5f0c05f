import { expect, test } from '@jest/globals';
import type { Files } from '../publish/scenario.ts';
import { inGit } from './in-git.ts';
import { contentOf, logged, publishedSets, publishing, regoLibrary, setOf, stampOf } from './publishing.ts';

/** A library for several clouds, each configured in a folder of its own, with functions that they share. */
const clouds: Files = {
  'lib/README.md': 'A library.\n',
  'lib/common/tags.sentinel': 'ok = true\n',
  'lib/aws/functions.sentinel': 'aws = true\n',
  'lib/aws/sentinel.hcl': `module "tags" {
  source = "../common/tags.sentinel"
}

module "functions" {
  source = "./functions.sentinel"
}

policy "restrict" {
  source            = "./restrict.sentinel"
  enforcement_level = "soft-mandatory"
}

policy "limit" {
  enforcement_level = "advisory"
}
`,
  'lib/aws/restrict.sentinel':
    'import "tags"\nimport "functions"\n\nmain = rule { tags.ok and functions.aws }\n',
  'lib/aws/limit.sentinel': 'main = rule { true }\n',
  'lib/azure/sentinel.hcl':
    '\ufeff# Azure\r\nmodule "tags" { source = "../common/tags.sentinel" }\r\n\r\npolicy "restrict" {\r\n  source = "restrict.sentinel"\r\n}\r\n',
  'lib/azure/restrict.sentinel': 'import "tags"\n\nmain = rule { tags.ok }\n',
};

const inputs = {
  'versioned-policy-sets': 'aws: lib//aws\nazure: lib//azure',
  'create-policy-sets': 'true',
};

const hclOfAws = `module "tags" {
  source = "./common/tags.sentinel"
}

module "functions" {
  source = "./aws/functions.sentinel"
}

policy "restrict" {
  source            = "./aws/restrict.sentinel"
  enforcement_level = "soft-mandatory"
}

policy "limit" {
  source = "./aws/limit.sentinel"
  enforcement_level = "advisory"
}
`;

test('a folder is published as a whole, with the configuration of a folder below at its root', async () => {
  const { run, terraform, github, publish, preview, change, git } = await inGit({ files: clouds });

  const published = await publish(inputs);
  expect(logged(published, 'warning').filter((line) => !line.includes('not attached to anything'))).toEqual(
    [],
  );
  expect(publishedSets(published)).toMatchObject([
    { name: 'aws', kind: 'sentinel', path: 'lib//aws', action: 'create', status: 'applied' },
    { name: 'azure', kind: 'sentinel', path: 'lib//azure', action: 'create', status: 'applied' },
  ]);
  // All but the configuration is where it was, the other configuration too.
  const others = Object.entries(clouds).map(([path, text]) => [path.slice('lib/'.length), '644', text]);
  const packed = (own: string, text: string) =>
    [...others.filter(([path]) => path !== `${own}/sentinel.hcl`), ['sentinel.hcl', '644', text]].sort(
      ([a = ''], [b = '']) => (String(a) < String(b) ? -1 : 1),
    );
  expect(contentOf(terraform, 'aws')).toEqual(packed('aws', hclOfAws));
  expect(contentOf(terraform, 'azure')).toEqual(
    packed(
      'azure',
      '\ufeff# Azure\r\nmodule "tags" { source = "./common/tags.sentinel" }\r\n\r\npolicy "restrict" {\r\n  source = "./azure/restrict.sentinel"\r\n}\r\n',
    ),
  );
  expect(setOf(terraform, 'aws').policiesPath).toBeNull();
  expect(stampOf(setOf(terraform, 'aws').description)).toMatchObject({
    folder: 'lib//aws',
    sha256: publishedSets(published)[0]?.digest,
  });
  expect(setOf(terraform, 'aws').description).toContain('/lib/aws "');
  expect(published.stdout).toContain(
    'lib/aws/sentinel.hcl is packed as sentinel.hcl at the root, with 4 sources adjusted.',
  );
  expect(published.summary).toMatch(
    /\[line 14\]\(\S+\/lib\/aws\/sentinel\.hcl#L14\): no source → `\.\/aws\/limit\.sentinel`/,
  );
  expect(JSON.parse(published.outputs['policies'] ?? '')).toMatchObject([
    {
      name: 'restrict',
      path: 'lib/aws/restrict.sentinel',
      enforcementLevel: 'soft-mandatory',
      policySet: 'aws',
    },
    { name: 'limit', path: 'lib/aws/limit.sentinel', enforcementLevel: 'advisory', policySet: 'aws' },
    { name: 'restrict', path: 'lib/azure/restrict.sentinel', policySet: 'azure' },
  ]);

  const again = await run(inputs);
  expect(publishedSets(again)).toMatchObject([{ action: 'unchanged' }, { action: 'unchanged' }]);
  expect(terraform.requests.length).toBe(2);
  terraform.reset();

  await change({
    'lib/common/tags.sentinel': 'ok = false\n',
    'lib/aws/sentinel.hcl': String(clouds['lib/aws/sentinel.hcl']).replace('soft-mandatory', 'advisory'),
  });
  git.commit();
  github.reset();
  const previewed = await preview({ ...inputs, comment: 'never' });
  expect(JSON.parse(previewed.outputs['policies'] ?? '')).toMatchObject([
    { name: 'restrict', policySet: 'aws', action: 'update', changes: ['enforcement-level'] },
    { name: 'limit', policySet: 'aws', action: 'unchanged', changes: [] },
    { name: 'restrict', policySet: 'azure', action: 'update', changes: [] },
  ]);
  expect(previewed.summary).toContain('sentinel.hcl (from lib/aws/sentinel.hcl): ');
  expect(previewed.summary).toContain('-  enforcement_level = "soft-mandatory"');
  expect(previewed.summary).toContain('   source            = "./aws/restrict.sentinel"');
  expect(previewed.summary).toContain('affected by `common/tags.sentinel`');
  expect(previewed.stdout).not.toContain('is not known');

  const drift = await run({ ...inputs, 'expect-no-changes': 'true' });
  expect(drift.exitCode).toBe(1);
  expect(publishedSets(drift)).toMatchObject([
    { name: 'aws', action: 'update', changes: ['content'] },
    { name: 'azure', action: 'update', changes: ['content'] },
  ]);
});

test('the configuration at the root is replaced, whatever it contains', async () => {
  const files = { ...clouds, 'lib/sentinel.hcl': 'policy "all" {\n  source = "./nowhere.sentinel"\n}\n' };
  const { run, terraform } = await publishing(files);
  const result = await run({ ...inputs, 'versioned-policy-sets': 'aws: lib//aws' });
  expect(publishedSets(result)).toMatchObject([{ action: 'create', status: 'applied' }]);
  expect(contentOf(terraform, 'aws').find(([path]) => path === 'sentinel.hcl')).toEqual([
    'sentinel.hcl',
    '644',
    hclOfAws,
  ]);
  expect(result.stdout).toContain(
    'left out: lib/sentinel.hcl is replaced by aws/sentinel.hcl, which is packed at the root',
  );
});

test('an OPA set gets its configuration at the root, and the Rego files of the whole folder', async () => {
  const files: Files = {
    'rego/prod/policies.json': '{"policy": {"tags": {"query": "data.terraform.deny"}}}',
    'rego/policies.hcl': String(regoLibrary['rego/policies.hcl']),
    'rego/tags.rego': String(regoLibrary['rego/tags.rego']),
    'rego/lib/lib.rego': String(regoLibrary['rego/lib/lib.rego']),
  };
  const { run, terraform } = await publishing(files);
  const result = await run({ ...inputs, 'versioned-policy-sets': 'base: rego//prod' });
  expect(publishedSets(result)).toMatchObject([
    { kind: 'opa', path: 'rego//prod', action: 'create', status: 'applied' },
  ]);
  expect(contentOf(terraform).map(([path]) => path)).toEqual(['lib/lib.rego', 'policies.json', 'tags.rego']);
  expect(terraform.requests.map(({ method }) => method)).toContain('PUT');
  expect(setOf(terraform).policiesPath).toBeNull();
  expect(result.stdout).toContain('rego/prod/policies.json is packed as policies.json at the root.');
});

test('problems are reported at their place in the file', async () => {
  const { run, terraform } = await publishing({
    ...clouds,
    'lib/aws/sentinel.hcl': `module "tags" {
  source = "../../outside.sentinel"
}

policy "gone" {
}

policy "restrict" {
  source = "../azure/nothing.sentinel"
}

policy "limit" {
  source = "./\${cloud}.sentinel"
}

module "functions" {
  source = "./\${cloud}.sentinel"
}
`,
  });
  const result = await run({
    ...inputs,
    'versioned-policy-sets': 'aws: lib//aws\nb: lib//nothing\nc: lib\nd: lib//common\ne: .//lib/azure/../..',
  });
  expect(result.exitCode).toBe(1);
  expect(logged(result, 'error')).toEqual([expect.stringContaining('without ..')]);
  const others = await run({
    ...inputs,
    'versioned-policy-sets': 'aws: lib//aws\nb: lib//nothing\nc: lib\nd: lib//common\nf: lib/azure',
  });
  const said = logged(others, 'error');
  for (const words of [
    'lib/aws/sentinel.hcl:2: Source "../../outside.sentinel" of module "tags" is outside the published folder, so Terraform would not find it. Publish the folder that contains both: write `.//lib/aws` as the folder in',
    'lib/aws/sentinel.hcl:5: Source "./gone.sentinel" of policy "gone" does not exist.',
    'lib/aws/sentinel.hcl:9: Source "../azure/nothing.sentinel" of policy "restrict" does not exist.',
    'lib/aws/sentinel.hcl:13: `source` must be a plain string, but is a template.',
    'lib/aws/sentinel.hcl:17: `source` must be a plain string, but is a template.',
    'lib/azure/sentinel.hcl:2: Source "../common/tags.sentinel" of module "tags" is outside the published folder, so Terraform would not find it. Publish the folder that contains both: write `lib//azure` as the folder in',
    'Folder "nothing" does not exist in folder "lib" of policy set "b".',
    'Folder lib is not a policy set: it contains none of sentinel.hcl',
    'Folder lib/common is not a policy set: it contains none of sentinel.hcl',
  ]) {
    expect(said).toContainEqual(expect.stringContaining(words));
  }
  expect(said.length).toBe(9);
  expect(terraform.requests).toEqual([]);
});
