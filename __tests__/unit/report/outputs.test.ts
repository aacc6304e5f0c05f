import { describe, expect, test } from '@jest/globals';
import { outputsOf as outputsOfRun } from '../../../src/report/outputs.ts';
import type { Entry, SetEntry, SetPolicyChange } from '../../../src/report/report.ts';
import { anEntry, anUnchangedEntry, aSetEntry, aSetPolicy } from '../builders.ts';

const LIMIT = 400_000;

const outputsOf = (entries: readonly Entry[], summary: string) => outputsOfRun({ entries }, summary);

const namesIn = (policies: string | undefined) =>
  (JSON.parse(policies ?? '') as { name: string }[]).map(({ name }) => name);

test('has the counts, the policies and the summary', () => {
  const failed = anEntry({
    name: 'tags',
    id: undefined,
    kind: 'opa',
    path: 'opa/tags.rego',
    status: 'failed',
    wrote: false,
    enforcementLevel: { before: undefined, after: undefined, stated: false },
    error: { message: 'No.', place: { file: 'opa/tags.rego', line: 3 }, advice: 'Do it.' },
  });
  const { policies, ...others } = outputsOf([anEntry(), failed, anUnchangedEntry()], '## Report');
  expect(others).toEqual({
    changed: 'true',
    created: '1',
    updated: '0',
    deleted: '0',
    unchanged: '1',
    failed: '1',
    'policies-omitted': '0',
    'policy-sets': '[]',
    summary: '## Report',
  });
  expect(JSON.parse(policies ?? '')).toMatchObject([
    {
      name: 'cost',
      id: 'pol-cost',
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
      id: null,
      enforcementLevel: null,
      status: 'failed',
      error: 'opa/tags.rego:3: No. Do it.',
    },
    { action: 'unchanged', changes: [] },
  ]);
});

test('has, of each policy, exactly what is documented', () => {
  const diff = { kind: 'new', text: 'secret', added: 1 } as const;
  const [policy] = JSON.parse(outputsOf([anEntry({ diff, duration: 3 })], '')['policies'] ?? '') as object[];
  expect(Object.keys(policy ?? {}).toSorted()).toEqual(
    ['action', 'changes', 'enforcementLevel', 'error', 'id', 'kind', 'name', 'path', 'status'].toSorted(),
  );
});

test('has all of them where nothing happened', () => {
  expect(outputsOf([], '')).toEqual({
    changed: 'false',
    created: '0',
    updated: '0',
    deleted: '0',
    unchanged: '0',
    failed: '0',
    policies: '[]',
    'policies-omitted': '0',
    'policy-sets': '[]',
    summary: '',
  });
});

describe('policies', () => {
  const many = (count: number, make: (overrides: Partial<Entry>) => Entry, prefix: string) =>
    Array.from({ length: count }, (_, index) => make({ name: `${prefix}-${index}` }));
  const total = ({ policies, summary }: Record<string, string>) =>
    (policies ?? '').length + (summary ?? '').length;

  test('are all there as long as there is room', () => {
    const entries = [...many(500, anEntry, 'new'), ...many(500, anUnchangedEntry, 'old')];
    const outputs = outputsOf(entries, 's'.repeat(65_000));
    expect(namesIn(outputs['policies'])).toHaveLength(1_000);
    expect(total(outputs)).toBeLessThanOrEqual(LIMIT);
  });

  test('lose the unchanged ones first, all of them', () => {
    const entries = [...many(3_000, anUnchangedEntry, 'old'), ...many(20, anEntry, 'new')];
    const outputs = outputsOf(entries, 's'.repeat(65_000));
    expect(namesIn(outputs['policies'])).toEqual(many(20, anEntry, 'new').map(({ name }) => name));
    expect(outputs).toMatchObject({ unchanged: '3000', created: '20', 'policies-omitted': '3000' });
  });

  test('lose the last ones next', () => {
    const entries = many(5_000, anEntry, 'new');
    const outputs = outputsOf(entries, 's'.repeat(65_000));
    const kept = namesIn(outputs['policies']);
    expect(kept).toEqual(entries.slice(0, kept.length).map(({ name }) => name));
    expect(outputs['policies-omitted']).toBe(String(5_000 - kept.length));
    expect(total(outputs)).toBeLessThanOrEqual(LIMIT);
    expect(total(outputs)).toBeGreaterThan(LIMIT - 300);
  });

  test('count in UTF-16 units, as GitHub does', () => {
    const entries = many(2_000, (overrides) => anEntry({ ...overrides, path: '😀'.repeat(60) }), 'new');
    expect(total(outputsOf(entries, '😀'.repeat(20_000)))).toBeLessThanOrEqual(LIMIT);
  });

  test('stay JSON where nothing has room', () => {
    const huge = anEntry({ error: { message: 'x'.repeat(500_000) } });
    expect(outputsOf([huge], '')['policies']).toBe('[]');
  });
});

describe('of versioned policy sets', () => {
  const unchanged = { action: 'unchanged', changes: [], levelBefore: 'advisory', touchedBy: [] } as const;
  const updated = { ...unchanged, action: 'update', changes: ['code'] } as const;
  const gone = { ...unchanged, action: 'delete' } as const;
  const ofSets = (...sets: SetEntry[]) => outputsOfRun({ entries: [], sets }, 's'.repeat(65_000));

  test('the counts are of policy sets', () => {
    const failed = aSetEntry({ name: 'a', action: 'create', status: 'failed', error: { message: 'No.' } });
    const left = aSetEntry({ name: 'b', status: 'skipped', wrote: false });
    expect(ofSets(failed, left, aSetEntry(), aSetEntry({ name: 'c', action: 'unchanged' }))).toMatchObject({
      changed: 'true',
      created: '0',
      updated: '1',
      unchanged: '1',
      failed: '1',
    });
  });

  test('has of each set and policy exactly what is documented', () => {
    const policies = [
      aSetPolicy({ change: updated }),
      aSetPolicy({ name: 'old', path: undefined, change: gone }),
    ];
    const place = { input: 'versioned-policy-sets' };
    const entry = aSetEntry({
      policies,
      status: 'failed',
      version: undefined,
      error: { message: 'No.', place },
    });
    const outputs = ofSets(entry);
    expect(JSON.parse(outputs['policy-sets'] ?? '')).toEqual([
      {
        name: 'base',
        id: 'polset-base',
        kind: 'sentinel',
        path: 'policies',
        action: 'update',
        changes: ['content'],
        version: null,
        digest: 'd'.repeat(64),
        status: 'failed',
        error: 'input versioned-policy-sets: No.',
      },
    ]);
    const common = { kind: 'sentinel', policySet: 'base', status: 'failed' };
    expect(JSON.parse(outputs['policies'] ?? '')).toEqual([
      {
        ...common,
        name: 'cost',
        path: 'policies/cost.sentinel',
        enforcementLevel: 'advisory',
        action: 'update',
        changes: ['code'],
      },
      { ...common, name: 'old', path: null, enforcementLevel: null, action: 'delete', changes: [] },
    ]);
  });

  test('a policy has no action where the content before is not known', () => {
    const [policy] = JSON.parse(ofSets(aSetEntry())['policies'] ?? '') as object[];
    expect(Object.keys(policy ?? {})).toEqual([
      'name',
      'kind',
      'path',
      'enforcementLevel',
      'policySet',
      'status',
    ]);
  });

  test('unchanged policies go first, of unchanged sets and of others', () => {
    const many = (count: number, prefix: string, change: SetPolicyChange | undefined) =>
      Array.from({ length: count }, (_, index) =>
        aSetPolicy({ name: `${prefix}-${index}`, ...(change && { change }) }),
      );
    const still = aSetEntry({
      name: 'still',
      action: 'unchanged',
      policies: many(2_000, 'still', unchanged),
    });
    const moving = aSetEntry({ policies: [...many(2_000, 'same', unchanged), ...many(20, 'new', updated)] });
    const outputs = ofSets(still, moving);
    expect(namesIn(outputs['policies'])).toEqual(many(20, 'new', updated).map(({ name }) => name));
    expect(outputs['policies-omitted']).toBe('4000');
    const length = ['policies', 'policy-sets', 'summary'].map((name) => outputs[name]?.length ?? 0);
    expect(length.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(LIMIT);
  });
});
