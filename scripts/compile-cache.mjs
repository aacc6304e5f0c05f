import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder in which the processes that the tests start find the bundle compiled: a sixth of what such a process costs.
 * Each run of the tests has its own, so that none sees what an earlier one left.
 */
export default function makeCompileCache() {
  const folder = mkdtempSync(join(tmpdir(), 'compile-cache-'));
  process.env.ACTION_COMPILE_CACHE = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
}
