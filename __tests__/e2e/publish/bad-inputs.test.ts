import { describe, expect, test } from '@jest/globals';
import { errors, nothing, outcome, published, requestLines } from './reading.ts';
import { rego, scenario, sentinel } from './scenario.ts';

const files = { 'cost.sentinel': sentinel() };

/** By input: a value, and what is said of it. */
type Bad = Record<string, [string, string]>;

const rounds: Bad[] = [
  {
    policies: ['!**/*.rego\n# nothing else', 'selects files'],
    'name-prefix': ['prod–', 'ASCII'],
    'enforcement-level': ['hard mandatory', 'soft-mandatory'],
    hostname: ['ftp://tfe.example.com', 'scheme ftp'],
    organization: ['acme/policies', '"acme/policies"'],
    parallelism: ['0', '1 to 50'],
    'dry-run': ['yes', '"yes"'],
    comment: ['sometimes', 'always, changes, never'],
    'comment-key': ['x'.repeat(101), '100 characters'],
  },
  {
    policies: ['../**/*.sentinel', '".." folder'],
    exclude: ['!**/spec/**', '!**/node_modules/** !**'],
    'enforcement-level': ['Advisory', '"Advisory"'],
    hostname: ['http://tfe.example.com', 'uses http'],
    organization: ['größe', '"größe"'],
    parallelism: ['51', '1 to 50'],
    'allow-fork': ['1', 'true, false'],
    'pull-request': ['0', 'whole number'],
    'comment-key': ['a\nb', 'control characters'],
  },
  {
    policies: ['"**/*.sentinel"\n- a.rego', 'is quoted'],
    exclude: ['drafts/** # not yet\nold/{a,b}/**', 'has braces'],
    config: ['a.hcl, b.hcl', 'comma'],
    hostname: ['https://tfe.example.com/app/acme', 'path /app/acme'],
    parallelism: ['2.5', '"2.5"'],
    'pull-request': ['#12', '"#12"'],
    'publish-branches': ['refs/heads/main', 'only the name of the branch, main'],
  },
  {
    hostname: ['tfe.example.com?x=1', 'query'],
    parallelism: ['-1', '"-1"'],
    'dry-run': ['auto ; true', '"auto ; true"'],
  },
  { hostname: ['not a host', 'host name'], parallelism: ['ten', '"ten"'], 'pull-request': ['1e3', '"1e3"'] },
];

describe('what is wrong with inputs is told at once, each under its name, and nothing is asked of Terraform', () => {
  test.each(rounds)('%j', async (bad) => {
    const { terraform, run } = await scenario({ files });
    const values = Object.entries(bad).map(([name, [value]]) => [name, value]);
    const result = await run(Object.fromEntries(values));

    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    const expected = Object.entries(bad).map(([name, [, words]]) => ({
      at: `input ${name}`,
      message: expect.stringContaining(words),
    }));
    expect(errors(result)).toHaveLength(expected.length);
    expect(errors(result)).toEqual(expect.arrayContaining(expected));
    for (const [name] of Object.entries(bad)) {
      expect(errors(result).find(({ at }) => at === `input ${name}`)?.message).toContain(`\`${name}\``);
      expect(result.summary).toContain(`\`input ${name}\``);
    }
    expect(requestLines(terraform)).toEqual([]);
  });

  test('together with what is wrong with files and what is missing', async () => {
    const { terraform, run } = await scenario({
      files: { ...files, 'empty.rego': '', 'no-main.sentinel': 'x = 1\n' },
    });
    const missing = [
      { at: 'input organization', message: expect.stringContaining('TF_CLOUD_ORGANIZATION') },
      { at: 'input token', message: expect.stringContaining('TF_TOKEN_<host>') },
    ];
    const unsound = [{ at: 'empty.rego' }, { at: 'no-main.sentinel' }];
    const without = { organization: undefined, token: undefined };
    const result = await run({ ...without, parallelism: '0', hostname: 'a b', 'pull-request': 'x' });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toMatchObject([
      { at: 'input hostname' },
      { at: 'input parallelism' },
      { at: 'input pull-request' },
      ...missing,
      ...unsound,
    ]);
    const second = await run(without);
    expect(errors(second)).toMatchObject([...missing, ...unsound]);
    expect(published(second)).toEqual([]);
    expect(second.summary).toContain('failed with 4 problems, nothing was written');
    expect(requestLines(terraform)).toEqual([]);
  });

  test('but a value that is wrong is not missing, too, and a dry run needs no token', async () => {
    const { run } = await scenario({ files });
    const wrong = await run({ organization: 'größe', token: undefined, hostname: 'a b' });
    expect(errors(wrong)).toMatchObject([
      { at: 'input hostname' },
      { at: 'input organization' },
      { at: 'input token' },
    ]);
    const preview = await run({
      organization: undefined,
      token: undefined,
      parallelism: '0',
      'dry-run': 'true',
    });
    expect(errors(preview)).toMatchObject([{ at: 'input parallelism' }]);
  });

  test('without the credentials that a host name carries', async () => {
    const { run } = await scenario({ files });
    const result = await run({ hostname: 'https://user:hunter2-hunter2@tfe.example.com' });
    expect(errors(result)).toEqual([
      { at: 'input hostname', message: expect.stringContaining('credentials') },
    ]);
    expect(`${result.stdout}${result.summary}`).not.toContain('hunter2');
  });
});

describe('a level of the other kind', () => {
  const both = { ...files, 'tags.rego': rego('tags') };

  test.each([
    ['mandatory', files, 'cost.sentinel'],
    ['mandatory', both, 'cost.sentinel'],
    ['soft-mandatory', both, 'tags.rego'],
    ['hard-mandatory', { 'tags.rego': both['tags.rego'] }, 'tags.rego'],
  ])('is an error where it would apply: %s', async (level, given, file) => {
    const { terraform, run } = await scenario({ files: given });
    const result = await run({ 'enforcement-level': level });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual([
      { at: 'input enforcement-level', message: expect.stringMatching(new RegExp(`"${level}".*${file}`)) },
    ]);
    expect(requestLines(terraform)).toEqual([]);
  });

  test.each([
    ['mandatory', '**/*.rego', 'mandatory'],
    ['soft-mandatory', '**/*.sentinel', 'soft-mandatory'],
  ])('is none where only the other kind is published: %s', async (level, policies, expected) => {
    const { terraform, run } = await scenario({ files: both });
    expect(outcome(await run({ 'enforcement-level': level, policies }))).toMatchObject({
      exitCode: 0,
      created: 1,
    });
    expect(terraform.policies()).toMatchObject([{ enforcementLevel: expected }]);
  });
});

describe('parallelism', () => {
  test.each([1, 3])('of %i is the most requests that are under way at once', async (most) => {
    const names = Array.from({ length: 8 }, (_, index) => `p${index}.sentinel`);
    const { terraform, run } = await scenario({
      files: Object.fromEntries(names.map((name) => [name, sentinel()])),
      server: { latency: 15 },
    });
    terraform.seedPolicySet({ name: 'a' });
    terraform.seedPolicySet({ name: 'b' });
    await run({ parallelism: String(most), 'policy-sets': 'a,b' });
    const api = terraform.requests.map(({ startedAt, endedAt }) => ({ startedAt, endedAt: endedAt ?? 0 }));
    const atOnce = api.map(
      ({ startedAt }) => api.filter((r) => r.startedAt <= startedAt && r.endedAt > startedAt).length,
    );
    expect(Math.max(...atOnce)).toBe(most);
  });
});
