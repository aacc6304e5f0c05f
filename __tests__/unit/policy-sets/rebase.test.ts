import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rebase, rebasedConfiguration } from '../../../src/policy-sets/rebase.ts';
import { readConfiguration } from '../../../src/repository/configuration/configuration.ts';
import { growth, LINEAR } from '../cpu-time.ts';

const file = 'policies/azure/sentinel.hcl';
const read = (text: string, folder = 'azure') => rebase({ file, text }, folder);
const textOf = async (text: string, folder?: string) => (await read(text, folder)).text;

describe('a source', () => {
  test.each([
    ['./x.sentinel', './azure/x.sentinel'],
    ['x.sentinel', './azure/x.sentinel'],
    ['../common/x.sentinel', './common/x.sentinel'],
    ['./a/../../b/./x.sentinel', './b/x.sentinel'],
    ['./größe/😀.sentinel', './azure/größe/😀.sentinel'],
    ['./a b.sentinel', './azure/a b.sentinel'],
    ['../../x.sentinel', '../../x.sentinel'],
    ['/x.sentinel', '/x.sentinel'],
    ['https://example.com/x.sentinel', 'https://example.com/x.sentinel'],
    ['git::https://example.com/x.git//a', 'git::https://example.com/x.git//a'],
    ['github.com/acme/policies/x', 'github.com/acme/policies/x'],
  ])('"%s" becomes "%s"', async (before, after) => {
    expect(await textOf(`policy "p" {\n  source = "${before}"\n}\n`)).toBe(
      `policy "p" {\n  source = "${after}"\n}\n`,
    );
  });

  test('is relative to a folder of any depth', async () => {
    expect(await textOf('policy "p" {\n  source = "../x.sentinel"\n}\n', 'a/b/c')).toBe(
      'policy "p" {\n  source = "./a/b/x.sentinel"\n}\n',
    );
  });
});

describe('what is written', () => {
  test.each<[string, string, string]>([
    ['a policy', 'policy "p" {\n  source = "./x"\n}\n', 'policy "p" {\n  source = "./azure/x"\n}\n'],
    ['one line', 'policy "p" { source = "./x" }', 'policy "p" { source = "./azure/x" }'],
    ['a module', 'module "m" {\n  source = "../x"\n}\n', 'module "m" {\n  source = "./x"\n}\n'],
    [
      'an import',
      'import "module" "m" {\n  source = "../x"\n}',
      'import "module" "m" {\n  source = "./x"\n}',
    ],
    [
      'a static import',
      'import "static" "s" {\n  source = "./s.json"\n  format = "json"\n}\n',
      'import "static" "s" {\n  source = "./azure/s.json"\n  format = "json"\n}\n',
    ],
    [
      'a plugin',
      'import "plugin" "p" {\n  source = "./bin/p"\n  args = ["./bin/p"]\n}\n',
      'import "plugin" "p" {\n  source = "./azure/bin/p"\n  args = ["./bin/p"]\n}\n',
    ],
    ['the older import', 'import "p" {\n  path = "./p"\n}\n', 'import "p" {\n  path = "./azure/p"\n}\n'],
    [
      'a mock',
      'mock "tfplan/v2" {\n  module {\n    source = "mock.sentinel"\n  }\n}\n',
      'mock "tfplan/v2" {\n  module {\n    source = "./azure/mock.sentinel"\n  }\n}\n',
    ],
    [
      'values of other names',
      'param "source" {\n  value = "./x"\n}\npolicy "p" {\n  source = "./x"\n  params = { source = "./y" }\n}\n',
      'param "source" {\n  value = "./x"\n}\npolicy "p" {\n  source = "./azure/x"\n  params = { source = "./y" }\n}\n',
    ],
    ['parentheses', 'policy "p" {\n  source = ("./x")\n}\n', 'policy "p" {\n  source = ("./azure/x")\n}\n'],
    [
      'escapes',
      'policy "p" {\n  source = "./\\"x\\" \\u00e9 $${y}\\\\"\n}\n',
      'policy "p" {\n  source = "./azure/\\"x\\" é $${y}\\\\"\n}\n',
    ],
    ['a heredoc', 'policy "p" {\n  source = <<X\n./x\nX\n}\n', 'policy "p" {\n  source = "./azure/x"\n}\n'],
    [
      'comments and blanks',
      '/* a */ policy   "p" { # b\n\n\tsource   =   "./x" // c\n # "./x"\n}\n\n# end',
      '/* a */ policy   "p" { # b\n\n\tsource   =   "./azure/x" // c\n # "./x"\n}\n\n# end',
    ],
    [
      'Windows line ends and a byte order mark',
      '\ufeffpolicy "p" {\r\n  source = "./x"\r\n}\r\nmodule "m" {\r\n  source = "../y"\r\n}',
      '\ufeffpolicy "p" {\r\n  source = "./azure/x"\r\n}\r\nmodule "m" {\r\n  source = "./y"\r\n}',
    ],
    [
      'heredocs elsewhere',
      'policy "p" {\n  params = {\n    a = <<-X\n      source = "./x"\n    X\n  }\n  source = "./x"\n}\n',
      'policy "p" {\n  params = {\n    a = <<-X\n      source = "./x"\n    X\n  }\n  source = "./azure/x"\n}\n',
    ],
    [
      'long white space',
      `policy "p" {${' '.repeat(3)}\n${'\n'.repeat(100)}${' '.repeat(100)}source = ${' '.repeat(100)}"./x"\n}\n`,
      `policy "p" {${' '.repeat(3)}\n${'\n'.repeat(100)}${' '.repeat(100)}source = ${' '.repeat(100)}"./azure/x"\n}\n`,
    ],
  ])('%s', async (_, before, after) => {
    expect(await textOf(before)).toBe(after);
  });
});

describe('a source that is left out is written in', () => {
  test.each<[string, string, string]>([
    [
      'as the first attribute',
      'policy "p" {\n  enforcement_level = "advisory"\n}\n',
      'policy "p" {\n  source = "./azure/p.sentinel"\n  enforcement_level = "advisory"\n}\n',
    ],
    ['in an empty block', 'policy "p" {\n}\n', 'policy "p" {\n  source = "./azure/p.sentinel"\n}\n'],
    ['on one line', 'policy "p" {}\n', 'policy "p" { source = "./azure/p.sentinel" }\n'],
    ['on one line with a blank', 'policy "p" { }\n', 'policy "p" { source = "./azure/p.sentinel" }\n'],
    [
      'beside another on one line',
      '  policy "p" { enforcement_level = "advisory" }\n',
      '  policy "p" {\n    source = "./azure/p.sentinel"\n    enforcement_level = "advisory" \n  }\n',
    ],
    [
      'before a comment',
      'policy "p" { # why\r\n  # more\r\n}\r\n',
      'policy "p" {\r\n  source = "./azure/p.sentinel" # why\r\n  # more\r\n}\r\n',
    ],
    ['for null', 'policy "p" {\n  source = null\n}\n', 'policy "p" {\n  source = "./azure/p.sentinel"\n}\n'],
  ])('%s', async (_, before, after) => {
    expect(await textOf(before)).toBe(after);
    const { problems, ...configuration } = await readConfiguration(file, after);
    expect(problems).toEqual([]);
    expect(configuration.policies).toMatchObject([{ source: { value: './azure/p.sentinel' } }]);
  });
});

test('rewritten sources are listed by their line in the file', async () => {
  const { sources } = await read(
    '\n\npolicy "p" {\n}\npolicy "q" {\n  enforcement_level = "advisory"\n  source = "../q"\n}\nmodule "m" {\n  source = "https://x/y"\n}\n',
  );
  expect(sources).toEqual([
    { line: 3, before: undefined, after: './azure/p.sentinel' },
    { line: 7, before: '../q', after: './q' },
  ]);
});

test('a source that would have to be evaluated is a problem', async () => {
  const { problems } = await read(
    `module "m" {\n  source = "./\${x}"\n}\nimport "static" "s" {\n  source = y\n}\n`,
  );
  expect(problems).toMatchObject([
    { message: '`source` must be a plain string, but is a template.', place: { file, line: 2 } },
    { message: '`source` must be a plain string, but is a reference.', place: { file, line: 5 } },
  ]);
});

test.each(['policy "p" {\n  source = \n}\n', 'policy "p" {', '}', '<<<<<<< a\npolicy "p" {}\n'])(
  'a text with faults stays as it is: %j',
  async (text) => {
    expect(await read(text)).toEqual({ text, sources: [], problems: [] });
  },
);

/** A configuration as somebody may have laid it out. */
const configurations = () => {
  const name = fc.constantFrom('p', 'q', 'größe', 'a-b', 'x_1', '😀');
  const source = fc
    .array(
      fc.constantFrom(
        '.',
        '..',
        'a',
        'b c',
        'ü',
        '$${x}',
        '%%{y}',
        '\\"',
        '\\\\',
        '\\t',
        '\\u00e9',
        'x.sentinel',
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .map((parts) => parts.join('/'));
  const value = fc.oneof(
    source.map((each) => `"${each}"`),
    source.map((each) => `("${each}")`),
    fc.constantFrom('<<X\n./x\nX', '<<-X\n    ../y\n  X', '"https://x/y"', '"git::ssh://x//y"'),
  );
  const comment = fc.constantFrom('', ' # "./x" {', ' // }', ' /* " */');
  const attribute = (attributeName: string) =>
    fc.tuple(value, comment).map(([each, after]) => {
      return each.startsWith('<<') ? `  ${attributeName} = ${each}` : `  ${attributeName}  = ${each}${after}`;
    });
  const level = fc.constantFrom(
    '  enforcement_level = "advisory"',
    '\tenforcement_level = "hard-mandatory" # x',
  );
  const body = (attributeName: string) =>
    fc.oneof(
      fc.tuple(level, attribute(attributeName)).map((lines) => `{\n${lines.join('\n')}\n}`),
      attribute(attributeName).map((line) => `{ /* c */\n${line}\n}`),
      source.map((each) => `{ ${attributeName} = "${each}" }`),
    );
  const unstated = fc.oneof(
    level.map((line) => `{${line.split(' #')[0]} }`),
    level.map((line) => `{ // c\n${line}\n}`),
    fc.constantFrom('{}', '{ }', '{\n}', '{ /* c */ }', '{\n  source = null\n}'),
  );
  const block = fc.oneof(
    fc.tuple(name, fc.oneof(body('source'), unstated)).map(([each, text]) => `policy "${each}" ${text}`),
    fc
      .tuple(name, body('source'))
      .map(([each, text]) => `import "module" "${each}" ${text.replace(/^.*enforcement.*\n/m, '')}`),
    fc
      .tuple(name, body('path'))
      .map(([each, text]) => `import "${each}" ${text.replace(/^.*enforcement.*\n/m, '')}`),
    fc.constantFrom(
      'param "x" {\n  value = <<X\n  source = "./x"\n}\nX\n}',
      '# policy "x" {',
      '/*\npolicy "x" {\n*/',
    ),
  );
  return fc
    .tuple(
      fc
        .array(block, { maxLength: 6 })
        .map((blocks) => [...new Map(blocks.map((each) => [/"([^"]*)" /.exec(each)?.[1], each])).values()]),
      fc.constantFrom('\n', '\r\n', '\n\n'),
      fc.constantFrom('', '\ufeff'),
    )
    .map(([blocks, end, mark]) => mark + `${blocks.join('\n')}\n`.replaceAll('\n', end));
};

test('only sources change, and they lead to the same files from the root', async () => {
  await fc.assert(
    fc.asyncProperty(configurations(), fc.constantFrom('azure', 'a/b', 'ü "x"'), async (text, folder) => {
      const before = await readConfiguration(file, text);
      const { text: after } = await read(text, folder);
      fc.pre(before.problems.length === 0);
      if (before.kind !== 'sentinel') throw new Error('the kind is another one');
      const expected = rebasedConfiguration(before, folder);
      expect(withoutLines(await readConfiguration(file, after))).toEqual(withoutLines(expected));
      expect(after.startsWith('\ufeff')).toBe(text.startsWith('\ufeff'));
      expect(/(^|[^\r])\n/.test(after)).toBe(/(^|[^\r])\n/.test(text));
    }),
    { numRuns: 500 },
  );
});

const withoutLines = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, each) => (key === 'line' ? undefined : each)));

test('takes time that grows with the length of the text', async () => {
  const block = (at: number) => `policy "p${at}" {\n  enforcement_level = "advisory"\n}\n`;
  const prepare = (size: number) => {
    const text = Array.from({ length: size }, (_, at) => block(at)).join('');
    return () => read(text);
  };
  expect(await growth(500, prepare)).toBeLessThan(LINEAR);
});
