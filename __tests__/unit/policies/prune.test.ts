import { describe, expect, test } from '@jest/globals';
import type { Stamp } from '../../../src/model/policy.ts';
import type { Ownership } from '../../../src/policies/ownership.ts';
import {
  findOrphans,
  findRenames,
  keepUnnamed,
  renamedByHand,
  renamedByHandWarning,
  type Stamped,
  tooMany,
  unnamedWarnings,
} from '../../../src/policies/prune.ts';
import { aFile, anOpaFile, aPolicy } from '../builders.ts';

const ours: Ownership = { owner: 'acme/policies', prefix: '', stamps: true };

function stamped(name: string, stamp: Partial<Stamp> = {}, kind = 'sentinel'): Stamped {
  const right = {
    run: undefined,
    owner: 'acme/policies',
    prefix: '',
    path: `${name}.sentinel`,
    sha256: 'a',
    updatedAt: '',
  };
  return { ...aPolicy({ name, kind }), stamp: { ...right, line: name, ...stamp } };
}

const namesOf = (policies: readonly Stamped[]) => policies.map(({ name }) => name);

describe('orphans', () => {
  test('are of exactly this owner and prefix, and have no file', () => {
    const policies = [
      stamped('gone'),
      stamped('kept'),
      aPolicy({ name: 'bare' }),
      stamped('theirs', { owner: 'acme/other' }),
      stamped('prod-x', { prefix: 'prod-' }),
    ];
    expect(namesOf(findOrphans(policies, [aFile({ name: 'kept' })], ours))).toEqual(['gone']);
    expect(namesOf(findOrphans(policies, [], { ...ours, prefix: 'prod-' }))).toEqual(['prod-x']);
    expect(findOrphans(policies, [], { ...ours, owner: undefined })).toEqual([]);
  });

  test('are no more than allowed', () => {
    const [a, b] = [stamped('a'), stamped('b')];
    expect(tooMany([a, b], 2)).toEqual([]);
    expect(tooMany([], 0)).toEqual([]);
    const [problem, ...others] = tooMany([a, b], 1);
    expect(others).toEqual([]);
    expect(problem?.message).toMatch(
      /^2 policies .*`max-deletes` \(1\): a \(a\.sentinel\), b \(b\.sentinel\)/,
    );
    expect(problem?.place).toEqual({ input: 'max-deletes' });
    expect(problem?.advice).toContain('`max-deletes` to 2');
  });
});

describe('renames', () => {
  const [old, twin, other] = [stamped('old'), stamped('twin'), stamped('other', {}, 'opa')];
  const code = new Map([
    [old.id, 'x'],
    [twin.id, 'x'],
    [other.id, 'x'],
  ]);
  const fresh = aFile({ name: 'new', sha256: 'x' });

  test.each<[string, Stamped[], [string, string][]]>([
    ['of the one with the same code', [old, stamped('different')], [['new', 'old']]],
    ['of none, where two have the code', [old, twin], []],
    ['of none, where only a policy of the other kind has it', [other], []],
    ['of the one of its kind', [old, other], [['new', 'old']]],
    ['of none, where none goes', [], []],
  ])('are %s', (_name, orphans, expected) => {
    const renames = findRenames([fresh], orphans, code);
    expect([...renames].map(([name, policy]) => [name, policy.name])).toEqual(expected);
  });

  test('are none of a policy whose code is not known', () => {
    expect(findRenames([fresh], [old], new Map()).size).toBe(0);
    expect(findRenames([anOpaFile({ sha256: '' })], [other], new Map([[other.id, 'x']])).size).toBe(0);
  });
});

test('a prefix counts as names have it', () => {
  const policies = ['team.a.', 'team-a-', 'team_a_'].map((prefix) => stamped(prefix, { prefix }));
  expect(namesOf(findOrphans(policies, [], { ...ours, prefix: 'team-a-' }))).toEqual(['team-a-', 'team.a.']);
});

describe('a policy whose file is left out', () => {
  const [cost, tags] = [
    stamped('cost', { path: 'a/cost.sentinel' }),
    stamped('tags', { path: 'a/tags.sentinel' }),
  ];
  const leftOut = (unnamedBy?: string[]) => [
    { path: 'a/cost.sentinel', why: 'x', ...(unnamedBy === undefined ? {} : { unnamedBy }) },
  ];

  test.each<[string, string[] | undefined, string[]]>([
    ['stays, where a configuration above does not name it', ['sentinel.hcl'], ['tags']],
    ['stays, where it is one beside the folder', ['ab/sentinel.hcl'], ['tags']],
    ['goes, where the one in its folder does not', ['a/sentinel.hcl'], ['cost', 'tags']],
    [
      'goes, where one of several in its folder does not',
      ['a/sentinel.hcl', 'sentinel.hcl'],
      ['cost', 'tags'],
    ],
    ['goes, where it is left out for something else', undefined, ['cost', 'tags']],
  ])('%s', (_name, unnamedBy, expected) => {
    const { orphans, kept } = keepUnnamed([cost, tags], leftOut(unnamedBy));
    expect(namesOf(orphans)).toEqual(expected);
    expect(unnamedWarnings(kept)).toHaveLength(2 - expected.length);
  });
});

describe('renamed in the organization', () => {
  const file = aFile({ name: 'cost' });
  const renamed = stamped('cost-control', { path: 'cost.sentinel' });
  const found = (policies: readonly Stamped[], files = [file]) =>
    renamedByHand(files, policies, ours).map(([policy, { name }]) => [policy.name, name]);

  test.each<[string, Stamped[], string[][]]>([
    ['is a policy with the path of a file, whose name nobody has', [renamed], [['cost-control', 'cost']]],
    ['is none where the name is taken', [renamed, stamped('cost')], []],
    ['is none of another path', [stamped('cost-control')], []],
    ['is none of another owner', [stamped('x', { path: 'cost.sentinel', owner: 'a/b' })], []],
    ['is none of another prefix', [stamped('x', { path: 'cost.sentinel', prefix: 'x-' })], []],
  ])('%s', (_name, policies, expected) => {
    expect(found(policies)).toEqual(expected);
  });

  test('is none that has a file of its own: two blocks may share one', () => {
    const twin = aFile({ name: 'cost-control', path: file.path });
    expect(found([renamed], [file, twin])).toEqual([]);
  });

  test('is warned of, unless it is carried over', () => {
    const pairs = renamedByHand([file], [renamed], ours);
    expect(renamedByHandWarning(pairs, new Map())).toHaveLength(1);
    expect(renamedByHandWarning(pairs, new Map([['cost', renamed]]))).toEqual([]);
  });
});
