import { describe, expect, test } from '@jest/globals';
import { writeFiles } from '../../support/workspace.ts';
import {
  bodies,
  errors,
  lines,
  nothing,
  outcome,
  policyStates,
  published,
  requestLines,
  writeLines,
} from '../publish/reading.ts';
import { type Files, rego, scenario, sentinel } from '../publish/scenario.ts';
import { levels } from './reading.ts';

describe('the order of levels: the block, then the input, then nothing', () => {
  const files: Files = {
    'sentinel.hcl': `policy "both" {
  enforcement_level = "soft-mandatory"
}
policy "silent" {}
policy "nulled" { enforcement_level = null }
policy "fresh" {}
`,
    'both.sentinel': sentinel('both'),
    'silent.sentinel': sentinel('silent'),
    'nulled.sentinel': sentinel('nulled'),
    'fresh.sentinel': sentinel('fresh'),
    'opa/policies.hcl':
      'policy "stated" {\n  query = "data.stated.deny"\n  enforcement_level = "mandatory"\n}\npolicy "unstated" {\n  query = "data.unstated.deny"\n}\n',
    'opa/stated.rego': rego('stated'),
    'opa/unstated.rego': rego('unstated'),
  };

  async function organization() {
    const made = await scenario({ files });
    for (const name of ['both', 'silent', 'nulled']) {
      made.terraform.seedPolicy({
        name,
        code: files[`${name}.sentinel`] ?? null,
        enforcementLevel: 'hard-mandatory',
        description: `${name}, by hand`,
      });
    }
    for (const name of ['stated', 'unstated']) {
      made.terraform.seedPolicy({
        name,
        kind: 'opa',
        code: files[`opa/${name}.rego`] ?? null,
        enforcementLevel: name === 'stated' ? 'advisory' : 'mandatory',
        query: `data.${name}.deny`,
      });
    }
    return made;
  }

  test('without an input, what no block states is left alone', async () => {
    const { terraform, run } = await organization();
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1, updated: 2, unchanged: 3 });
    expect(levels(result.summary)).toEqual({
      both: 'hard-mandatory → soft-mandatory (sentinel.hcl:2)',
      fresh: 'advisory (default)',
      nulled: 'hard-mandatory (kept)',
      silent: 'hard-mandatory (kept)',
      stated: 'advisory → mandatory (opa/policies.hcl:3)',
      unstated: 'mandatory (kept)',
    });
    expect(policyStates(terraform)).toMatchObject({
      both: { level: 'soft-mandatory', description: 'both, by hand' },
      fresh: { level: 'advisory' },
      nulled: { level: 'hard-mandatory' },
      silent: { level: 'hard-mandatory', description: 'silent, by hand' },
      stated: { level: 'mandatory' },
      unstated: { level: 'mandatory' },
    });
    expect(result.summary).toContain('looser**: `both`');
    expect(result.summary).toContain('stricter**: `stated`');
    expect(bodies(terraform, 'PATCH', /policies/)[0]).toMatchObject({
      data: { attributes: { 'enforcement-level': 'soft-mandatory', description: 'both, by hand' } },
    });
  });

  test('the input is for what no block states', async () => {
    const { terraform, run } = await organization();
    const result = await run({ 'enforcement-level': 'advisory' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1, updated: 5 });
    expect(levels(result.summary)).toEqual({
      both: 'hard-mandatory → soft-mandatory (sentinel.hcl:2)',
      fresh: 'advisory (input)',
      nulled: 'hard-mandatory → advisory (input)',
      silent: 'hard-mandatory → advisory (input)',
      stated: 'advisory → mandatory (opa/policies.hcl:3)',
      unstated: 'mandatory → advisory (input)',
    });
    expect(policyStates(terraform)).toMatchObject({
      both: { level: 'soft-mandatory' },
      silent: { level: 'advisory', description: 'silent, by hand' },
      unstated: { level: 'advisory' },
    });
  });

  test('an input of one kind is an error only where it would be used for the other', async () => {
    const { terraform, run } = await scenario({ files });
    const result = await run({ 'enforcement-level': 'hard-mandatory' });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual([
      { at: 'input enforcement-level', message: expect.stringContaining('opa/unstated.rego') },
    ]);
    expect(errors(result)[0]?.message).not.toContain('stated.rego and');
    expect(requestLines(terraform)).toEqual([]);
    const patterns = '**/*.sentinel\n**/stated.rego';
    const narrower = await run({ 'enforcement-level': 'hard-mandatory', policies: patterns });
    expect(outcome(narrower)).toMatchObject({ exitCode: 0, created: 5 });
  });
});

describe('descriptions', () => {
  const apache = `# Copyright 2026 Acme
#
# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# You may obtain a copy of the License at
#
#     http://www.apache.org/licenses/LICENSE-2.0
#
# Unless required by applicable law or agreed to in writing, software
# distributed under the License is distributed on an "AS IS" BASIS.
`;
  const metadata = (text: string, name: string) => `# METADATA\n# ${text}\n${rego(name)}`;
  const files: Files = {
    'sentinel.hcl': `policy "block" {
  description = "From the \\"block\\""
}
policy "heredoc" {
  description = <<-EOT
    Two

    paragraphs
  EOT
}
policy "comment" {}
policy "star" {}
policy "licence" {}
policy "licensed" {}
policy "imports" {}
`,
    'block.sentinel': `# From the file\n${sentinel('block')}`,
    'heredoc.sentinel': sentinel('heredoc'),
    'comment.sentinel': `#!/usr/bin/env sentinel\n\n# Copyright (c) 2026 Acme\n\n// Keeps *costs*\n// low.\n\n// Not this.\n${sentinel('comment')}`,
    'star.sentinel': `/*\n * Stars\n * shine.\n */\n${sentinel('star')}`,
    'licence.sentinel': `${apache}\n${sentinel('licence')}`,
    'licensed.sentinel': `${apache}\n# licensed.sentinel\n\n# Asks for a\n# licence.\n\n${sentinel('licensed')}`,
    'imports.sentinel': `# SPDX-License-Identifier: MIT\n\n# Mock data\nimport "time"\n${sentinel('imports')}`,
    'law.rego': `${apache}\n${rego('law')}`,
    'lawful.rego': `${apache}\n# Denies.\n${rego('lawful')}`,
    'described.rego': metadata('description: Of the package', 'described'),
    'titled.rego': metadata('title: The title', 'titled'),
    'both.rego': metadata('title: The title\n# description: |\n#   Line one\n#   line two', 'both'),
    'plain.rego': `# Plain words\n${rego('plain')}`,
    'none.rego': rego('none'),
  };

  test('are of the block, then of the metadata, then of the opening comment, else none', async () => {
    const { terraform, run } = await scenario({ files });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 14 });
    const states = policyStates(terraform);
    expect(Object.fromEntries(Object.keys(states).map((name) => [name, states[name]?.description]))).toEqual({
      block: 'From the "block"',
      both: 'Line one\nline two',
      comment: 'Keeps *costs* low.',
      described: 'Of the package',
      heredoc: 'Two\n\nparagraphs',
      imports: null,
      law: null,
      lawful: 'Denies.',
      licence: null,
      licensed: 'Asks for a licence.',
      none: null,
      plain: 'Plain words',
      star: 'Stars shine.',
      titled: 'The title',
    });
    terraform.reset();
    expect(outcome(await run())).toMatchObject({ exitCode: 0, changed: 'false', unchanged: 14 });
    expect(writeLines(terraform)).toEqual([]);
  });

  test('that change are updated by a request that carries them; others stay', async () => {
    const changed: Files = {
      'sentinel.hcl':
        'policy "stated" {\n  description = "Old"\n  enforcement_level = "advisory"\n}\npolicy "unstated" {\n  enforcement_level = "advisory"\n}\n',
      'stated.sentinel': sentinel('stated'),
      'unstated.sentinel': sentinel('unstated'),
      'tags.rego': `# Old words\n${rego('tags')}`,
    };
    const { terraform, folder, run } = await scenario({ files: changed });
    await run();
    terraform.seedPolicy({ name: 'unstated', description: 'Set by hand' });
    terraform.reset();
    const config = String(changed['sentinel.hcl']).replace('Old', 'New');
    const code = `# New words\n${rego('tags')}`;
    await writeFiles(folder, { 'sentinel.hcl': config, 'tags.rego': code });
    const result = await run();

    expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 2, unchanged: 1 });
    expect(published(result)).toMatchObject([
      { name: 'stated', action: 'update', changes: ['description'] },
      { name: 'tags', action: 'update', changes: ['code', 'description'] },
      { name: 'unstated', action: 'unchanged' },
    ]);
    expect(writeLines(terraform)).toEqual([
      lines.update('stated'),
      lines.upload('tags'),
      lines.update('tags'),
    ]);
    expect(bodies(terraform, 'PATCH', /policies/)).toMatchObject([
      { data: { attributes: { description: 'New' } } },
      { data: { attributes: { description: 'New words' } } },
    ]);
    expect(policyStates(terraform)).toMatchObject({
      stated: { description: 'New', level: 'advisory', code: sentinel('stated') },
      tags: { description: 'New words', query: 'data.tags.deny', code },
      unstated: { description: 'Set by hand' },
    });
  });

  test('that a block no longer states are left as they are', async () => {
    const files = {
      'sentinel.hcl': 'policy "cost" {\n  description = "Once"\n}\n',
      'cost.sentinel': sentinel(),
    };
    const { terraform, folder, run } = await scenario({ files });
    await run();
    await writeFiles(folder, { 'sentinel.hcl': 'policy "cost" {}\n' });
    expect(outcome(await run())).toMatchObject({ exitCode: 0, unchanged: 1 });
    expect(policyStates(terraform)).toMatchObject({ cost: { description: 'Once' } });
  });
});

describe('queries', () => {
  const violations = (name: string) => `package ${name}\n\nviolations contains "no" if input.x\n`;
  const files: Files = {
    'one/tags.rego': violations('acme.tags'),
    'one/odd.rego': violations('acme["odd-name"]'),
    'two/policies.hcl': 'policy "stated" {\n  query = "data.stated.other.rule"\n}\n',
    'two/stated.rego': violations('stated.other').replace('violations', 'rule'),
  };

  test('of the input hold the package of each file; those of blocks stay', async () => {
    const { terraform, run } = await scenario({ files });
    const result = await run({ query: 'data.{package}.violations' });
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 3 });
    expect(policyStates(terraform)).toMatchObject({
      tags: { query: 'data.acme.tags.violations' },
      odd: { query: 'data.acme["odd-name"].violations' },
      stated: { query: 'data.stated.other.rule' },
    });
    terraform.reset();
    expect(outcome(await run({ query: 'data.{package}.violations' }))).toMatchObject({ unchanged: 3 });
  });

  test('that the files cannot answer are errors which name the rule', async () => {
    const { terraform, run } = await scenario({ files });
    const result = await run({ query: 'data.{package}.refused' });
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 1 });
    expect(errors(result)).toEqual([
      { at: 'one/odd.rego', message: expect.stringMatching(/`refused`.*odd-name.*`exclude`/) },
      { at: 'one/tags.rego', message: expect.stringMatching(/`refused`.*data\.acme\.tags\.refused/) },
    ]);
    expect(writeLines(terraform)).toEqual([]);
  });

  test('of existing policies: the block changes them, and where nothing states one they stay', async () => {
    const both = rego('own');
    const { terraform, run } = await scenario({
      files: {
        'own.rego': both,
        'two/policies.hcl': 'policy "stated" {\n  query = "data.stated.deny"\n}\n',
        'two/stated.rego': rego('stated'),
      },
    });
    const seed = { kind: 'opa', enforcementLevel: 'mandatory', description: 'By hand' } as const;
    terraform.seedPolicy({ ...seed, name: 'own', code: both, query: 'data.own.mine' });
    terraform.seedPolicy({ ...seed, name: 'stated', code: rego('stated'), query: 'data.stated.mine' });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 1, unchanged: 1 });
    expect(policyStates(terraform)).toMatchObject({
      own: { query: 'data.own.mine', level: 'mandatory', description: 'By hand' },
      stated: { query: 'data.stated.deny', level: 'mandatory', description: 'By hand' },
    });
    expect(published(result)).toMatchObject([
      { name: 'own', action: 'unchanged' },
      { name: 'stated', changes: ['query'] },
    ]);
  });
});
