#!/usr/bin/env bash
# OPA reads a METADATA block up to the first line that is indented less than its first one, and drops the rest in silence.
#
# Version: github.com/open-policy-agent/opa v1.22.3.
#
# Expected: a block whose first key is indented and whose second is not is an error, as it is in YAML, or has both keys.
# Seen: of a block with an indented `title` and a `description` at the margin, `opa inspect --annotations` shows the title
# alone; `opa check` and `opa parse` exit with 0 and print nothing. With both at one depth it shows both.
#
# So documentation, a severity or a `custom` key that others rely on is gone after a reformat, and no tool says so.
#
# Needs Go. Fails when the description shows, or when OPA complains.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
GOBIN="$folder" go install github.com/open-policy-agent/opa@v1.22.3

printf '# METADATA\n#   title: T\n# description: D\npackage p\n' > uneven.rego
printf '# METADATA\n#   title: T\n#   description: D\npackage p\n' > even.rego

for name in uneven even; do
  ./opa check "$name.rego"
  ./opa parse "$name.rego" > /dev/null
  ./opa inspect --annotations --format json "$name.rego" > "$name.json"
  keys=$(grep -oE '"(title|description)"' "$name.json" | tr -d '"' | sort | tr '\n' ' ')
  echo "$name: $keys"
done | tee seen.txt
printf 'uneven: title \neven: description title \n' | diff - seen.txt && echo 'As found.'
