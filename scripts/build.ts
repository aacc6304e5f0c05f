/** Builds `dist/` from `src/`: TypeScript to JavaScript, then one readable bundle with the licences it holds. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, copyFileSync, readFileSync, renameSync, rmSync } from 'node:fs';

const run = (script: string, ...args: string[]) =>
  execFileSync(process.execPath, [`node_modules/${script}`, ...args], { stdio: 'inherit' });

// What an earlier build left must not reach this one; ncc does not clean its folder, and has a cache.
rmSync('lib', { recursive: true, force: true });
run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
run(
  '@vercel/ncc/dist/ncc/cli.js',
  ...['build', 'lib/run/main.js', '-o', 'lib/bundle/run', '--no-cache', '--license', 'licenses.txt'],
);

// The runner starts the small file that looks at Node's version; the bundle, in its folder, is what that one loads.
copyFileSync('lib/main.js', 'lib/bundle/index.js');
renameSync('lib/bundle/run/index.js', 'lib/bundle/run/main.js');
for (const file of ['licenses.txt', 'package.json'])
  renameSync(`lib/bundle/run/${file}`, `lib/bundle/${file}`);

// What the bundle loads at run time lies beside it: ncc reads these programs as text, and spoils them.
const GRAMMAR = 'node_modules/@tree-sitter-grammars/tree-sitter-hcl';
copyFileSync('node_modules/web-tree-sitter/web-tree-sitter.wasm', 'lib/bundle/run/web-tree-sitter.wasm');
copyFileSync(`${GRAMMAR}/tree-sitter-hcl.wasm`, 'lib/bundle/run/tree-sitter-hcl.wasm');
for (const program of ['web-tree-sitter', 'tree-sitter-hcl'])
  chmodSync(`lib/bundle/run/${program}.wasm`, 0o644);
const licence = readFileSync(`${GRAMMAR}/LICENSE`, 'utf8');
appendFileSync(
  'lib/bundle/licenses.txt',
  `\n\n@tree-sitter-grammars/tree-sitter-hcl\nApache-2.0\n${licence}`,
);

rmSync('dist', { recursive: true, force: true });
renameSync('lib/bundle', 'dist');
