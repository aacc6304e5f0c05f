import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { GitHubOptions } from '../../../sandbox/github/server.ts';
import type { HcpTerraformOptions } from '../../../sandbox/hcp-terraform/server.ts';
import type { RunResult } from '../../support/run-action.ts';
import { workspace } from '../../support/workspace.ts';
import { beforehand, bot, githubToken } from '../github/scenario.ts';
import { inGit } from './in-git.ts';
import { asBase, asNewBase, library } from './publishing.ts';

type InGit = Awaited<ReturnType<typeof inGit>>;
type Inputs = Record<string, string | undefined>;

/** What happens between the publish and the preview. */
interface Row {
  readonly name: string;
  readonly files?: Record<string, string | Buffer>;
  readonly github?: GitHubOptions;
  readonly terraform?: HcpTerraformOptions;
  readonly published?: Inputs;
  /** Before the publish. */
  readonly first?: (at: InGit) => unknown;
  /** After it. */
  readonly meanwhile?: (at: InGit) => Promise<unknown> | unknown;
  readonly inputs?: Inputs;
  readonly env?: NodeJS.ProcessEnv;
  /** What the report says of why the changes are not known; undefined where they are known. */
  readonly why?: RegExp;
  /** The files that change, where they are known. */
  readonly changed?: readonly string[];
  /** How many requests GitHub gets. */
  readonly requests?: number;
}

const tags = 'policies/modules/tags.sentinel';
const edit = (at: InGit) => at.change({ [tags]: 'ok = false\n' });
const withToken = (contents: 'none' | 'hidden'): GitHubOptions => ({
  tokens: { [githubToken]: { login: bot, type: 'Bot', permissions: 'write', contents } },
});
const goneLater: string[] = [];
const head = ({ git }: InGit) => git.git('rev-parse', 'HEAD');

const rows: Row[] = [
  {
    name: 'a token without contents: read',
    github: withToken('none'),
    meanwhile: edit,
    why: /cannot be read: GitHub returned 403.*Add `contents: read` to the `permissions:` of the job/,
    requests: 1,
  },
  {
    name: 'a token that may not even see the repository',
    github: withToken('hidden'),
    meanwhile: edit,
    why: /cannot be read: GitHub returned 404.*`contents: read`.*no longer in the repository/,
    requests: 1,
  },
  {
    name: 'no token for GitHub',
    meanwhile: edit,
    inputs: { 'github-token': undefined },
    why: /`github-token` is empty\. The upload replaces everything in the policy set\. Set it to a token with `contents: read`/,
    requests: 0,
  },
  {
    name: 'a tree that is too large',
    github: { treeLimit: 2 },
    meanwhile: edit,
    why: /too large to read.*keep the policies in a smaller repository/,
    requests: 1,
  },
  {
    name: 'GitHub that is not to be reached',
    meanwhile: edit,
    env: { GITHUB_API_URL: 'http://127.0.0.1:9' },
    why: /cannot be read: refused the connection|cannot be read: .*bad port/,
    requests: 0,
  },
  {
    name: 'a commit that is gone after a force push',
    github: { goneObjects: goneLater },
    meanwhile: (at) => {
      goneLater.push(head(at));
      return edit(at);
    },
    why: /cannot be read: GitHub returned 404.*no longer in the repository, for example after a force push/,
    requests: 1,
  },
  {
    name: 'a force push whose old commit is still served',
    meanwhile: async (at) => {
      await edit(at);
      at.git.git('commit', '--quiet', '--all', '--amend', '--message', 'other');
    },
    changed: ['modules/tags.sentinel'],
    requests: 2,
  },
  {
    name: 'an older branch',
    meanwhile: async (at) => {
      await edit(at);
      at.git.commit();
      await at.publish(asBase);
      at.git.git('switch', '--quiet', '--create', 'topic', 'HEAD~1');
      await at.change({ 'policies/size.sentinel': 'param limit\n\nmain = rule { limit > 2 }\n' });
      at.git.commit();
    },
    changed: ['modules/tags.sentinel', 'size.sentinel'],
    requests: 3,
  },
  {
    name: 'content that somebody else uploaded since',
    meanwhile: (at) => {
      at.terraform.publishVersion('base', { files: { 'sentinel.hcl': '' } });
      return edit(at);
    },
    why: /its current version is polsetver-\w+, but this owner published version polsetver-\w+\. Somebody else uploaded a version since/,
    requests: 0,
  },
  {
    name: 'a stamp that was removed',
    meanwhile: (at) => {
      at.terraform.changePolicySet('base', { description: 'mine' });
      return edit(at);
    },
    inputs: { 'adopt-policy-sets': 'true' },
    why: /its current version polsetver-\w+ was not published by this action/,
    requests: 0,
  },
  {
    name: 'files that a step changes before the publish',
    first: (at) => at.change({ [tags]: 'ok = 3\n' }),
    meanwhile: edit,
    why: /its content differs from commit `[0-9a-f]{7}`, from which it was published\. Possible causes are files changed by a step/,
    requests: 1,
  },
  {
    name: 'line ends that the checkout makes',
    files: { ...library, '.gitattributes': '*.sentinel text eol=crlf\n' },
    first: ({ git }) => {
      git.git('rm', '-r', '--cached', '--quiet', '.');
      git.commit();
      git.git('rm', '-r', '--quiet', '.');
      git.git('checkout', '--quiet', 'HEAD', '--', '.');
      git.git('checkout', '--quiet', 'HEAD~1', '--', '.');
    },
    meanwhile: edit,
    why: /its content differs from commit/,
    requests: 1,
  },
  {
    name: 'another exclude',
    files: { ...library, 'policies/notes.txt': 'a\n' },
    meanwhile: edit,
    inputs: { exclude: '**/*.txt' },
    why: /another `exclude`/,
    requests: 1,
  },
  {
    name: 'another ignore file',
    files: { ...library, 'policies/notes.txt': 'a\n', 'policies/.terraformignore': 'x.txt\n' },
    meanwhile: (at) => at.change({ 'policies/.terraformignore': '*.txt\n' }),
    changed: ['.terraformignore', 'notes.txt'],
    // The tree, the ignore file and the file that goes.
    requests: 3,
  },
  {
    name: 'links to files and folders, of which one leads elsewhere now',
    files: { ...library, 'shared/a.txt': 'a\n', 'shared/b.txt': 'b\n', 'more/c.txt': 'c\n' },
    first: ({ git }) => {
      symlinkSync('../shared', join(git.folder, 'policies/all'));
      symlinkSync('all/a.txt', join(git.folder, 'policies/one.txt'));
      git.commit();
    },
    meanwhile: ({ git }) => {
      execFileSync('ln', ['-sfn', '../more', join(git.folder, 'policies/all')]);
      execFileSync('ln', ['-sfn', '../shared/b.txt', join(git.folder, 'policies/one.txt')]);
    },
    changed: ['all/a.txt', 'all/b.txt', 'all/c.txt', 'one.txt'],
    // The tree, where two links led, and one content that nothing has now.
    requests: 4,
  },
  {
    name: 'a folder that is reached by a link, and a submodule in it',
    files: { ...library },
    first: ({ git }) => {
      symlinkSync('policies', join(git.folder, 'current'));
      mkdirSync(join(git.folder, 'policies/sub'));
      git.git('update-index', '--add', '--cacheinfo', `160000,${'a'.repeat(40)},policies/sub`);
      git.git('add', 'current');
      git.git('commit', '--quiet', '--message', 'sub');
    },
    published: { 'versioned-policy-sets': 'base: current', 'create-policy-sets': 'true' },
    meanwhile: edit,
    inputs: { 'versioned-policy-sets': 'base: current' },
    changed: ['modules/tags.sentinel'],
    requests: 2,
  },
  {
    name: 'Gitea, in pages',
    github: { dialect: 'gitea', treeLimit: 4 },
    meanwhile: edit,
    changed: ['modules/tags.sentinel'],
    requests: 3,
  },
  {
    name: 'Gitea without the commit',
    github: { dialect: 'gitea', keepsUnreachable: false },
    meanwhile: (at) => {
      at.git.git('commit', '--quiet', '--amend', '--message', 'other');
      return edit(at);
    },
    why: /cannot be read: GitHub returned 400.*Probably the commit is no longer in the repository/,
    requests: 1,
  },
  {
    name: 'programs, binary files and one of 10 MiB',
    files: {
      ...library,
      'policies/bin': Buffer.from([0, 1, 255]),
      'policies/big.json': 'x'.repeat(9 * 2 ** 20),
    },
    meanwhile: async (at) => {
      chmodSync(join(at.git.folder, 'policies/cost.sentinel'), 0o755);
      writeFileSync(join(at.git.folder, 'policies/bin'), Buffer.from([0, 2, 255]));
      await at.change({ 'policies/big.json': 'y'.repeat(9 * 2 ** 20) });
    },
    changed: ['big.json', 'bin'],
    // The tree and the small one: nothing could be shown of the large one.
    requests: 2,
  },
  {
    name: 'a folder that the commit does not have',
    published: { 'versioned-policy-sets': 'base: built', 'create-policy-sets': 'true' },
    first: ({ git }) => execFileSync('cp', ['-r', join(git.folder, 'policies'), join(git.folder, 'built')]),
    meanwhile: (at) => at.change({ 'built/modules/tags.sentinel': 'ok = false\n' }),
    inputs: { 'versioned-policy-sets': 'base: built' },
    why: /commit `[0-9a-f]{7}`, from which it was published, does not contain folder `built`/,
    requests: 1,
  },
  {
    name: 'a folder that has another name now',
    meanwhile: async (at) => {
      await edit(at);
      renameSync(join(at.git.folder, 'policies'), join(at.git.folder, 'guard'));
    },
    inputs: { 'versioned-policy-sets': 'base: guard' },
    changed: ['modules/tags.sentinel'],
    requests: 2,
  },
];

/** The files that the report says change. */
const changedFiles = ({ summary }: RunResult): string[] =>
  [...summary.matchAll(/<summary>([\w./]+): |^- `([^`]+)` \((?:new|removed|changed|moved)/gm)]
    .map(([, shown, listed]) => shown ?? listed ?? '')
    .sort();

const at = beforehand(rows, async (row) => {
  const { files = library, github = {}, terraform = {}, published = asNewBase } = row;
  const services = await inGit({ files, github, terraform });
  await row.first?.(services);
  await services.publish(published);
  await row.meanwhile?.(services);
  services.github.reset();
  const result = await services.preview(row.inputs, row.env);
  return { ...services, result, requests: [...services.github.requests] };
});

test.each(rows)('$name', (row) => {
  const { result, requests } = at(row);
  expect(result).toMatchObject({ exitCode: 0 });
  const [, why] = /^The changes cannot be shown: (.*)$/m.exec(result.summary) ?? [];
  if (row.why !== undefined) {
    expect(why).toMatch(row.why);
    expect(result.summary).toMatch(/Would be replaced entirely\*\*: `base`\. Its content is unknown/);
    expect(result.summary).toMatch(/files? packed/);
  } else {
    expect(why).toBeUndefined();
    expect(changedFiles(result)).toEqual(row.changed);
  }
  expect(requests.map(({ path }) => path).slice(0, 60)).toHaveLength(row.requests ?? 0);
});

test('a shallow checkout in another folder, without the published commit', async () => {
  const { git, change, run, github } = await inGit();
  const checkOut = async (depth: readonly string[]) => {
    const folder = await workspace({});
    const repo = join(folder, 'repo');
    execFileSync('git', ['clone', '--quiet', ...depth, `file://${git.folder}`, repo]);
    execFileSync('git', ['-C', repo, 'remote', 'set-url', 'origin', 'https://github.com/acme/policies']);
    return folder;
  };
  const set = { 'versioned-policy-sets': 'base: policies', 'working-directory': 'repo' };
  const published = await run({ ...set, 'create-policy-sets': 'true' }, {}, await checkOut([]));
  await change({ [tags]: 'ok = false\n' });
  git.commit();
  github.reset();
  const result = await run({ ...set, 'dry-run': 'true' }, {}, await checkOut(['--depth', '1']));
  expect([published.exitCode, result.exitCode]).toEqual([0, 0]);
  expect(changedFiles(result)).toEqual(['modules/tags.sentinel']);
  expect(result.summary).toContain(`/tree/${git.git('rev-parse', 'HEAD')}/policies`);
  expect(github.requests).toHaveLength(2);
});

test('more changed files than are shown, in a preview and in the publish after it', async () => {
  const many = (text: string) =>
    Object.fromEntries(
      Array.from({ length: 53 }, (_, n) => [`policies/data/${n + 100}.json`, `${text}${n}\n`]),
    );
  const { publish, preview, change, github, run } = await inGit({ files: { ...library, ...many('a') } });
  await publish();
  await change(many('b'));
  const dry = await preview();
  // The tree, and a blob for each of the first 50.
  expect(github.requests).toHaveLength(51);
  const real = await run(asBase);
  for (const { exitCode, summary } of [dry, real]) {
    expect(exitCode).toBe(0);
    expect(summary.match(/<summary>data\/.*: /g)).toHaveLength(50);
    expect(summary).toMatch(
      /<summary>3 changed files without a diff<\/summary>\n\n53 files have differences; the first 50 are shown\.\n\n- `data\/150\.json` \(changed\)/,
    );
  }
});

test('contents are no longer requested after a failure', async () => {
  const { publish, preview, change, github } = await inGit();
  await publish();
  await change({
    [tags]: 'ok = false\n',
    'policies/cost.sentinel': 'import "tags"\n\nmain = rule { not tags.ok }\n',
  });
  github.faults.add({ when: { path: /blobs/ }, times: 9, fault: { type: 'status', status: 422 } });
  const result = await preview();
  expect(result.exitCode).toBe(0);
  expect(JSON.parse(result.outputs['policies'] ?? '')).toMatchObject([
    { name: 'cost', action: 'update', changes: ['code'] },
    { name: 'size', action: 'unchanged' },
  ]);
  expect(result.summary).toMatch(
    /<summary>2 changed files without a diff<\/summary>\n\nThe blob [0-9a-f\u200b]+ cannot be read: GitHub returned 422.*\n\n- `cost\.sentinel` \(changed\)/,
  );
});

test('each owner’s folder is compared with what that owner published', async () => {
  const { publish, preview, change } = await inGit();
  const two = { 'versioned-policy-sets': 'base: policies\nother: policies' };
  await publish();
  await publish({
    'versioned-policy-sets': 'other: policies',
    'create-policy-sets': 'true',
    owner: 'acme/other',
  });
  await change({ [tags]: 'ok = false\n' });
  const result = await preview(two);
  expect(result.exitCode).toBe(1);
  expect(result.summary).toMatch(/"other" belongs to owner `?acme\/other/);
  expect(changedFiles(result)).toEqual(['modules/tags.sentinel']);
});
