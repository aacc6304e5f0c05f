/** Builds `dist/` from `src/`: TypeScript to JavaScript, then one readable bundle with the licences it holds. */
import { execFileSync } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';

const run = (script: string, ...args: string[]) =>
  execFileSync(process.execPath, [`node_modules/${script}`, ...args], { stdio: 'inherit' });

// What an earlier build left must not reach this one; ncc does not clean its folder, and has a cache.
rmSync('lib', { recursive: true, force: true });
run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
run(
  '@vercel/ncc/dist/ncc/cli.js',
  ...['build', 'lib/main.js', '-o', 'lib/bundle', '--no-cache', '--license', 'licenses.txt'],
);
rmSync('dist', { recursive: true, force: true });
renameSync('lib/bundle', 'dist');
