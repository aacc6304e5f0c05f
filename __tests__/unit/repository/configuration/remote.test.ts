import { expect, test } from '@jest/globals';
import { isRemoteSource } from '../../../../src/repository/configuration/remote-source.ts';

test.each([
  'https://example.com/a.sentinel?checksum=sha256:00',
  'HTTP://example.com/a.sentinel',
  'git::https://example.com/a.git//b?ref=v1',
  'git::ssh://git@example.com/a.git',
  'git@github.com:owner/name.git',
  'ssh://git@example.com/a',
  's3::https://s3.amazonaws.com/bucket/a',
  's3-eu-west-1.amazonaws.com/bucket/a',
  'hg::http://example.com/a',
  'github.com/owner/name//a.sentinel',
  'gitlab.com/owner/name',
  'bitbucket.org/owner/name',
  'app.terraform.io/organization/name',
  'registry.example.com:8443/organization/name',
  ' https://example.com/a ',
])('%s is remote', (source) => {
  expect(isRemoteSource(source)).toBe(true);
});

test.each([
  './a.sentinel',
  '../a.sentinel',
  '/a.sentinel',
  'a.sentinel',
  'policies/a.sentinel',
  'policies.d/v1/a.sentinel',
  'github.com.sentinel',
  './https/a.sentinel',
  'a@b/c.sentinel',
  'C:\\a.sentinel',
  '',
])('%s is local', (source) => {
  expect(isRemoteSource(source)).toBe(false);
});
