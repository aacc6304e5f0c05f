// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL has templates, too
import { describe, expect, test } from '@jest/globals';
import { type Case, messagesOf } from './messages.ts';

const notPlain = (line: number, name: string, what: string) =>
  `${line}: \`${name}\` must be a plain string, but is ${what}. Expressions are not evaluated: write the value itself in double quotes.`;

describe('says all that is wrong', () => {
  test.each<Case>([
    [
      'the same policy twice',
      'policy "a" {}\npolicy "b" {}\npolicy "a" {}\npolicy "a" {}\n',
      [
        '3: The policy "a" is defined twice, first on line 1. Remove or rename one of them.',
        '4: The policy "a" is defined twice, first on line 1. Remove or rename one of them.',
      ],
    ],
    [
      'an OPA level for Sentinel',
      'policy "a" {\n  enforcement_level = "mandatory"\n}\n',
      [
        '2: `enforcement_level` "mandatory" is a level of OPA policies, not of Sentinel policies. Use one of advisory, soft-mandatory, hard-mandatory.',
      ],
    ],
    [
      'an unknown level',
      'policy "a" {\n  enforcement_level = "Advisory"\n}\n',
      [
        '2: `enforcement_level` "Advisory" is not a level of Sentinel policies. Use one of advisory, soft-mandatory, hard-mandatory.',
      ],
    ],
    ['an empty source', 'policy "a" {\n  source = ""\n}\n', ['2: `source` is empty. Name the file.']],
    ['a number', 'policy "a" {\n  source = 1\n}\n', [notPlain(2, 'source', 'a number')]],
    [
      'a truth value',
      'policy "a" {\n  enforcement_level = true\n}\n',
      [notPlain(2, 'enforcement_level', 'true or false')],
    ],
    ['a list', 'policy "a" {\n  source = ["x"]\n}\n', [notPlain(2, 'source', 'a list')]],
    ['a reference', 'policy "a" {\n  source = var.x\n}\n', [notPlain(2, 'source', 'a reference')]],
    [
      'a word without quotes',
      'policy "a" {\n  enforcement_level = advisory\n}\n',
      [notPlain(2, 'enforcement_level', 'a reference')],
    ],
    [
      'a function call',
      'policy "a" {\n  source = file("x")\n}\n',
      [notPlain(2, 'source', 'a function call')],
    ],
    [
      'an interpolation',
      'policy "a" {\n  source = "${x}.sentinel"\n}\n',
      [notPlain(2, 'source', 'a template')],
    ],
    [
      'an interpolation of nothing',
      'policy "a" {\n  source = "x${ }"\n}\n',
      [notPlain(2, 'source', 'a template')],
    ],
    [
      'a directive',
      'policy "a" {\n  source = "%{ if x }a%{ endif }"\n}\n',
      [notPlain(2, 'source', 'a template')],
    ],
    [
      'an interpolation in a heredoc',
      'policy "a" {\n  description = <<EOT\n${x}\nEOT\n}\n',
      [notPlain(2, 'description', 'a template')],
    ],
    ['a sum', 'policy "a" {\n  source = "a" + 1\n}\n', [notPlain(2, 'source', 'an expression')]],
    [
      'labels too few or too many',
      'policy {}\npolicy "a" "b" {}\npolicy "" {}\npolicy "${x}" {}\nmodule {}\nimport {}\nimport "a" "b" "c" {}\n',
      [
        '1: The `policy` block has no name. Write `policy "name" { … }`.',
        '2: The `policy` block has 2 names: a, b. Write `policy "name" { … }`.',
        '3: The `policy` block\'s name is empty or not a plain string. Write `policy "name" { … }`.',
        '4: The `policy` block\'s name is empty or not a plain string. Write `policy "name" { … }`.',
        '5: The `module` block has no name. Write `module "name" { … }`.',
        '6: The `import` block has no name. Write `import "form" "name" { … }`.',
        '7: The `import` block has 3 names: a, b, c. Write `import "form" "name" { … }`.',
      ],
    ],
    [
      'an argument in place of a block',
      'policy = "x"\nmodule = {}\n',
      [
        '1: `policy` must be a block. Write `policy "name" { … }`.',
        '2: `module` must be a block. Write `module "name" { … }`.',
      ],
    ],
    [
      'an argument twice',
      'policy "a" {\n  source = "x"\n  source = "y"\n}\n',
      ['3: `source` is set twice, first on line 2. Remove one.'],
    ],
  ])('sentinel.hcl: %s', async (_, text, messages) => {
    expect(await messagesOf('sentinel.hcl', text)).toEqual(messages);
  });

  test.each<Case>([
    [
      'a Sentinel level for OPA',
      'policy "a" {\n  query = "data.a.deny"\n  enforcement_level = "soft-mandatory"\n}\n',
      [
        '3: `enforcement_level` "soft-mandatory" is a level of Sentinel policies, not of OPA policies. Use one of advisory, mandatory.',
      ],
    ],
    [
      'no query',
      'policy "a" {\n  description = "x"\n}\n',
      ['1: The policy "a" has no `query`. Add `query = "data.<package>.<rule>"`.'],
    ],
    [
      'an empty query',
      'policy "a" {\n  query = " "\n}\n',
      ['2: The policy "a" has no `query`. Add `query = "data.<package>.<rule>"`.'],
    ],
    ['an object', 'policy "a" {\n  query = { a = 1 }\n}\n', [notPlain(2, 'query', 'an object')]],
  ])('policies.hcl: %s', async (_, text, messages) => {
    expect(await messagesOf('policies.hcl', text)).toEqual(messages);
  });

  test.each<Case>([
    [
      'the same policy twice',
      '{"policy": {\n  "a": {"query": "x"},\n  "a": {"query": "y"}\n}}',
      ['3: The policy "a" is defined twice, first on line 2. Remove or rename one of them.'],
    ],
    [
      'the same policy twice in lists',
      '{"policy": [\n  {"a": [\n    {"query": "x"},\n    {"query": "y"}\n  ]},\n  {"a": {"query": "z"}}\n]}',
      [
        '4: The policy "a" is defined twice, first on line 3. Remove or rename one of them.',
        '6: The policy "a" is defined twice, first on line 3. Remove or rename one of them.',
      ],
    ],
    [
      'a policy that is no object',
      '{"policy": {\n  "a": "x"\n}}',
      ['2: `policy` must be a block. Write `"policy": { "name": { … } }`.'],
    ],
    [
      'policies that are no object',
      '{"policy": 1}',
      ['1: `policy` must be a block. Write `"policy": { "name": { … } }`.'],
    ],
    [
      'wrong types',
      '{"policy": {\n  "a": {"query": 1},\n  "b": {"query": "data.${x}.deny"}\n}}',
      [notPlain(2, 'query', 'a number'), notPlain(3, 'query', 'a template')],
    ],
    [
      'a level of the other kind',
      '{"policy": {"a": {\n  "query": "x",\n  "enforcement_level": "hard-mandatory"\n}}}',
      [
        '3: `enforcement_level` "hard-mandatory" is a level of Sentinel policies, not of OPA policies. Use one of advisory, mandatory.',
      ],
    ],
  ])('policies.json: %s', async (_, text, messages) => {
    expect(await messagesOf('policies.json', text)).toEqual(messages);
  });
});
