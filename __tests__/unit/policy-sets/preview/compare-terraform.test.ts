import { expect, test } from '@jest/globals';
import { compareTerraform } from '../../../../src/policy-sets/preview/compare-terraform.ts';
import type { TerraformConfiguration } from '../../../../src/policy-sets/set-configuration.ts';
import { configureTerraform } from '../../../../src/policy-sets/terraform-set.ts';

const policy = (name: string, condition = 'true', subject = 'aws_s3_bucket') =>
  `resource_policy "${subject}" "${name}" {\n  enforce {\n    condition = ${condition}\n  }\n}\n`;

const configured = async (files: Record<string, string>): Promise<TerraformConfiguration> => {
  const read = Object.entries(files).map(([name, text]) => ({ file: `set/${name}.policy.hcl`, text }));
  return (await configureTerraform({ folder: 'set', path: undefined }, read)).configuration;
};

/** `name: action` of each policy, with what changes and affects it. */
async function compared(before: Record<string, string>, after: Record<string, string>): Promise<string[]> {
  const sets = { before: await configured(before), after: await configured(after), folder: '' };
  return compareTerraform(sets, []).map(({ id, action, changes, touchedBy }) =>
    [`${id.replaceAll(/\.policy\.hcl|resource_policy |"/g, '')}: ${action}`, ...changes, ...touchedBy].join(
      ' ',
    ),
  );
}

test('a policy that is moved to another file is the same policy', async () => {
  const before = { one: policy('a') + policy('b'), two: policy('c') };
  const after = { one: policy('b'), three: policy('a') + policy('c', 'false') };
  expect(await compared(before, after)).toEqual([
    'one: aws_s3_bucket b: unchanged',
    'three: aws_s3_bucket a: unchanged',
    'three: aws_s3_bucket c: update code',
  ]);
});

test('a policy that is moved may get other shared parts', async () => {
  const shared = 'locals {\n  limit = 1\n}\n';
  expect(await compared({ one: shared + policy('a') }, { two: policy('a') })).toEqual([
    'two: aws_s3_bucket a: update locals',
  ]);
});

test('where it is not clear which policy was moved, none was', async () => {
  const before = { one: policy('a'), two: policy('a', 'false') };
  expect(await compared(before, { three: policy('a') })).toEqual([
    'three: aws_s3_bucket a: create',
    'one: aws_s3_bucket a: delete',
    'two: aws_s3_bucket a: delete',
  ]);
  expect(await compared({ one: policy('a') }, before)).toEqual([
    'one: aws_s3_bucket a: unchanged',
    'two: aws_s3_bucket a: create',
  ]);
});

test('a name is another policy where its subject is another one', async () => {
  expect(await compared({ one: policy('a') }, { two: policy('a', 'true', 'aws_*') })).toEqual([
    'two: aws_* a: create',
    'one: aws_s3_bucket a: delete',
  ]);
});
