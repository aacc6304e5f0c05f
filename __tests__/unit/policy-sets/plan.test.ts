import { describe, expect, test } from '@jest/globals';
import type { VersionedSet } from '../../../src/model/policy-set.ts';
import type { LocalSet } from '../../../src/policy-sets/local-set.ts';
import type { SetOwnership } from '../../../src/policy-sets/ownership.ts';
import { contentOf, planSets } from '../../../src/policy-sets/plan.ts';
import { aLocalSet, anOwnership, aSet, aStamp, aVersion } from './builders.ts';

interface Given {
  readonly local?: Partial<LocalSet>;
  readonly set?: Partial<VersionedSet> | undefined;
  readonly ownership?: Partial<SetOwnership>;
  readonly toolVersion?: string;
}

const published = { stamp: aStamp, currentVersion: aVersion('polsetver-1') };

function plan({ local, set, ownership, toolVersion }: Given) {
  const pair = { local: aLocalSet(local), set: set === undefined ? undefined : aSet(set) };
  const options = { organization: 'acme', ownership: anOwnership(ownership), toolVersion };
  const [change] = planSets([pair], options);
  return change;
}

describe('a set that does not exist', () => {
  test('is created with `create-policy-sets`', () => {
    expect(plan({ ownership: { mayCreate: true } })).toMatchObject({ action: 'create', name: 'base' });
  });

  test.each<[string, Given]>([
    ['without being asked', {}],
    ['that is named by its id', { local: { reference: { id: 'polset-x' } }, ownership: { mayCreate: true } }],
  ])('is not created %s', (_, given) => {
    expect(plan(given)).toMatchObject({ action: 'refused', instead: 'create' });
  });
});

describe('an existing set', () => {
  test.each<[string, Given, object]>([
    ['holds the content', { set: published }, { action: 'unchanged' }],
    [
      'holds other content',
      { set: published, local: { digest: 'e'.repeat(64) } },
      { action: 'update', changes: ['content'] },
    ],
    [
      'holds what somebody else uploaded since',
      { set: { ...published, currentVersion: aVersion('polsetver-9') } },
      { action: 'update', changes: ['content'] },
    ],
    ['is empty', { set: {} }, { action: 'update', changes: ['content', 'stamp'] }],
    [
      'was left by an interrupted run',
      { set: { stamp: { ...aStamp, content: undefined } } },
      { action: 'update', changes: ['content'] },
    ],
    [
      'was published from another folder',
      { set: { ...published, stamp: { ...aStamp, folder: 'old' } } },
      { action: 'update', changes: ['stamp'] },
    ],
    [
      'runs another version of the tool',
      {
        set: { ...published, settings: { ...aSet().settings, toolVersion: '0.30.0', agentEnabled: true } },
        toolVersion: '0.40.0',
      },
      {
        action: 'update',
        changes: ['policy-tool-version'],
        wanted: { toolVersion: '0.40.0', agentEnabled: true },
      },
    ],
    [
      'runs that version, but not in agent mode',
      {
        set: { ...published, settings: { ...aSet().settings, toolVersion: '0.40.0' } },
        toolVersion: '0.40.0',
      },
      {
        action: 'update',
        changes: ['policy-tool-version'],
        wanted: { toolVersion: '0.40.0', agentEnabled: true },
      },
    ],
    [
      'runs a version that nobody asks about',
      {
        set: { ...published, settings: { ...aSet().settings, toolVersion: '0.30.0', agentEnabled: true } },
        local: { digest: 'e'.repeat(64) },
      },
      { action: 'update', changes: ['content'], wanted: { toolVersion: '0.30.0', agentEnabled: true } },
    ],
    [
      'has nothing in force, and policies of a kind that may lie anywhere in it',
      {
        local: { kind: 'tfpolicy', path: 'azure' },
        set: { kind: 'tfpolicy', settings: { ...aSet().settings, policiesPath: 'sub' } },
      },
      {
        action: 'update',
        changes: ['content', 'policies-path', 'stamp'],
        wanted: { policiesPath: 'azure' },
      },
    ],
    [
      'has its configuration moved to the root',
      { local: { path: 'azure' }, set: { ...published, stamp: { ...aStamp, folder: 'policies//azure' } } },
      { action: 'unchanged' },
    ],
    [
      'was published from the folder itself',
      { local: { path: 'azure' }, set: published },
      { action: 'update', changes: ['stamp'], wanted: { policiesPath: undefined } },
    ],
    [
      'has a path and nothing in force',
      { set: { settings: { ...aSet().settings, policiesPath: 'sub' } } },
      { action: 'update', changes: ['content', 'policies-path', 'stamp'] },
    ],
  ])('%s', (_, given, expected) => {
    expect(plan(given)).toMatchObject(expected);
  });
});

test('OPA always runs in agent mode, so it is not sent', () => {
  const local = { kind: 'opa' } as const;
  const set = { ...published, kind: 'opa', settings: { ...aSet().settings, agentEnabled: true } };
  expect(plan({ local, set, toolVersion: '1.4.2' })).toMatchObject({
    wanted: { toolVersion: '1.4.2', agentEnabled: undefined },
  });
});

test('a set that two lines name is refused for both', () => {
  const set = aSet();
  const byId = aLocalSet({ reference: { id: set.id } });
  const pairs = [
    { local: aLocalSet(), set },
    { local: byId, set },
  ];
  const plans = planSets(pairs, { organization: 'acme', ownership: anOwnership(), toolVersion: undefined });
  expect(plans.map(({ action }) => action)).toEqual(['refused', 'refused']);
});

describe('it is known whether the current content', () => {
  test.each<[string, Partial<VersionedSet> | undefined]>([
    ['none yet', undefined],
    ['none yet', {}],
    ['same', published],
    ['differs', { ...published, stamp: { ...aStamp, content: { version: 'polsetver-1', digest: 'x' } } }],
    ['not known', { ...published, currentVersion: aVersion('polsetver-9') }],
    ['not known', { currentVersion: aVersion('polsetver-9') }],
  ])('%s', (expected, set) => {
    expect(contentOf(aLocalSet(), set === undefined ? undefined : aSet(set))).toBe(expected);
  });
});
