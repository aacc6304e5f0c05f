import { describe, expect, test } from '@jest/globals';
import type { RegoVersions } from '../../../src/model/policy.ts';
import { assumedFindings, findingsOf, sortFindings } from '../../../src/policies/findings.ts';
import { aFile, anOpaFile, aPair, aPolicy, aSet } from '../builders.ts';

const finding = { message: 'No `main`.', place: { file: 'cost.sentinel' }, advice: 'Add it.' };
const file = aFile({ findings: [finding] });

describe('a finding in code', () => {
  test('that is new to the organization is a problem', () => {
    const pairs = [aPair(file), aPair(aFile({ name: 'b', findings: [finding] }), aPolicy({ name: 'b' }))];
    expect(sortFindings(pairs, [], new Set())).toEqual({ problems: [finding, finding], warnings: [] });
  });

  test('that the organization has is a warning', () => {
    const sorted = sortFindings([aPair(file, aPolicy())], [], new Set(['pol-cost']));
    const message = 'No `main`. The organization already has this code, so it is kept.';
    expect(sorted).toEqual({ problems: [], warnings: [{ ...finding, message }] });
  });

  test('that a policy has which only gets another name is a warning', () => {
    const renames = new Map([['cost', { ...aPolicy({ name: 'old' }), stamp: undefined as never }]]);
    expect(sortFindings([aPair(file)], [], new Set(), renames).problems).toEqual([]);
  });
});

describe('a query that nothing states', () => {
  const guess = { message: 'There is no `deny`.' };
  const kept = { message: 'There is no `violation`.' };
  const asking = (wrong: string | undefined) =>
    anOpaFile({
      unstatedQuery: {
        byDefault: guess,
        judge: (query) => (query === wrong ? kept : undefined),
      },
    });

  test('is the derived one of a new policy', () => {
    expect(findingsOf(asking(undefined), [])).toEqual([guess]);
    expect(findingsOf(asking(undefined), [], aPolicy({ query: null }))).toEqual([guess]);
    const halfMade = aPolicy({ query: 'data.tags.violation', hasCode: false });
    expect(findingsOf(asking('data.tags.violation'), [], halfMade)).toEqual([guess]);
  });

  test('is that of the organization where the policy has one', () => {
    const policy = aPolicy({ query: 'data.tags.violation' });
    expect(findingsOf(asking(undefined), [], policy)).toEqual([]);
    expect(findingsOf(asking('data.tags.violation'), [], policy)).toEqual([kept]);
    expect(assumedFindings(asking(undefined))).toEqual([guess]);
  });
});

describe('a policy set and its version of OPA', () => {
  const old: RegoVersions = { notV0: undefined, notV1: { what: 'the old way', line: 3 } };
  const young: RegoVersions = { notV0: { what: 'the new way', line: 4 }, notV1: undefined };
  const either: RegoVersions = { notV0: undefined, notV1: undefined };
  const messages = (versions: RegoVersions | undefined, toolVersion: string | undefined, kind = 'opa') =>
    findingsOf(anOpaFile(versions && { versions }), [
      aSet({ kind, ...(toolVersion && { toolVersion }) }),
    ]).map(({ message, place }) => `${place?.file}:${place?.line} ${message}`);

  test.each(['1.0.0', '1.22.3', 'v1.4.2'])('%s takes no file of version 0', (version) => {
    expect(messages(old, version)).toEqual([
      `tags.rego:3 Policy set "production" runs OPA ${version}, which uses version 1 of Rego and rejects the old way.`,
    ]);
    expect(messages(young, version)).toEqual([]);
  });

  test('0.70.0 takes no file of version 1, or takes it for something else', () => {
    expect(messages(young, '0.70.0')).toEqual([
      'tags.rego:4 Policy set "production" runs OPA 0.70.0, which uses version 0 of Rego and does not support the new way. It rejects the file or evaluates it differently: `p := 1 if { false }` is 1.',
    ]);
    expect(messages(old, '0.70.0')).toEqual([]);
  });

  test.each(['0.44.0', '0.58.0'])('%s does not support `import rego.v1`', (version) => {
    const imported = { ...either, importsV1: 3 };
    expect(messages(imported, version)).toEqual([
      `tags.rego:3 Policy set "production" runs OPA ${version}, which does not support \`import rego.v1\`. It is available since OPA 0.59.`,
    ]);
    expect(messages(imported, '0.59.0')).toEqual([]);
    expect(messages(imported, '1.0.0')).toEqual([]);
  });

  test('is said beside what else was found', () => {
    const both = anOpaFile({ findings: [finding], versions: old });
    expect(findingsOf(both, [aSet({ kind: 'opa', toolVersion: '1.2.0' })])).toHaveLength(2);
  });

  test.each([
    ['another kind', old, '1.0.0', 'sentinel'],
    ['no version', old, undefined, 'opa'],
    ['the latest', old, 'latest', 'opa'],
    ['a file of both versions', either, '0.1.0', 'opa'],
    ['a file that nobody can read', undefined, '1.0.0', 'opa'],
  ])('says nothing of %s', (_, versions, toolVersion, kind) => {
    expect(messages(versions, toolVersion, kind)).toEqual([]);
  });
});
