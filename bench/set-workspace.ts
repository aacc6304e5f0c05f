/** Folders that are published whole, as versioned policy sets. */
import { randomFillSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withFolder, writePolicies } from './workspace.ts';

/** How long the server takes until an archive is in force. Milliseconds. */
export const INGRESS_DELAY = 500;

/** The set that the bench publishes, and its folder in the workspace. */
export const SET = 'library';

/** Inputs that publish it. */
export const SET_INPUTS: Record<string, string> = {
  'versioned-policy-sets': `${SET}: ${SET}`,
  'create-policy-sets': 'true',
};

/** Has a workspace with a library of so many Sentinel policies for as long as `use` takes. */
export function withLibrary<T>(policies: number, use: (workspace: string) => Promise<T>): Promise<T> {
  return withFolder(async (workspace) => {
    await writeLibrary(join(workspace, SET), policies);
    return use(workspace);
  });
}

export async function writeLibrary(folder: string, policies: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writePolicies(folder, { count: policies });
  const numbers = Array.from({ length: policies }, (_, index) => index + 1);
  await writeFile(join(folder, 'sentinel.hcl'), numbers.map(block).join('\n'));
}

const block = (number: number): string => `policy "policy-${number}" {
  source            = "./policy-${number}.sentinel"
  enforcement_level = "advisory"
}
`;

/** Has a library with a policy and so many files of one MiB beside it, which nothing makes smaller. */
export function withLargeLibrary<T>(files: number, use: (workspace: string) => Promise<T>): Promise<T> {
  return withLibrary(1, async (workspace) => {
    for (let number = 1; number <= files; number++) {
      await writeFile(join(workspace, SET, `data-${number}.bin`), randomFillSync(Buffer.alloc(2 ** 20)));
    }
    return use(workspace);
  });
}
