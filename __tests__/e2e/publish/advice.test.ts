import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { RunResult } from '../../support/run-action.ts';
import { expectFindings, logged, named } from '../config/reading.ts';
import { annotationsAt, nothing, outcome, published, writeLines } from './reading.ts';
import { type Files, rego, scenario, sentinel } from './scenario.ts';

/** The patterns that the errors say to add to `exclude`. */
const advised = (result: RunResult): string[] =>
  annotationsAt(result, 'error').flatMap(
    ({ message }) => /add `([^`]+)` to `exclude`/.exec(message)?.[1] ?? [],
  );

describe('advice to add a file to `exclude`', () => {
  const odd = process.platform === 'win32' ? 'odd (1)' : 'odd [1] {x}, #y?';
  const files: Files = {
    'team/sound.sentinel': sentinel(),
    'team/lib/functions.sentinel': 'f = func() { return 1 }\n',
    'team/empty.sentinel': '\n',
    'team/latin.sentinel': Buffer.from('# caf\xe9\nmain = rule { true }\n', 'latin1'),
    'team/lib.rego': 'package lib\n\nx := 1\n',
    'team/no-package.rego': 'x := 1\n',
    [`team/${odd}/f.sentinel`]: 'f = 1\n',
    'team/open/sentinel.hcl': 'policy "a" {\n',
    'team/open/a.sentinel': sentinel(),
  };

  test('names the patterns, which lead to success as they stand', async () => {
    const { terraform, run } = await scenario({ files });
    const inputs = { 'working-directory': 'team' };
    const refused = await run(inputs);
    expect(outcome(refused)).toEqual({ ...nothing, exitCode: 1 });
    expect(writeLines(terraform)).toEqual([]);
    const patterns = advised(refused);
    expect(patterns).toHaveLength(annotationsAt(refused, 'error').length);
    expect(patterns).toContain('lib/functions.sentinel');
    const result = await run({ ...inputs, exclude: patterns.join('\n') });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 2 });
    expect(Object.keys(named(result))).toEqual(['a', 'sound']);
  });

  test('names both files of one name, and how folders are told apart', async () => {
    const { run } = await scenario({
      files: { 't/x/cost.sentinel': sentinel(), 't/y/cost.sentinel': sentinel('x'), 't/y/z.rego': rego('z') },
    });
    const inputs = { 'working-directory': 't', comment: 'never' };
    const result = await run(inputs);
    expectFindings(result, 'error', [
      [
        't/x/cost.sentinel + t/y/cost.sentinel',
        'Duplicate policy name "cost": defined by t/x/cost.sentinel and t/y/cost.sentinel',
        'add one of them to `exclude` (`x/cost.sentinel`, `y/cost.sentinel`)',
        '`working-directory` and `name-prefix`',
      ],
    ]);
    expect(result.summary).toMatch(/`t\/x\/cost\.sentinel`.*`t\/y\/cost\.sentinel`.*: /);
    expect(outcome(await run({ ...inputs, exclude: 'y/cost.sentinel' }))).toMatchObject({ exitCode: 0 });
    const [x, y] = [
      await run({ 'working-directory': 't/x', 'name-prefix': 'x-' }),
      await run({ 'working-directory': 't/y', 'name-prefix': 'y-' }),
    ];
    expect([...published(x), ...published(y)].map(({ name }) => name)).toEqual(['x-cost', 'y-cost', 'y-z']);
  });
});

test('policies of one name are counted one by one, whatever else is wrong with them', async () => {
  const { run } = await scenario({
    files: {
      'x/cost.sentinel': `import "lib"\n${sentinel()}`,
      'y/cost.sentinel': `import "lib"\n${sentinel()}`,
      'z/cost.sentinel': `import "lib"\n${sentinel()}`,
      'z/sound.sentinel': sentinel(),
    },
  });
  const result = await run();
  expect(logged(result, 'warning')).toEqual([expect.stringMatching(/^3 of 4 policies import something/)]);
  expectFindings(result, 'error', [
    ['x/cost.sentinel + y/cost.sentinel + z/cost.sentinel', 'add all but one of them to `exclude`'],
  ]);
});

describe('where nothing can be published', () => {
  test.each<[string, Files, string, RegExp]>([
    [
      'Terraform policies are found',
      { 'x/cost.policy.hcl': 'policy {}\n', 'README.md': '' },
      'input policies',
      /x\/cost\.policy\.hcl.*versioned policy set/,
    ],
    [
      'each policy has a remote source',
      {
        'sentinel.hcl': 'policy "a" {\n  source = "https://example.com/a.sentinel"\n}\n',
        'b.sentinel': sentinel(),
      },
      'sentinel.hcl:1',
      /remote source \(a\).*versioned policy set/,
    ],
  ])('because %s, the error says what to do instead', async (_, files, place, message) => {
    const { run } = await scenario({ files });
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expectFindings(result, 'error', [[place, message]]);
    expectFindings(result, 'warning', []);
  });
});

test('files of which `exclude` leaves out every one, and what to write in it', async () => {
  const { run } = await scenario({
    files: { 'test/a.sentinel': sentinel(), 'old/b.rego': rego('b'), 'node_modules/c.rego': rego('c') },
  });
  const result = await run({ exclude: 'old/**' });
  expectFindings(result, 'error', [
    [
      'input exclude',
      'No policy file matches',
      '`exclude` leaves out all matching files: old/b.rego, test/a.sentinel.',
      'correct `old/**` in `exclude`, and add `!**/test/**` to `exclude`.',
    ],
  ]);
  expect(outcome(await run({ exclude: '!**/test/**' }))).toMatchObject({ exitCode: 0, created: 2 });
});

test('a configuration whose sources `policies` does not select: the default selects them', async () => {
  const { run } = await scenario({
    files: {
      'policies/a.sentinel': sentinel(),
      'sets/prod/sentinel.hcl': 'policy "a" {\n  source = "../../policies/a.sentinel"\n}\n',
    },
  });
  const inputs = { 'working-directory': 'sets/prod' };
  expectFindings(await run({ ...inputs, policies: '**/*.sentinel' }), 'error', [
    [
      'input policies',
      'policies/a.sentinel',
      'If `policies` is not set, the sources in a configuration file',
    ],
  ]);
  expectFindings(await run({ ...inputs, exclude: 'policies/**' }), 'error', [
    ['input exclude', 'policies/a.sentinel is not matched', 'Correct `exclude`.'],
  ]);
  expect(outcome(await run(inputs))).toMatchObject({ exitCode: 0, created: 1 });
});

test('a query whose package is misspelt: the nearest of the packages that are there', async () => {
  const { run } = await scenario({
    files: {
      'policies.hcl': 'policy "in" {\n  query = "data.terraform.ingres.deny"\n}\n',
      'a.rego': rego('terraform.egress'),
      'b.rego': rego('terraform.ingress'),
      'c.rego': rego('lib'),
    },
  });
  expectFindings(await run(), 'error', [
    [
      'policies.hcl:2',
      'Did you mean `data.terraform.ingress`?',
      'Packages in this folder: terraform.ingress, terraform.egress, lib.',
    ],
  ]);
});

test('a pointer of Git LFS is never published, and the checkout is to be set right', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n';
  const { terraform, folder, run } = await scenario({
    files: { 'a.sentinel': sentinel(), 'b.rego': pointer },
  });
  expectFindings(await run(), 'error', [['b.rego', 'Git LFS', '`lfs: true`', 'actions/checkout']]);
  await writeFile(join(folder, 'b.rego'), rego('b'));
  expect(outcome(await run())).toMatchObject({ exitCode: 0, created: 2 });
  // Although the organization might have the same bytes, they are no policy.
  for (const name of ['a.sentinel', 'b.rego']) await writeFile(join(folder, name), pointer);
  const refused = await run();
  expect(logged(refused, 'error')).toEqual([
    expect.stringMatching(/^All 2 policies are Git LFS pointers.* In a\.sentinel, b\.rego\.$/),
  ]);
  expect(terraform.policies().map(({ code }) => code?.toString().includes('git-lfs'))).toEqual([
    false,
    false,
  ]);
});

test('a folder that is named like a policy is none, nor is what lies in it', async () => {
  const { folder, run } = await scenario({ files: { 'a.sentinel': sentinel() } });
  for (const path of ['x.sentinel/README.md', 'x.sentinel/y.txt', 'lib.rego/notes']) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), 'x\n');
  }
  await writeFile(join(folder, 'x.sentinel/z.sentinel'), sentinel('z'));
  const result = await run();
  expect(outcome(result)).toMatchObject({ exitCode: 0, created: 2 });
  expect(Object.keys(named(result))).toEqual(['a', 'z']);
  expect(result.summary).not.toContain('left out');
});

describe('what several policies have in common', () => {
  test('is one line of the report and of the log, errors before warnings', async () => {
    const { terraform, run } = await scenario({
      files: {
        'aws/sentinel.hcl': `module "m" {\n  source = "./m.sentinel"\n}\n${[1, 2, 3, 4].map((each) => `policy "p${each}" {}\n`).join('')}policy "again" {\n  source = "./p1.sentinel"\n}\n`,
        'aws/m.sentinel': 'x = 1\n',
        ...Object.fromEntries(
          [1, 2, 3, 4].map((each) => [
            `aws/p${each}.sentinel`,
            `${each < 4 ? 'import "m"\n' : ''}import "nobody-${each}"\n${sentinel()}`,
          ]),
        ),
      },
    });
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(writeLines(terraform)).toEqual([]);
    const [error, ...others] = logged(result, 'error');
    expect(others).toEqual([]);
    expect(error).toMatch(
      /^4 of 5 policies need modules, which only versioned policy sets support\. .* In aws\/p1\.sentinel:1 \(module "m" of aws\/sentinel\.hcl:1\), aws\/p2/,
    );
    expect(result.summary).toContain(
      '- 4 of 5 policies need modules, which only versioned policy sets support.',
    );
    expect(result.summary).toContain('<details><summary>The 4 policies that need modules');
    expect(annotationsAt(result, 'error').map(({ file }) => file)).toEqual(
      [1, 2, 3].map((each) => `aws/p${each}.sentinel`),
    );
  });

  test('is one line where the organization refuses them, before what is fine', async () => {
    const { terraform, folder, run } = await scenario({ files: { 'a.sentinel': sentinel('a') } });
    await run();
    for (const name of ['b', 'c']) await writeFile(join(folder, `${name}.sentinel`), sentinel(name));
    const body = JSON.stringify({ errors: [{ detail: 'No more.' }] });
    terraform.faults.add({
      when: { method: 'POST' },
      times: 99,
      fault: { type: 'status', status: 422, body },
    });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 1, unchanged: 1, failed: 2 });
    const lines = result.lines.filter((line) => line.includes(' — '));
    expect(lines).toEqual([
      expect.stringMatching(/^create failed: 2 policies: .*No more.* b — b\.sentinel.*, c — c\.sentinel/),
      expect.stringMatching(/^unchanged: a — /),
    ]);
  });
});
