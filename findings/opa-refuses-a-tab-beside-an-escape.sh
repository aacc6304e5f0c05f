#!/usr/bin/env bash
# OPA accepts a raw tab in a Rego string, until the same string has an escape as well.
#
# Version: github.com/open-policy-agent/opa v1.22.3.
#
# Expected: a character is allowed in a string literal or it is not, whatever else the literal holds.
# Seen: "a<TAB>b" parses. "ab\n" parses. "a<TAB>b\n" is refused: the scanner only undoes escapes, as JSON, in strings that
# have one, and JSON allows no raw control characters. A raw string in backquotes takes both.
#
# So adding \n to a message that was indented with a tab turns a policy that compiled into one that does not; and a reader
# that checks strings character by character refuses what OPA takes, or takes what it refuses.
#
# Needs Go. Fails when one of the four comes out otherwise.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
GOBIN="$folder" go install github.com/open-policy-agent/opa@v1.22.3

printf 'package p\n\nx := "a\tb"\n' > tab.rego
printf 'package p\n\nx := "ab\\n"\n' > escape.rego
printf 'package p\n\nx := "a\tb\\n"\n' > both.rego
printf 'package p\n\nx := `a\tb\\n`\n' > raw.rego

for name in tab escape both raw; do
  if ./opa parse "$name.rego" > /dev/null 2> "$name.log"; then echo "$name: parsed"; else echo "$name: refused"; fi
done | tee seen.txt
printf 'tab: parsed\nescape: parsed\nboth: refused\nraw: parsed\n' | diff - seen.txt && echo 'As found.'
