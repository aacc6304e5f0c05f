import { expect, test } from '@jest/globals';
import { checkSentinel } from '../../../src/repository/languages/sentinel.ts';

test.each([
  ['a rule', 'main = rule { true }'],
  ['no white space', 'main=rule{true}'],
  ['a line of its own, indented', 'import "tfplan/v2" as tfplan\n\n\t main = rule { all }'],
  ['one line for all', 'import "x"; main = rule { true }'],
  ['Windows line ends', 'a = 1\r\nmain = rule { true }\r\n'],
  ['a comment before it', '/* why */ main = rule { true }'],
  ['a rule with a when', 'main = rule when x is 1 { true }'],
  ['a rule on the next line', 'main =\n rule { true }'],
  ['a boolean', 'main = true'],
  ['braces in strings before it', 'a = "{"\nmain = rule { true }'],
])('takes a policy with %s', (_, source) => {
  expect(checkSentinel(source, 'cost.sentinel').problems).toEqual([]);
});

test.each([
  ['nothing', 'a = 1'],
  ['another name', 'mainly = rule { true }\nnot_main = rule { true }'],
  ['a comparison', 'a = rule {\n true }\nmain == 1'],
  ['a line comment', '# main = rule { true }\n// main = rule { true }'],
  ['a block comment', '/*\nmain = rule { true }\n*/'],
  ['a string', 'a = "; main = rule { true }"'],
  ['a function', 'f = func() {\n  main = true\n  return main\n}'],
  ['a field of something else', 'x.main = 1'],
])('refuses a file where main is in %s', (_, source) => {
  expect(checkSentinel(source, 'lib/cost.sentinel').problems).toEqual([
    {
      message: 'The Sentinel file has no `main` rule, so it is no policy.',
      place: { file: 'lib/cost.sentinel' },
      advice: 'Add `main = rule { … }`; if it is a module or a mock, add it to `exclude`.',
    },
  ]);
});

test('the standard library and what Terraform provides are there for every policy', () => {
  const source = 'import "strings"\nimport "tfplan/v2" as plan; import "tfrun"\nmain = rule { true }\n';
  expect(checkSentinel(source, 'cost.sentinel')).toEqual({ problems: [], warnings: [] });
});

test.each([
  ['module', 'The policy imports the module "lib"'],
  ['static', 'The policy imports the static import "lib"'],
  ['plugin', 'The policy imports the plugin "lib"'],
] as const)('a %s that only the configuration provides is a problem on its line', (form, message) => {
  const source = '# import "other"\nimport "lib"\nmain = rule { true }\n';
  const { problems, warnings } = checkSentinel(source, 'cost.sentinel', [{ name: 'lib', form, line: 7 }]);
  expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining(message)]);
  expect(problems[0]?.place).toEqual({ file: 'cost.sentinel', line: 2 });
  expect(warnings).toEqual([]);
});

test('an import that nobody knows is a warning', () => {
  const { problems, warnings } = checkSentinel('import "lib"\nmain = rule { true }', 'cost.sentinel');
  expect(problems).toEqual([]);
  expect(warnings[0]?.place).toEqual({ file: 'cost.sentinel', line: 1 });
});
