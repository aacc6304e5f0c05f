import { describe, expect, test } from '@jest/globals';
import type { Policy, Stamp } from '../../../src/model/policy.ts';
import {
  foreign,
  isForeign,
  isStamped,
  isStampOf,
  needsStamp,
  type Ownership,
  provesSame,
} from '../../../src/policies/ownership.ts';
import { aFile, aPolicy } from '../builders.ts';

const ours: Ownership = { owner: 'acme/policies', prefix: '', stamps: false };
const stamping: Ownership = { ...ours, stamps: true };

const file = aFile();
const uploaded = '2026-01-01T00:00:00.000Z';

/** The file's policy, as a run left it, its stamp changed by this. */
function stamped(stamp: Partial<Stamp> = {}, policy: Partial<Policy> = {}): Policy {
  const right = {
    run: undefined,
    owner: 'acme/policies',
    prefix: '',
    path: file.path,
    sha256: file.sha256,
    line: 'x',
  };
  return aPolicy({ stamp: { ...right, updatedAt: uploaded, ...stamp }, updatedAt: uploaded, ...policy });
}

describe('another owner’s', () => {
  test.each<[string, Policy, Ownership, boolean]>([
    ['is no policy without a stamp', aPolicy(), ours, false],
    ['is none of this owner, whatever the prefix', stamped({ prefix: 'prod-' }), ours, false],
    ['is every other', stamped({ owner: 'acme/policies//x' }), ours, true],
    ['is one in another letter case', stamped({ owner: 'Acme/policies' }), ours, true],
    ['is every stamped one where there is no owner', stamped(), { ...ours, owner: undefined }, true],
    ['is none that is bare where there is no owner', aPolicy(), { ...ours, owner: undefined }, false],
  ])('%s', (_name, policy, ownership, expected) => {
    expect(isForeign(policy, ownership)).toBe(expected);
  });

  test('is told with both owners, the file and the two ways out', () => {
    const { stamp } = stamped({ owner: 'other/repository' });
    const problem = foreign(file, stamp as Stamp, ours);
    expect(problem.message).toMatch(/`other\/repository`.*`acme\/policies`/);
    expect(problem.place).toEqual({ file: 'cost.sentinel' });
    expect(problem.advice).toMatch(/`owner`.*remove/);
  });
});

describe('a stamp proves the code the same', () => {
  test.each<[string, Policy, boolean]>([
    ['where digest and time are right', stamped(), true],
    ['not without a stamp', aPolicy(), false],
    ['not with another digest', stamped({ sha256: 'f'.repeat(64) }), false],
    ['not with another time', stamped({}, { updatedAt: '2026-01-01T00:00:01.000Z' }), false],
    ['not where the server tells no time', stamped({}, { updatedAt: undefined }), false],
    ['not where neither tells one', stamped({ updatedAt: '' }, { updatedAt: undefined }), false],
    ['not where there is no code', stamped({}, { hasCode: false }), false],
    ['whatever its path', stamped({ path: 'x/cost.sentinel' }), true],
  ])('%s', (_name, policy, expected) => {
    expect(provesSame(policy, file)).toBe(expected);
  });
});

describe('a stamp has to be written', () => {
  const none = aPolicy();
  test.each<[string, Policy, Ownership, boolean]>([
    ['where there is none and there shall be one', none, stamping, true],
    ['not where there is none and none is asked for', none, ours, false],
    ['not where it is right', stamped(), stamping, false],
    ['for another path', stamped({ path: 'x.sentinel' }), ours, true],
    ['for another prefix', stamped({ prefix: 'x-' }), ours, true],
    ['not for another digest only', stamped({ sha256: 'f'.repeat(64) }), stamping, false],
    ['not for another time only', stamped({ updatedAt: '2020' }), stamping, false],
    ['for both, as an interrupted run leaves it', stamped({ sha256: 'f', updatedAt: '2020' }), ours, true],
  ])('%s', (_name, policy, ownership, expected) => {
    expect(needsStamp(policy, file, ownership)).toBe(expected);
  });

  test('where it is asked for, or there is one to keep up to date', () => {
    expect([
      isStamped(none, ours),
      isStamped(undefined, ours),
      isStamped(none, stamping),
      isStamped(stamped(), ours),
    ]).toEqual([false, false, true, true]);
  });

  test('names owner, prefix and path', () => {
    expect([
      isStampOf(stamped(), file, ours),
      isStampOf(none, file, ours),
      isStampOf(stamped({ owner: 'x' }), file, ours),
    ]).toEqual([true, false, false]);
  });
});
