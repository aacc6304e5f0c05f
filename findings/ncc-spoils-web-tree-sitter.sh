#!/usr/bin/env bash
# ncc bundles web-tree-sitter without a warning, and what it makes cannot work: the WebAssembly program beside the bundle
# was copied as text, and the ES module asks for a `createRequire` that is no longer there.
#
# Versions: @vercel/ncc 0.45.0, web-tree-sitter 0.27.1.
#
# Expected: a build that exits with 0 gives a bundle that starts; an asset that is emitted beside it has the original's bytes.
# Seen: the build exits with 0 and prints nothing but the sizes. The emitted .wasm is longer than the original (228,946
# bytes for 210,415), because each byte sequence that is not valid UTF-8 became U+FFFD (bytes ef bf bd). `Parser.init()`
# fails before it comes to that: "createRequire is not a function". The package's CommonJS form, imported by its path,
# with the original program handed over as `wasmBinary`, works in the same bundler.
#
# So a test of the sources proves nothing here: only a run of the bundle does.
#
# Needs npm and Node.js 20 or later. Fails when the asset is right, or the bundle starts.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{ "name": "finding", "private": true, "type": "module" }' > package.json
npm install --ignore-scripts --no-audit --no-fund --save-exact @vercel/ncc@0.45.0 web-tree-sitter@0.27.1 > npm.log 2>&1
cat > main.js <<'JS'
import { Parser } from 'web-tree-sitter';
await Parser.init();
console.log('started');
JS

node main.js
npx ncc build main.js --no-cache --out bundle > build.log 2>&1
if grep -qi 'warn' build.log; then echo 'Changed: the build warns.'; exit 1; fi

original=node_modules/web-tree-sitter/web-tree-sitter.wasm
asset=$(ls bundle/*.wasm)
echo "original: $(wc -c < "$original" | tr -d ' ') bytes; asset: $(wc -c < "$asset" | tr -d ' ') bytes"
if cmp -s "$original" "$asset"; then echo 'Changed: the asset is right.'; exit 1; fi
node -e "
  const { readFileSync } = require('node:fs');
  const asText = Buffer.from(readFileSync('$original').toString('utf8'));
  if (!asText.equals(readFileSync('$asset'))) { console.log('Changed: the asset is wrong in another way.'); process.exit(1); }
" --input-type=commonjs
if node bundle/index.js > run.log 2>&1; then echo 'Changed: the bundle starts.'; exit 1; fi
grep -m 1 'createRequire is not a function' run.log
echo 'As found: the sources start, the bundle does not, and its program was copied as text.'
