/** Builds `dist/` from `src/`: TypeScript to JavaScript, then one readable bundle with the licences it holds. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

const run = (script: string, ...args: string[]) =>
  execFileSync(process.execPath, [`node_modules/${script}`, ...args], { stdio: 'inherit' });

// ncc does not clean its folder, and its cache could hide a change of a dependency.
for (const folder of ['lib', 'dist']) rmSync(folder, { recursive: true, force: true });
run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
run('@vercel/ncc/dist/ncc/cli.js', 'build', 'lib/main.js', '-o', 'dist', '--no-cache', '--license', 'licenses.txt');
