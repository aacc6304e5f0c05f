import { describe, expect, test } from '@jest/globals';
import { writeFiles } from '../../support/workspace.ts';
import {
  bodies,
  lines,
  nothing,
  outcome,
  policyStates,
  published,
  requestLines,
  writeLines,
} from './reading.ts';
import { rego, scenario, sentinel } from './scenario.ts';

const files = { 'cost.sentinel': sentinel('cost'), 'tags.rego': rego('tags') };

describe('nothing to do', () => {
  test('writes nothing when everything is there already', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicySet({ name: 'base' });
    terraform.seedPolicySet({ name: 'base-opa', kind: 'opa' });
    const inputs = { 'policy-sets': 'base\nbase-opa', 'enforcement-level': 'advisory' };
    await run(inputs);
    const before = policyStates(terraform);
    terraform.reset();
    const result = await run(inputs);

    expect(outcome(result)).toEqual({ ...nothing, exitCode: 0, unchanged: 2 });
    expect(requestLines(terraform)).toEqual([
      lines.listWithSets(),
      lines.findSet('base'),
      lines.findSet('base-opa'),
      lines.download('cost'),
      lines.object,
      lines.download('tags'),
      lines.object,
    ]);
    expect(policyStates(terraform)).toEqual(before);
    expect(published(result)).toMatchObject([
      { name: 'cost', action: 'unchanged', changes: [], status: 'applied', enforcementLevel: 'advisory' },
      { name: 'tags', action: 'unchanged', changes: [], status: 'applied', enforcementLevel: 'advisory' },
    ]);
    expect(result.annotations).toEqual([]);
    expect(result.summary).toContain('nothing to do, 2 unchanged');
    expect(result.summary).toContain('<details><summary>2 unchanged</summary>');
  });

  test('leaves level, query and description alone when nothing states them', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicy({
      name: 'cost',
      code: files['cost.sentinel'],
      enforcementLevel: 'hard-mandatory',
      description: 'Set by hand',
    });
    terraform.seedPolicy({
      name: 'tags',
      kind: 'opa',
      code: files['tags.rego'],
      enforcementLevel: 'mandatory',
      query: 'data.tags.violations',
    });
    const before = policyStates(terraform);
    const result = await run();
    expect(outcome(result)).toEqual({ ...nothing, exitCode: 0, unchanged: 2 });
    expect(writeLines(terraform)).toEqual([]);
    expect(policyStates(terraform)).toEqual(before);
    expect(result.summary).toContain('hard-mandatory (kept)');
  });
});

describe('code that changed', () => {
  test('is uploaded, that of no other policy is, and all settings stay', async () => {
    const { terraform, run } = await scenario({ files: { ...files, 'size.sentinel': sentinel('size') } });
    await run();
    terraform.seedPolicy({ name: 'cost', enforcementLevel: 'soft-mandatory', description: 'Kept' });
    terraform.seedPolicy({ name: 'cost', code: sentinel('older') });
    terraform.reset();
    const result = await run();

    expect(outcome(result)).toEqual({ ...nothing, exitCode: 0, changed: 'true', updated: 1, unchanged: 2 });
    expect(writeLines(terraform)).toEqual([lines.upload('cost')]);
    expect(policyStates(terraform)['cost']).toMatchObject({
      code: files['cost.sentinel'],
      level: 'soft-mandatory',
      description: 'Kept',
    });
    expect(published(result)).toMatchObject([
      { name: 'cost', action: 'update', changes: ['code'], enforcementLevel: 'soft-mandatory' },
      { name: 'size', action: 'unchanged' },
      { name: 'tags', action: 'unchanged' },
    ]);
    expect(result.summary).toContain('1 updated, 2 unchanged');
  });

  test('is uploaded byte for byte, and then unchanged', async () => {
    const codes = {
      'crlf.sentinel': Buffer.from('main = rule {\r\n  true\r\n}\r\n'),
      'byte-order-mark.sentinel': Buffer.from('\uFEFFmain = rule { true }\n'),
      'no-end-of-line.sentinel': Buffer.from('main = rule { true }'),
      'empty-lines.sentinel': Buffer.from('\n\nmain = rule { true }\n\n\n'),
      'beyond-ascii.sentinel': Buffer.from(
        '# Prüft Größen: 価格 💶 e\u0301\nmain = rule { "é" is not "e\u0301" }\n',
      ),
      'nul.sentinel': Buffer.from('main = rule { "\0" is "" }\n'),
      'byte-order-mark.rego': Buffer.from(`\uFEFF${rego('a')}`),
    };
    const { 'byte-order-mark.rego': opa, ...others } = codes;
    const given = { ...others, 'opa.rego': opa };
    const { terraform, run } = await scenario({ files: given });
    for (const name of Object.keys(others)) {
      terraform.seedPolicy({ name: name.replace('.sentinel', ''), code: 'main = rule { true }\n' });
    }
    expect(outcome(await run())).toMatchObject({ exitCode: 0, updated: 6, created: 1 });
    expect(terraform.policies().map(({ name, code }) => [name, code])).toEqual(
      Object.entries(given)
        .map(([file, code]) => [file.replace(/\.\w+$/, ''), code])
        .toSorted(),
    );
    expect(terraform.policies().find(({ name }) => name === 'opa')?.query).toBe('data.a.deny');
    terraform.reset();
    expect(outcome(await run())).toMatchObject({ exitCode: 0, updated: 0, unchanged: 7 });
    expect(writeLines(terraform)).toEqual([]);
  });
});

describe('the enforcement level', () => {
  test('is changed with the description as it is', async () => {
    const { terraform, run } = await scenario({ files, server: { patchClearsDescription: true } });
    terraform.seedPolicy({
      name: 'cost',
      code: files['cost.sentinel'],
      enforcementLevel: 'soft-mandatory',
      description: 'Of *long* standing',
    });
    terraform.seedPolicy({
      name: 'tags',
      kind: 'opa',
      code: files['tags.rego'],
      enforcementLevel: 'mandatory',
      query: 'data.tags.violations',
    });
    const result = await run({ 'enforcement-level': 'advisory' });

    expect(outcome(result)).toEqual({ ...nothing, exitCode: 0, changed: 'true', updated: 2 });
    expect(writeLines(terraform)).toEqual([lines.update('cost'), lines.update('tags')]);
    expect(bodies(terraform, 'PATCH', /policies/)).toEqual([
      {
        data: {
          type: 'policies',
          attributes: { 'enforcement-level': 'advisory', description: 'Of *long* standing' },
        },
      },
      { data: { type: 'policies', attributes: { 'enforcement-level': 'advisory', description: null } } },
    ]);
    expect(policyStates(terraform)).toMatchObject({
      cost: { level: 'advisory', description: 'Of *long* standing', code: files['cost.sentinel'] },
      tags: { level: 'advisory', description: null, query: 'data.tags.violations' },
    });
    expect(published(result)).toMatchObject([
      { changes: ['enforcement-level'], enforcementLevel: 'advisory', status: 'applied' },
      { changes: ['enforcement-level'], enforcementLevel: 'advisory', status: 'applied' },
    ]);
    expect(result.summary).toMatch(/^> \[!WARNING\]/m);
    expect(result.summary).toContain('**Enforcement got looser**: `cost` (');
    expect(result.summary).toContain('soft-mandatory → **advisory**');
  });

  test('is changed after the code was uploaded', async () => {
    const { terraform, run } = await scenario({ files: { 'cost.sentinel': sentinel('cost') } });
    terraform.seedPolicy({ name: 'cost', code: sentinel('older'), enforcementLevel: 'advisory' });
    const result = await run({ 'enforcement-level': 'hard-mandatory' });

    expect(outcome(result)).toMatchObject({ exitCode: 0, updated: 1 });
    expect(writeLines(terraform)).toEqual([lines.upload('cost'), lines.update('cost')]);
    expect(published(result)).toMatchObject([{ changes: ['code', 'enforcement-level'] }]);
    expect(result.summary).toContain('**Enforcement got stricter**: `cost` (');
  });

  test('and the code are unchanged for a policy that a PATCH gave a newer time', async () => {
    const { terraform, run } = await scenario({ files, server: { patchMovesUpdatedAt: true } });
    await run();
    await run({ 'enforcement-level': 'advisory' });
    terraform.seedPolicy({ name: 'cost', enforcementLevel: 'soft-mandatory' });
    await run({ 'enforcement-level': 'advisory' });
    terraform.reset();
    expect(outcome(await run())).toMatchObject({ exitCode: 0, unchanged: 2, changed: 'false' });
  });
});

describe('a policy that an interrupted run left without code', () => {
  test('is completed, and joins its policy set only then', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicySet({ name: 'base' });
    terraform.seedPolicy({
      name: 'cost',
      code: null,
      enforcementLevel: 'soft-mandatory',
      description: 'Kept',
    });
    terraform.seedPolicy({ name: 'tags', kind: 'opa', code: null, query: 'data.tags.violations' });
    const result = await run({ 'policy-sets': 'base' });

    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 0, updated: 2 });
    expect(writeLines(terraform)).toEqual([
      lines.upload('cost'),
      lines.upload('tags'),
      lines.addMembers('base'),
    ]);
    expect(policyStates(terraform)).toMatchObject({
      cost: { code: files['cost.sentinel'], level: 'soft-mandatory', description: 'Kept', sets: ['base'] },
      tags: { code: files['tags.rego'], query: 'data.tags.violations', sets: [] },
    });
  });

  test('is completed when it stands in a policy set already', async () => {
    const { terraform, run } = await scenario({ files: { 'cost.sentinel': sentinel() } });
    terraform.seedPolicy({ name: 'cost', code: null });
    terraform.seedPolicySet({ name: 'base', policies: ['cost'] });
    expect(outcome(await run({ 'policy-sets': 'base' }))).toMatchObject({ exitCode: 0, updated: 1 });
    expect(writeLines(terraform)).toEqual([lines.upload('cost')]);
  });

  test('is told from one whose code is empty, which is compared like any other', async () => {
    const { terraform, run } = await scenario({ files: { 'cost.sentinel': sentinel() } });
    terraform.seedPolicy({ name: 'cost', code: '' });
    expect(outcome(await run())).toMatchObject({ exitCode: 0, updated: 1 });
    expect(requestLines(terraform)).toEqual([
      lines.list(),
      lines.download('cost'),
      lines.object,
      lines.upload('cost'),
    ]);
  });
});

describe('a run that is killed and run again', () => {
  test.each([1, 3, 4, 5])('ends like one clean run: killed after write %i', async (write) => {
    const { terraform, folder, run } = await scenario();
    const changed = { 'cost.sentinel': sentinel('newer'), 'tags.rego': rego('tags') };
    await writeFiles(folder, changed);
    terraform.seedPolicySet({ name: 'base' });
    terraform.seedPolicySet({ name: 'base-opa', kind: 'opa' });
    terraform.seedPolicy({ name: 'cost', code: sentinel('older'), enforcementLevel: 'hard-mandatory' });
    const inputs = { 'policy-sets': 'base,base-opa', 'enforcement-level': 'advisory' };

    const killing = new AbortController();
    let seen = 0;
    terraform.onRequest = ({ method }, reached) => {
      if (method !== 'GET' && reached === 'after-effect') seen += 1;
      if (seen !== write) return undefined;
      killing.abort();
      return 'lose';
    };
    const killed = await run(inputs, { signal: killing.signal });
    expect(killed.signal).toBe('SIGKILL');
    terraform.onRequest = undefined;

    expect(outcome(await run(inputs))).toMatchObject({ exitCode: 0, failed: 0 });
    expect(policyStates(terraform)).toEqual({
      cost: {
        kind: 'sentinel',
        level: 'advisory',
        query: null,
        description: null,
        code: changed['cost.sentinel'],
        sets: ['base'],
      },
      tags: {
        kind: 'opa',
        level: 'advisory',
        query: 'data.tags.deny',
        description: null,
        code: changed['tags.rego'],
        sets: ['base-opa'],
      },
    });
  });
});
