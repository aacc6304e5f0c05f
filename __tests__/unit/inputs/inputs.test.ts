import { describe, expect, test } from '@jest/globals';
import { readInputs, readSecrets } from '../../../src/inputs/inputs.ts';
import { describeProblem } from '../../../src/model/problem.ts';

const DEFAULT_EXCLUDE = [
  '**/test/**',
  '**/tests/**',
  '**/testdata/**',
  '**/mocks/**',
  '**/mock-*.sentinel',
  '**/*_test.rego',
  '**/*.test.rego',
  '**/.sentinel/**',
  '**/node_modules/**',
];

/** An environment as the runner makes it. */
function environment(inputs: Record<string, string>, variables: Record<string, string> = {}) {
  const named = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return { ...variables, ...Object.fromEntries(named) };
}

const problemsOf = (inputs: Record<string, string>, variables = {}) =>
  readInputs(environment(inputs, variables)).problems.map(describeProblem);

describe('readInputs', () => {
  test('has a default for everything', () => {
    expect(readInputs({})).toEqual({
      subject: 'policies',
      files: {
        workingDirectory: '.',
        policies: { include: ['**/*.sentinel', '**/*.rego'], exclude: [] },
        hasDefaultPolicies: true,
        exclude: DEFAULT_EXCLUDE,
        namePrefix: '',
        config: ['**/sentinel.hcl', '**/policies.hcl', '**/policies.json'],
        enforcementLevel: undefined,
        query: undefined,
      },
      terraform: {
        host: { origin: 'https://app.terraform.io', name: 'app.terraform.io' },
        certificates: undefined,
        policySets: [],
        parallelism: 10,
      },
      access: { organization: undefined, token: undefined },
      sync: { owner: undefined, stamp: false, prune: false, maxDeletes: 10 },
      run: {
        dryRun: false,
        publishBranches: undefined,
        expectNoChanges: false,
        allowFork: false,
        pullRequest: undefined,
      },
      comment: {
        mode: 'always',
        key: expect.stringMatching(/^policies-[0-9a-f]{12}$/),
        githubToken: undefined,
      },
      problems: [],
    });
  });

  test('reads what is set', () => {
    const inputs = readInputs(
      environment({
        organization: ' acme ',
        token: ' secret\n',
        hostname: ' tfe.example.com ',
        'working-directory': 'infra',
        policies: 'a/*.rego\n!a/b.rego',
        exclude: 'c/**',
        'enforcement-level': ' soft-mandatory ',
        'policy-sets': 'one, two\npolset-0123456789abcdef\n\n two ,polset-short',
        'name-prefix': 'stage ',
        'dry-run': 'auto',
        'publish-branches': ' main \n\n# all of them\nreleases/**\nmain\n',
        'expect-no-changes': 'true',
        prune: 'true',
        'max-deletes': ' 3 ',
        owner: ' security/policies ',
        parallelism: ' 50 ',
        comment: 'changes',
        'comment-key': ' mine ',
        'allow-fork': 'TRUE',
        'pull-request': '12',
        'github-token': ' ghs_1 ',
      }),
    );
    expect(inputs).toEqual({
      subject: 'policies',
      files: {
        workingDirectory: 'infra',
        policies: { include: ['a/*.rego'], exclude: ['a/b.rego'] },
        hasDefaultPolicies: false,
        exclude: [...DEFAULT_EXCLUDE, 'c/**'],
        namePrefix: 'stage',
        config: ['**/sentinel.hcl', '**/policies.hcl', '**/policies.json'],
        query: undefined,
        enforcementLevel: 'soft-mandatory',
      },
      terraform: {
        host: { origin: 'https://tfe.example.com', name: 'tfe.example.com' },
        certificates: undefined,
        policySets: [
          { name: 'one' },
          { name: 'two' },
          { id: 'polset-0123456789abcdef' },
          { name: 'polset-short' },
        ],
        parallelism: 50,
      },
      access: { organization: 'acme', token: 'secret' },
      sync: { owner: 'security/policies', stamp: true, prune: true, maxDeletes: 3 },
      run: {
        dryRun: 'auto',
        publishBranches: ['main', 'releases/**'],
        expectNoChanges: true,
        allowFork: true,
        pullRequest: 12,
      },
      comment: { mode: 'changes', key: 'mine', githubToken: 'ghs_1' },
      problems: [],
    });
  });

  test('takes the empty string and white space as not given', () => {
    const empty = Object.fromEntries(
      [
        ...['organization', 'token', 'hostname', 'working-directory', 'policies', 'enforcement-level'],
        ...['policy-sets', 'name-prefix', 'dry-run', 'parallelism', 'comment', 'comment-key', 'allow-fork'],
        ...['pull-request', 'github-token', 'publish-branches'],
      ].map((name) => [name, '']),
    );
    const blank = Object.fromEntries(Object.keys(empty).map((name) => [name, ' \n ']));
    expect(readInputs(environment(empty))).toEqual(readInputs({}));
    expect(readInputs(environment(blank))).toEqual(readInputs({}));
  });

  test.each<[string, string, string[]]>([
    ['adds to what is excluded by default', 'a/**\n# b/**', [...DEFAULT_EXCLUDE, 'a/**']],
    ['names something that is excluded by default', '**/tests/**', DEFAULT_EXCLUDE],
    ['takes one back', 'a/**\n!**/test/**', [...DEFAULT_EXCLUDE.slice(1), 'a/**']],
    ['takes one back, white space apart', '! **/test/**', DEFAULT_EXCLUDE.slice(1)],
    ['takes all back', 'a/**\n!**', ['a/**']],
    ['is empty', '', DEFAULT_EXCLUDE],
    ['has only a comment', '# nothing', DEFAULT_EXCLUDE],
  ])('an `exclude` that %s', (_, exclude, expected) => {
    const inputs = readInputs(environment({ exclude }));
    expect(inputs.problems).toEqual([]);
    expect(inputs.files?.exclude).toEqual(expected);
  });

  test.each([
    ['**/*.sentinel\n**/*.rego', true],
    ['  **/*.sentinel\r\n\n  **/*.rego\n', true],
    ['**/*.rego\n**/*.sentinel', false],
    ['**/*.rego', false],
  ])('knows whether %j is the default of `policies`: %s', (policies, expected) => {
    expect(readInputs(environment({ policies })).files?.hasDefaultPolicies).toBe(expected);
  });

  test.each<[string, Record<string, string>, object]>([
    ['the organization', { TFE_ORGANIZATION: 'b' }, { organization: 'b' }],
    [
      'the organization, HCP first',
      { TF_CLOUD_ORGANIZATION: 'a', TFE_ORGANIZATION: 'b' },
      { organization: 'a' },
    ],
    ['no empty variable', { TF_CLOUD_ORGANIZATION: '', TFE_ORGANIZATION: 'b' }, { organization: 'b' }],
    [
      'the host',
      { TF_HOSTNAME: 'c.example', TFE_HOSTNAME: 'b.example' },
      { host: { origin: 'https://b.example', name: 'b.example' } },
    ],
    [
      'the host, HCP first',
      { TFE_HOSTNAME: 'b.example', TF_CLOUD_HOSTNAME: 'a.example' },
      { host: { origin: 'https://a.example', name: 'a.example' } },
    ],
    ['the token', { TF_API_TOKEN: ' c ' }, { token: 'c' }],
    ['TFE_TOKEN before TF_API_TOKEN', { TF_API_TOKEN: 'c', TFE_TOKEN: 'b' }, { token: 'b' }],
    [
      "the command line's token before the others",
      { TFE_TOKEN: 'b', TF_TOKEN_app_terraform_io: 'a' },
      { token: 'a' },
    ],
    ['no token of another host', { TF_TOKEN_tfe_example_com: 'x' }, { token: undefined }],
    [
      'the token of the host that the environment names',
      { TF_TOKEN_tfe_example_com: 'x', TF_HOSTNAME: 'tfe.example.com' },
      { token: 'x' },
    ],
  ])('falls back to %s from the environment', (_, variables, expected) => {
    const { terraform, access } = readInputs(variables);
    expect({ ...terraform, ...access }).toMatchObject(expected);
  });

  test('prefers inputs to the environment', () => {
    const variables = {
      TF_CLOUD_ORGANIZATION: 'other',
      TF_CLOUD_HOSTNAME: 'other.example',
      TFE_TOKEN: 'other',
      TF_TOKEN_tfe_example_com: 'other',
    };
    const inputs = { organization: 'acme', hostname: 'tfe.example.com', token: 'mine' };
    const { terraform, access } = readInputs(environment(inputs, variables));
    expect({ ...terraform, ...access }).toMatchObject({
      organization: 'acme',
      host: { name: 'tfe.example.com' },
      token: 'mine',
    });
  });

  test.each([
    [
      'hostname',
      'http://tfe.example.com',
      'uses http, which would send the token unencrypted; use https (http is only allowed for loopback addresses)',
    ],
    [
      'organization',
      'acme/policies',
      'is "acme/policies", which is not a valid organization name; use letters, digits, "-" and "_"',
    ],
    [
      'token',
      'two\nlines',
      'contains white space or invalid characters; store the secret again as a single line',
    ],
    [
      'policies',
      '!a\n# b',
      'contains no pattern that selects files, only exclusions or comments; add one, such as **/*.sentinel',
    ],
    ['policies', '../a', 'contains patterns that are empty, absolute, or have a "." or ".." folder: ../a'],
    [
      'exclude',
      'a\n!b\n!test/**',
      `contains !b, !test/**, but "!" can only remove a pattern from the built-in list, written exactly as one of ${[...DEFAULT_EXCLUDE, '**'].map((each) => `!${each}`).join(' ')} (the last one removes all of them)`,
    ],
    [
      'exclude',
      '!b\n../up',
      `contains patterns that are empty, absolute, or have a "." or ".." folder: ../up; it also contains !b, but "!" can only remove a pattern from the built-in list, written exactly as one of ${[...DEFAULT_EXCLUDE, '**'].map((each) => `!${each}`).join(' ')} (the last one removes all of them)`,
    ],
    ['config', 'a\n!b', 'contains patterns that start with "!"; use `exclude` to leave files out: b'],
    [
      'config',
      '"a.hcl"',
      'contains patterns that match nothing as written: "a.hcl" is quoted: remove the quotes. If a file name really contains such a character, write ? instead',
    ],
    ['exclude', '/a', 'contains patterns that are empty, absolute, or have a "." or ".." folder: /a'],
    [
      'name-prefix',
      'größe-',
      'contains characters that policy names cannot have; use ASCII letters, digits, "-" and "_"',
    ],
    [
      'enforcement-level',
      'strict',
      'is "strict"; use one of advisory, soft-mandatory, hard-mandatory, mandatory',
    ],
    ['dry-run', 'yes', 'is "yes"; use one of true, false, auto'],
    ['dry-run', 'toString', 'is "toString"; use one of true, false, auto'],
    ['allow-fork', 'auto', 'is "auto"; use one of true, false'],
    [
      'publish-branches',
      'main, release/*',
      'contains "main, release/*", which has white space or control characters: write only one branch per line',
    ],
    [
      'publish-branches',
      'ma\u0000in',
      'contains "ma\u0000in", which has white space or control characters: write only one branch per line',
    ],
    [
      'publish-branches',
      'main\n!release/old',
      'contains "!release/old", but branches cannot be excluded: list only the branches to publish from',
    ],
    [
      'publish-branches',
      'refs/heads/main\nrefs/tags/v1',
      'contains "refs/heads/main": write only the name of the branch, main; "refs/tags/v1", which is not a branch: remove the line (tags are always published)',
    ],
    [
      'publish-branches',
      'v[12]',
      'contains "v[12]", but branch names cannot contain [: use * for any characters except /, and ** for any characters',
    ],
    ['publish-branches', '# main', 'contains only comments; write one branch per line, such as main'],
    ['comment', 'sometimes', 'is "sometimes"; use one of always, changes, never'],
    [
      'comment-key',
      'k'.repeat(101),
      'is longer than 100 characters or contains control characters; use a short word',
    ],
    ['comment-key', 'a\tb', 'is longer than 100 characters or contains control characters; use a short word'],
    ['parallelism', '0', 'is "0"; use a whole number, 1 to 50'],
    ['parallelism', '51', 'is "51"; use a whole number, 1 to 50'],
    ['parallelism', '1e1', 'is "1e1"; use a whole number, 1 to 50'],
    ['pull-request', '#12', 'is "#12"; use a whole number, 1 or more'],
    ['pull-request', '0', 'is "0"; use a whole number, 1 or more'],
  ])('refuses %s %j', (input, value, message) => {
    expect(problemsOf({ [input]: value })).toEqual([`input ${input}: \`${input}\` ${message}.`]);
  });

  test('finds every problem at once, and keeps the groups that have none', () => {
    const inputs = readInputs(
      environment({ hostname: 'a b', policies: '/a', exclude: '!b', 'dry-run': 'perhaps', parallelism: 'x' }),
    );
    expect(inputs.problems.map(({ place }) => place?.input)).toEqual([
      'policies',
      'exclude',
      'hostname',
      'parallelism',
      'dry-run',
    ]);
    expect(inputs).toMatchObject({ files: undefined, terraform: undefined, run: { dryRun: true } });
    expect(inputs.comment?.mode).toBe('always');
  });

  test('takes a wrong value that decides what the run may do as the one that allows the least', () => {
    const names = ['dry-run', 'allow-fork', 'expect-no-changes', 'pull-request', 'publish-branches'];
    const wrong = Object.fromEntries(names.map((name) => [name, 'a b']));
    expect(readInputs(environment(wrong))).toMatchObject({
      run: { dryRun: true, allowFork: false, expectNoChanges: false, pullRequest: undefined },
      problems: names.map(() => ({ message: expect.anything() })),
    });
  });

  test('reads what is needed for access whatever else is wrong', () => {
    const inputs = { organization: 'acme', token: 'secret', parallelism: '0', hostname: 'a b' };
    expect(readInputs(environment(inputs)).access).toEqual({ organization: 'acme', token: 'secret' });
    const ofSomeHost = { TF_TOKEN_tfe_example_com: 'secret' };
    expect(readInputs(environment({ hostname: 'a b' }, ofSomeHost)).access.token).toBe('secret');
  });

  test('never shows a token', () => {
    expect(problemsOf({ token: 'half-of-it and the rest' }).join()).not.toContain('half-of-it');
    expect(problemsOf({}, { TFE_TOKEN: 'half-of-it and the rest' }).join()).not.toContain('half-of-it');
  });

  test.each(['true', 'True', 'TRUE'])('reads %s as yes', (text) => {
    expect(readInputs(environment({ 'dry-run': text })).run.dryRun).toBe(true);
  });

  test.each(['false', 'False', 'FALSE'])('reads %s as no', (text) => {
    expect(readInputs(environment({ 'dry-run': text })).run.dryRun).toBe(false);
  });
});

describe('the derived comment key', () => {
  const keyOf = (inputs: Record<string, string>, variables: Record<string, string> = {}) =>
    readInputs(
      environment({ organization: 'acme', ...inputs }, { GITHUB_REPOSITORY: 'acme/policies', ...variables }),
    ).comment?.key;

  test('begins with the organization', () => {
    expect(keyOf({})).toMatch(/^acme-[0-9a-f]{12}$/);
  });

  test.each<[string, Record<string, string>]>([
    ['organization', { organization: 'other' }],
    ['host', { hostname: 'tfe.example.com' }],
    ['working directory', { 'working-directory': 'infra' }],
    ['name prefix', { 'name-prefix': 'stage-' }],
    ['policies', { policies: 'infra/*.rego' }],
  ])('changes with the %s', (_, inputs) => {
    expect(keyOf(inputs)).not.toBe(keyOf({}));
  });

  test('changes with the repository', () => {
    expect(keyOf({}, { GITHUB_REPOSITORY: 'acme/other' })).not.toBe(keyOf({}));
  });

  test.each<[string, Record<string, string>]>([
    ['the default patterns', { policies: '**/*.sentinel\n**/*.rego\n' }],
    ['the root', { 'working-directory': './' }],
    ['the usual host', { hostname: 'https://app.terraform.io' }],
    ['the token', { token: 'secret' }],
    ['dry-run', { 'dry-run': 'true' }],
    ['parallelism', { parallelism: '3' }],
  ])('stays the same whatever is said of %s', (_, inputs) => {
    expect(keyOf(inputs)).toBe(keyOf({}));
  });

  test('is the same however the folder is written', () => {
    expect(keyOf({ 'working-directory': './infra/' })).toBe(keyOf({ 'working-directory': 'infra' }));
  });

  test('comes from the environment as well', () => {
    const variables = { GITHUB_REPOSITORY: 'acme/policies', TF_CLOUD_ORGANIZATION: 'acme' };
    expect(readInputs(variables).comment?.key).toBe(keyOf({}));
  });
});

describe('readSecrets', () => {
  test('finds each token that there is, used or not', () => {
    const secrets = readSecrets(
      environment(
        { token: ' one ', 'github-token': 'two' },
        { TFE_TOKEN: 'three', TF_API_TOKEN: 'four', TF_TOKEN_tfe_example_com: 'five', OTHER_TOKEN: 'no' },
      ),
    );
    expect(new Set(secrets)).toEqual(new Set(['one', 'two', 'three', 'four', 'five']));
  });

  test('leaves out empty ones, which would blank everything', () => {
    expect(readSecrets(environment({ token: ' ', 'github-token': '' }, { TFE_TOKEN: '\n' }))).toEqual([]);
  });

  test('does not need a sound host name', () => {
    expect(readSecrets(environment({ hostname: 'a b', token: 'one' }))).toEqual(['one']);
  });
});
