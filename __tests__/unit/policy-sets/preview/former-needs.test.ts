import { expect, test } from '@jest/globals';
import { formerNeeds } from '../../../../src/policy-sets/preview/former-needs.ts';

const usersOf = async (path: string, text: string | undefined) => [`${path}:${text ?? 'all'}`];

test('asks who used what was there, once where that is not known', async () => {
  const needs = await formerNeeds(
    { usersOf },
    [
      { kind: 'added', path: 'new.rego', after: '1' },
      { kind: 'removed', path: 'a.rego', before: '1' },
      { kind: 'changed', path: 'b.rego', before: '1', after: '2' },
      { kind: 'changed', path: 'c.rego', before: '1', after: '2' },
      { kind: 'removed', path: 'data.json', before: '1' },
      { kind: 'moved', path: 'new/d.rego', from: 'd.rego' },
      { kind: 'moved', path: 'new/data.yaml', from: 'data.yaml' },
    ],
    new Map([['a.rego', 'package a']]),
  );
  expect([...needs.keys()]).toEqual(['a.rego:package a', 'data.json:all', 'data.yaml:all', 'b.rego:all']);
});
