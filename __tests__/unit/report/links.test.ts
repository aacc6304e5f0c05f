import { describe, expect, test } from '@jest/globals';
import { commitOf, organizationOf, runUrlOf } from '../../../src/report/links.ts';
import { aContext, SHA, someAccess, someTerraformInputs } from '../builders.ts';

const HEAD = 'b'.repeat(40);
const LOOKED_UP = 'c'.repeat(40);
const unknownHead = { origin: 'repository', sha: undefined } as const;

describe('organizationOf', () => {
  test('links to the pages of the host', () => {
    const host = { origin: 'https://tfe.example.com:8443', name: 'tfe.example.com:8443' };
    expect(organizationOf({ access: someAccess(), terraform: someTerraformInputs({ host }) })).toEqual({
      name: 'acme',
      url: 'https://tfe.example.com:8443/app/acme',
      policiesUrl: 'https://tfe.example.com:8443/app/acme/settings/policies',
    });
  });

  test('links nowhere without an organization', () => {
    const terraform = someTerraformInputs();
    expect(organizationOf({ access: someAccess({ organization: undefined }), terraform })).toBeUndefined();
    expect(organizationOf({ access: someAccess(), terraform: undefined })).toBeUndefined();
  });
});

describe('commitOf', () => {
  const pullRequest = {
    number: 1,
    mergedInto: undefined,
    author: undefined,
    head: { sha: HEAD, repository: 'acme/policies' },
  };

  test.each([
    ['the event', aContext(), unknownHead, SHA],
    ["the pull request's head", aContext({ pullRequest }), unknownHead, HEAD],
    [
      'the head that was looked up',
      aContext({ pullRequest: { ...pullRequest, head: undefined } }),
      { ...unknownHead, sha: LOOKED_UP },
      LOOKED_UP,
    ],
  ])('is that of %s', (_, context, head, sha) => {
    const commit = commitOf(context, head);
    expect(commit).toMatchObject({ sha, url: `https://github.com/acme/policies/commit/${sha}` });
    expect(commit?.fileUrl('a b/50%#?.rego')).toBe(
      `https://github.com/acme/policies/blob/${sha}/a%20b/50%25%23%3F.rego`,
    );
  });

  test('has no pages outside a repository', () => {
    const commit = commitOf(aContext({ repositoryName: undefined }), unknownHead);
    expect(commit).toMatchObject({ sha: SHA, url: undefined });
    expect(commit?.fileUrl('a.rego')).toBeUndefined();
  });

  test('is missing where nothing tells it', () => {
    expect(commitOf(aContext({ sha: undefined }), unknownHead)).toBeUndefined();
  });
});

test.each([
  ['a run', {}, 'https://github.com/acme/policies/actions/runs/1'],
  [
    'another server',
    { serverUrl: 'https://ghe.example' },
    'https://ghe.example/acme/policies/actions/runs/1',
  ],
  ['no repository', { repositoryName: undefined }, undefined],
  ['no run', { runId: 0 }, undefined],
])('runUrlOf %s', (_, overrides, expected) => {
  expect(runUrlOf(aContext(overrides))).toBe(expected);
});
