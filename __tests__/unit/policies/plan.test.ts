import { describe, expect, test } from '@jest/globals';
import type { Policy, PolicyFile } from '../../../src/model/policy.ts';
import {
  createPlan,
  differences,
  pair,
  type WantedSettings,
  wantedSettings,
} from '../../../src/policies/plan.ts';
import {
  aFile,
  anOpaFile,
  anOpaPolicy,
  anOrganization,
  aPair,
  aPolicy,
  aSet,
  somePlanInputs,
} from '../builders.ts';

const soft = { value: 'soft-mandatory', source: 'input' } as const;
const mandatory = { value: 'mandatory', source: 'input' } as const;

describe('pair', () => {
  test('pairs by exact name, in the order of the files', () => {
    const [a, b, c] = [aFile({ name: 'a' }), aFile({ name: 'b' }), anOpaFile({ name: 'c' })];
    const policies = [anOpaPolicy({ name: 'c' }), aPolicy({ name: 'B' }), aPolicy({ name: 'a' })];
    expect(pair([b, c, a], anOrganization({ policies }))).toEqual({
      pairs: [
        { file: b, policy: undefined },
        { file: c, policy: policies[0] },
        { file: a, policy: policies[2] },
      ],
      problems: [],
    });
  });

  test.each([
    [anOpaFile({ name: 'a' }), aPolicy({ name: 'a' }), 'sentinel', 'opa'],
    [aFile({ name: 'a' }), anOpaPolicy({ name: 'a' }), 'opa', 'sentinel'],
    [aFile({ name: 'a' }), aPolicy({ name: 'a', kind: 'tfpolicy' }), 'tfpolicy', 'sentinel'],
  ])('refuses a policy of another kind', (file, policy, there, here) => {
    expect(pair([file, aFile({ name: 'z' })], anOrganization({ policies: [policy] }))).toEqual({
      pairs: [{ file: aFile({ name: 'z' }), policy: undefined }],
      problems: [
        {
          message: `Policy "a" already exists with kind ${there}; this file defines a policy of kind ${here}.`,
          place: { file: file.path },
          advice: 'The kind of a policy cannot be changed: rename the file, or delete the policy first.',
        },
      ],
    });
  });

  test('refuses Rego where the release knows no OPA', () => {
    const { pairs, problems } = pair([anOpaFile(), aFile()], anOrganization({ knowsKinds: false }));
    expect(pairs).toEqual([{ file: aFile(), policy: undefined }]);
    expect(problems).toEqual([
      {
        message: 'This release of Terraform Enterprise does not support OPA policies.',
        place: { file: 'tags.rego' },
        advice:
          'OPA requires v202303-1 or later: upgrade Terraform Enterprise, or leave Rego files out of `policies`.',
      },
    ]);
  });

  test('takes Rego where the release has shown nothing yet', () => {
    expect(pair([anOpaFile()], anOrganization({ knowsKinds: undefined })).problems).toEqual([]);
  });
});

describe('wantedSettings', () => {
  const query = 'data.tags.deny';

  test.each<[string, PolicyFile, Policy | undefined, WantedSettings]>([
    ['a new Sentinel policy is advisory', aFile(), undefined, { enforcementLevel: 'advisory' }],
    [
      'a new Sentinel policy gets the stated level',
      aFile({ enforcementLevel: soft }),
      undefined,
      { enforcementLevel: 'soft-mandatory' },
    ],
    [
      'a new OPA policy gets the query of its package',
      anOpaFile(),
      undefined,
      { enforcementLevel: 'advisory', query },
    ],
    [
      'a new OPA policy gets the stated level',
      anOpaFile({ enforcementLevel: mandatory }),
      undefined,
      { enforcementLevel: 'mandatory', query },
    ],
    [
      'an existing Sentinel policy keeps its level',
      aFile(),
      aPolicy({ enforcementLevel: 'hard-mandatory' }),
      {},
    ],
    [
      'an existing Sentinel policy gets the stated level',
      aFile({ enforcementLevel: soft }),
      aPolicy(),
      { enforcementLevel: 'soft-mandatory' },
    ],
    ['an existing OPA policy keeps its query', anOpaFile(), anOpaPolicy({ query: 'data.other.rule' }), {}],
    ['an OPA policy without a query gets one', anOpaFile(), anOpaPolicy({ query: null }), { query }],
    ['an OPA policy with an empty query gets one', anOpaFile(), anOpaPolicy({ query: '' }), { query }],
    [
      'a policy without a level gets one',
      aFile(),
      aPolicy({ enforcementLevel: undefined }),
      { enforcementLevel: 'advisory' },
    ],
  ])('%s', (_, file, policy, expected) => {
    expect(wantedSettings(file, policy)).toEqual(expected);
  });
});

describe('differences', () => {
  const policy = anOpaPolicy({ enforcementLevel: 'advisory', query: 'data.tags.deny' });

  test.each<[string, WantedSettings, string[]]>([
    ['nothing is wanted', {}, []],
    ['all is as wanted', { enforcementLevel: 'advisory', query: 'data.tags.deny' }, []],
    ['the level differs', { enforcementLevel: 'mandatory' }, ['enforcement-level']],
    ['the query differs', { query: 'data.tags.warn' }, ['query']],
    ['both differ', { enforcementLevel: 'mandatory', query: 'x' }, ['enforcement-level', 'query']],
  ])('where %s', (_, wanted, expected) => {
    expect(differences(policy, wanted)).toEqual(expected);
  });

  test('counts what the server leaves out', () => {
    const bare = anOpaPolicy({ enforcementLevel: undefined, query: null });
    expect(differences(bare, { enforcementLevel: 'advisory', query: 'x' })).toEqual([
      'enforcement-level',
      'query',
    ]);
  });
});

describe('createPlan', () => {
  const plain = { stamps: false, replaces: undefined };
  const nothing = somePlanInputs();

  test('creates what is missing', () => {
    expect(createPlan([aPair(aFile())], anOrganization(), nothing)).toEqual({
      changes: [{ action: 'create', file: aFile(), joins: [], ...plain }],
      deletions: [],
      problems: [],
      warnings: [],
    });
  });

  test('leaves alone what is as it should be', () => {
    const policy = aPolicy();
    const { changes } = createPlan([aPair(aFile(), policy)], anOrganization(), somePlanInputs([policy.id]));
    expect(changes).toEqual([{ action: 'unchanged', file: aFile(), policy }]);
  });

  test.each<[string, PolicyFile, Policy, boolean, string[]]>([
    ['code', aFile(), aPolicy(), false, ['code']],
    ['the code that an interrupted run left out', aFile(), aPolicy({ hasCode: false }), false, ['code']],
    ['the level', aFile({ enforcementLevel: soft }), aPolicy(), true, ['enforcement-level']],
    ['a missing query', anOpaFile(), anOpaPolicy({ query: null }), true, ['query']],
    [
      'several parts at once',
      anOpaFile({ enforcementLevel: mandatory }),
      anOpaPolicy({ query: null }),
      false,
      ['code', 'enforcement-level', 'query'],
    ],
  ])('updates %s', (_, file, policy, sameCode, changes) => {
    const plan = createPlan(
      [aPair(file, policy)],
      anOrganization(),
      somePlanInputs(sameCode ? [policy.id] : []),
    );
    expect(plan.changes).toEqual([{ action: 'update', file, policy, changes, joins: [], ...plain }]);
  });

  test('keeps the order of the files, one entry a policy', () => {
    const pairs = ['c', 'a', 'b'].map((name) =>
      aPair(aFile({ name }), name === 'a' ? aPolicy({ name }) : undefined),
    );
    const { changes } = createPlan(pairs, anOrganization(), somePlanInputs(['pol-a']));
    expect(changes.map(({ action, file }) => `${action} ${file.name}`)).toEqual([
      'create c',
      'unchanged a',
      'create b',
    ]);
  });

  describe('policy sets', () => {
    const sets = [aSet({ name: 'one' }), aSet({ name: 'two' }), aSet({ name: 'rego', kind: 'opa' })];
    const [one, two, rego] = sets;
    const organization = anOrganization({ policySets: sets });

    test('are joined by new policies of their kind', () => {
      const { changes } = createPlan([aPair(aFile()), aPair(anOpaFile())], organization, nothing);
      expect(changes).toEqual([
        { action: 'create', file: aFile(), joins: [one, two], ...plain },
        { action: 'create', file: anOpaFile(), joins: [rego], ...plain },
      ]);
    });

    test('are joined where a policy is no member yet', () => {
      const policy = aPolicy({ policySetIds: ['polset-one'] });
      const { changes } = createPlan([aPair(aFile(), policy)], organization, somePlanInputs([policy.id]));
      expect(changes).toEqual([
        { action: 'update', file: aFile(), policy, changes: ['policy-sets'], joins: [two], ...plain },
      ]);
    });

    test.each<[string, Partial<Policy>, readonly string[] | undefined]>([
      ['the policy', { policySetIds: ['polset-production'] }, undefined],
      ['the set', { policySetIds: undefined }, ['pol-cost']],
      ['both', { policySetIds: ['polset-production'] }, ['pol-cost']],
    ])('know their members when %s says so', (_, overrides, policyIds) => {
      const policy = aPolicy(overrides);
      const known = anOrganization({ policySets: [aSet({ policyIds })] });
      const { changes } = createPlan([aPair(aFile(), policy)], known, somePlanInputs([policy.id]));
      expect(changes).toMatchObject([{ action: 'unchanged' }]);
    });

    test('are joined once more when neither side says', () => {
      const policy = aPolicy({ policySetIds: undefined });
      const silent = anOrganization({ policySets: [aSet({ policyIds: undefined })] });
      const { changes } = createPlan([aPair(aFile(), policy)], silent, somePlanInputs([policy.id]));
      expect(changes).toMatchObject([{ action: 'update', changes: ['policy-sets'] }]);
    });

    test('of which none has the kind are a warning', () => {
      const pairs = [aPair(anOpaFile({ name: 'a' })), aPair(aFile()), aPair(anOpaFile({ name: 'b' }))];
      const { warnings } = createPlan(pairs, anOrganization({ policySets: [aSet()] }), nothing);
      expect(warnings).toEqual([
        {
          message:
            '`policy-sets` contains no policy set for OPA, so these policies are not added to any set: a, b.',
          place: { input: 'policy-sets' },
          advice: 'Add a policy set for OPA.',
        },
      ]);
    });

    test('that nobody named are no warning', () => {
      expect(createPlan([aPair(anOpaFile())], anOrganization(), nothing).warnings).toEqual([]);
    });
  });
});
