#!/usr/bin/env bash
# @actions/glob finds files behind a link, until another pattern is added.
#
# Version: @actions/glob 0.7.0, with `followSymbolicLinks: false`.
#
# Expected: several patterns find what each of them finds, and with links not followed a link to a folder is either passed
# through or it is not.
# Seen: `shared` is a link to a folder. `shared/policies/*.txt` finds a file in it. Together with `*.md`, which matches
# something else, the file is no longer found. A search begins at the part of a pattern that has no wildcard, and comes
# there by its path, whatever links are on the way; but of two such places, one in the other, only the upper one is
# searched, and from there the link is not followed. The same goes for a `shared` that is spelt `Shared` in the pattern, on
# a file system for which that is the same. And where such a place lies below a file, the search does not find nothing: it
# throws ENOTDIR, and what the other patterns would find is lost.
#
# So a list of patterns cannot be tried out line by line: a line that is added takes away files of another.
#
# Needs npm and Node.js 20 or later. Fails when one of these comes out otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

echo '{ "name": "finding", "private": true, "type": "module" }' > package.json
npm install --ignore-scripts --no-audit --no-fund --save-exact @actions/glob@0.7.0 > npm.log 2>&1
mkdir -p elsewhere/policies repository
touch elsewhere/policies/a.txt repository/README.md
ln -s ../elsewhere repository/shared
cat > main.js <<'JS'
import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { create } from '@actions/glob';

const root = resolve('repository');

async function search(...patterns) {
  const lines = patterns.map((pattern) => `${root}/${pattern}`).join('\n');
  try {
    const found = await (await create(lines, { followSymbolicLinks: false })).glob();
    return found.map((file) => relative(root, file)).sort().join(', ');
  } catch (error) {
    return `throws ${error.code}`;
  }
}

const seen = [];
for (const patterns of [
  ['shared/policies/*.txt'],
  ['*.md'],
  ['shared/policies/*.txt', '*.md'],
  ['shared/policies/*.txt', 'README.md/policies/*.txt'],
])
  seen.push(`${patterns.join(' and ')}: ${await search(...patterns)}\n`);
// The library tells its steps on stdout.
writeFileSync('seen.txt', seen.join(''));
JS

node main.js > node.log
cat seen.txt
cat > expected.txt <<'TXT'
shared/policies/*.txt: shared/policies/a.txt
*.md: README.md
shared/policies/*.txt and *.md: README.md
shared/policies/*.txt and README.md/policies/*.txt: throws ENOTDIR
TXT
diff expected.txt seen.txt && echo 'As found.'
