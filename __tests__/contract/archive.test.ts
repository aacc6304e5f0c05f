/** That the archive is what other tools read: the `tar` of this machine, which shares no code with what writes it. */
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { archive } from '../../src/policy-sets/archive.ts';
import { collect } from '../../src/policy-sets/collect.ts';
import { digest } from '../../src/policy-sets/digest.ts';
import { someRules, workspaceWith } from '../unit/policy-sets/folder.ts';

const CONTENT = {
  'sentinel.hcl': 'policy "a" {}\n',
  'policies/a.sentinel': 'main = rule { true }\n',
  'Größe/政策 😀.sentinel': 'x',
  [`${'folder/'.repeat(18)}a.sentinel`]: 'in folders of over 100 bytes',
  [`policies/${'long'.repeat(50)}.sentinel`]: 'a name of over 100 bytes',
};

(process.platform === 'win32' ? test.skip : test)('the system’s tar unpacks what was packed', async () => {
  const inSet = Object.entries(CONTENT).map(([path, text]) => [`set/${path}`, text]);
  const { files } = collect(workspaceWith(Object.fromEntries(inSet)), someRules());
  const target = mkdtempSync(join(tmpdir(), 'ws-'));
  const file = join(target, 'archive.tar.gz');
  writeFileSync(file, Buffer.concat((await archive(files)).pieces));
  execFileSync('tar', ['-xzf', file, '-C', target]);
  const unpacked = Object.keys(CONTENT).map((path) => [path, readFileSync(join(target, path), 'utf8')]);
  expect(Object.fromEntries(unpacked)).toEqual(CONTENT);
});

test('the digest can be checked with Git alone', () => {
  const folder = workspaceWith({
    'set/b/c.md': 'c',
    'set/b-.md': 'd',
    'set/é': 'e',
    'set/a\uffee': '',
    'set/a😀': '',
  });
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder.root, '-c', 'core.autocrlf=false', ...args]);
  git('init', '-q');
  git('add', '.');
  const tree = git('write-tree').toString().trim();
  expect(digest(collect(folder, someRules()).files)).toBe(
    hash('sha256', git('ls-tree', '-r', '-z', tree), 'hex'),
  );
});
