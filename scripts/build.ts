/**
 * Builds `dist/` from `src/`: TypeScript to JavaScript, then readable bundles with the licences they hold. One is loaded
 * at the start, the others by the `import()` that asks for them: what is in no file that is read costs nothing.
 */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';

const run = (script: string, ...args: string[]) =>
  execFileSync(process.execPath, [`node_modules/${script}`, ...args], { stdio: 'inherit' });

// What an earlier build left must not reach this one; ncc does not clean its folder, and has a cache.
rmSync('lib', { recursive: true, force: true });
run('typescript/bin/tsc', '-p', 'tsconfig.build.json');
withoutSideEffects(['@actions/core', '@actions/http-client', '@actions/exec', '@actions/io'], () =>
  run(
    '@vercel/ncc/dist/ncc/cli.js',
    ...['build', 'lib/run/main.js', '-o', 'lib/bundle/run', '--no-cache', '--license', 'licenses-[name].txt'],
  ),
);

// The runner starts the small file that looks at Node's version; the bundle, in its folder, is what that one loads.
copyFileSync('lib/main.js', 'lib/bundle/index.js');
renameSync('lib/bundle/run/index.js', 'lib/bundle/run/main.js');
renameSync('lib/bundle/run/package.json', 'lib/bundle/package.json');

// One file of licences for each bundle: under one name, the last would stand alone.
const licences = readdirSync('lib/bundle/run').filter((file) => file.startsWith('licenses-'));
for (const file of licences.sort()) {
  appendFileSync('lib/bundle/licenses.txt', `${readFileSync(`lib/bundle/run/${file}`, 'utf8').trim()}\n\n`);
  rmSync(`lib/bundle/run/${file}`);
}

// What the bundle loads at run time lies beside it: ncc reads these programs as text, and spoils them.
const GRAMMAR = 'node_modules/@tree-sitter-grammars/tree-sitter-hcl';
copyFileSync('node_modules/web-tree-sitter/web-tree-sitter.wasm', 'lib/bundle/run/web-tree-sitter.wasm');
copyFileSync(`${GRAMMAR}/tree-sitter-hcl.wasm`, 'lib/bundle/run/tree-sitter-hcl.wasm');
for (const program of ['web-tree-sitter', 'tree-sitter-hcl'])
  chmodSync(`lib/bundle/run/${program}.wasm`, 0o644);
const licence = readFileSync(`${GRAMMAR}/LICENSE`, 'utf8');
appendFileSync('lib/bundle/licenses.txt', `@tree-sitter-grammars/tree-sitter-hcl\nApache-2.0\n${licence}`);

rmSync('dist', { recursive: true, force: true });
renameSync('lib/bundle', 'dist');

/**
 * Has the bundler leave out the modules of these packages of which nothing is used. They do nothing when they are
 * loaded, but do not say so in their package.json: `@actions/core` would bring an HTTP client, for OpenID Connect alone,
 * and with it all of undici.
 */
function withoutSideEffects(packages: readonly string[], bundle: () => void): void {
  const manifests = packages.map((name) => {
    const path = `node_modules/${name}/package.json`;
    return { path, text: readFileSync(path, 'utf8') };
  });
  try {
    for (const { path, text } of manifests)
      writeFileSync(path, JSON.stringify({ ...JSON.parse(text), sideEffects: false }));
    bundle();
  } finally {
    for (const { path, text } of manifests) writeFileSync(path, text);
  }
}
