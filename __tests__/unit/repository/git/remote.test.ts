import { describe, expect, test } from '@jest/globals';
import { originOf, parseRemote, repositoryOn } from '../../../../src/repository/git/remote.ts';

const http = (host: string, path: string) => ({ protocol: 'http', host, path });
const ssh = (host: string, path: string) => ({ protocol: 'ssh', host, path });

describe('an address', () => {
  test.each([
    ['https://github.com/acme/policies', http('github.com', 'acme/policies')],
    ['https://github.com/acme/policies.git', http('github.com', 'acme/policies')],
    ['https://GitHub.com/acme/policies/', http('github.com', 'acme/policies')],
    ['http://ghe.example:8443/acme/policies', http('ghe.example:8443', 'acme/policies')],
    ['https://x-access-token:ghs_secret@github.com/acme/policies', http('github.com', 'acme/policies')],
    ['ssh://git@github.com/acme/policies.git', ssh('github.com', 'acme/policies')],
    ['ssh://git@GHE.example:2222/acme/policies', ssh('ghe.example', 'acme/policies')],
    ['git@github.com:acme/policies.git', ssh('github.com', 'acme/policies')],
    ['github.com:/acme/policies', ssh('github.com', 'acme/policies')],
    ['/srv/git/policies.git', undefined],
    ['../policies', undefined],
    ['./a:b', undefined],
    ['C:\\git\\policies', undefined],
    ['C:/git/policies', undefined],
    ['file:///srv/git/policies', undefined],
    ['https://', undefined],
    ['https://github.com/', undefined],
    ['https://git hub.com/acme/policies', undefined],
    [`https://github.com/${'a'.repeat(3_000)}`, undefined],
    ['', undefined],
  ])('%s', (address, expected) => {
    expect(parseRemote(address)).toEqual(expected);
  });
});

describe('the configuration', () => {
  const ours = http('github.com', 'acme/policies');

  test.each([
    [
      'as Git writes it',
      '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://github.com/acme/policies\n',
      ours,
    ],
    ['with other line ends', '[remote "origin"]\r\n\turl = https://github.com/acme/policies\r\n', ours],
    [
      'in other letters, quoted, with a comment',
      '[REMOTE "origin"]\nURL="https://github.com/acme/policies" # x',
      ours,
    ],
    ['in one line', '[remote "origin"] url = https://github.com/acme/policies ; x', ours],
    [
      'of two addresses the first',
      '[remote "origin"]\nurl=https://github.com/acme/policies\nurl=https://x.example/a/b',
      ours,
    ],
    ['of another remote', '[remote "upstream"]\nurl = https://github.com/acme/policies', undefined],
    ['of another letter case', '[remote "Origin"]\nurl = https://github.com/acme/policies', undefined],
    [
      'of the next section',
      '[remote "origin"]\nfetch = x\n[branch "main"]\nurl = https://github.com/a/b',
      undefined,
    ],
    ['of a push address', '[remote "origin"]\npushurl = https://github.com/acme/policies', undefined],
    ['of nothing', '', undefined],
    ['of half a section', '[remote "origin\nurl = https://github.com/acme/policies', undefined],
    ['of too long a value', `[remote "origin"]\nurl = ${'\\"'.repeat(100_000)}`, undefined],
  ])('%s', (_name, config, expected) => {
    expect(originOf(config)).toEqual(expected);
  });
});

describe('a repository of this server', () => {
  const onGitHub = 'https://github.com';
  test.each<[string, Parameters<typeof repositoryOn>[0], string, string | undefined]>([
    ['is one by HTTPS', { protocol: 'http', host: 'github.com', path: 'a/b' }, onGitHub, 'a/b'],
    ['is one by SSH', { protocol: 'ssh', host: 'github.com', path: 'a/b' }, onGitHub, 'a/b'],
    [
      'is one by SSH over the other port',
      { protocol: 'ssh', host: 'ssh.github.com', path: 'a/b' },
      onGitHub,
      'a/b',
    ],
    [
      'has its port',
      { protocol: 'http', host: 'g.example:3000', path: 'a/b' },
      'https://g.example:3000/',
      'a/b',
    ],
    [
      'is none on another port',
      { protocol: 'http', host: 'g.example', path: 'a/b' },
      'https://g.example:3000',
      undefined,
    ],
    [
      'is one by SSH, whatever the port',
      { protocol: 'ssh', host: 'g.example', path: 'a/b' },
      'https://g.example:3000',
      'a/b',
    ],
    [
      'may lie in a folder',
      { protocol: 'http', host: 'g.example', path: 'git/a/b' },
      'https://g.example/git',
      'a/b',
    ],
    ['is none of another server', { protocol: 'http', host: 'gitlab.com', path: 'a/b' }, onGitHub, undefined],
    [
      'is none that looks like it',
      { protocol: 'http', host: 'github.com.evil.example', path: 'a/b' },
      onGitHub,
      undefined,
    ],
    ['is none of three parts', { protocol: 'http', host: 'github.com', path: 'a/b/c' }, onGitHub, undefined],
    [
      'is none of odd characters',
      { protocol: 'http', host: 'github.com', path: 'a/b](x)' },
      onGitHub,
      undefined,
    ],
    [
      'is none where the server is none',
      { protocol: 'http', host: 'github.com', path: 'a/b' },
      'x',
      undefined,
    ],
  ])('%s', (_name, remote, server, expected) => {
    expect(repositoryOn(remote, server)).toBe(expected);
  });
});
