import { lstat, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { FileInputs } from '../../src/inputs/file-inputs.ts';
import { readInputs } from '../../src/inputs/inputs.ts';
import { describePlace, type Problem } from '../../src/model/problem.ts';
import { type Discovery, discover } from '../../src/repository/discover.ts';
import { readChecked } from '../../src/repository/read-file.ts';
import { anyTree, plant, type Tree } from './trees.ts';

// @actions/glob tells each of its steps to the runner.
beforeAll(() => void jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterAll(() => void jest.restoreAllMocks());

const strangeInputs = fc.record(
  {
    'working-directory': fc.constantFrom('.', 'a', './a/', 'a/..', '..', '/', 'nowhere', '.git', 'Ω'),
    policies: fc.constantFrom('**', '**/*', '**/*.sentinel\n!a/**', '*.rego', '.git/**', '**/.*/**'),
    exclude: fc.constantFrom('', 'a/**', '**/cost.*'),
    config: fc.constantFrom('', '**/*.hcl', '**/cost.sentinel', '**'),
    'name-prefix': fc.constantFrom('x-', '..', ' '),
    query: fc.constantFrom('data.{package}.deny', 'x', ''),
    'enforcement-level': fc.constantFrom('advisory', 'mandatory'),
  },
  { requiredKeys: [] },
);

const anyInputs = fc.oneof(fc.constant({}), strangeInputs);

function fileInputs(inputs: Partial<Record<string, string>>): FileInputs {
  const variables = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const { files, problems } = readInputs(Object.fromEntries(variables));
  if (files === undefined) throw new Error(JSON.stringify(problems));
  return files;
}

const outside = { text: Buffer.from('main = rule { "CODE_OF_OTHERS" }\n') };
const inGit = { text: Buffer.from('[http]\n\textraheader = AUTHORIZATION: basic secret\n') };

/** Finds what is in the tree, planted in a folder beside a file that nobody may reach. */
async function discovered(tree: Tree, inputs: FileInputs) {
  const above = await realpath(await mkdtemp(join(tmpdir(), 'tree-')));
  const workspace = join(above, 'workspace');
  try {
    await plant(above, { 'x.sentinel': outside, 'workspace/.git/config': inGit });
    await plant(workspace, tree);
    const found = await discover(workspace, inputs);
    await expectSound(found, workspace);
  } finally {
    await rm(above, { recursive: true, force: true });
  }
}

async function expectSound({ files, problems, warnings, notices, leftOut }: Discovery, workspace: string) {
  expect(files.length + problems.length).toBeGreaterThan(0);
  expect(problems.filter((problem) => !isPlaced(problem))).toEqual([]);
  const said = JSON.stringify([problems, warnings, notices, leftOut]);
  expect(said).not.toContain(workspace);
  expect(said).not.toMatch(/CODE_OF_OTHERS|AUTHORIZATION/);
  for (const file of files) {
    expect(file.name).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(file.location.startsWith(`${workspace}/`)).toBe(true);
    expect(file.location.split('/').includes('.git')).toBe(false);
    expect(await realpath(join(workspace, file.path))).toBe(file.location);
    expect((await lstat(file.location)).isFile()).toBe(true);
    expect((await readChecked(file)).length).toBeGreaterThan(0);
  }
  if (problems.length > 0) return;
  const names = files.map(({ name }) => name.toLowerCase());
  expect(new Set(names).size).toBe(names.length);
}

/** A problem is on an input, or on a file inside the workspace. */
function isPlaced({ message, place }: Problem): boolean {
  if (message === '' || describePlace(place) === '') return false;
  return (
    place?.file === undefined || (!posix.isAbsolute(place.file) && !place.file.split('/').includes('..'))
  );
}

test('whatever is in a repository, each of its policies is a file of its own inside, or a problem has a place', async () => {
  await fc.assert(
    fc.asyncProperty(anyTree, anyInputs, (tree, inputs) => discovered(tree, fileInputs(inputs))),
    { seed: 31, numRuns: 300, endOnFailure: true },
  );
});
