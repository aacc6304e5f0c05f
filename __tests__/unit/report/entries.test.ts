import { describe, expect, test } from '@jest/globals';
import type { Result } from '../../../src/plan/apply.ts';
import type { Change } from '../../../src/plan/plan.ts';
import { ProblemsError } from '../../../src/problem.ts';
import { checkedEntry, plannedEntry, resultEntry } from '../../../src/report/entries.ts';
import { aFile, anOpaFile, anOpaPolicy, aPolicy, aSet } from '../builders.ts';

const soft = { value: 'soft-mandatory', source: 'input' } as const;
const create: Change = { action: 'create', file: aFile({ enforcementLevel: soft }), joins: [aSet()] };
const update: Change = {
  action: 'update',
  file: anOpaFile(),
  policy: anOpaPolicy({ enforcementLevel: 'mandatory' }),
  changes: ['code'],
  joins: [],
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
      error: undefined,
    });
  });

  test('of a new OPA policy', () => {
    const entry = plannedEntry({ action: 'create', file: anOpaFile(), joins: [] });
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

describe('resultEntry', () => {
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
        advice: 'It was created, but is not complete. The next run completes it.',
      },
    ],
    [
      'after it was changed in part',
      aResult(update, { error: new Error('No.') }),
      {
        message: 'No.',
        place: { file: 'tags.rego' },
        advice: 'It was changed in part. The next run completes it.',
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
