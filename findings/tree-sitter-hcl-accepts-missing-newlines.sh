#!/usr/bin/env bash
# The tree-sitter grammar for HCL accepts files that HCL itself refuses, because it treats line ends as white space.
#
# Versions: @tree-sitter-grammars/tree-sitter-hcl 1.2.0 with web-tree-sitter 0.27.1; github.com/hashicorp/hcl/v2 v2.24.0.
#
# Expected: a grammar that is named for HCL and used by editors marks as an error what HashiCorp's parser marks as one.
# Seen: of the eight texts below, the grammar reports none (`hasError` is false, no missing node), and HashiCorp's parser
# refuses each: two arguments on one line, a quoted string over two lines, a brace or an equals sign on the next line,
# text behind a heredoc's opening word, a block that begins on one line and ends on the next, a nested block on one line,
# and an expression that goes on with an operator on the next line. A control text is accepted by both.
#
# So whoever reads HCL with this grammar has to check the line ends in the tree by hand, or will take a broken file for a
# sound one, with the values that the author did not mean.
#
# Needs npm and Go. Fails when either side changes its mind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm init --yes > npm.log
npm install --ignore-scripts --no-audit --no-fund --save-exact \
  web-tree-sitter@0.27.1 @tree-sitter-grammars/tree-sitter-hcl@1.2.0 >> npm.log 2>&1

cat > texts.json <<'JSON'
[
  ["control", "policy \"tags\" {\n  source = \"./tags.sentinel\"\n}\n"],
  ["two arguments on one line", "a = 1 b = 2\n"],
  ["a string over two lines", "a = \"x\ny\"\n"],
  ["a brace on the next line", "policy \"tags\"\n{\n  a = 1\n}\n"],
  ["an equals sign on the next line", "a\n= 1\n"],
  ["text behind a heredoc's opening word", "a = <<EOT x\ntext\nEOT\n"],
  ["a block half on one line", "x { a = 1\n  b = 2 }\n"],
  ["a nested block on one line", "x { y {} }\n"],
  ["an operator on the next line", "a = 1\n+ 2\n"]
]
JSON

cat > grammar.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { Language, Parser } from 'web-tree-sitter';
await Parser.init();
const parser = new Parser();
const wasm = 'node_modules/@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm';
parser.setLanguage(await Language.load(wasm));
for (const [name, text] of JSON.parse(readFileSync('texts.json', 'utf8')))
  console.log(`${name}: ${parser.parse(text).rootNode.hasError ? 'refused' : 'accepted'}`);
JS

mkdir hcl
cat > hcl/go.mod <<'MOD'
module finding
go 1.23
require github.com/hashicorp/hcl/v2 v2.24.0
MOD
cat > hcl/main.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

func main() {
	data, err := os.ReadFile("../texts.json")
	if err != nil {
		panic(err)
	}
	var texts [][2]string
	if err := json.Unmarshal(data, &texts); err != nil {
		panic(err)
	}
	for _, each := range texts {
		_, found := hclsyntax.ParseConfig([]byte(each[1]), "text.hcl", hcl.InitialPos)
		verdict := "accepted"
		if found.HasErrors() {
			verdict = "refused"
		}
		fmt.Printf("%s: %s\n", each[0], verdict)
	}
}
GO
export GOPATH="$folder/go" GOFLAGS=-modcacherw
(cd hcl && go mod tidy > ../go.log 2>&1)

node grammar.mjs | tee grammar.txt | sed 's/^/tree-sitter-hcl: /'
(cd hcl && go run .) | tee hcl.txt | sed 's/^/hashicorp\/hcl:   /'

[ "$(grep -c accepted grammar.txt)" = 9 ] || { echo 'Changed: the grammar refuses one of the texts.'; exit 1; }
[ "$(grep -c refused hcl.txt)" = 8 ] || { echo "Changed: HashiCorp's parser accepts another number of the texts."; exit 1; }
head -n 1 hcl.txt | grep -qx 'control: accepted'
echo 'As found: the grammar accepts all nine texts, HCL one of them.'
