import { describe, expect, test } from '@jest/globals';
import type { VersionedSet } from '../../../src/model/policy-set.ts';
import { overtakenBy, refusalOf } from '../../../src/policy-sets/judge.ts';
import type { LocalSet } from '../../../src/policy-sets/local-set.ts';
import { aLocalSet, anOwnership, aSet, aStamp, aVersion, run } from './builders.ts';

const origin = aSet().origin;
const refusal = (
  set: Partial<VersionedSet>,
  ownership = anOwnership(),
  local: Pick<LocalSet, 'kind' | 'path'> = aLocalSet(),
) => refusalOf(aLocalSet(local), aSet(set), { ownership, organization: 'acme' });

describe('nothing is published to a policy set', () => {
  test.each<[string, Partial<VersionedSet>, string]>([
    ['of another organization', { organization: 'other' }, 'There is no policy set "base"'],
    ['of another kind', { kind: 'opa' }, 'is for OPA policies, but the folder contains Sentinel policies'],
    ['of a kind that is not known', { kind: 'future' }, 'is for future policies'],
    ['with a VCS repository', { origin: { ...origin, vcs: true, versioned: true } }, 'is connected to VCS'],
    ['with a member', { origin: { ...origin, policies: 1 } }, 'contains an individually managed policy'],
    ['with members', { origin: { ...origin, policies: 3 } }, 'contains 3 individually managed policies'],
    [
      'whose version came from GitHub',
      { currentVersion: aVersion('polsetver-1', 'github') },
      'has a version from "github"',
    ],
    [
      'whose first version, which came from GitHub, never got ready',
      { newestVersion: aVersion('polsetver-1', 'github') },
      'has a version from "github"',
    ],
    ['that is versioned without a version', { origin: { ...origin, versioned: true } }, 'from elsewhere'],
    ['with a source that is not known', { origin: { ...origin, other: 'ootb-source' } }, '"ootb-source"'],
    ['of another owner', { stamp: { ...aStamp, owner: 'acme/other' } }, 'belongs to owner `acme/other`'],
    ['with a version that nobody stamped', { currentVersion: aVersion('polsetver-7') }, 'polsetver-7'],
    ['with a pending version that nobody stamped', { newestVersion: aVersion('polsetver-8') }, 'polsetver-8'],
    [
      'that reads its policies elsewhere in the archive',
      {
        stamp: aStamp,
        currentVersion: aVersion('polsetver-1'),
        settings: { ...aSet().settings, policiesPath: 'sub' },
      },
      '"sub"',
    ],
  ])('%s', (_, set, words) => {
    const problem = refusal(set);
    expect(problem?.message).toContain(words);
    expect(problem?.place).toEqual({ input: 'versioned-policy-sets' });
    expect(problem?.advice).toMatch(/\.$/);
  });
});

describe('the `policies-path` of a policy set with a current version is never changed', () => {
  const held = (policiesPath: string | undefined): Partial<VersionedSet> => ({
    kind: 'tfpolicy',
    stamp: aStamp,
    currentVersion: aVersion('polsetver-1'),
    settings: { ...aSet().settings, policiesPath },
  });
  const ofFolder = (path: string | undefined) => ({ kind: 'tfpolicy', path }) as const;

  test.each([
    [
      'azure',
      undefined,
      'from the folder "azure" of each version (`policies-path`), but this folder has them in its root',
    ],
    [
      undefined,
      'azure',
      'from the root of each version (`policies-path`), but this folder has them in "azure"',
    ],
    [
      'aws',
      'azure',
      'from the folder "aws" of each version (`policies-path`), but this folder has them in "azure"',
    ],
  ])('from %s to %s', (before, after, words) => {
    expect(refusal(held(before), anOwnership(), ofFolder(after))?.message).toContain(words);
  });

  test.each(['azure', undefined])('it stays %s', (path) => {
    expect(refusal(held(path), anOwnership(), ofFolder(path))).toBeUndefined();
  });

  test('a kind that is packed with its configuration at the root has none', () => {
    const set = { ...held(undefined), kind: 'sentinel' };
    expect(refusal(set, anOwnership(), { kind: 'sentinel', path: 'azure' })).toBeUndefined();
  });
});

describe('a version may be published to a policy set', () => {
  test.each<[string, Partial<VersionedSet>]>([
    ['that is empty', {}],
    ['of this owner', { stamp: aStamp, currentVersion: aVersion('polsetver-1') }],
    ['that got its stamp and nothing else', { stamp: { ...aStamp, content: undefined } }],
    [
      'of this owner, to which somebody else uploaded',
      { stamp: aStamp, currentVersion: aVersion('polsetver-9') },
    ],
    [
      'whose source the server does not say',
      { stamp: aStamp, currentVersion: { id: 'x', version: undefined } },
    ],
    ['whose organization the server does not say', { organization: undefined }],
    ['that has a path and nothing in force', { settings: { ...aSet().settings, policiesPath: 'sub' } }],
    [
      'whose upload is current and whose newest version is not ours to judge',
      {
        stamp: aStamp,
        currentVersion: aVersion('polsetver-1'),
        newestVersion: aVersion('polsetver-2', 'github'),
      },
    ],
  ])('%s', (_, set) => {
    expect(refusal(set)).toBeUndefined();
  });

  test('that has one without a stamp, with `adopt-policy-sets`', () => {
    const set = { currentVersion: aVersion('polsetver-7') };
    expect(refusal(set, anOwnership({ mayAdopt: true }))).toBeUndefined();
  });
});

describe('a later run', () => {
  const of = (changes: Partial<typeof run>) =>
    overtakenBy(aSet({ stamp: { ...aStamp, run: { ...run, ...changes } } }), anOwnership());

  test.each<[string, Partial<typeof run>]>([
    ['by its id', { id: 101 }],
    ['by its attempt', { attempt: 2 }],
    ['however the names are written', { id: 101, server: 'GitHub.com', repository: 'ACME/policies' }],
  ])('is known %s', (_, changes) => {
    expect(of(changes)?.message).toContain(`run ${changes.id ?? 100}`);
  });

  test.each([
    ['this one', {}],
    ['an earlier one', { id: 99, attempt: 9 }],
    ['one of another repository', { id: 101, repository: 'acme/other' }],
    ['one of another server', { id: 101, server: 'ghe.example.com' }],
  ])('is not %s', (_, changes) => {
    expect(of(changes)).toBeUndefined();
  });

  test('is not known without a stamp, or without a run', () => {
    expect(overtakenBy(aSet(), anOwnership())).toBeUndefined();
    const later = aSet({ stamp: { ...aStamp, run: { ...run, id: 101 } } });
    expect(overtakenBy(later, anOwnership({ run: undefined }))).toBeUndefined();
  });
});
