import { expect, test } from '@jest/globals';
import { importNotes } from '../../../src/repository/import-notes.ts';

const file = (name: string, deprecatedImports?: readonly string[]) => ({
  kind: 'sentinel' as const,
  name,
  path: `${name}.sentinel`,
  location: `/${name}.sentinel`,
  sha256: '',
  ...(deprecatedImports && { deprecatedImports }),
});

test('one notice speaks of all policies with deprecated imports, and names three', () => {
  expect(importNotes([file('a')])).toEqual([]);
  expect(importNotes([file('a'), file('b', ['tfplan'])]).map(({ message }) => message)).toEqual([
    '1 Sentinel policy imports `tfplan`, `tfconfig` or `tfstate` without `/v2`, which HashiCorp has deprecated and planned to remove in August 2025: b.sentinel.',
  ]);
  const many = ['a', 'b', 'c', 'd', 'e'].map((name) => file(name, ['tfstate']));
  expect(importNotes(many)[0]?.message).toContain('5 Sentinel policies import');
  expect(importNotes(many)[0]?.message).toMatch(/: a\.sentinel, b\.sentinel, c\.sentinel, and 2 more\.$/);
});
