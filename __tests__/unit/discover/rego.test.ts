import { describe, expect, test } from '@jest/globals';
import { pathOf, readRego, ruleOf } from '../../../src/discover/rego.ts';

const FILE = 'policies/tags.rego';
const RULE = 'deny := true';

describe('the package', () => {
  test.each([
    ['a word', 'package tags', 'tags'],
    ['a path', 'package terraform.policies.tags', 'terraform.policies.tags'],
    ['brackets', 'package terraform["my-tags"]', 'terraform["my-tags"]'],
    ['brackets within', 'package a["b.c"].d', 'a["b.c"].d'],
    ['an escaped quotation mark', 'package a["b\\"]c"]', 'a["b\\"]c"]'],
    ['tabs', '\tpackage\ttags', 'tags'],
    ['comments before it', '# Licence\n# package old\n\npackage tags # mine', 'tags'],
    ['metadata', '# METADATA\n# title: Tags\n# custom:\n#   package: x\npackage tags', 'tags'],
    ['a byte order mark', '\uFEFFpackage tags', 'tags'],
    ['a byte order mark and a comment', '\uFEFF# why\r\npackage tags\r\n', 'tags'],
    ['underscores and digits', 'package _a1.b_2', '_a1.b_2'],
  ])('is read from %s', (_, source, name) => {
    const rego = readRego(`${source}\n${RULE}\n`, FILE);
    expect(rego).toMatchObject({ package: name, problems: [], warnings: [] });
    expect(ruleOf(`data.${name}.deny`, name)).toBe('deny');
  });

  test.each([
    ['nothing', RULE],
    ['a rule before it', `${RULE}\npackage tags`],
    ['a comment', `# package tags\n${RULE}`],
    ['a string', `x := "package tags"\n${RULE}`],
    ['another word', `packages tags\n${RULE}`],
    ['no name', 'package\n'],
  ])('is missing where there is %s', (_, source) => {
    expect(readRego(source, FILE)).toMatchObject({
      package: undefined,
      problems: [
        {
          message: 'The Rego file does not begin with a package.',
          place: { file: FILE },
          advice: 'Begin it with `package <name>`, or add it to `exclude`.',
        },
      ],
      warnings: [],
    });
  });
});

describe('the rule', () => {
  test.each([
    ['a value', 'deny := true'],
    ['the old assignment', 'deny = true'],
    ['a default', 'default deny := false'],
    ['a default with white space', ' default\tdeny = false'],
    ['a set', 'deny contains msg if {\n  msg := "no"\n}'],
    ['a set in the old form', 'deny[msg] {\n  msg := "no"\n}'],
    ['a condition', 'deny if {\n  input.x\n}'],
    ['a condition in the old form', 'deny {\n  input.x\n}'],
    ['a body on the next line', 'deny contains msg if\n  input.x[msg]'],
    ['an object', 'deny[key] := value if { some key, value in input }'],
    ['after nested brackets', 'x := {"a": [{"b": "}"}]}\ny[i] { z[{i}] }\ndeny := true'],
    ['after a raw string', 'x := `{\n"`\ndeny := true'],
    ['Windows line ends', 'import rego.v1\r\n\r\ndeny contains "x" if input.x\r\n'],
    ['indented', '  deny := true'],
  ])('is found as %s', (_, source) => {
    expect(readRego(`package tags\n${source}`, FILE).hasRule('deny')).toBe(true);
  });

  test.each([
    ['another rule', 'allow := true'],
    ['a longer name', 'denying := true\ndeny_all := true\ndeny2 := true'],
    ['a function', 'deny(x) := true if x'],
    ['the default of a function', 'default deny(_) := false'],
    ['a comment', '# deny := true'],
    ['a string', 'x := [\n"deny := true"]'],
    ['a raw string', 'x := `\ndeny := true\n`'],
    ['a body', 'allow if {\n  deny := true\n  deny\n}'],
    ['an array', 'x := [\n  deny,\n]'],
    ['arguments', 'x := f(\n  deny\n)'],
    ['an import', 'import data.lib.deny'],
    ['a reference', 'x := data.tags.deny'],
    ['nothing', ''],
  ])('is missing where the word is in %s', (_, source) => {
    expect(readRego(`package tags\n${source}`, FILE).hasRule('deny')).toBe(false);
  });
});

describe('imports', () => {
  const imports = (source: string, name = 'terraform.tags') =>
    readRego(`package ${name}\n${source}\n${RULE}\n`, FILE).warnings;

  test.each([
    ['the language', 'import rego.v1\nimport future.keywords.in'],
    ['the input', 'import input.plan as tfplan\nimport input as tfplan'],
    ['the package itself', 'import data.terraform.tags'],
    ['part of the package itself', 'import data.terraform.tags.required as required'],
    ['a comment', '# import data.lib'],
    ['a raw string', 'x := `\nimport data.lib\n`'],
    ['another word', 'import database.lib'],
  ])('of %s are fine', (_, source) => {
    expect(imports(source)).toEqual([]);
  });

  test.each([
    ['import data.lib', 'data.lib'],
    ['import data.lib.tags as t', 'data.lib.tags'],
    ['import data', 'data'],
    ['import data["my-lib"].x', 'data["my-lib"].x'],
    ['\timport\tdata.lib # why', 'data.lib'],
    ['import data.terraform', 'data.terraform'],
    ['import data.terraform.tags2', 'data.terraform.tags2'],
  ])('of other packages are a warning: %s', (source, imported) => {
    expect(imports(source)).toEqual([
      {
        message: `The Rego file imports ${imported}, which is not part of the policy: a policy holds one file.`,
        place: { file: FILE, line: 2 },
        advice:
          'Unless Terraform provides it, move what is imported into this file, or publish a versioned policy set.',
      },
    ]);
  });

  test('are each named, with their line', () => {
    const warnings = imports('import rego.v1\r\nimport data.a\r\n\r\nimport data.b as b');
    expect(warnings.map(({ place }) => place?.line)).toEqual([3, 5]);
  });

  test('of part of a package with brackets are fine', () => {
    expect(imports('import data.a["b-c"].d', 'a["b-c"]')).toEqual([]);
  });

  test('of part of a package are fine, in brackets too', () => {
    expect(imports('import data.a["b-c"]["d-e"]', 'a["b-c"]')).toEqual([]);
  });
});

describe('a query', () => {
  test.each([
    ['data.tags.deny', ['tags', 'deny']],
    ['data.a["b-c"].deny', ['a', 'b-c', 'deny']],
    ['data.a.deny == []', ['a', 'deny']],
    ['input.x', undefined],
    ['data', undefined],
    ['', undefined],
  ])('%s names %j', (query, path) => {
    expect(pathOf(query)).toEqual(path);
  });

  test.each([
    ['data.tags.deny', 'tags', 'deny'],
    ['data.tags.deny.x', 'tags', undefined],
    ['data.tags', 'tags', undefined],
    ['data.tagsy.deny', 'tags', undefined],
  ])('%s asks the package %s for the rule %s', (query, name, rule) => {
    expect(ruleOf(query, name)).toBe(rule);
  });
});
