import { describe, expect, test } from '@jest/globals';
import {
  annotationsAt,
  lines,
  members,
  nothing,
  outcome,
  policyStates,
  published,
  requestLines,
  writeLines,
} from './reading.ts';
import { rego, scenario, sentinel } from './scenario.ts';

const files = { 'cost.sentinel': sentinel('cost'), 'opa/tags.rego': rego('tags') };

describe('the first publish', () => {
  test('creates each policy, gives it its code, and says so everywhere', async () => {
    const { terraform, run } = await scenario({ files });
    const result = await run();

    expect(outcome(result)).toEqual({ ...nothing, exitCode: 0, changed: 'true', created: 2 });
    expect(requestLines(terraform)).toEqual([
      lines.list(),
      lines.create('cost'),
      lines.upload('cost'),
      lines.create('tags'),
      lines.upload('tags'),
    ]);
    expect(policyStates(terraform)).toEqual({
      cost: {
        kind: 'sentinel',
        level: 'advisory',
        query: null,
        description: null,
        code: files['cost.sentinel'],
        sets: [],
      },
      tags: {
        kind: 'opa',
        level: 'advisory',
        query: 'data.tags.deny',
        description: null,
        code: files['opa/tags.rego'],
        sets: [],
      },
    });
    const [cost, tags] = terraform.policies();
    expect(published(result)).toEqual([
      {
        name: 'cost',
        id: cost?.id,
        kind: 'sentinel',
        path: 'cost.sentinel',
        action: 'create',
        changes: ['code', 'enforcement-level'],
        enforcementLevel: 'advisory',
        status: 'applied',
        error: null,
      },
      {
        name: 'tags',
        id: tags?.id,
        kind: 'opa',
        path: 'opa/tags.rego',
        action: 'create',
        changes: ['code', 'enforcement-level', 'query'],
        enforcementLevel: 'advisory',
        status: 'applied',
        error: null,
      },
    ]);
    expect(result.annotations).toEqual([]);
    expect(result.outputs['comment-url']).toBe('');
    expect(result.summary.trimEnd()).toBe(result.outputs['summary']);
    expect(result.summary).toMatch(/^## Terraform policies: 2 created\n/);
    expect(result.summary).toContain(`[\`acme\`](${terraform.url}/app/acme)`);
    expect(result.summary).toContain(`[\`cost\`](${terraform.url}/app/acme/settings/policies)`);
    expect(result.summary).toContain(
      '/acme/policies/blob/c0ffee0000000000000000000000000000000001/opa/tags.rego)',
    );
    expect(result.lines).toContain('Terraform policies: 2 created');
  });

  test('asks for membership once a set, after all code has arrived', async () => {
    const { terraform, run } = await scenario({ files: { ...files, 'size.sentinel': sentinel('size') } });
    terraform.seedPolicySet({ name: 'base' });
    terraform.seedPolicySet({ name: 'base-opa', kind: 'opa' });
    const result = await run({ 'policy-sets': 'base, base-opa' });

    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 3 });
    expect(requestLines(terraform)).toEqual([
      lines.listWithSets(),
      lines.findSet('base'),
      lines.findSet('base-opa'),
      lines.create('cost'),
      lines.upload('cost'),
      lines.create('tags'),
      lines.upload('tags'),
      lines.create('size'),
      lines.upload('size'),
      lines.addMembers('base'),
      lines.addMembers('base-opa'),
    ]);
    expect(members(terraform)).toEqual({ base: ['cost', 'size'], 'base-opa': ['tags'] });
    expect(published(result).map(({ changes }) => changes.at(-1))).toEqual(Array(3).fill('policy-sets'));
    expect(result.summary).toContain('joins `base-opa`');
  });

  test('takes one create and one upload a policy when many are on their way at once', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `policy-${index}`);
    const { terraform, run } = await scenario({
      files: Object.fromEntries(names.map((name) => [`${name}.sentinel`, sentinel(name)])),
    });
    terraform.seedPolicySet({ name: 'base' });
    const result = await run({ parallelism: '10', 'policy-sets': 'base' });

    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 30 });
    const requests = requestLines(terraform);
    expect(requests.toSorted()).toEqual(
      [
        lines.listWithSets(),
        lines.findSet('base'),
        ...names.flatMap((name) => [lines.create(name), lines.upload(name)]),
        lines.addMembers('base'),
      ].toSorted(),
    );
    expect(requests.at(-1)).toBe(lines.addMembers('base'));
    expect(members(terraform)['base']).toHaveLength(30);
  });

  test.each([200, 201] as const)('takes %i for the answer to a create', async (createStatus) => {
    const { terraform, run } = await scenario({ files, server: { createStatus } });
    expect(outcome(await run())).toMatchObject({ exitCode: 0, created: 2, failed: 0 });
    expect(writeLines(terraform)).toHaveLength(4);
  });

  test('takes an upload that is answered with nothing', async () => {
    const { terraform, run } = await scenario({ files, server: { emptyUploadAnswer: true } });
    terraform.seedPolicySet({ name: 'base' });
    const result = await run({ 'policy-sets': 'base', exclude: '**/*.rego' });

    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expect(writeLines(terraform)).toEqual([
      lines.create('cost'),
      lines.upload('cost'),
      lines.addMembers('base'),
    ]);
    expect(published(result)).toMatchObject([{ enforcementLevel: 'advisory', status: 'applied' }]);
  });

  test('sends just what a new policy has, in the media types of the API', async () => {
    const { terraform, run } = await scenario({ files });
    await run({ 'enforcement-level': 'advisory' });
    const writes = terraform.requests.filter(({ method }) => method !== 'GET');
    expect(writes.map(({ headers }) => headers['content-type'])).toEqual([
      'application/vnd.api+json',
      'application/octet-stream',
      'application/vnd.api+json',
      'application/octet-stream',
    ]);
    expect(writes[0]?.body).toEqual({
      data: {
        type: 'policies',
        attributes: { name: 'cost', kind: 'sentinel', 'enforcement-level': 'advisory' },
      },
    });
    expect(writes[2]?.body).toEqual({
      data: {
        type: 'policies',
        attributes: { name: 'tags', kind: 'opa', 'enforcement-level': 'advisory', query: 'data.tags.deny' },
      },
    });
  });

  test('derives the query from a package of several parts', async () => {
    const { terraform, run } = await scenario({
      files: {
        'a.rego': rego('terraform.policies.tags'),
        'b.rego': rego('terraform["cost-limits"]'),
      },
    });
    expect(outcome(await run())).toMatchObject({ exitCode: 0, created: 2 });
    expect(terraform.policies().map(({ query }) => query)).toEqual([
      'data.terraform.policies.tags.deny',
      'data.terraform["cost-limits"].deny',
    ]);
  });

  test('gives every new policy the level that the input states', async () => {
    const { terraform, run } = await scenario({ files: { 'cost.sentinel': sentinel() } });
    const result = await run({ 'enforcement-level': 'soft-mandatory' });
    expect(policyStates(terraform)).toMatchObject({ cost: { level: 'soft-mandatory' } });
    expect(published(result)).toMatchObject([{ enforcementLevel: 'soft-mandatory' }]);
  });

  test('leaves alone the policies that no file is named like', async () => {
    const { terraform, run } = await scenario({ files });
    terraform.seedPolicy({ name: 'other', code: 'main = rule { false }', description: 'Theirs' });
    const before = policyStates(terraform)['other'];
    expect(outcome(await run())).toMatchObject({ exitCode: 0, created: 2, unchanged: 0 });
    expect(policyStates(terraform)['other']).toEqual(before);
    expect(requestLines(terraform)).toHaveLength(5);
  });

  test('warns of Rego that imports what is not in its file', async () => {
    const { terraform, run } = await scenario({
      files: { 'a.rego': `package a\n\nimport data.shared.tags\n\ndeny contains "x" if tags.missing\n` },
    });
    const result = await run();
    expect(outcome(result)).toMatchObject({ exitCode: 0, created: 1 });
    expect(annotationsAt(result, 'warning')).toMatchObject([
      { file: 'a.rego', line: 3, message: expect.stringContaining('data.shared.tags') },
    ]);
    expect(terraform.policies()).toHaveLength(1);
  });
});
