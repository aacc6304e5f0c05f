import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { workspace } from '../../support/workspace.ts';
import { errors, nothing, outcome, policyStates, published, requestLines } from './reading.ts';
import { type Files, type GivenInputs, rego, scenario, sentinel } from './scenario.ts';

/** A repository with something of everything. */
const repository: Files = {
  'a.sentinel': sentinel('a'),
  'b.rego': rego('b'),
  'README.md': '# Policies',
  'aws/c.sentinel': sentinel('c'),
  'aws/deep/er/d.sentinel': sentinel('d'),
  'aws/old/e.sentinel': sentinel('e'),
  'gcp/f.rego': rego('f'),
  'gcp/f_test.rego': rego('f_test'),
  'test/g/pass.sentinel': sentinel('g'),
  'aws/tests/h.sentinel': sentinel('h'),
  'aws/testdata/i.sentinel': sentinel('i'),
  'aws/mocks/j.sentinel': sentinel('j'),
  'aws/mock-k.sentinel': sentinel('k'),
  'aws/.sentinel/modules/o.sentinel': sentinel('o'),
  'gcp/f.test.rego': rego('f_test'),
  'node_modules/lib/l.rego': rego('l'),
  '.git/m.sentinel': sentinel('m'),
  '.hidden/n.sentinel': sentinel('n'),
  'aws/x.sentinel/q.rego': rego('q'),
};
const usual = ['a', 'c', 'd', 'e', 'n', 'b', 'f', 'q'].toSorted();

describe('the policies of a repository', () => {
  test.each<[string, GivenInputs, string[]]>([
    ['by default all files of both kinds, less tests, mocks and foreign folders', {}, usual],
    ['the files that a pattern matches, no folders', { policies: 'aws/*.sentinel' }, ['c']],
    ['what is below a folder that is named as such', { policies: 'gcp\naws/x.sentinel/' }, ['f', 'q']],
    [
      'not what is below an excluded folder',
      { policies: '**\n!aws/o*\n!*.md', exclude: 'gcp/\n.hidden' },
      ['a', 'b', 'c', 'd', 'q'],
    ],
    ['those of a set of characters', { policies: '[abc]*/[!d]*.[rs]e*\n[ab].*' }, ['a', 'b', 'c']],
    [
      'those of several patterns, comments and empty lines apart',
      { policies: '# mine\n\n  aws/**/*.sentinel  \n# *.rego\ngcp/*.rego\n' },
      ['c', 'd', 'e', 'f'],
    ],
    [
      'not what is excluded, wherever the line stands',
      { policies: '!aws/old/**\naws/**/*.sentinel\n!**/d.sentinel' },
      ['c'],
    ],
    [
      'not what `exclude` adds to what is never a policy',
      { exclude: 'aws/**\n# gcp/**' },
      ['a', 'b', 'f', 'n'],
    ],
    [
      'what `exclude` takes back, too',
      { exclude: '!**/test/**\n!**/*_test.rego' },
      [...usual, 'f_test', 'pass'].toSorted(),
    ],
    [
      'all that is there, where `exclude` takes back everything',
      { exclude: '!**', policies: '**/*.sentinel' },
      ['a', 'c', 'd', 'e', 'h', 'i', 'j', 'mock-k', 'n', 'o', 'pass'],
    ],
    ['the usual ones with an empty `exclude`', { exclude: '' }, usual],
    [
      'below the working directory',
      { 'working-directory': 'aws', exclude: 'old/**\n!**/testdata/**\n!**/mock-*.sentinel' },
      ['c', 'd', 'i', 'mock-k', 'q'],
    ],
    [
      'with a `./` before patterns and folders',
      { 'working-directory': './aws/', policies: './*.sentinel' },
      ['c'],
    ],
    ['with a name before each', { policies: '*.rego', 'name-prefix': 'stage_1-' }, ['stage_1-b']],
  ])('are %s', async (_, inputs, names) => {
    const { terraform, run } = await scenario({ files: repository });
    const result = await run({ ...inputs, 'dry-run': 'true' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: names.length });
    const found = published(result);
    expect(found.map(({ name }) => name).toSorted()).toEqual(names);
    const paths = found.map(({ path }) => path);
    expect(paths).toEqual(paths.toSorted());
    expect(paths.every((path) => repository[path] !== undefined)).toBe(true);
    expect(result.annotations).toEqual([]);
    expect(terraform.policies()).toEqual([]);
  });

  test('leave out what is neither .sentinel nor .rego, and the report says so', async () => {
    const { run } = await scenario({ files: repository });
    const result = await run({ policies: '*.*', exclude: '.*', 'dry-run': 'true' });
    expect(published(result).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(result.summary).toMatch(/1 file left out.*README\.md/s);
  });

  test('are found in a workspace whose path has the characters of patterns', async () => {
    const { terraform, run } = await scenario({
      files: { 'w [1]*{a,b} #!/odd (x)/a.sentinel': sentinel('a') },
    });
    const result = await run({ 'working-directory': 'w [1]*{a,b} #!/odd (x)' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expect(policyStates(terraform)).toMatchObject({ a: { code: sentinel('a') } });
  });

  test('are looked for in no folder that is excluded whole, nor in one that no pattern reaches', async () => {
    const { folder, run } = await scenario({ files: { 'p/a.sentinel': sentinel('a') } });
    // Nobody can read the last of these folders by its path.
    const deep = (place: string) =>
      execFileSync('bash', ['-c', `for n in {1..25}; do mkdir ${'d'.repeat(200)} && cd "$_"; done`], {
        cwd: mkdirSync(join(folder, place), { recursive: true }) && join(folder, place),
      });
    try {
      for (const place of ['node_modules/x', '.git/objects', 'p/old', 'q/b']) deep(place);
      const excluded = await run({ exclude: 'p/old\nq', 'dry-run': 'true' });
      expect(outcome(excluded)).toMatchObject({ exitCode: 0, created: 1 });
      const unreached = await run({ policies: 'p/*.sentinel', config: '*.hcl', 'dry-run': 'true' });
      expect(outcome(unreached)).toMatchObject({ exitCode: 0, created: 1 });
      const entered = errors(await run({ exclude: 'q/**', 'dry-run': 'true' }));
      expect(entered).toEqual([
        {
          at: expect.stringMatching(/^p\/old\/d+\//),
          message: expect.stringMatching(/cannot be read: ENAMETOOLONG.*add it to `exclude`/),
        },
      ]);
    } finally {
      execFileSync('rm', ['-rf', folder]);
    }
  });

  test('none of which match are an error that repeats patterns and folder', async () => {
    const { terraform, run } = await scenario({ files: repository });
    const result = await run({
      policies: '*.hcl\nx/*.rego\n!y/**',
      exclude: 'z/**',
      'working-directory': 'aws',
    });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    const [error, ...others] = errors(result);
    expect(others).toEqual([]);
    expect(error?.at).toBe('input policies');
    for (const words of ['*.hcl', 'x/*.rego', 'y/**', 'z/**', ' aws']) {
      expect(error?.message).toContain(words);
    }
    expect(requestLines(terraform)).toEqual([]);
  });

  test('that one of several patterns does not find are a warning, unless `policies` is the default', async () => {
    const { run } = await scenario({
      files: { 'a.sentinel': sentinel('a'), 'test/b.sentinel': sentinel('b') },
    });
    const policies = '*.sentinel\nb.sentinle\ntest/*.sentinel';
    const result = await run({ policies, 'dry-run': 'true' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expect(result.annotations.map(({ level, message }) => [level, message.split(' Correct')[0]])).toEqual([
      [
        'warning',
        'These patterns match no file, or only files that are excluded: b.sentinle, test/*.sentinel.',
      ],
    ]);
    expect(result.summary).toContain('b.sentinle');
    const usual = await run({ policies: '**/*.sentinel\n**/*.rego', 'dry-run': 'true' });
    expect(usual.annotations).toEqual([]);
  });

  test('of an empty checkout are an error, in a dry run too', async () => {
    const { terraform, run } = await scenario();
    const result = await run({ 'dry-run': 'true' });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual([
      {
        at: 'input policies',
        message: expect.stringContaining('No policy file matches **/*.sentinel, **/*.rego'),
      },
    ]);
    expect(requestLines(terraform)).toEqual([]);
  });
});

describe('the working directory', () => {
  test.each([
    ['missing', 'nowhere'],
    ['above the workspace', '..'],
    ['an absolute path outside', '/'],
    ['outside, behind a link', 'link'],
  ])('is refused when it is %s', async (_, given) => {
    const { terraform, folder, run } = await scenario({ files: { 'a.sentinel': sentinel() } });
    await symlink(await workspace({ 'secret.sentinel': sentinel() }), join(folder, 'link'));
    const result = await run({ 'working-directory': given });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual([
      { at: 'input working-directory', message: expect.stringContaining(`"${given}"`) },
    ]);
    expect(requestLines(terraform)).toEqual([]);
  });
});

describe('patterns that could leave the working directory', () => {
  test('are refused, and all are named', async () => {
    const { terraform, run } = await scenario({ files: repository });
    const result = await run({
      policies: '*.rego\n../*.sentinel\n/etc/*.rego\n~/x.rego\n!aws/../../x/**\nC:\\x\\*.rego',
      exclude: '**/test/**\n/tmp/**',
    });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual([
      {
        at: 'input policies',
        message: expect.stringMatching(/\.\.\/\*\.sentinel, \/etc\/\*\.rego, ~\/x\.rego, .*C:\\x\\\*\.rego/),
      },
      { at: 'input exclude', message: expect.stringContaining('/tmp/**') },
    ]);
    expect(errors(result)[0]?.message).toContain('aws/../../x/**');
    expect(requestLines(terraform)).toEqual([]);
  });
});
