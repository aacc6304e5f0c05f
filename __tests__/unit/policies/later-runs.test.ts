import { describe, expect, test } from '@jest/globals';
import type { PublishingRun, ThisRun } from '../../../src/model/publishing-run.ts';
import {
  announceOvertaken,
  isOvertaken,
  refusal,
  refuseOvertaken,
} from '../../../src/policies/later-runs.ts';
import type { Ownership } from '../../../src/policies/ownership.ts';
import { NO_PLAN, type Plan } from '../../../src/policies/plan.ts';
import type { Stamped } from '../../../src/policies/prune.ts';
import { aFile, aPolicy } from '../builders.ts';

const run: ThisRun = {
  server: 'github.com',
  repository: 'acme/policies',
  id: 100,
  attempt: 2,
  serverUrl: 'https://github.com',
};
const { serverUrl: _, ...own } = run;
const ownership: Ownership = { owner: 'acme/policies', prefix: '', stamps: true, run };

function stamped(name: string, changes: Partial<PublishingRun> | undefined): Stamped {
  const stamp = { owner: 'acme/policies', prefix: '', path: `${name}.sentinel`, sha256: 'a', updatedAt: '' };
  return {
    ...aPolicy({ name }),
    stamp: { ...stamp, line: name, run: changes && { ...own, ...changes } },
  };
}

describe('a later run', () => {
  test.each<[string, Partial<PublishingRun> | undefined, boolean]>([
    ['has a higher id', { id: 101, attempt: 1 }, true],
    ['has the same id and a higher attempt', { attempt: 3 }, true],
    ['is not this one', {}, false],
    ['is not an earlier attempt', { attempt: 1 }, false],
    ['is not one of a lower id', { id: 99, attempt: 9 }, false],
    [
      'may spell the repository in other letters',
      { id: 101, server: 'GitHub.com', repository: 'Acme/Policies' },
      true,
    ],
    ['is none of another repository', { id: 101, repository: 'acme/other' }, false],
    ['is none of another server', { id: 101, server: 'ghe.example' }, false],
    ['is none where the stamp names none', undefined, false],
  ])('%s', (_name, changes, expected) => {
    expect(isOvertaken(stamped('cost', changes), run)).toBe(expected);
  });

  test('is none where this run has no number, or the policy no stamp', () => {
    expect(isOvertaken(stamped('cost', { id: 101 }), undefined)).toBe(false);
    expect([aPolicy(), undefined].map((policy) => isOvertaken(policy, run))).toEqual([false, false]);
  });
});

describe('a plan', () => {
  const later = { id: 200, attempt: 1 };
  const update = (name: string, policy: Stamped, replaces?: Stamped) =>
    ({
      action: 'update',
      file: aFile({ name }),
      policy,
      changes: ['code'],
      joins: [],
      stamps: true,
      replaces,
    }) as const;
  const create = (name: string, replaces?: Stamped) =>
    ({ action: 'create', file: aFile({ name }), joins: [], stamps: true, replaces }) as const;
  const deletion = (policy: Stamped) =>
    ({ action: 'delete', policy, leaves: [], renamedTo: undefined }) as const;
  const moved = stamped('moved', later);
  const plan: Plan = {
    ...NO_PLAN,
    changes: [
      update('a', stamped('a', later)),
      update('b', stamped('b', { id: 50 })),
      update('c', stamped('c', { id: 50 }), moved),
      create('d'),
      create('e', moved),
      { action: 'unchanged', file: aFile({ name: 'f' }), policy: stamped('f', later) },
      update('g', stamped('g', { id: 100, attempt: 3 })),
    ],
    deletions: [deletion(moved), deletion(stamped('old', { id: 50 }))],
  };

  test('of a run that publishes refuses what later runs wrote, and what would take its place', () => {
    const { changes, deletions, warnings } = refuseOvertaken(plan, ownership);
    expect(changes.map(({ action, file }) => `${file.name} ${action}`)).toEqual([
      'a refused',
      'b update',
      'c refused',
      'd create',
      'e refused',
      'f unchanged',
      'g refused',
    ]);
    expect(changes[4]).toMatchObject({
      policy: undefined,
      problem: { message: expect.stringContaining('`moved`') },
    });
    expect(deletions.map(({ problem }) => problem?.place)).toEqual([{ file: 'moved.sentinel' }, undefined]);
    expect(warnings).toEqual([]);
  });

  test('says the same of all that one run wrote', () => {
    const { changes } = refuseOvertaken(
      { ...plan, changes: ['a', 'b'].map((name) => update(name, stamped(name, later))) },
      ownership,
    );
    const messages = changes.map((change) => change.action === 'refused' && change.problem.message);
    expect(new Set(messages).size).toBe(1);
  });

  test('of a run that only looks stays, with one warning that names all of them', () => {
    const { changes, deletions, warnings } = announceOvertaken(plan, ownership);
    expect([changes, deletions]).toEqual([plan.changes, plan.deletions]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toMatch(
      /: a, c, e, moved \(run 200, attempt 1 .*; g \(run 100, attempt 3 .*This is run 100, attempt 2/,
    );
  });

  test('of a run without a number stays as it is', () => {
    const without = { ...ownership, run: undefined };
    expect([refuseOvertaken(plan, without), announceOvertaken(plan, without)]).toEqual([plan, plan]);
    expect(announceOvertaken(NO_PLAN, ownership)).toEqual(NO_PLAN);
  });
});

test('what has appeared meanwhile is refused for its owner, and for its run', () => {
  const reason = (policy: Stamped) => refusal(aFile(), policy, ownership)?.message;
  const theirs = stamped('cost', {});
  expect(reason({ ...theirs, stamp: { ...theirs.stamp, owner: 'other/owner' } })).toMatch(/belongs to owner/);
  expect(reason(stamped('cost', { id: 101 }))).toMatch(/later run/);
  expect(reason(stamped('cost', {}))).toBeUndefined();
});
