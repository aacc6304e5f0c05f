import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { against, measureAction } from './action.ts';
import { median } from './alone.ts';
import type { Crowd } from './results.ts';
import type { Sandbox } from './sandbox.ts';
import { withPolicies } from './workspace.ts';

const POLICIES = 10;

/** How many files lie in a folder, of dependencies as of Git's objects. */
const PER_FOLDER = 50;

const FOLDERS = ['node_modules', '.git', 'src'];

/** Dry runs of a few policies, in turn alone and beside many files that are none: how many times as long these take. */
export async function measureCrowd(
  sandbox: Sandbox,
  { files, rounds }: { files: number; rounds: number },
): Promise<Crowd> {
  await sandbox.open();
  const inputs = { ...against(sandbox.url), 'dry-run': 'true' };
  return withCrowds(files, async ([alone, ...beside]) => {
    const seconds = async (workspace: string) =>
      (await measureAction({ workspace, inputs, expected: { created: POLICIES } })).seconds;
    const measured: number[][] = [];
    for (let round = 0; round < rounds; round++) {
      const least = await seconds(alone);
      const others: number[] = [];
      for (const workspace of beside) others.push((await seconds(workspace)) / least);
      measured.push([least, ...others]);
    }
    const medianOf = (column: number) => median(measured.map((row) => row[column] ?? Number.NaN));
    return {
      policies: POLICIES,
      files,
      rounds,
      aloneSeconds: medianOf(0),
      beside: FOLDERS.map((folder, index) => ({ folder, ratio: medianOf(index + 1) })),
    };
  });
}

/** Has a workspace without other files, and one for each of the folders. */
function withCrowds<T>(
  files: number,
  use: (workspaces: readonly [string, ...string[]]) => Promise<T>,
): Promise<T> {
  const withOneMore = (
    [folder, ...left]: readonly string[],
    made: readonly [string, ...string[]],
  ): Promise<T> =>
    folder === undefined
      ? use(made)
      : withPolicies({ count: POLICIES }, async (workspace) => {
          await crowd(join(workspace, folder), files);
          return withOneMore(left, [...made, workspace]);
        });
  return withPolicies({ count: POLICIES }, (alone) => withOneMore(FOLDERS, [alone]));
}

async function crowd(folder: string, files: number): Promise<void> {
  for (let number = 0; number < files; number += PER_FOLDER) {
    const place = join(folder, `part-${number / PER_FOLDER}`, 'lib');
    await mkdir(place, { recursive: true });
    const names = Array.from({ length: Math.min(PER_FOLDER, files - number) }, (_, n) => `file-${n}.js`);
    await Promise.all(names.map((name) => writeFile(join(place, name), '')));
  }
}
