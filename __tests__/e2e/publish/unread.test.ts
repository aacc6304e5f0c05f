import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { workspace } from '../../support/workspace.ts';

test('a run whose output nobody reads any more ends all the same', async () => {
  const bundle = fileURLToPath(new URL('../../../dist/index.js', import.meta.url));
  const run = spawn(process.execPath, [bundle], { stdio: 'pipe', env: {}, cwd: await workspace() });
  run.stdout.destroy();
  run.stderr.destroy();
  const [exitCode] = await once(run, 'exit');
  expect(exitCode).toBe(1);
});
