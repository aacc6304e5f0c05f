// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL has templates, too
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { describeProblem } from '../../../../src/model/problem.ts';
import {
  readTerraformPolicies,
  withLevelsOfFolder,
} from '../../../../src/repository/configuration/terraform-policies.ts';

const FILE = 'policies/a.policy.hcl';

/** What is said of a text: `error 2: …` or `warning 3: …`. */
async function messagesOf(text: string): Promise<string[]> {
  const { problems, warnings } = await readTerraformPolicies(FILE, text);
  const said = (level: string, all: typeof problems) =>
    all.map((each) => `${level} ${describeProblem(each).replace(`${FILE}:`, '')}`);
  return [...said('error', problems), ...said('warning', warnings)];
}

const enforce = '  enforce {\n    condition = attrs.x == 1\n  }\n';
const policy = (body: string, labels = '"aws_s3_bucket" "encrypted"') =>
  `resource_policy ${labels} {\n${body}${enforce}}\n`;

test('reads all that a file may have', async () => {
  const text = `policy {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0.0, < 7.0.0"
    }
  }
  terraform_config { required_version = ">= 1.16.0" }
  plugins {
    tool = { source = "../plugins/bin/tool" }
    other-tool = {
      source = "./bin/other"
    }
  }
}
input "level" {
  type    = string
  default = "mandatory_overridable"
}
input "regions" {
  type        = list(string)
  description = "Where anything may be."
  sensitive   = false
}
input "owner" {
  type     = string
  nullable = true
}
locals {
  buckets = core::getresources("aws_s3_bucket", {})
  names   = [for bucket in local.buckets : bucket.name if bucket.name != ""]
  tags    = { for key, value in attrs.tags : key => value... if key != "\${input.owner}" }
  text    = <<-EOT
    %{ if input.owner == null ~}
    nobody
    %{ else ~}
    \${plugin::tool::upper(input.owner)}
    %{ endif ~}
  EOT
}
resource_policy "aws_*" "tagged" {
  enforcement_level = input.level
  filter            = core::try(attrs.tags, null) != null ? core::length(attrs.rule[*].id) > 0 : false
  operations        = ["create", "update"] # not on the way out
  locals {
    open = (
      attrs.ingress[0].cidr == "0.0.0.0/0" ||
      !core::contains(input.regions, attrs.region)
    )
  }
  enforce {
    condition     = !local.open
    error_message = "Is open: \${core::join(", ", [for x in attrs.ingress : x.cidr])}."
    info_message  = "Looked at."
  }
}
resource_policy "aws_kms_key" "kept" {
  operations = ["delete"]
  enforce {
    condition = prior_attrs.is_enabled == false
  }
}
provider_policy "aws" "region" {
  enforcement_level = "advisory"
  enforce {
    condition = attrs.region == "eu-central-1"
  }
}
module_policy "*" "sources" {
  enforcement_level = meta.version == null ? "advisory" : "mandatory"
  connected "module" {
    min_instances = 1
  }
}
`;
  expect(await messagesOf(text)).toEqual([]);
  const file = await readTerraformPolicies(FILE, `\uFEFF${text.replaceAll('\n', '\r\n')}`);
  expect(file).toEqual(await readTerraformPolicies(FILE, text));
  expect(
    file.policies.map(({ written: _, refersTo: __, place, ...rest }) => ({ ...rest, line: place.line })),
  ).toEqual([
    {
      kind: 'tfpolicy',
      form: 'resource_policy',
      subject: 'aws_*',
      name: 'tagged',
      line: 41,
      level: { value: 'mandatory_overridable', from: 'input.level' },
    },
    {
      kind: 'tfpolicy',
      form: 'resource_policy',
      subject: 'aws_kms_key',
      name: 'kept',
      line: 57,
      level: { value: 'mandatory', from: 'default' },
    },
    {
      kind: 'tfpolicy',
      form: 'provider_policy',
      subject: 'aws',
      name: 'region',
      line: 63,
      level: { value: 'advisory', from: undefined },
    },
    {
      kind: 'tfpolicy',
      form: 'module_policy',
      subject: '*',
      name: 'sources',
      line: 69,
      level: { value: undefined, from: 'meta.version == null ? "advisory" : "mandatory"' },
    },
  ]);
  expect(file.inputs.map(({ name, isOptional }) => [name, isOptional])).toEqual([
    ['level', true],
    ['regions', false],
    ['owner', true],
  ]);
  expect(file.plugins).toEqual([
    { name: 'tool', source: '../plugins/bin/tool', line: 10 },
    { name: 'other-tool', source: './bin/other', line: 12 },
  ]);
  expect(file.shared.map(({ words }) => words)).toEqual([
    'policy',
    'input "level"',
    'input "regions"',
    'input "owner"',
    'locals',
  ]);
});

test('nothing is wrong with the examples', async () => {
  const folder = new URL('../../../../examples/terraform/policies/', import.meta.url);
  const names = readdirSync(folder);
  expect(names).toHaveLength(3);
  for (const name of names) expect(await messagesOf(readFileSync(new URL(name, folder), 'utf8'))).toEqual([]);
});

const LEVELS = 'Use one of advisory, mandatory_overridable, mandatory.';
const OPERATIONS = 'Write a list of "create", "update", "delete", "no-op".';
const WORDS = 'resource_policy "aws_s3_bucket" "encrypted"';

test.each<[string, string, string[]]>([
  ['nothing', '', []],
  ['an empty policy block', 'policy {}\n', []],
  [
    'numbers with an exponent',
    'locals {\n  a = [1e6, 1E+3, 2e-3 * 4, 1.5e3, (-1e2)] # 1e\n  b2e3 = c-1e5.d1e2["1e6"]\n}\n',
    [],
  ],
  [
    'a syntax error',
    'policy {}\nresource_policy "a" "b" {\n  enforce = {\n',
    [
      'error 3: Syntax error at policies/a.policy.hcl:3:13: the brace is never closed. The line is `enforce = {`. Correct it.',
    ],
  ],
  [
    'expressions that go on with the next line, not in brackets',
    [
      'locals {\n  a = x &&\n    y\n}\n', // 1
      'locals {\n  b = x # why\n    ? y\n    : z\n}\n', // 5
      'locals {\n  c = f(\n    x\n  ) && (\n    y ||\n    z\n  ) == [\n    1 +\n    2\n  ]\n  d = "${x ||\n  y}"\n}\n', // 10
    ].join(''),
    [
      'error 2: Syntax error at policies/a.policy.hcl:2:9: the line cannot break at "&&" outside of brackets. The line is `a = x &&`. Put the expression in parentheses.',
      'error 7: Syntax error at policies/a.policy.hcl:7:5: the line cannot break at "?" outside of brackets. The line is `? y`. Put the expression in parentheses.',
    ],
  ],
  [
    'a conflict',
    '<<<<<<< HEAD\npolicy {}\n=======\n>>>>>>> b\n',
    [expect.stringMatching(/^error 1: .*conflict/) as unknown as string],
  ],
  [
    'a level for all policies of a file',
    `policy {\n  enforcement_level = "advisory"\n}\n${policy('')}`,
    [
      'warning 2: The `policy` block has an attribute `enforcement_level`, which is not supported and is ignored. Set it directly in each policy: a policy without a level is `mandatory`.',
    ],
  ],
  [
    'blocks and attributes that nobody knows',
    `a = 1\ndata "b" {}\n${policy('  source = "x"\n  check {}\n')}`,
    [
      'warning 1: A file of Terraform policies has an attribute `a`, which is not supported and is ignored. Supported names are policy, input, locals, resource_policy, provider_policy, module_policy.',
      'warning 2: A file of Terraform policies has a block `data`, which is not supported and is ignored. Supported names are policy, input, locals, resource_policy, provider_policy, module_policy.',
      `warning 4: The policy ${WORDS} has an attribute \`source\`, which is not supported and is ignored. Supported names are enforcement_level, filter, locals, enforce, connected, operations.`,
      `warning 5: The policy ${WORDS} has a block \`check\`, which is not supported and is ignored. Supported names are enforcement_level, filter, locals, enforce, connected, operations.`,
    ],
  ],
  [
    'an attribute for a block',
    'locals = {}\n',
    ['error 1: `locals` must be a block. Write `locals … { … }`.'],
  ],
  [
    'attributes for blocks within others, and blocks for attributes',
    `policy {
  plugins = { tool = { source = "../bin/tool" } }
  required_providers = { aws = { version = "*" } }
}
input "a" {
  type { }
}
resource_policy "a" "a" {
  enforcement_level { }
  locals = {}
  enforce = { condition = true }
}
module_policy "a" "b" {
  enforce {
    condition { }
  }
}
`,
    [
      'error 2: `plugins` must be a block. Write `plugins { … }`.',
      'error 3: `required_providers` must be a block. Write `required_providers { … }`.',
      'error 6: `type` must be an attribute, not a block. Write `type = …`.',
      'error 9: `enforcement_level` must be an attribute, not a block. Write `enforcement_level = …`.',
      'error 10: `locals` must be a block. Write `locals { … }`.',
      'error 11: `enforce` must be a block. Write `enforce { … }`.',
      'error 15: `condition` must be an attribute, not a block. Write `condition = …`.',
    ],
  ],
  [
    'too few and too many labels',
    `${policy('', '"aws_s3_bucket"')}${policy('', '"a" "b" "c"')}${policy('', '')}${policy('', '"" "x"')}`,
    ['one label', '3 labels', 'no labels', 'an empty label'].map(
      (what, index) =>
        `error ${index * 5 + 1}: The \`resource_policy\` block has ${what}, but needs two. Write \`resource_policy "aws_s3_bucket" "name" { … }\`.`,
    ),
  ],
  [
    'the same policy twice',
    policy('') + policy(''),
    ['error 6: The policy "encrypted" is defined twice, first on line 1. Remove or rename one of them.'],
  ],
  [
    'a name for two subjects',
    policy('') + policy('', '"aws_kms_key" "encrypted"'),
    ['error 6: The policy "encrypted" is defined twice, first on line 1. Remove or rename one of them.'],
  ],
  [
    'levels',
    [
      policy('  enforcement_level = "mandatory-overridable"\n', '"a" "a"'),
      policy('  enforcement_level = "hard-mandatory"\n', '"a" "b"'),
      policy('  enforcement_level = "Advisory"\n', '"a" "c"'),
      policy('  enforcement_level = 1\n', '"a" "d"'),
      policy('  enforcement_level = advisory\n', '"a" "e"'),
      policy('  enforcement_level = null\n', '"a" "f"'),
    ].join(''),
    [
      'error 2: `enforcement_level` "mandatory-overridable" is not a level of Terraform policies. Write `mandatory_overridable`, with an underscore.',
      `error 8: \`enforcement_level\` "hard-mandatory" is a level of Sentinel policies, not of Terraform policies. ${LEVELS}`,
      `error 14: \`enforcement_level\` "Advisory" is not a level of Terraform policies. ${LEVELS}`,
      'error 20: `enforcement_level` must be a plain string, but is a number. Expressions are not evaluated: write the value itself in double quotes.',
      'error 26: `enforcement_level` must be a plain string, but is a reference. Expressions are not evaluated: write the value itself in double quotes.',
    ],
  ],
  [
    'levels of inputs',
    [
      'input "a" {\n  type    = string\n  default = "soft-mandatory"\n}\ninput "b" {\n  type = string\n}\n',
      policy('  enforcement_level = input.a\n', '"a" "a"'), // 8
      policy('  enforcement_level = input.b\n', '"a" "b"'),
      policy('  enforcement_level = input.c\n', '"a" "c"'), // What a file beside it may have.
      policy('  enforcement_level = input.b.level\n', '"a" "d"'),
    ].join(''),
    [
      `warning 9: \`enforcement_level\` is \`input.a\`, whose default "soft-mandatory" is not a level of Terraform policies. ${LEVELS}`,
    ],
  ],
  [
    'operations',
    [
      policy('  operations = "create"\n', '"a" "a"'),
      policy('  operations = ["create", "destroy"]\n', '"a" "b"'),
      policy('  operations = ["create", "delete"]\n', '"a" "c"'),
      policy('  operations = ["no-op", "update", "delete"]\n', '"a" "d"'),
      policy('  operations = []\n', '"a" "e"'),
      policy('  operations = input.operations\n', '"a" "f"'),
      policy('  operations = ["update", "create", "update"]\n', '"a" "g"'),
    ].join(''),
    [
      `error 2: \`operations\` of the policy resource_policy "a" "a" must be a list. ${OPERATIONS}`,
      `error 8: \`operations\` of the policy resource_policy "a" "b" has "destroy", which is not an operation. ${OPERATIONS}`,
      'error 14: `operations` of the policy resource_policy "a" "c" has both "delete" and "create", which one policy cannot have. Write two policies.',
      'error 20: `operations` of the policy resource_policy "a" "d" has both "delete" and "no-op", which one policy cannot have. Write two policies.',
      'warning 38: `operations` of the policy resource_policy "a" "g" has "update" twice, which `tfpolicy validate` rejects. Remove one.',
    ],
  ],
  [
    'prior attributes',
    [
      policy('  filter = prior_attrs.x == 1\n', '"a" "a"'),
      policy('  operations = []\n  locals {\n    a = core::try(prior_attrs.x, 1)\n  }\n', '"a" "b"'),
      policy('  operations = ["update", "create"]\n  filter = "${prior_attrs.x}" == ""\n', '"a" "c"'),
      policy('  operations = ["update"]\n  filter = prior_attrs.x == 1\n', '"a" "d"'),
      policy('  filter = attrs.prior_attrs == "prior_attrs.x"\n', '"a" "e"'),
    ].join(''),
    [
      [1, 'a'],
      [8, 'b'],
      [17, 'c'],
    ].map(
      ([line, name]) =>
        `error ${line}: The policy resource_policy "a" "${name}" reads \`prior_attrs\`, which there is only for "update" and "delete". Set \`operations\` to ["update"], ["delete"] or both.`,
    ),
  ],
  [
    'what is in a policy',
    `resource_policy "a" "a" {\n  locals {}\n  locals {}\n}\nmodule_policy "a" "b" {\n  operations = ["create"]\n  enforce {\n    message = "x"\n  }\n}\n`,
    [
      'error 1: The policy resource_policy "a" "a" has no `enforce` block, so it enforces nothing. Add `enforce { condition = … }`.',
      'error 3: The policy resource_policy "a" "a" has a second `locals` block, after the one on line 2. Use a single block.',
      'error 7: An `enforce` block of the policy module_policy "a" "b" has no `condition`. Add `condition = …`, which is true for what is allowed.',
      'warning 6: The policy module_policy "a" "b" has an attribute `operations`, which is not supported and is ignored. Supported names are enforcement_level, filter, locals, enforce, connected.',
      'warning 8: An `enforce` block of the policy module_policy "a" "b" has an attribute `message`, which is not supported and is ignored. Supported names are condition, error_message, info_message.',
    ],
  ],
  [
    'inputs',
    'input {}\ninput "a" "b" {}\ninput "a" {\n  default = 1\n}\ninput "a" {\n  type = string\n  value = 1\n}\n',
    [
      'error 1: The `input` block must have one name. Write `input "name" { … }`.',
      'error 2: The `input` block must have one name. Write `input "name" { … }`.',
      'error 3: The input "a" has no `type`. Add one, such as `type = string`.',
      'error 6: The input "a" is defined twice, first on line 3. Remove or rename one of them.',
      'warning 8: The input "a" has an attribute `value`, which is not supported and is ignored. Supported names are type, default, description, nullable, sensitive.',
    ],
  ],
  [
    'settings',
    `policy "x" {
  required_providers {
    aws = { source = "hashicorp/aws", version = "*" }
  }
  plugins {
    a = { path = "x" }
    b = { source = input.b }
    c = { source = "x" }
    c = { source = "y" }
  }
  other = 1
}
policy {}
`,
    [
      'error 1: The `policy` block must not have a name. Write `policy { … }`.',
      'error 3: The version of provider "aws" is "*", but `*` is not allowed there. Write a range, such as ">= 6.0.0, < 7.0.0".',
      'error 6: The plugin "a" has no `source`. Write `a = { source = "../plugins/bin/a" }`, with the path to the program.',
      'error 7: The plugin "b" has a `source` that is not a plain string. Write `b = { source = "../plugins/bin/b" }`, with the path to the program.',
      'error 9: The plugin "c" is defined twice, first on line 8. Remove or rename one of them.',
      'error 13: There is a second `policy` block, after the one on line 1. Use a single block.',
      'warning 11: The `policy` block has an attribute `other`, which is not supported and is ignored. Supported names are required_providers, terraform_config, plugins.',
    ],
  ],
])('says what is wrong: %s', async (_, text, messages) => {
  expect(await messagesOf(text)).toEqual(messages);
});

test('a line may end in a comment in an expression', async () => {
  expect(await messagesOf(`locals {\n  a = 1 + /* one\n  line */ 2\n}\n${policy('')}`)).toEqual([]);
});

describe('what a policy says', () => {
  const written = async (body: string) =>
    (await readTerraformPolicies(FILE, policy(body))).policies[0]?.written;

  test('is the same however it is laid out, and at any level', async () => {
    const one = await written('  enforcement_level = "advisory"\n  filter = attrs.a   ==  1\n  # why\n');
    expect(await written('\n\n  filter = attrs.a == 1\n  enforcement_level = "mandatory"\n')).toBe(one);
    expect(await written('  filter = attrs.a == 2\n')).not.toBe(one);
  });

  test.each([
    ['a string within a template', 'x == "${core::join("  ", y)}"', 'x == "${core::join(" ", y)}"'],
    ['a heredoc', 'x == <<EOT\na  "b\nEOT\n', 'x == <<EOT\na "b\nEOT\n'],
    ['what a comment ends', '[1, # one\n  2\n]', '[1, # one 2\n]'],
  ])('differs where white space matters: in %s', async (_, one, other) => {
    expect(await written(`  filter = ${one}\n`)).not.toBe(await written(`  filter = ${other}\n`));
  });
});

test('takes the level that an input of another file decides, where all that declare it agree', async () => {
  const input = (name: string, value: string) =>
    `input "${name}" {\n  type = string\n  default = ${value}\n}\n`;
  const level = (name: string) => policy(`  enforcement_level = input.${name}\n`, `"a" "${name}"`);
  const texts = [
    ['own', 'elsewhere', 'twice', 'agreed', 'computed', 'wrong', 'nowhere'].map(level).join('') +
      input('own', '"advisory"'),
    input('own', '"mandatory"') +
      input('elsewhere', '"mandatory_overridable"') +
      input('twice', '"advisory"'),
    input('twice', '"mandatory"') + input('agreed', '"advisory"') + input('computed', 'local.level'),
    input('agreed', '"advisory"') + input('wrong', '"soft-mandatory"'),
  ];
  const read = await Promise.all(texts.map((text) => readTerraformPolicies(FILE, text)));
  expect(read.flatMap(({ problems, warnings }) => [...problems, ...warnings])).toEqual([]);
  const files = withLevelsOfFolder(read);
  expect(files.flatMap(({ warnings }) => warnings.map(describeProblem))).toEqual([
    `${FILE}:31: \`enforcement_level\` is \`input.wrong\`, whose default "soft-mandatory" is not a level of Terraform policies. ${LEVELS}`,
    `${FILE}:37: The enforcement level of the policy resource_policy "a" "nowhere" is \`input.nowhere\`, but no file of the folder has such an input. Add \`input "nowhere" { type = string }\` to the file, or correct the name.`,
  ]);
  const levels = files.flatMap(({ policies }) => policies.map(({ name, level: { value } }) => [name, value]));
  expect(Object.fromEntries(levels)).toEqual({
    own: 'advisory',
    elsewhere: 'mandatory_overridable',
    twice: undefined,
    agreed: 'advisory',
    computed: undefined,
    wrong: undefined,
    nowhere: undefined,
  });
});
