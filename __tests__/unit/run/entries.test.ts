import { describe, expect, test } from '@jest/globals';
import { ProblemsError } from '../../../src/model/problem.ts';
import type { Result } from '../../../src/policies/apply.ts';
import type { Change } from '../../../src/policies/plan.ts';
import { checkedEntry, plannedEntry, resultEntry } from '../../../src/run/entries.ts';
import { aFile, anOpaFile, anOpaPolicy, aPolicy, aSet } from '../builders.ts';

const soft = { value: 'soft-mandatory', source: 'input' } as const;
const create: Change = {
  action: 'create',
  file: aFile({ enforcementLevel: soft }),
  joins: [aSet()],
  stamps: false,
  replaces: undefined,
};
const update: Change = {
  action: 'update',
  file: anOpaFile(),
  policy: anOpaPolicy({ enforcementLevel: 'mandatory' }),
  changes: ['code'],
  joins: [],
  stamps: false,
  replaces: undefined,
};
const unchanged: Change = { action: 'unchanged', file: aFile(), policy: aPolicy() };

function aResult(change: Change, overrides: Partial<Result> = {}): Result {
  return {
    change,
    policy: aPolicy(),
    wrote: true,
    error: undefined,
    skipped: false,
    duration: 12,
    ...overrides,
  };
}

describe('plannedEntry', () => {
  test('of a new policy', () => {
    expect(plannedEntry(create)).toEqual({
      name: 'cost',
      id: undefined,
      kind: 'sentinel',
      path: 'cost.sentinel',
      action: 'create',
      status: 'planned',
      wrote: false,
      changes: ['code', 'enforcement-level', 'policy-sets'],
      enforcementLevel: { before: undefined, after: 'soft-mandatory', stated: true, source: 'input' },
      joins: ['production'],
      leaves: [],
      error: undefined,
    });
  });

  test('of a new OPA policy', () => {
    const entry = plannedEntry({
      action: 'create',
      file: anOpaFile(),
      joins: [],
      stamps: false,
      replaces: undefined,
    });
    expect(entry.changes).toEqual(['code', 'enforcement-level', 'query']);
    expect(entry.enforcementLevel.after).toBe('advisory');
  });

  test('of a policy whose level is kept', () => {
    expect(plannedEntry(update)).toMatchObject({
      id: 'pol-tags',
      changes: ['code'],
      enforcementLevel: { before: 'mandatory', after: 'mandatory', stated: false },
    });
  });

  test('of a policy that is as it should be', () => {
    expect(plannedEntry(unchanged)).toMatchObject({ action: 'unchanged', changes: [], joins: [] });
  });
});

describe('the words that change', () => {
  const settings = (changes: readonly ['query' | 'description'], query: string | null) =>
    plannedEntry({
      action: 'update',
      file: anOpaFile({
        query: { value: 'data.tags.deny', source: 'policies.hcl:2' },
        description: { value: 'New.', source: 'file' },
      }),
      policy: anOpaPolicy({ query, description: 'Old.\r\n' }),
      changes,
      joins: [],
      stamps: false,
      replaces: undefined,
    });

  test('are the query, before and after', () => {
    expect(settings(['query'], 'data.tags.violations')).toMatchObject({
      query: { before: 'data.tags.violations', after: 'data.tags.deny' },
    });
    expect(settings(['query'], '').query).toEqual({ before: undefined, after: 'data.tags.deny' });
    expect(settings(['query'], null).description).toBeUndefined();
  });

  test('are the description, compared', () => {
    expect(settings(['description'], null)).toMatchObject({
      description: { kind: 'patch', text: '@@ -1,1 +1,1 @@\n-Old.\n+New.', added: 1, removed: 1 },
    });
    expect(settings(['description'], 'x').query).toBeUndefined();
  });

  test('are none of a policy that stays as it is', () => {
    expect(plannedEntry(unchanged)).not.toHaveProperty('description');
  });
});

describe('resultEntry', () => {
  test('tells the level that a failed change did not reach', () => {
    const raised: Change = {
      action: 'update',
      file: aFile({ enforcementLevel: soft }),
      policy: aPolicy(),
      changes: ['enforcement-level'],
      joins: [],
      stamps: false,
      replaces: undefined,
    };
    const error = new Error('No.');
    expect(resultEntry(aResult(raised, { wrote: false, error })).enforcementLevel).toMatchObject({
      after: 'advisory',
      missed: 'soft-mandatory',
    });
    const policy = aPolicy({ enforcementLevel: 'soft-mandatory' });
    expect(resultEntry(aResult(raised, { policy, error })).enforcementLevel).not.toHaveProperty('missed');
    expect(resultEntry(aResult(raised, { policy })).enforcementLevel).not.toHaveProperty('missed');
  });

  test('has the level that the server answered', () => {
    const policy = aPolicy({ id: 'pol-new', enforcementLevel: 'hard-mandatory' });
    expect(resultEntry(aResult(create, { policy }))).toMatchObject({
      id: 'pol-new',
      status: 'applied',
      wrote: true,
      enforcementLevel: { before: undefined, after: 'hard-mandatory', stated: true },
      error: undefined,
    });
  });

  test.each<[string, Result, object]>([
    [
      'before anything was written',
      aResult(create, { policy: undefined, wrote: false, error: new Error('No.') }),
      { message: 'No.', place: { file: 'cost.sentinel' } },
    ],
    [
      'after it was created',
      aResult(create, { error: new Error('No.') }),
      {
        message: 'No.',
        place: { file: 'cost.sentinel' },
        advice: 'It was created but is not complete: the next run completes it.',
      },
    ],
    [
      'after it was changed in part',
      aResult(update, { error: new Error('No.') }),
      {
        message: 'No.',
        place: { file: 'tags.rego' },
        advice: 'It was partly changed: the next run completes it.',
      },
    ],
    [
      'with a problem that says it all',
      aResult(create, {
        wrote: false,
        error: new ProblemsError([{ message: 'Kind.', place: { file: 'x' }, advice: 'Rename.' }]),
      }),
      { message: 'Kind.', place: { file: 'x' }, advice: 'Rename.' },
    ],
  ])('that failed %s', (_, result, error) => {
    expect(resultEntry(result)).toMatchObject({ status: 'failed', wrote: result.wrote });
    expect(resultEntry(result).error).toEqual(error);
  });
});

test('checkedEntry tells what the file states', () => {
  expect(checkedEntry(aFile({ enforcementLevel: soft }))).toMatchObject({
    action: 'check',
    status: 'skipped',
    changes: [],
    enforcementLevel: { before: undefined, after: 'soft-mandatory', stated: true, source: 'input' },
  });
  expect(checkedEntry(aFile()).enforcementLevel).toEqual({
    before: undefined,
    after: undefined,
    stated: false,
  });
});
