import { describe, expect, test } from '@jest/globals';
import type { RunContext } from '../../../src/github/context.ts';
import type { Checkout } from '../../../src/repository/git/checkout.ts';
import { commitOf, organizationOf, publishedCommit, runUrlOf } from '../../../src/run/links.ts';
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
      policySetsUrl: 'https://tfe.example.com:8443/app/acme/settings/policy-sets',
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
    const commit = commitOf(context, head, undefined);
    expect(commit).toMatchObject({ sha, url: `https://github.com/acme/policies/commit/${sha}` });
    expect(commit?.fileUrl('a b/50%#?.rego')).toBe(
      `https://github.com/acme/policies/blob/${sha}/a%20b/50%25%23%3F.rego`,
    );
  });

  const CHECKED_OUT = 'd'.repeat(40);
  const origin = (host: string, path: string) => ({ protocol: 'http' as const, host, path });
  const checkout = { root: '', sha: CHECKED_OUT, origin: undefined };

  test.each<[string, Partial<RunContext>, Partial<Checkout>, string, string | undefined]>([
    ['its HEAD', {}, {}, CHECKED_OUT, 'acme/policies'],
    ['its HEAD on a pull request, too', { pullRequest }, {}, CHECKED_OUT, 'acme/policies'],
    [
      'the head of the pull request that it merges',
      { pullRequest, sha: CHECKED_OUT },
      {},
      HEAD,
      'acme/policies',
    ],
    [
      'the event where it says nothing',
      {},
      { sha: undefined, origin: origin('x.y', 'a/b') },
      SHA,
      'acme/policies',
    ],
    ['another repository', {}, { origin: origin('github.com', 'acme/library') }, CHECKED_OUT, 'acme/library'],
    ['another server', {}, { origin: origin('gitlab.com', 'acme/policies') }, CHECKED_OUT, undefined],
  ])('of a checkout is that of %s', (_, context, changes, sha, repository) => {
    const commit = commitOf(aContext(context), unknownHead, { ...checkout, ...changes });
    expect(commit?.sha).toBe(sha);
    expect(commit?.url).toBe(repository && `https://github.com/${repository}/commit/${sha}`);
    expect(commit?.fileUrl('a.rego')).toBe(
      repository && `https://github.com/${repository}/blob/${sha}/a.rego`,
    );
  });

  test('links to files from the root of the checkout, and to none beside it', () => {
    const commit = commitOf(aContext(), unknownHead, { ...checkout, root: 'a/policies' });
    expect(commit?.fileUrl('a/policies/b/c.rego')).toMatch(/d{40}\/b\/c\.rego$/);
    expect(['a/policies-2/c.rego', 'c.rego'].map((path) => commit?.fileUrl(path))).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('is published where it is of the event’s repository', () => {
    const library = { ...checkout, origin: origin('github.com', 'acme/library') };
    const same = { ...checkout, origin: origin('github.com', 'Acme/policies') };
    expect(
      [undefined, { ...checkout, sha: undefined }, checkout, same, library].map((each) =>
        publishedCommit(aContext(), each),
      ),
    ).toEqual([SHA, SHA, CHECKED_OUT, CHECKED_OUT, undefined]);
  });

  test('has no pages outside a repository', () => {
    const commit = commitOf(aContext({ repositoryName: undefined }), unknownHead, undefined);
    expect(commit).toMatchObject({ sha: SHA, url: undefined });
    expect(commit?.fileUrl('a.rego')).toBeUndefined();
  });

  test('is missing where nothing tells it', () => {
    expect(commitOf(aContext({ sha: undefined }), unknownHead, undefined)).toBeUndefined();
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
