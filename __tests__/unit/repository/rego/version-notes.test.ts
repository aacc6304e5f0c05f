import { expect, test } from '@jest/globals';
import { versionNotes } from '../../../../src/repository/version-notes.ts';
import { anOpaFile } from '../../builders.ts';

const evidence = { what: 'it', line: 1 };
const old = (name: string) => anOpaFile({ name, versions: { notV0: undefined, notV1: evidence } });
const young = (name: string) => anOpaFile({ name, versions: { notV0: evidence, notV1: undefined } });
const neither = anOpaFile({ versions: { notV0: evidence, notV1: evidence } });
const both = anOpaFile({ versions: { notV0: undefined, notV1: undefined } });

test('files of version 0 are counted in a notice', () => {
  const { warnings, notices } = versionNotes([...['a', 'b', 'c', 'd'].map(old), both, neither, anOpaFile()]);
  expect(warnings).toEqual([]);
  expect(notices.map(({ message }) => message)).toEqual([
    'OPA 1.x accepts 4 Rego files (a.rego, b.rego, c.rego, and 1 more) only in version 0 compatibility mode.',
  ]);
});

test('files of both versions in one run are a warning', () => {
  const { warnings, notices } = versionNotes([old('a'), young('b'), young('c')]);
  expect(notices).toEqual([]);
  expect(warnings.map(({ message }) => message)).toEqual([
    'No version of OPA accepts all Rego files of this run: OPA 1.x accepts 1 Rego file (a.rego) only in version 0 compatibility mode, and OPA 0.x rejects 2 Rego files (b.rego, c.rego), or evaluates them differently.',
  ]);
});

test('files of version 1 alone are nothing to speak of', () => {
  expect(versionNotes([young('a'), both, neither])).toEqual({ warnings: [], notices: [] });
});
