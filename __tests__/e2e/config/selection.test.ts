import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { nothing, outcome, policyStates, published, requestLines } from '../publish/reading.ts';
import { type Files, rego, scenario, sentinel } from '../publish/scenario.ts';
import { expectFindings, leftOut, levels, named } from './reading.ts';

describe('the input `config`', () => {
  const files: Files = {
    'sentinel.hcl': 'policy "cost" {\n  enforcement_level = "hard-mandatory"\n}\n',
    'cost.sentinel': sentinel('cost'),
    'size.sentinel': sentinel('size'),
    'infra.policy-config.hcl':
      'policy "the size" {\n  source = "size.sentinel"\n  enforcement_level = "soft-mandatory"\n}\n',
  };

  test('set empty reads no configuration, not even a broken one', async () => {
    const { terraform, run } = await scenario({
      files: { ...files, 'policies.hcl': 'policy {{{', 'tags.rego': rego('tags') },
    });
    const result = await run({ config: '' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 3 });
    expect(Object.keys(policyStates(terraform))).toEqual(['cost', 'size', 'tags']);
    expect(levels(result.summary)).toMatchObject({ cost: 'advisory (default)' });
    expect(result.summary).not.toContain('left out');
  });

  test('names other files, which are for Sentinel; the usual ones are then not read', async () => {
    const { run } = await scenario({ files: { ...files, 'tags.rego': rego('tags') } });
    const result = await run({ config: '**/*.policy-config.hcl' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 2 });
    expect(named(result)).toEqual({ 'the-size': 'size.sentinel', tags: 'tags.rego' });
    expect(levels(result.summary)).toMatchObject({
      'the-size': 'soft-mandatory (infra.policy-config.hcl:3)',
    });
    expect(leftOut(result.summary)).toEqual({ 'cost.sentinel': 'is not named by infra.policy-config.hcl' });
  });

  test('may match several files in one folder, which decide together', async () => {
    const { run } = await scenario({ files: { ...files, 'third.sentinel': sentinel('third') } });
    const result = await run({ config: '*.hcl' });
    expect(named(result)).toEqual({ cost: 'cost.sentinel', 'the-size': 'size.sentinel' });
    expect(leftOut(result.summary)).toEqual({
      'third.sentinel': 'is not named by infra.policy-config.hcl, sentinel.hcl',
    });
  });

  test('finds no configuration above the working directory, nor one that is excluded', async () => {
    const { run } = await scenario({
      files: {
        'sentinel.hcl': 'policy "gone" {}\n',
        'team/a.sentinel': sentinel(),
        'team/old/sentinel.hcl': 'policy "gone" {}\n',
        'team/old/b.sentinel': sentinel(),
      },
    });
    const result = await run({ 'working-directory': 'team', exclude: 'old/*.hcl' });
    expect(named(result)).toEqual({ a: 'team/a.sentinel', b: 'team/old/b.sentinel' });
  });
});

describe('a file that blocks name', () => {
  test('from another folder is not published a second time', async () => {
    const { run } = await scenario({
      files: {
        'config/sentinel.hcl': 'policy "limit" {\n  source = "../library/cost.sentinel"\n}\n',
        'library/cost.sentinel': sentinel('cost'),
        'library/other.sentinel': sentinel('other'),
      },
    });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expect(named(result)).toEqual({ limit: 'library/cost.sentinel' });
    expect(leftOut(result.summary)).toEqual({
      'library/other.sentinel': 'is not named by config/sentinel.hcl',
    });
  });

  test('through a link inside the workspace is published once, too', async () => {
    const { folder, run } = await scenario({
      files: {
        'config/sentinel.hcl': 'policy "limit" {\n  source = "./link.sentinel"\n}\n',
        'library/cost.sentinel': sentinel('cost'),
      },
    });
    await symlink('../library/cost.sentinel', join(folder, 'config/link.sentinel'));
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expect(Object.keys(named(result))).toEqual(['limit']);
  });

  test('twice makes two policies', async () => {
    const { terraform, run } = await scenario({
      files: {
        'sentinel.hcl':
          'policy "strict" {\n  source = "./cost.sentinel"\n  enforcement_level = "hard-mandatory"\n}\npolicy "lenient" {\n  source = "cost.sentinel"\n  description = "Lenient"\n}\n',
        'cost.sentinel': sentinel('cost'),
      },
    });
    const result = await run({ 'name-prefix': 'team a.' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 2 });
    expect(policyStates(terraform)).toMatchObject({
      'team-a-lenient': { level: 'advisory', code: sentinel('cost'), description: 'Lenient' },
      'team-a-strict': { level: 'hard-mandatory', code: sentinel('cost'), description: null },
    });
    expectNotice(result.annotations, 'cost.sentinel → team-a-strict', 'cost.sentinel → team-a-lenient');
    expect(outcome(await run({ 'name-prefix': 'team a.' }))).toMatchObject({ unchanged: 2 });
  });

  test('has the name of the block, whose punctuation becomes dashes', async () => {
    const { run } = await scenario({
      files: {
        'sentinel.hcl':
          'policy "cis 4.1: (ssh)" {\n  source = "./x.sentinel"\n}\npolicy "fine_Name-1" {\n  source = "y.sentinel"\n}\n',
        'x.sentinel': sentinel(),
        'y.sentinel': sentinel(),
      },
    });
    const result = await run({ 'name-prefix': 'acme-' });
    expect(named(result)).toEqual({
      'acme-cis-4-1---ssh-': 'x.sentinel',
      'acme-fine_Name-1': 'y.sentinel',
    });
    expectNotice(result.annotations, 'x.sentinel → acme-cis-4-1---ssh-');
  });

  function expectNotice(annotations: readonly { level: string; message: string }[], ...words: string[]) {
    expect(annotations).toMatchObject([{ level: 'notice' }]);
    for (const word of words) expect(annotations[0]?.message).toContain(word);
  }

  test('but `policies` less `exclude` does not match is left out with a notice', async () => {
    const { terraform, run } = await scenario({
      files: {
        'sentinel.hcl':
          'policy "kept" {}\npolicy "draft" {\n  source = "./drafts/draft.sentinel"\n}\npolicy "text" {\n  source = "./text.txt"\n}\n',
        'kept.sentinel': sentinel(),
        'drafts/draft.sentinel': sentinel(),
        'text.txt': sentinel(),
        'policies.hcl':
          'policy "tags" {\n  query = "data.tags.deny"\n}\npolicy "named" {\n  query = "data.named.deny"\n}\n',
        'drafts/tags.rego': rego('tags'),
        'named.rego': rego('named'),
      },
    });
    const result = await run({ exclude: 'drafts/**' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 2 });
    expect(Object.keys(policyStates(terraform))).toEqual(['kept', 'named']);
    expect(logSorted(result.annotations)).toEqual([
      ['policies.hcl', 2, expect.stringMatching(/"tags".*drafts\/tags\.rego/)],
      ['sentinel.hcl', 3, expect.stringMatching(/"draft".*drafts\/draft\.sentinel/)],
      ['sentinel.hcl', 6, expect.stringMatching(/"text".*text\.txt/)],
    ]);
    // The notices tell of them, so they are not listed once more.
    expect(leftOut(result.summary)).toEqual({});
  });

  const logSorted = (annotations: readonly { file?: string; line?: number; message: string }[]) =>
    annotations
      .map(({ file, line, message }): [string, number, string] => [file ?? '', line ?? 0, message])
      .toSorted(([a, x], [b, y]) => (a === b ? x - y : a < b ? -1 : 1));
});

describe('remote sources', () => {
  const url =
    'https://registry.terraform.io/v2/policies/hashicorp/CIS/1.0.0/policy/x.sentinel?checksum=sha256:0a';
  const remote = `policy "from-registry" {
  source = "${url}"
}

policy "from-git" {
  source = "git::https://github.com/acme/policies.git//x.sentinel?ref=v1"
}
`;

  test('are left out, and a warning on the line says to publish a versioned policy set', async () => {
    const { terraform, run } = await scenario({
      files: { 'sentinel.hcl': `${remote}policy "own" {}\n`, 'own.sentinel': sentinel() },
    });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expect(Object.keys(policyStates(terraform))).toEqual(['own']);
    expectFindings(result, 'warning', [
      ['sentinel.hcl:2', '"from-registry"', url, 'versioned policy set'],
      ['sentinel.hcl:6', '"from-git"', 'versioned policy set'],
    ]);
    expect(leftOut(result.summary)).toEqual({});
  });

  test.each<[string, Files]>([
    ['and no policy file', {}],
    ['and a file that no block names', { 'other.sentinel': sentinel() }],
  ])('alone %s are an error, never a silent green run, and named', async (_, others) => {
    const { terraform, run } = await scenario({ files: { 'sentinel.hcl': remote, ...others } });
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expectFindings(result, 'error', [
      ['sentinel.hcl:1', 'from-registry', 'from-git', 'Publish it as a versioned policy set'],
    ]);
    expectFindings(result, 'warning', []);
    expect(requestLines(terraform)).toEqual([]);
  });
});

describe('the report', () => {
  test('says of each file why it is left out', async () => {
    const { run } = await scenario({
      files: {
        'sentinel.hcl': `module "helper" {
  source = "./lib/helper.sentinel"
}
import "module" "other" {
  source = "./lib/other.sentinel"
}
mock "tfplan/v2" {
  module {
    source = "./data/plan.sentinel"
  }
}
policy "cost" {}
`,
        'cost.sentinel': sentinel(),
        'lib/helper.sentinel': 'x = 1\n',
        'lib/other.sentinel': 'x = 1\n',
        'data/plan.sentinel': 'x = 1\n',
        'draft.sentinel': sentinel(),
      },
    });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expect(published(result)).toHaveLength(1);
    expect(leftOut(result.summary)).toEqual({
      'data/plan.sentinel': expect.stringMatching(/\bmock\b.*sentinel\.hcl/),
      'draft.sentinel': 'is not named by sentinel.hcl',
      'lib/helper.sentinel': expect.stringMatching(/\bmodule\b.*sentinel\.hcl/),
      'lib/other.sentinel': expect.stringMatching(/\bmodule\b.*sentinel\.hcl/),
    });
    expect(result.lines.filter((line) => line.startsWith('left out: '))).toHaveLength(4);
  });
});
