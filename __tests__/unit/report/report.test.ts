import { describe, expect, test } from '@jest/globals';
import {
  countOutcomes,
  type Entry,
  enforcementShifts,
  hasChanges,
  hasFailed,
  headline,
  newlyEnforced,
  outcome,
  plural,
  type Report,
} from '../../../src/report/report.ts';
import { anEntry, anUnchangedEntry, aReport } from '../builders.ts';

const created = anEntry();
const updated = anEntry({ action: 'update', changes: ['code'] });
const unchanged = anUnchangedEntry();
const failed = anEntry({ status: 'failed', wrote: false, error: { message: 'No.' } });
const halfDone = anEntry({ status: 'failed', wrote: true, error: { message: 'No.' } });
const checked = anEntry({ action: 'check', status: 'skipped', wrote: false });
const planned = (entry: Entry): Entry => ({ ...entry, status: 'planned', wrote: false });
const times = (count: number, entry: Entry): Entry[] => Array.from({ length: count }, () => entry);

describe('headline', () => {
  const dryRun = { mode: 'dry-run' } as const;

  test.each<[string, Partial<Report>]>([
    [
      '3 created, 1 updated, 14 unchanged',
      { entries: [...times(3, created), updated, ...times(14, unchanged)] },
    ],
    ['1 created', { entries: [created] }],
    ['2 updated', { entries: times(2, updated) }],
    ['1 failed, 1 created, 1 unchanged', { entries: [created, failed, unchanged] }],
    ['2 failed', { entries: [failed, halfDone] }],
    ['3,000 created, 1,000 unchanged', { entries: [...times(3_000, created), ...times(1_000, unchanged)] }],
    ['nothing to do, 14 unchanged', { entries: times(14, unchanged) }],
    [
      '1 would be created, 2 would be updated, 1 unchanged',
      { ...dryRun, entries: [planned(created), ...times(2, planned(updated)), planned(unchanged)] },
    ],
    ['nothing to do, 2 unchanged', { ...dryRun, entries: times(2, planned(unchanged)) }],
    ['1 file checked, nothing compared or written', { mode: 'check', entries: [checked] }],
    ['2 files checked, nothing compared or written', { mode: 'check', entries: [checked, checked] }],
    ['failed with 1 problem, nothing was written', { problems: [{ message: 'No.' }] }],
    [
      'failed with 2 problems, nothing was written',
      { mode: 'check', problems: [{ message: 'No.' }, { message: 'No.' }] },
    ],
  ])('%s', (expected, overrides) => {
    expect(headline(aReport(overrides))).toBe(expected);
  });
});

test.each<[string, Entry[], object]>([
  ['nothing', [], {}],
  ['what was done', [created, created, updated, unchanged], { created: 2, updated: 1, unchanged: 1 }],
  ['what would be done', [planned(created), planned(updated)], { created: 1, updated: 1 }],
  ['failures as nothing else', [failed, halfDone], { failed: 2 }],
  ['what was only checked as nothing', [checked], {}],
])('countOutcomes counts %s', (_, entries, expected) => {
  const none = { created: 0, updated: 0, deleted: 0, unchanged: 0, failed: 0 };
  expect(countOutcomes(entries)).toEqual({ ...none, ...expected });
});

test.each<[string, Entry[], boolean]>([
  ['nothing', [], false],
  ['what was created', [unchanged, created], true],
  ['what would be updated', [planned(updated)], true],
  ['what is as it should be', [unchanged, planned(unchanged)], false],
  ['what failed before it wrote', [failed], false],
  ['what failed after it wrote', [halfDone], true],
  ['what was only checked', [checked], false],
])('hasChanges of %s: %s', (_, entries, expected) => {
  expect(hasChanges(entries)).toBe(expected);
});

test.each<[string, Partial<Report>, boolean]>([
  ['a clean run', { entries: [created, unchanged], warnings: [{ message: 'Hm.' }] }, false],
  ['a failed policy', { entries: [created, failed] }, true],
  ['a problem', { problems: [{ message: 'No.' }] }, true],
  ['files that were checked', { mode: 'check', entries: [checked] }, false],
])('hasFailed of %s', (_, overrides, expected) => {
  expect(hasFailed(aReport(overrides))).toBe(expected);
});

describe('enforcementShifts', () => {
  const level = (before: string | undefined, after: string | undefined, overrides: Partial<Entry> = {}) =>
    anEntry({ action: 'update', enforcementLevel: { before, after, stated: true }, ...overrides });
  const opa = { kind: 'opa' } as const;

  test.each<[string, Entry, 'stricter' | 'looser' | 'neither']>([
    ['advisory to soft', level('advisory', 'soft-mandatory'), 'stricter'],
    ['soft to hard', level('soft-mandatory', 'hard-mandatory'), 'stricter'],
    ['advisory to hard', level('advisory', 'hard-mandatory'), 'stricter'],
    ['hard to soft', level('hard-mandatory', 'soft-mandatory'), 'looser'],
    ['soft to advisory', level('soft-mandatory', 'advisory'), 'looser'],
    ['OPA, stricter', level('advisory', 'mandatory', opa), 'stricter'],
    ['OPA, looser', level('mandatory', 'advisory', opa), 'looser'],
    ['a dry run', level('mandatory', 'advisory', { ...opa, status: 'planned', wrote: false }), 'looser'],
    ['the same', level('advisory', 'advisory'), 'neither'],
    ['a new policy', level(undefined, 'hard-mandatory'), 'neither'],
    ['a level that nobody knows', level('strict', 'advisory'), 'neither'],
    ['a level of the other kind', level('mandatory', 'advisory'), 'neither'],
    [
      'a change that failed before the level',
      level('hard-mandatory', 'hard-mandatory', { status: 'failed', wrote: false }),
      'neither',
    ],
    [
      'a change that failed after the level',
      level('hard-mandatory', 'advisory', { status: 'failed', wrote: true }),
      'looser',
    ],
  ])('%s', (_, entry, expected) => {
    const { stricter, looser } = enforcementShifts([unchanged, entry]);
    expect({ stricter, looser }).toEqual({
      stricter: expected === 'stricter' ? [entry] : [],
      looser: expected === 'looser' ? [entry] : [],
    });
  });
});

test.each<[string, Partial<Entry>, boolean]>([
  ['a new policy at a mandatory level', {}, true],
  [
    'an OPA one',
    { kind: 'opa', enforcementLevel: { before: undefined, after: 'mandatory', stated: true } },
    true,
  ],
  ['a planned one', { status: 'planned', wrote: false }, true],
  [
    'one that was in fewer sets before',
    {
      action: 'update',
      enforcementLevel: { before: 'hard-mandatory', after: 'hard-mandatory', stated: false },
    },
    true,
  ],
  ['one that joins no set', { joins: [] }, false],
  ['an advisory one', { enforcementLevel: { before: undefined, after: 'advisory', stated: true } }, false],
  [
    'one of a level that nobody knows',
    { enforcementLevel: { before: undefined, after: 'strict', stated: true } },
    false,
  ],
  ['one that failed', { status: 'failed', error: { message: 'No.' } }, false],
  [
    'one that is told to get stricter',
    { action: 'update', enforcementLevel: { before: 'advisory', after: 'hard-mandatory', stated: true } },
    false,
  ],
])('newlyEnforced has %s: %j is %j', (_, overrides, expected) => {
  const entry = anEntry({
    joins: ['production'],
    enforcementLevel: { before: undefined, after: 'soft-mandatory', stated: true },
    ...overrides,
  });
  expect(newlyEnforced([unchanged, entry])).toEqual(expected ? [entry] : []);
});

test.each<[Report['mode'], Entry, string]>([
  ['publish', created, 'created'],
  ['publish', updated, 'updated'],
  ['publish', unchanged, 'unchanged'],
  ['publish', failed, 'create failed'],
  ['publish', { ...failed, action: 'update' }, 'update failed'],
  ['publish', halfDone, 'created, incomplete'],
  ['publish', { ...halfDone, action: 'update' }, 'updated, incomplete'],
  ['dry-run', planned(created), 'would create'],
  ['dry-run', planned(updated), 'would update'],
  ['dry-run', planned(unchanged), 'unchanged'],
  ['check', checked, 'checked'],
])('outcome: %s, %j is %s', (mode, entry, expected) => {
  expect(outcome(aReport({ mode }), entry)).toBe(expected);
});

test.each([
  [0, '0 files'],
  [1, '1 file'],
  [2, '2 files'],
  [3_000, '3,000 files'],
])('plural: %d', (count, expected) => {
  expect(plural(count, 'file')).toBe(expected);
});
