/** A preview names exactly the files that the upload changes, or says that it cannot know. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describeSetFolder } from '../../src/model/set-folder.ts';
import type { SetStamp } from '../../src/model/set-stamp.ts';
import type { LocalSet } from '../../src/policy-sets/local-set.ts';
import type { History } from '../../src/policy-sets/preview/before.ts';
import type { CommitEntry } from '../../src/policy-sets/preview/commit-tree.ts';
import { previewSet } from '../../src/policy-sets/preview/preview.ts';
import { readWhole } from '../../src/policy-sets/read-packed.ts';
import { readSets } from '../../src/policy-sets/read-sets.ts';
import { aSet, aStamp, aVersion } from '../unit/policy-sets/builders.ts';

/** What can be at a place of the repository: nothing, a text, or a link. */
type Held = { readonly text: string } | { readonly link: string } | undefined;
type Step =
  | { readonly do: 'put'; readonly at: string; readonly held: Held }
  /** Where the policy set is configured, from now on. */
  | { readonly do: 'configure'; readonly path: string | undefined }
  | {
      /** A publish of what is not committed, and an upload of somebody else. */
      readonly do: 'commit' | 'commit and publish' | 'publish' | 'upload';
    };

const PLACES = [
  'set/a.txt',
  'set/b.txt',
  'set/sub/c.txt',
  'set/test/d.txt',
  'set/link',
  'set/sub/up',
  'other/e.txt',
];
const IGNORES = ['set/.terraformignore'];

const text = fc.constantFrom('1', '2', '3').map((value) => ({ text: value }));
const link = fc
  .constantFrom('a.txt', 'sub', '../other', '../other/e.txt', '../set/b.txt', 'sub/c.txt')
  .map((value) => ({ link: value }));
const nothing = fc.constant(undefined);
const putAt = (places: readonly string[], held: fc.Arbitrary<Held>) =>
  fc.record({ do: fc.constant('put' as const), at: fc.constantFrom(...places), held });
const configIn = (toRoot: string) =>
  fc
    .subarray([
      `policy "p" {\n  source = "${toRoot}/p.sentinel"\n}\n`,
      `import "plugin" "x" {\n  source = "${toRoot}/a.txt"\n}\n`,
      '# c\n',
    ])
    .map((parts) => ({ text: parts.join('') }));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: putAt(PLACES, fc.oneof({ weight: 3, arbitrary: text }, link, nothing)) },
  {
    weight: 1,
    arbitrary: putAt(
      IGNORES,
      fc.oneof(
        nothing,
        fc.constantFrom('b.txt', 'sub/', '*.txt\n!a.txt').map((value) => ({ text: value })),
      ),
    ),
  },
  { weight: 1, arbitrary: putAt(['set/sentinel.hcl'], configIn('.')) },
  { weight: 1, arbitrary: putAt(['set/below/sentinel.hcl'], configIn('..')) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('configure' as const),
      path: fc.constantFrom('below', undefined),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'commit and publish' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ do: 'commit' as const }, { do: 'publish' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'upload' as const }) },
);

/** A repository that Git knows, and a policy set. What is in force is kept aside, as no service gives it back. */
class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'set-preview-'));
  inForce: ReadonlyMap<string, string> | undefined;
  version = 0;
  stamp: SetStamp | undefined;
  path: string | undefined;

  constructor() {
    this.#git('init', '--quiet');
    this.put('set/sentinel.hcl', { text: '# c\n' });
    this.put('set/below/sentinel.hcl', { text: 'policy "p" {\n  source = "../p.sentinel"\n}\n' });
    this.put('set/p.sentinel', { text: 'main = rule { true }\n' });
    this.put('other/e.txt', { text: 'e' });
    this.commit();
  }

  put(at: string, held: Held): void {
    const place = join(this.folder, at);
    rmSync(place, { force: true });
    if (held === undefined) return;
    mkdirSync(dirname(place), { recursive: true });
    if ('text' in held) writeFileSync(place, held.text);
    else symlinkSync(held.link, place);
  }

  commit(): string {
    const tree = ['add', '--all'];
    this.#git(...tree);
    this.#git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--allow-empty', '-m', 'x');
    return this.#git('rev-parse', 'HEAD').toString().trim();
  }

  async read(): Promise<LocalSet | undefined> {
    const { sets } = await readSets(this.folder, {
      workingDirectory: '.',
      exclude: { builtIn: ['**/test/**'], given: [] },
      sets: [{ reference: { name: 'base' }, folder: 'set', path: this.path }],
      toolVersion: undefined,
      secrets: [],
    });
    return sets[0];
  }

  async publish(): Promise<void> {
    const local = await this.read();
    if (local === undefined) return;
    this.inForce = contentsOf(local);
    this.version++;
    const commit = this.#git('rev-parse', 'HEAD').toString().trim();
    const content = { version: `polsetver-${this.version}`, digest: local.digest };
    this.stamp = { ...aStamp, folder: describeSetFolder(local), content, commit };
  }

  upload(): void {
    if (this.inForce === undefined) return;
    this.inForce = new Map([['theirs.txt', '']]);
    this.version++;
  }

  readonly history: History = {
    filesOf: async ({ commit = '' }) =>
      this.#git('ls-tree', '-r', '-z', commit).toString().split('\0').filter(Boolean).map(entryOf),
    contentOf: async (blob) => this.#git('cat-file', 'blob', blob),
  };

  #git(...words: string[]): Buffer {
    return execFileSync('git', ['-C', this.folder, ...words], { stdio: 'pipe' });
  }
}

function entryOf(line: string): CommitEntry {
  const [, mode, blob = '', place = ''] = /^(\d+) \w+ ([0-9a-f]+)\t([\s\S]*)$/.exec(line) ?? [];
  return { place, blob, type: mode === '120000' ? 'link' : 'file' };
}

/** What an archive would hold: mode and text, by path. */
const contentsOf = ({ files }: LocalSet): ReadonlyMap<string, string> =>
  new Map(files.map((file) => [file.path, `${file.mode} ${readWhole(file).toString('latin1')}`]));

const differing = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .sort();

test('of any history', async () => {
  const seen = { new: 0, same: 0, known: 0, unknown: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const world = new World();
      try {
        for (const each of steps) {
          if (each.do === 'put') world.put(each.at, each.held);
          else if (each.do === 'configure') world.path = each.path;
          else if (each.do === 'upload') world.upload();
          else {
            if (each.do !== 'publish') world.commit();
            if (each.do !== 'commit') await world.publish();
          }
        }
        const local = await world.read();
        if (local === undefined) return;
        const set = aSet({
          stamp: world.stamp,
          currentVersion: world.version === 0 ? undefined : aVersion(`polsetver-${world.version}`),
        });
        const preview = await previewSet(local, set, { history: world.history, workspace: world.folder });
        seen[preview.state]++;
        const after = contentsOf(local);
        if (preview.state === 'new') expect(world.inForce).toBeUndefined();
        if (preview.state === 'same') expect(differing(world.inForce ?? new Map(), after)).toEqual([]);
        if (preview.state !== 'known') return;
        const named = preview.files.flatMap((file) =>
          file.kind === 'moved' ? [file.path, file.from] : [file.path],
        );
        expect(named.sort()).toEqual(differing(world.inForce ?? new Map(), after));
      } finally {
        rmSync(world.folder, { recursive: true, force: true });
      }
    }),
    { seed: 17, numRuns: 70, endOnFailure: true },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(2);
}, 120_000);
