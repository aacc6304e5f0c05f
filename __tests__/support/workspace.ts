import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from '@jest/globals';

const workspaces: string[] = [];

afterAll(async () => {
  await Promise.all(workspaces.splice(0).map((path) => rm(path, { recursive: true, force: true })));
});

/** A folder with these files, gone when the tests of the file that asked for it are done. */
export async function workspace(files: Record<string, string | Buffer> = {}): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'workspace-')));
  workspaces.push(path);
  await writeFiles(path, files);
  return path;
}

export async function writeFiles(folder: string, files: Record<string, string | Buffer>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}
