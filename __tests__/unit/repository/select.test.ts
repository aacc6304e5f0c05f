import { describe, expect, test } from '@jest/globals';
import { describeProblem } from '../../../src/model/problem.ts';
import type { Repository } from '../../../src/repository/choice.ts';
import { readConfiguration } from '../../../src/repository/configuration/configuration.ts';
import type { FoundFile } from '../../../src/repository/find-files.ts';
import { select } from '../../../src/repository/select.ts';
import { decides, folderOf, nearestTo } from '../../../src/repository/selection.ts';

const aFound = (path: string): FoundFile => ({ path, location: `/w/${path}` });

type Given = {
  /** Text by path. */
  configurations?: Record<string, string>;
  /** Paths of what `policies` less `exclude` selects. */
  files?: string[];
  /** Paths of what is there besides. */
  others?: string[];
  /** By path; otherwise a Rego file's package is its path without extension. */
  packages?: Record<string, string[]>;
  /** Targets of links, by path. */
  links?: Record<string, string>;
};

async function selectFrom({
  configurations = {},
  files = [],
  others = [],
  packages = {},
  links = {},
}: Given) {
  const found = (path: string): FoundFile => ({ ...aFound(links[path] ?? path), path });
  const read = await Promise.all(
    Object.entries(configurations).map(([path, text]) => readConfiguration(path, text)),
  );
  const repository: Repository = {
    candidates: files.map(found),
    configurations: read,
    locate: (path) =>
      [...files, ...others].includes(path)
        ? found(path)
        : { message: 'The file does not exist.', place: { file: path } },
    packageOf: ({ path }) => packages[path] ?? path.replace(/\.rego$/, '').split('/'),
    unselectedRego: async (folder) =>
      others.filter((path) => path.endsWith('.rego') && path.startsWith(folder)).map(found),
  };
  const selection = await select(repository);
  return {
    /** `name file`; the name is the block's, or nothing. */
    selected: selection.selected.map(({ by, file }) => `${by?.block.name ?? ''} ${file.path}`.trim()),
    leftOut: Object.fromEntries(selection.leftOut.map(({ path, why }) => [path, why])),
    said: [...selection.problems, ...selection.warnings, ...selection.notices].map(describeProblem),
    selection,
  };
}

describe('without configuration', () => {
  test('files of both kinds go by their names, others are left out', async () => {
    expect(await selectFrom({ files: ['a.sentinel', 'b/c.rego', 'd.txt'] })).toMatchObject({
      selected: ['a.sentinel', 'b/c.rego'],
      leftOut: { 'd.txt': 'ends neither in .sentinel nor in .rego' },
      said: [],
    });
  });

  test('there may be nothing', async () => {
    expect(await selectFrom({})).toMatchObject({ selected: [], leftOut: {}, said: [] });
  });
});

describe('Sentinel blocks', () => {
  test.each<[string, string, string, string]>([
    ['the inferred file', 'sentinel.hcl', 'policy "a" {}', 'a.sentinel'],
    ['the inferred file of its folder', 'x/y/sentinel.hcl', 'policy "a" {}', 'x/y/a.sentinel'],
    ['a path', 'sentinel.hcl', 'policy "a" { source = "./x/y.sentinel" }', 'x/y.sentinel'],
    ['a bare path', 'x/sentinel.hcl', 'policy "a" { source = "y.sentinel" }', 'x/y.sentinel'],
    ['a path upwards', 'x/sentinel.hcl', 'policy "a" { source = "../y/../z.sentinel" }', 'z.sentinel'],
    ['a folder of dots', 'sentinel.hcl', 'policy "a" { source = "./..x/y.sentinel" }', '..x/y.sentinel'],
  ])('name %s', async (_, path, text, file) => {
    expect(await selectFrom({ configurations: { [path]: text }, files: [file] })).toMatchObject({
      selected: [`a ${file}`],
      leftOut: {},
      said: [],
    });
  });

  test.each(['../x.sentinel', '/x.sentinel', 'a/../../x.sentinel', '..'])(
    'may not leave the workspace: %s',
    async (source) => {
      const configurations = { 'sentinel.hcl': `policy "a" {\n  source = "${source}"\n}` };
      expect(await selectFrom({ configurations })).toMatchObject({
        selected: [],
        said: [
          `sentinel.hcl:2: Source "${source}" is outside the workspace. Use a file inside the workspace.`,
        ],
      });
    },
  );

  test('whose file is missing, or not selected, or remote', async () => {
    const configurations = {
      'sentinel.hcl':
        'policy "missing" {}\npolicy "excluded" {\n  source = "./x.sentinel"\n}\npolicy "remote" {\n  source = "https://example.com/x.sentinel"\n}',
    };
    const { selected, leftOut, said } = await selectFrom({ configurations, others: ['x.sentinel'] });
    expect(selected).toEqual([]);
    expect(leftOut).toEqual({
      'x.sentinel': 'is not matched by `policies`, or is excluded',
      'https://example.com/x.sentinel': 'is the remote source of policy "remote"',
    });
    expect(said).toEqual([
      'sentinel.hcl:1: Source "./missing.sentinel" of policy "missing" cannot be used. The file does not exist. Correct `source`, or remove the block.',
      'sentinel.hcl:6: Policy "remote" has a remote source and is not published: https://example.com/x.sentinel. Publish it as part of a versioned policy set (`versioned-policy-sets`). See "From individually managed policies" in `docs/policy-sets.md` of this action.',
      'sentinel.hcl:3: Policy "excluded" is left out: x.sentinel is not matched by `policies`, or is excluded.',
    ]);
  });

  test('that name one file make two policies; the file makes no third, not by a link either', async () => {
    const configurations = {
      'c/sentinel.hcl':
        'policy "a" {\n  source = "../x.sentinel"\n}\npolicy "b" {\n  source = "../x.sentinel"\n}',
    };
    const files = ['link.sentinel', 'x.sentinel'];
    const links = { 'link.sentinel': 'x.sentinel' };
    expect((await selectFrom({ configurations, files, links })).selected).toEqual([
      'a x.sentinel',
      'b x.sentinel',
    ]);
  });

  test('have the modules of their own configuration, wherever the file lies', async () => {
    const { selection } = await selectFrom({
      configurations: {
        'a/sentinel.hcl': 'module "m" { source = "./m.sentinel" }\npolicy "p" { source = "../b/p.sentinel" }',
        'c/sentinel.hcl': 'module "n" { source = "./n.sentinel" }',
      },
      files: ['b/p.sentinel', 'c/q.sentinel'],
    });
    expect(selection.selected.map(({ nearest }) => nearest.map(({ path }) => path))).toEqual([
      ['a/sentinel.hcl'],
      ['c/sentinel.hcl'],
    ]);
  });
});

describe('modules', () => {
  test.each([
    ['of a configuration that decides', 'policy "p" {}\n', ['p p.sentinel']],
    ['of a configuration without policies', '', ['p.sentinel']],
  ])('%s are never policies, not outside its folder either', async (_, policies, selected) => {
    const text = `${policies}module "m" { source = "./m.sentinel" }\nimport "module" "n" { source = "../lib/n.sentinel" }`;
    const result = await selectFrom({
      configurations: { 'aws/sentinel.hcl': text },
      files: ['aws/m.sentinel', 'aws/p.sentinel', 'lib/n.sentinel'],
    });
    expect(result.selected).toEqual(selected.map((each) => each.replace('p.', 'aws/p.')));
    expect(result.leftOut).toEqual({
      'aws/m.sentinel': expect.stringMatching(/\bmodule\b/),
      'lib/n.sentinel': expect.stringMatching(/\bmodule\b/),
    });
  });
});

describe('OPA blocks', () => {
  const block = (query: string) => ({
    'policies.hcl': `policy "p" {\n  query = ${JSON.stringify(query)}\n}`,
  });

  test.each<[string, string, Record<string, string[]>, string[]]>([
    ['the package', 'data.a.deny', { 'x.rego': ['a'] }, ['p x.rego']],
    ['nested folders', 'data.a.b.deny', { 'd/e/x.rego': ['a', 'b'] }, ['p d/e/x.rego']],
    ['the longest', 'data.a.b.deny', { 'x.rego': ['a'], 'y.rego': ['a', 'b'] }, ['p y.rego']],
    ['a shorter one', 'data.a.b.deny', { 'x.rego': ['a'], 'y.rego': ['a', 'c'] }, ['p x.rego']],
    ['brackets', 'data.a["b.c"].deny', { 'x.rego': ['a', 'b.c'], 'y.rego': ['a', 'b'] }, ['p x.rego']],
    ['an element', ' data.a.deny[_] ', { 'x.rego': ['a'] }, ['p x.rego']],
    ['no package like it', 'data.ab.deny', { 'x.rego': ['a'], 'y.rego': ['ab'] }, ['p y.rego']],
  ])('find the file by %s', async (_, query, packages, selected) => {
    const files = Object.keys(packages);
    const result = await selectFrom({ configurations: block(query), files, packages });
    expect(result).toMatchObject({ selected, said: [] });
    expect(Object.values(result.leftOut)).toEqual(files.slice(1).map(() => 'is not named by policies.hcl'));
  });

  test.each<[string, string, Given, RegExp]>([
    ['no file', 'data.a.deny', { files: ['b.rego'] }, /^policies\.hcl:2: No Rego file declares/],
    ['no package', 'input.a', {}, /^policies\.hcl:2: The query "input\.a" .* does not contain a package/],
    ['the root', 'data', {}, /does not contain a package/],
    [
      'a package that is misspelt',
      'data.polcy.x.deny',
      { files: ['lib.rego', 'policy/x.rego'] },
      /Packages in this folder: policy\.x, lib\. Did you mean `data\.policy\.x`\? Correct `query`, or add/,
    ],
    [
      'nothing like any package',
      'data.a.deny',
      { files: ['something/big.rego'] },
      /Packages in this folder: something\.big\. Correct `query`, or add/,
    ],
    [
      'several files',
      'data.a.deny',
      { files: ['x.rego', 'y.rego'], packages: { 'x.rego': ['a'], 'y.rego': ['a'] } },
      /^policies\.hcl:2: Several Rego files .*: x\.rego, y\.rego/,
    ],
    ['a file without package', 'data.a.deny', { files: ['x.rego'], packages: { 'x.rego': [] } }, /No Rego/],
  ])('with %s are problems', async (_, query, given, message) => {
    const { selected, said } = await selectFrom({ ...given, configurations: block(query) });
    expect(selected).toEqual([]);
    expect(said).toEqual([expect.stringMatching(message)]);
  });

  test('whose file is not selected are left out with a notice', async () => {
    const { leftOut, selection } = await selectFrom({
      configurations: block('data.x.deny'),
      others: ['x.rego'],
    });
    expect(leftOut).toEqual({ 'x.rego': 'is not matched by `policies`, or is excluded' });
    expect(selection.notices).toMatchObject([{ place: { file: 'policies.hcl', line: 2 } }]);
  });

  test('look neither above nor into folders with a configuration of their own', async () => {
    const { selected, said } = await selectFrom({
      configurations: {
        'a/policies.hcl': 'policy "p" {\n  query = "data.x.deny"\n}',
        'a/b/policies.hcl': 'policy "q" {\n  query = "data.x.deny"\n}',
      },
      files: ['a/b/x.rego', 'x.rego'],
      packages: { 'a/b/x.rego': ['x'] },
    });
    expect(selected).toEqual(['q a/b/x.rego', 'x.rego']);
    expect(said).toEqual([expect.stringMatching(/^a\/policies\.hcl:2: No Rego file .* below a\.$/)]);
  });
});

describe('the folder of a source', () => {
  const named = (source: string) => `policy "a" { source = "${source}" }`;

  test.each<[string, Given, string[], Record<string, string>]>([
    [
      'has no other policies, nor have those below it',
      {
        configurations: { 'sets/prod/sentinel.hcl': named('../../lib/a.sentinel') },
        files: ['lib/a.sentinel', 'lib/b.sentinel', 'lib/c/d.sentinel', 'e/f.sentinel', 'lib.sentinel'],
      },
      ['a lib/a.sentinel', 'e/f.sentinel', 'lib.sentinel'],
      {
        'lib/b.sentinel': 'is not named by sets/prod/sentinel.hcl',
        'lib/c/d.sentinel': 'is not named by sets/prod/sentinel.hcl',
      },
    ],
    [
      'is only that folder where the configuration lies below it',
      {
        configurations: { 'sets/prod/sentinel.hcl': named('../../a.sentinel') },
        files: ['a.sentinel', 'b.sentinel', 'sets/c.sentinel', 'e/f.sentinel'],
      },
      ['a a.sentinel', 'sets/c.sentinel', 'e/f.sentinel'],
      { 'b.sentinel': 'is not named by sets/prod/sentinel.hcl' },
    ],
    [
      'counts for the kind alone',
      {
        configurations: { 'sets/sentinel.hcl': named('../lib/a.sentinel') },
        files: ['lib/a.sentinel', 'lib/b.rego'],
      },
      ['a lib/a.sentinel', 'lib/b.rego'],
      {},
    ],
    [
      'counts although the file is missing, and not where the source is remote',
      {
        configurations: {
          'sets/sentinel.hcl': named('../lib/gone.sentinel'),
          'other/sentinel.hcl': named('https://example.com/x/a.sentinel'),
        },
        files: ['lib/b.sentinel', 'x/a.sentinel'],
      },
      ['x/a.sentinel'],
      {
        'lib/b.sentinel': 'is not named by sets/sentinel.hcl',
        'https://example.com/x/a.sentinel': 'is the remote source of policy "a"',
      },
    ],
    [
      'is a matter of the nearest configuration, where that has policies',
      {
        configurations: {
          'lib/near/sentinel.hcl': 'policy "b" {}',
          'lib/open/sentinel.hcl': '# none',
          'sets/sentinel.hcl': named('../lib/near/a.sentinel'),
          'more/sentinel.hcl': named('../lib/open/a.sentinel'),
        },
        files: ['near/a', 'near/b', 'near/c', 'open/a', 'open/b'].map((path) => `lib/${path}.sentinel`),
      },
      ['b lib/near/b.sentinel', 'a lib/near/a.sentinel', 'a lib/open/a.sentinel'],
      {
        'lib/near/c.sentinel': 'is not named by lib/near/sentinel.hcl',
        'lib/open/b.sentinel': 'is not named by more/sentinel.hcl',
      },
    ],
    [
      'names the first few of many configurations',
      {
        configurations: Object.fromEntries(
          [1, 2, 3, 4, 5].map((set) => [`s${set}/sentinel.hcl`, named('../lib/a.sentinel')]),
        ),
        files: ['lib/a.sentinel', 'lib/b.sentinel'],
      },
      Array.from({ length: 5 }, () => 'a lib/a.sentinel'),
      {
        'lib/b.sentinel': 'is not named by s1/sentinel.hcl, s2/sentinel.hcl, s3/sentinel.hcl and 2 more',
      },
    ],
  ])('%s', async (_, given, selected, leftOut) => {
    const result = await selectFrom(given);
    expect(result.selected.toSorted()).toEqual(selected.toSorted());
    expect(result.leftOut).toEqual(leftOut);
  });
});

describe('the nearest configuration', () => {
  test('decides for its own kind', async () => {
    const { selected, leftOut } = await selectFrom({
      configurations: {
        'sentinel.hcl': 'policy "a" {}',
        'x/sentinel.hcl': '',
        'x/y/sentinel.hcl': 'policy "b" {}',
      },
      files: ['a.sentinel', 'c.sentinel', 'r.rego', 'x/d.sentinel', 'x/y/b.sentinel', 'x/y/z/e.sentinel'],
    });
    expect(selected).toEqual(['a a.sentinel', 'b x/y/b.sentinel', 'r.rego', 'x/d.sentinel']);
    expect(leftOut).toEqual({
      'c.sentinel': 'is not named by sentinel.hcl',
      'x/y/z/e.sentinel': 'is not named by x/y/sentinel.hcl',
    });
  });

  test('still decides when its only policy has a problem', async () => {
    const { selected } = await selectFrom({
      configurations: { 'sentinel.hcl': 'policy "a" {\n  source = 3\n}' },
      files: ['lib.sentinel'],
    });
    expect(selected).toEqual([]);
  });

  test('is found from folder to folder', async () => {
    const configurations = await Promise.all(
      ['sentinel.hcl', 'x/sentinel.hcl', 'x/policies.hcl'].map((path) => readConfiguration(path, '')),
    );
    const nearest = (path: string) => nearestTo(path, 'sentinel', configurations).map((each) => each.path);
    expect(nearest('x/y/z.sentinel')).toEqual(['x/sentinel.hcl']);
    expect(nearest('x.sentinel')).toEqual(['sentinel.hcl']);
    expect(nearest('xy/z.sentinel')).toEqual(['sentinel.hcl']);
    expect(nearestTo('y/z.rego', 'opa', configurations)).toEqual([]);
    expect(decides(configurations)).toBe(false);
    expect([folderOf('a'), folderOf('a/b'), folderOf('a/b/c')]).toEqual(['', 'a', 'a/b']);
  });
});
